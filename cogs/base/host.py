"""The bot as cogs see it."""

from __future__ import annotations

from discord import Interaction
from discord.ext import commands

from bot.services.registry import Services


class Host(commands.Bot):
    """A discord.py bot that carries the services. ``bot.client`` makes the real one."""

    services: Services

    def can_read_messages(self) -> bool:
        """Whether the privileged message-content intent is on."""
        return self.intents.message_content


def services_of(interaction: Interaction[Host]) -> Services:
    """The services behind an interaction."""
    return interaction.client.services
