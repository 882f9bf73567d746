"""The numbered sheet of reference candidates, which pictures deliver and companions show again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO
from typing import Any, ClassVar

import discord
from discord import ui

from bot.domain.request import Image
from cogs.base.components import DurableButton
from cogs.base.host import Host
from cogs.base.plain import plain

MAX_ALT_TEXT = 1024

COMPANION_GONE = "The companion was **deleted** meanwhile, so nothing is left to pick."
CANDIDATES_WAIT = (
    "Candidates for your companion's reference **wait for you**: `/companion settings` shows them, for free."
)


def moments_words(amount: int) -> str:
    """Like "1 moment", "100 moments"."""
    return f"{amount:,} moment{'' if amount == 1 else 's'}"


class PickButton(DurableButton, action="reference-pick", fields=("image_id", "number")):
    """Makes a candidate the reference of its companion; ``cogs.companions`` says how (``on_press``)."""

    style = discord.ButtonStyle.primary
    on_press: ClassVar[Callable[[discord.Interaction[Host], str], Awaitable[None]]]

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.item.label = values["number"] or "Pick"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Pick it."""
        await type(self).on_press(interaction, self.values["image_id"])


class MakeCandidatesButton(DurableButton, action="reference-make", fields=("companion", "price")):
    """Has candidates made for the price that stands on it; ``cogs.companions`` says how (``on_press``)."""

    label = "Make candidates"
    on_press: ClassVar[Callable[[discord.Interaction[Host], str, str], Awaitable[None]]]

    @classmethod
    def labelled(
        cls,
        words: str,
        companion_id: str,
        price: int,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> MakeCandidatesButton:
        """One with these words and the price on it."""
        button = cls(companion=companion_id, price=str(price))
        button.item.label = f"{words} · {moments_words(price)}"
        button.item.style = style
        return button

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Have them made."""
        await type(self).on_press(interaction, self.values["companion"], self.values["price"])


def candidates_view(
    name: str,
    companion_id: str,
    images: Sequence[Image],
    file: discord.File,
    *,
    price: int | None,
    chosen: Image | None = None,
    more: Sequence[ui.Item[Any]] = (),
) -> ui.LayoutView:
    """The sheet with a button for each candidate. ``price`` is that of new ones; None where none can be made.

    ``chosen`` is the one that is the reference now; ``more`` are further buttons.
    """
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(sheet_text(name, images, chosen)))
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description=sheet_alt(name, images))))
    row: ui.ActionRow[Any] = ui.ActionRow()
    for number, image in enumerate(images, 1):
        button = PickButton(image_id=image.image_id, number=str(number))
        if chosen is not None and image.image_id == chosen.image_id:
            button.item.style = discord.ButtonStyle.success
        row.add_item(button)
    view.add_item(row)
    below: list[ui.Item[Any]] = [*more]
    if price is not None:
        below.insert(0, MakeCandidatesButton.labelled("Make four others", companion_id, price))
    if below:
        view.add_item(ui.ActionRow[Any](*below))
    return view


def sheet_text(name: str, images: Sequence[Image], chosen: Image | None) -> str:
    """What stands over the sheet."""
    safe = plain(name)
    if chosen is not None:
        number = [image.image_id for image in images].index(chosen.image_id) + 1
        ask = f"Number **{number}** is {safe} now. Another number changes that, for free."
    elif len(images) == 1:
        ask = f"**Press 1** if this is {safe}. Until then nothing changes."
    else:
        ask = f"**Press the number** of the one that is {safe}. Until then nothing changes."
    notes = list(dict.fromkeys(label for image in images for label in image.labels))
    notes.append("they stay: `/companion settings` shows them again, for free")
    return f"### Candidates for {safe}\n{ask}\n-# {' · '.join(notes)}"


def sheet_alt(name: str, images: Sequence[Image]) -> str:
    """The sheet in words, for a screen reader."""
    described = "; ".join(f"{number}: {image.alt_text}" for number, image in enumerate(images, 1))
    return f"Numbered candidates for {name}. {described}"[:MAX_ALT_TEXT]


def sheet_file(data: bytes) -> discord.File:
    """The sheet as an upload."""
    return discord.File(BytesIO(data), "candidates.jpg")
