"""A page of a gallery and everything to turn it. Nothing is remembered: the ids say which page is meant."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

import discord
from discord import ui

from bot.domain.errors import InvalidInputError
from bot.services.gallery import GalleryAsk, GalleryPage, Toward
from cogs.base.answers import NO_PINGS, ack, ack_silently
from cogs.base.components import DurableButton, DurableSelect
from cogs.base.host import Host, services_of
from cogs.base.modals import DurableModal
from cogs.gallery import _messages as messages
from cogs.gallery._asking import ANY, KIND_LETTERS, PLACE, asked_for, companion_of, kind_of, place_of
from cogs.gallery._card import open_card

_Interaction = discord.Interaction[Host]
_ANYONE, _MORE = "*", "+"
_COMPANIONS_A_LIST = 23
"""A select has 25 options: these, "everybody" and "more"."""


# ---------------------------------------------------------------- turning


class _TurnButton(DurableButton):
    """Leads to the page that its custom id names."""

    async def press(self, interaction: _Interaction) -> None:
        """Show the page in the same message."""
        await ack_silently(interaction)
        await show_page(interaction, asked_for(interaction, self.values))


class NewerButton(_TurnButton, action="gallery-newer", fields=PLACE):
    """The page before."""

    label = "Newer"
    emoji = "◀️"


class OlderButton(_TurnButton, action="gallery-older", fields=PLACE):
    """The page after."""

    label = "Older"
    emoji = "▶️"


class FavouritesButton(_TurnButton, action="gallery-favourites", fields=PLACE):
    """Favourites alone, or all again."""

    label = "Favourites"
    emoji = "⭐"


class ClearButton(_TurnButton, action="gallery-clear", fields=PLACE):
    """Everything again."""

    label = "Clear filters"
    emoji = "✖️"


class _FilterSelect(DurableSelect):
    """Changes one filter of the page that its custom id names."""

    @classmethod
    def at(cls, ask: GalleryAsk, options: list[discord.SelectOption], placeholder: str) -> Self:
        """One for a page."""
        place = place_of(ask)
        return cls(
            options,
            placeholder=placeholder,
            owner=place["owner"],
            companion=place["companion"],
            show=place["show"],
            cursor=place["cursor"],
        )


class CompanionSelect(_FilterSelect, action="gallery-companion", fields=PLACE):
    """One companion's pictures, everybody's, or more companions to choose from."""

    async def press(self, interaction: _Interaction) -> None:
        """Show the page in the same message."""
        await ack_silently(interaction)
        ask, chosen = asked_for(interaction, self.values), self.chosen[0]
        if chosen.startswith(_MORE):
            await show_page(interaction, ask, _number(chosen[1:]))
            return
        await show_page(interaction, _from_the_newest(replace(ask, companion_id=companion_of(chosen))))


class KindSelect(_FilterSelect, action="gallery-kind", fields=PLACE):
    """Pictures of one kind, or of all."""

    async def press(self, interaction: _Interaction) -> None:
        """Show the page in the same message."""
        await ack_silently(interaction)
        ask = replace(asked_for(interaction, self.values), kind=kind_of(self.chosen[0]))
        await show_page(interaction, _from_the_newest(ask))


class DayButton(DurableButton, action="gallery-day", fields=("owner", "companion", "show")):
    """Asks for a day."""

    label = "Jump to a date"
    emoji = "📅"

    async def press(self, interaction: _Interaction) -> None:
        """Show the form, which must be the first answer."""
        await interaction.response.send_modal(DayForm(**self.values))


class DayForm(DurableModal, action="gallery-day-form", fields=("owner", "companion", "show")):
    """The day whose pictures are wanted."""

    def __init__(self, **values: str) -> None:
        super().__init__(title="Jump to a date", **values)
        box: ui.TextInput[Any] = ui.TextInput(
            custom_id="day", placeholder="2026-05-31", min_length=1, max_length=20
        )
        self.add_item(ui.Label(text="Day", description="Year-month-day, in UTC", component=box))

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Show the page that begins with that day."""
        try:
            day = (
                datetime.strptime(str(answers.get("day", "")).strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
            )
        except ValueError as error:
            raise InvalidInputError(messages.DAY_FIELD, messages.DAY_SHAPE) from error
        await ack_silently(interaction)
        await show_page(interaction, asked_for(interaction, values).upto_day(day))


class SheetButton(DurableButton, action="gallery-sheet", fields=PLACE):
    """The page as one picture."""

    label = "Sheet"
    emoji = "🗂️"

    async def press(self, interaction: _Interaction) -> None:
        """Hand the contact sheet over."""
        await ack(interaction)
        sheet = await services_of(interaction).gallery.sheet(asked_for(interaction, self.values))
        file = discord.File(io.BytesIO(sheet.picture), "darkroom-sheet.jpg")
        view = ui.LayoutView(timeout=None)
        alt = messages.sheet_alt(sheet.page)
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description=alt)))
        view.add_item(ui.TextDisplay(messages.sheet_text(sheet.page)))
        await interaction.edit_original_response(view=view, attachments=[file], allowed_mentions=NO_PINGS)


class OpenSelect(DurableSelect, action="gallery-open"):
    """One picture of the page, at full size."""

    async def press(self, interaction: _Interaction) -> None:
        """Show it in an answer of its own."""
        await ack(interaction)
        await open_card(interaction, self.chosen[0])


ITEMS = (
    NewerButton,
    OlderButton,
    FavouritesButton,
    ClearButton,
    CompanionSelect,
    KindSelect,
    DayButton,
    SheetButton,
    OpenSelect,
)


# ---------------------------------------------------------------- the page


async def show_page(
    interaction: _Interaction, ask: GalleryAsk, list_number: int = 0, *, companion: str | None = None
) -> None:
    """Fill an acknowledged answer with a page. ``list_number``: which of the lists of companions is offered."""
    page = await services_of(interaction).gallery.page(ask, companion)
    files = [
        discord.File(io.BytesIO(picture.tile), f"{picture.image.image_id.lower()}.jpg")
        for picture in page.pictures
    ]
    view = page_view(page, files, list_number)
    await interaction.edit_original_response(view=view, attachments=files, allowed_mentions=NO_PINGS)


def page_view(page: GalleryPage, files: list[discord.File], list_number: int = 0) -> ui.LayoutView:
    """A page; ``files`` are its tiles, in order."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(messages.page_text(page)))
    if page.pictures:
        tiles = [
            discord.MediaGalleryItem(file, description=messages.tile_alt(picture))
            for picture, file in zip(page.pictures, files, strict=True)
        ]
        view.add_item(ui.MediaGallery[Any](*tiles))
        options = [messages.option_of(number, picture) for number, picture in enumerate(page.pictures, 1)]
        view.add_item(ui.ActionRow[Any](OpenSelect(options, placeholder="Open one")))
        view.add_item(_turning_row(page))
    if page.pictures or page.ask.is_filtered:
        for row in _filter_rows(page, list_number):
            view.add_item(row)
    return view


def _turning_row(page: GalleryPage) -> ui.ActionRow[Any]:
    row: ui.ActionRow[Any] = ui.ActionRow()
    ask, first, last = page.ask, page.pictures[0].image.image_id, page.pictures[-1].image.image_id
    if page.has_newer:
        row.add_item(NewerButton(**place_of(replace(ask, toward=Toward.NEWER, cursor=first))))
    if page.has_older:
        row.add_item(OlderButton(**place_of(replace(ask, toward=Toward.OLDER, cursor=last))))
    whole = place_of(_from_the_newest(ask))
    row.add_item(DayButton(owner=whole["owner"], companion=whole["companion"], show=whole["show"]))
    row.add_item(SheetButton(**place_of(_this_page(page))))
    return row


def _filter_rows(page: GalleryPage, list_number: int) -> list[ui.ActionRow[Any]]:
    ask, here = page.ask, _this_page(page)
    kinds = [discord.SelectOption(label="All kinds", value=ANY)]
    kinds += [
        discord.SelectOption(label=messages.KINDS[kind], value=KIND_LETTERS[kind], default=kind is ask.kind)
        for kind in messages.LISTED_KINDS
    ]
    rows = [
        ui.ActionRow[Any](CompanionSelect.at(here, _companion_options(page, list_number), "All companions")),
        ui.ActionRow[Any](KindSelect.at(here, kinds, "All kinds")),
    ]
    buttons: list[ui.Item[Any]] = []
    if ask.is_own:
        flipped = _from_the_newest(replace(ask, favourites_only=not ask.favourites_only))
        favourites = FavouritesButton(**place_of(flipped))
        favourites.item.style = (
            discord.ButtonStyle.primary if ask.favourites_only else discord.ButtonStyle.secondary
        )
        buttons.append(favourites)
    if ask.is_filtered:
        buttons.append(ClearButton(**place_of(GalleryAsk(ask.guild_id, ask.viewer_id, ask.owner_id))))
    return [*rows, ui.ActionRow[Any](*buttons)] if buttons else rows


def _companion_options(page: GalleryPage, list_number: int) -> list[discord.SelectOption]:
    """The companions of one list, between "everybody" and "more"."""
    lists = -(-len(page.companions) // _COMPANIONS_A_LIST)
    number = list_number % lists if lists else 0
    shown = page.companions[number * _COMPANIONS_A_LIST : (number + 1) * _COMPANIONS_A_LIST]
    options = [discord.SelectOption(label="All companions", value=_ANYONE)]
    options += [
        discord.SelectOption(
            label=companion.name[:100],
            value=companion.companion_id,
            default=companion.companion_id == page.ask.companion_id,
        )
        for companion in shown
    ]
    if lists > 1:
        options.append(discord.SelectOption(label="More companions…", value=f"{_MORE}{(number + 1) % lists}"))
    return options


def _this_page(page: GalleryPage) -> GalleryAsk:
    """How to come back to exactly these pictures."""
    if not page.pictures:
        return _from_the_newest(page.ask)
    return replace(page.ask, toward=Toward.FROM, cursor=page.pictures[0].image.image_id)


def _from_the_newest(ask: GalleryAsk) -> GalleryAsk:
    return replace(ask, toward=Toward.NEWEST, cursor="")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 4 else 0  # noqa: PLR2004  no guild has so many
