"""``/stats``."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.services.stats import StatsReport
from cogs.base.answers import NO_PINGS, ack, fill
from cogs.base.host import Host, require_guild, services_of
from cogs.images._transport import is_too_large
from cogs.stats._messages import alt_text, chart_words, stats_text

DAYS: Final = 30
FILE_NAME = "darkroom-stats.png"


def _may_see(interaction: discord.Interaction[Any]) -> bool:
    """Either permission will do, of which Discord's own default can ask for one alone."""
    allowed = interaction.permissions
    if allowed.manage_guild or allowed.moderate_members:
        return True
    raise app_commands.MissingPermissions(["moderate_members"])


class StatsCog(commands.Cog):
    """How pictures fare on a server."""

    @app_commands.command(name="stats")
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.check(_may_see)
    @app_commands.describe(days="How many days to look back, today included; 30 when left out")
    async def stats(self, interaction: discord.Interaction[Host], days: Literal[7, 30, 90] = DAYS) -> None:
        """Pictures, moments, refunds, refusals and waiting times here, as charts (moderators)."""
        await ack(interaction)
        title = "" if interaction.guild is None else interaction.guild.name
        report = await services_of(interaction).stats.report(
            require_guild(interaction), days, chart_words(title)
        )
        if report.chart is None:
            await fill(interaction, stats_text(report))
        else:
            await _show(interaction, report, report.chart)


async def _show(interaction: discord.Interaction[Host], report: StatsReport, chart: bytes) -> None:
    """The numbers with their picture, or alone where Discord does not take it."""
    file = discord.File(BytesIO(chart), FILE_NAME)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(stats_text(report)))
    view.add_item(ui.MediaGallery[Any](discord.MediaGalleryItem(file, description=alt_text(report.stats))))
    try:
        await interaction.edit_original_response(view=view, attachments=[file], allowed_mentions=NO_PINGS)
    except discord.HTTPException as error:
        if not is_too_large(error):
            raise
        await fill(interaction, stats_text(report, is_chart_there=False))
