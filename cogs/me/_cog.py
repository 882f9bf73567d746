"""``/me``."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.picture import Aspect
from cogs.base.answers import ack, fill
from cogs.base.host import Host, services_of
from cogs.me._messages import preferences_text

AspectChoice = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]


class MeCog(commands.Cog):
    """Your own defaults."""

    @app_commands.command(name="me")
    @app_commands.guild_only()
    @app_commands.describe(
        solo_shape="Shape of pictures with one companion",
        group_shape="Shape of pictures with more companions",
        ask_above="Ask me first when a picture costs more moments than this",
        alt_text="Show the description of each picture under it",
    )
    async def me(
        self,
        interaction: discord.Interaction[Host],
        solo_shape: AspectChoice | None = None,
        group_shape: AspectChoice | None = None,
        ask_above: app_commands.Range[int, 0, 100_000] | None = None,
        alt_text: bool | None = None,  # noqa: FBT001  a command's option
    ) -> None:
        """See or change your own defaults for pictures."""
        await ack(interaction)
        preferences = await services_of(interaction).preferences.change(
            interaction.user.id,
            aspect_solo=Aspect(solo_shape) if solo_shape else None,
            aspect_group=Aspect(group_shape) if group_shape else None,
            ask_above=ask_above,
            show_alt_text=alt_text,
        )
        await fill(interaction, preferences_text(preferences))
