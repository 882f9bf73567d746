"""The queue of open reports, page by page, and one case of it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.services.reports import QueuePage
from cogs.base.answers import NO_PINGS, ack, ack_silently
from cogs.base.components import DurableButton
from cogs.base.host import Host, services_of
from cogs.reports import _messages as messages
from cogs.reports._card import card_view, exhibit_file
from cogs.reports._components import require_moderator

_Interaction = discord.Interaction[Host]


class ShowCaseButton(DurableButton, action="report-show", fields=("case_id",)):
    """One case with everything about it, for the presser alone."""

    label = "Show"

    async def press(self, interaction: _Interaction) -> None:
        """Show it in an answer of its own."""
        await show_case(interaction, self.values["case_id"])


class QueueButton(DurableButton, action="report-queue", fields=("case_id",)):
    """The page of the queue after a case; from the beginning where none is named."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.item.label = "Newer" if values["case_id"] else "Oldest"

    async def press(self, interaction: _Interaction) -> None:
        """Turn to it."""
        guild_id = require_moderator(interaction)
        await ack_silently(interaction)
        after = self.values["case_id"]
        page = await services_of(interaction).reports.queue(guild_id, after)
        view = queue_view(page, is_first=not after)
        await interaction.edit_original_response(view=view, allowed_mentions=NO_PINGS)


async def show_queue(interaction: _Interaction) -> None:
    """The oldest open cases."""
    guild_id = require_moderator(interaction)
    await ack(interaction)
    page = await services_of(interaction).reports.queue(guild_id)
    await interaction.edit_original_response(view=queue_view(page, is_first=True), allowed_mentions=NO_PINGS)


async def show_case(interaction: _Interaction, case_id: str) -> None:
    """A case with its buttons."""
    guild_id = require_moderator(interaction)
    await ack(interaction)
    shown = await services_of(interaction).reports.show(case_id.strip(), guild_id)
    picture = exhibit_file(shown.file, shown.exhibit)
    await interaction.edit_original_response(
        view=card_view(shown.file, shown.exhibit, picture),
        attachments=[] if picture is None else [picture],
        allowed_mentions=NO_PINGS,
    )


def queue_view(page: QueuePage, *, is_first: bool) -> ui.LayoutView:
    """A page of the queue."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(messages.queue_text(page)))
    for file in page.files:
        show = ShowCaseButton(case_id=file.case.case_id)
        view.add_item(ui.Section[Any](messages.queue_line(file), accessory=show))
    turning: list[ui.Item[Any]] = []
    if not is_first:
        turning.append(QueueButton(case_id=""))
    if page.next_after is not None:
        turning.append(QueueButton(case_id=page.next_after))
    if turning:
        view.add_item(ui.ActionRow[Any](*turning))
    return view
