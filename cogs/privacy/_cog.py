"""``/privacy``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.answers import ack
from cogs.base.host import Host
from cogs.privacy import _components, _desk

ITEMS = (*_components.ITEMS, *_desk.ITEMS)


@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class PrivacyCog(
    commands.GroupCog,
    group_name="privacy",
    group_description="What is kept about you, and how to be rid of it",
):
    """What is kept about you: see it, take it along, delete it. Works in direct messages, too."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Make the buttons work, old ones included."""
        self._bot.add_dynamic_items(*ITEMS)

    async def cog_unload(self) -> None:
        """Take the buttons away."""
        self._bot.remove_dynamic_items(*ITEMS)

    @app_commands.command(name="show")
    async def show(self, interaction: discord.Interaction[Host]) -> None:
        """What is read and kept, for how long, who sees it, and what is kept about you now."""
        await ack(interaction)
        await _components.show_policy(interaction)

    @app_commands.command(name="export")
    async def export(self, interaction: discord.Interaction[Host]) -> None:
        """Everything that is kept about you, with your pictures, as files to take along."""
        await ack(interaction)
        await _desk.hand_over(interaction)

    @app_commands.command(name="delete")
    async def delete(self, interaction: discord.Interaction[Host]) -> None:
        """Delete everything about you; says first what is lost, and asks."""
        await ack(interaction)
        await _components.show_losses(interaction)
