"""``/setup`` and ``/settings``."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.answers import ack
from cogs.base.host import Host
from cogs.setup import _forms, _talk
from cogs.setup._components import ITEMS, SETTINGS, WIZARD, show
from cogs.setup._messages import Step

__all__ = ["SetupCog", "_forms"]
"""``_forms`` adds its forms by being imported."""


class SetupCog(commands.Cog):
    """What the owner of a server decides. Everything has a default, so that nothing has to be set up."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Make everything clickable work, old pages included."""
        self._bot.add_dynamic_items(*ITEMS, *_talk.ITEMS)

    async def cog_unload(self) -> None:
        """Take it away."""
        self._bot.remove_dynamic_items(*ITEMS, *_talk.ITEMS)

    @app_commands.command(name="setup")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def setup(self, interaction: discord.Interaction[Host]) -> None:
        """Set Darkroom up for this server, step by step (needs Manage Server)."""
        await ack(interaction)
        await show(interaction, Step.MOD, WIZARD)

    @app_commands.command(name="settings")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def settings(self, interaction: discord.Interaction[Host]) -> None:
        """See and change what is set for this server, and who changed what (needs Manage Server)."""
        await ack(interaction)
        await show(interaction, "overview", SETTINGS)
