"""Turning the pages of the history, and what is for sale. Who presses sees their own, so the ids name no member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.services.moments import HistoryPage
from bot.services.purchases import Offer
from cogs.base.answers import fill, text_view
from cogs.base.components import DurableButton
from cogs.base.host import Host, require_guild, services_of
from cogs.moments._messages import BUY_FOOT, BUY_HEAD, history_text, offers_text

LONGEST_ENTRY_ID = 18
"""Digits; a forged id beyond the database's numbers shows the newest page."""

BUTTONS_IN_A_ROW = 5


class NewestButton(DurableButton, action="history-newest"):
    """Back to the first page."""

    label = "Newest"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show the newest entries."""
        await _turn_to(interaction, None)


class OlderButton(DurableButton, action="history-older", fields=("than",)):
    """On to the next page; ``than`` is the last entry of this one."""

    label = "Older"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show the entries before."""
        than = self.values["than"]
        is_entry = than.isdecimal() and len(than) <= LONGEST_ENTRY_ID
        await _turn_to(interaction, int(than) if is_entry else None)


def history_view(page: HistoryPage, *, is_newest: bool) -> ui.LayoutView:
    """A page with the buttons that lead on from it."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    if not is_newest:
        row.add_item(NewestButton())
    if page.older_than is not None:
        row.add_item(OlderButton(than=str(page.older_than)))
    return text_view(history_text(page), *([row] if row.children else []))


def buy_view(offers: Sequence[Offer]) -> ui.LayoutView:
    """What is for sale. Discord labels the buttons itself, and what they do is between it and the buyer."""
    view = text_view(BUY_HEAD)
    for start in range(0, len(offers), BUTTONS_IN_A_ROW):
        chunk = offers[start : start + BUTTONS_IN_A_ROW]
        view.add_item(ui.TextDisplay(offers_text([offer.moments for offer in chunk])))
        row: ui.ActionRow[Any] = ui.ActionRow()
        for offer in chunk:
            row.add_item(ui.Button(style=discord.ButtonStyle.premium, sku_id=offer.sku_id))
        view.add_item(row)
    return view.add_item(ui.TextDisplay(BUY_FOOT))


async def _turn_to(interaction: discord.Interaction[Host], older_than: int | None) -> None:
    await interaction.response.defer()
    page = await services_of(interaction).moments.history(
        interaction.user.id, require_guild(interaction), older_than=older_than
    )
    await fill(interaction, history_view(page, is_newest=older_than is None))
