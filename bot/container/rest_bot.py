"""The bot as a worker has it: it can ask and tell Discord, and hears nothing."""

from __future__ import annotations

from bot.client import DarkroomBot


class RestBot(DarkroomBot):
    """Logged in, never connected: no gateway, no commands, no shards of its own."""

    has_gateway = False

    async def setup_hook(self) -> None:
        """Nothing: commands and buttons are pressed where the shards are."""
