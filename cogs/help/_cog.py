"""``/help``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.answers import say
from cogs.base.host import Host, services_of
from cogs.help._messages import help_text


class HelpCog(commands.Cog):
    """Where to start."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot

    @app_commands.command(name="help")
    async def help(self, interaction: discord.Interaction[Host]) -> None:
        """What Darkroom can do, and where to start."""
        services = services_of(interaction)
        text = help_text(
            services.prices.image,
            reads_messages=self._bot.can_read_messages(),
            can_talk=services.conversations.can_answer,
        )
        await say(interaction, text)
