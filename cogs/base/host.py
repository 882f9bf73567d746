"""The bot as cogs see it."""

from __future__ import annotations

from typing import Any

from discord import Interaction, app_commands
from discord.ext import commands

from bot.services.registry import Services


class Host(commands.AutoShardedBot):
    """A discord.py bot that carries the services. ``bot.client`` makes the real one.

    ``has_gateway``: Discord tells it of guilds and channels; one without asks for what it needs to know.
    """

    services: Services
    has_gateway = True

    def can_read_messages(self) -> bool:
        """Whether the privileged message-content intent is on."""
        return self.intents.message_content

    def is_in_time(self, interaction: Interaction[Any]) -> bool:
        """Whether an interaction can still be answered when its turn comes."""
        del interaction
        return True

    def was_too_late(self) -> None:
        """Told that Discord refused a first answer, since it came too late."""


def require_guild(interaction: Interaction[Any]) -> int:
    """The guild in which the interaction happened: wallets are a guild's, so nothing is paid outside one.

    Raises:
        NoPrivateMessage: it happened in a direct message, where buttons of delivered pictures may be.
    """
    if interaction.guild_id is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild_id


def services_of(interaction: Interaction[Host]) -> Services:
    """The services behind an interaction."""
    return interaction.client.services
