"""``/reports`` and **Report image**."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.base.host import Host, require_guild, services_of
from cogs.base.reporting import ReportButton
from cogs.reports._components import DecideButton
from cogs.reports._messages import choice_name
from cogs.reports._queue import QueueButton, ShowCaseButton, show_case, show_queue
from cogs.reports._reporting import report_message, report_pressed

ITEMS = (ReportButton, DecideButton, ShowCaseButton, QueueButton)


@app_commands.guild_only()  # of the group: Discord ignores it on a subcommand
@app_commands.default_permissions(moderate_members=True)
class ReportsCog(commands.GroupCog, group_name="reports", group_description="Reported pictures (moderators)"):
    """Report pictures, and decide on reports."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot
        self._report_image = app_commands.ContextMenu(name="Report image", callback=self.report_image)
        self._report_image.guild_only = True
        ReportButton.on_press = staticmethod(report_pressed)

    async def cog_load(self) -> None:
        """Register what works for ever."""
        self._bot.add_dynamic_items(*ITEMS)
        self._bot.tree.add_command(self._report_image)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._bot.remove_dynamic_items(*ITEMS)
        self._bot.tree.remove_command(self._report_image.name, type=self._report_image.type)

    @app_commands.command(name="list")
    async def list(self, interaction: discord.Interaction[Host]) -> None:
        """Look through reports that wait for a decision, oldest first (moderators)."""
        await show_queue(interaction)

    @app_commands.command(name="show")
    @app_commands.describe(case="Which one: its id stands at the end of its card")
    async def show(
        self, interaction: discord.Interaction[Host], case: app_commands.Range[str, 1, 40]
    ) -> None:
        """Look at one report, open or decided (moderators)."""
        await show_case(interaction, case)

    @show.autocomplete("case")
    async def _case_choices(
        self, interaction: discord.Interaction[Host], typed: str
    ) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.moderate_members:
            return []
        files = await services_of(interaction).reports.waiting(require_guild(interaction))
        return [
            app_commands.Choice(name=choice_name(file), value=file.case.case_id)
            for file in files
            if typed.casefold() in f"{choice_name(file)} {file.case.case_id}".casefold()
        ]

    async def report_image(self, interaction: discord.Interaction[Host], message: discord.Message) -> None:
        """Tell the moderators that something is wrong with a picture of this message."""
        await report_message(interaction, message)
