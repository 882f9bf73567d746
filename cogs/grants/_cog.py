"""``/grant``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.answers import ack, fill
from cogs.base.host import Host, require_guild, services_of
from cogs.grants._messages import grant_text


class GrantsCog(commands.Cog):
    """Moments from moderators, for this server."""

    @app_commands.command(name="grant")
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.checks.has_permissions(moderate_members=True)
    @app_commands.describe(member="Who gets them", amount="How many moments, for this server only")
    async def grant(
        self,
        interaction: discord.Interaction[Host],
        member: discord.Member,
        amount: app_commands.Range[int, 1],
    ) -> None:
        """Give a member moments to spend on this server (moderators)."""
        await ack(interaction)
        given = await services_of(interaction).moments.grant(
            interaction.user.id,
            member.id,
            require_guild(interaction),
            amount,
            interaction.id,
            member_is_bot=member.bot,
        )
        await fill(interaction, grant_text(given, member.mention))
