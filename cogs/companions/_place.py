"""Where an interaction happens, and who the presser is, in plain ids."""

from __future__ import annotations

import discord

from bot.domain.errors import NotFoundError
from bot.services.ports.speaking import Place
from cogs.base.host import Host


def place_of(interaction: discord.Interaction[Host]) -> Place:
    """The channel or thread of an interaction in a guild.

    Raises:
        NotFoundError: it has none (a forged press from outside a guild).
    """
    if interaction.guild_id is None or interaction.channel_id is None:
        raise NotFoundError
    parent_id = interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None
    return Place(interaction.guild_id, interaction.channel_id, parent_id)


def is_moderator(interaction: discord.Interaction[Host]) -> bool:
    """Whether the presser moderates the whole guild, not one channel."""
    permissions = interaction.permissions
    return permissions.manage_guild or permissions.moderate_members
