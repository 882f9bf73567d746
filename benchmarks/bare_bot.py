"""The bot to compare with: discord.py and nothing else. It defers, and with ``follow-up`` says one thing more.

It connects with Darkroom's own intents, or with ``default`` as its second argument with discord.py's.
"""

from __future__ import annotations

import logging
import os
import sys

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

WHAT = sys.argv[1] if len(sys.argv) > 1 else "defer"
INTENTS = (
    discord.Intents.default()
    if "default" in sys.argv[2:]
    else discord.Intents(guilds=True, guild_messages=True, message_content=True)
)


class BareBot(discord.Client):
    """Two commands of the same names as Darkroom's."""

    def __init__(self) -> None:
        if "default" in sys.argv[2:]:
            super().__init__(intents=INTENTS)
        else:
            super().__init__(
                intents=INTENTS, max_messages=None, member_cache_flags=discord.MemberCacheFlags.none()
            )
        self.tree = app_commands.CommandTree(self)
        image = app_commands.Group(name="image", description="pictures")
        image.add_command(app_commands.Command(name="instant", description="one", callback=instant))
        moments = app_commands.Group(name="moments", description="money")
        moments.add_command(app_commands.Command(name="balance", description="one", callback=balance))
        self.tree.add_command(image)
        self.tree.add_command(moments)

    async def setup_hook(self) -> None:
        """Sync, as any bot does."""
        await self.tree.sync()


async def instant(interaction: discord.Interaction, companion: str | None = None) -> None:
    """Defer as a picture's command does."""
    del companion
    await _answer(interaction, private=False)


async def balance(interaction: discord.Interaction) -> None:
    """Defer as a private command does."""
    await _answer(interaction, private=True)


async def _answer(interaction: discord.Interaction, *, private: bool) -> None:
    await interaction.response.defer(ephemeral=private, thinking=True)
    if WHAT == "follow-up":
        await interaction.followup.send("done")


def main() -> None:
    """Run it until it is terminated."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    BareBot().run(os.environ["DISCORD_TOKEN"], log_level=logging.WARNING)


if __name__ == "__main__":
    main()
