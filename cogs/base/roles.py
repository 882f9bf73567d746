"""What a member's roles bring each month, given when they come by."""

from __future__ import annotations

import discord

from cogs.base.host import Host, services_of


async def claim_monthly(interaction: discord.Interaction[Host]) -> None:
    """Give what is due; a notice tells it. Call after the ack. Asks no database when nothing can be due."""
    member = interaction.user
    if interaction.guild_id is not None and isinstance(member, discord.Member):
        roles = [role.id for role in member.roles]
        await services_of(interaction).monthly.claim_due(interaction.guild_id, member.id, roles)
