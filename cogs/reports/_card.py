"""A case as moderators see it: the same in the mod channel and in an answer of one's own."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.domain.reporting import Decision
from bot.services.ports.images import Placeholder
from bot.services.ports.review import CaseFile, Exhibit
from cogs.reports import _messages as messages
from cogs.reports._components import DecideButton

OPEN_COLOUR = discord.Colour.orange()
DECIDED_COLOURS = {
    Decision.REFUND: discord.Colour.green(),
    Decision.REJECT: discord.Colour.light_grey(),
    Decision.REMOVE: discord.Colour.red(),
    Decision.REFUND_REMOVE: discord.Colour.red(),
}


def exhibit_file(file: CaseFile, exhibit: Exhibit) -> discord.File | None:
    """The picture as an upload; None where there is none any more."""
    if not exhibit.jpeg:
        return None
    return discord.File(BytesIO(exhibit.jpeg), f"reported-{file.image.image_id.lower()}.jpg")


def card_view(file: CaseFile, exhibit: Exhibit, picture: discord.File | None) -> ui.LayoutView:
    """A card with its picture behind a spoiler; buttons for as long as there is something to decide."""
    verdict = file.case.verdict
    card: ui.Container[Any] = ui.Container(
        accent_colour=OPEN_COLOUR if verdict is None else DECIDED_COLOURS[verdict.decision]
    )
    for text in (messages.title_text(file), *messages.report_blocks(file)):
        card.add_item(ui.TextDisplay(text))
    card.add_item(ui.Separator())
    if picture is not None:
        shown = discord.MediaGalleryItem(
            picture, description=messages.picture_alt(file, exhibit), spoiler=exhibit.hidden is None
        )
        card.add_item(ui.MediaGallery(shown))
    instead = messages.picture_text(file, exhibit)
    if instead is not None:
        card.add_item(ui.TextDisplay(instead))
    card.add_item(ui.TextDisplay(messages.facts_text(file)))
    if exhibit.hidden is not Placeholder.MATURE:
        for text in messages.prompt_blocks(file):
            card.add_item(ui.TextDisplay(text))
    if file.choices:
        buttons = [DecideButton.of(file, decision) for decision in file.choices]
        card.add_item(ui.ActionRow[Any](*buttons))
    card.add_item(ui.TextDisplay(messages.case_text(file)))
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    return view
