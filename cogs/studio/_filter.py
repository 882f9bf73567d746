"""Which companions the panel's menu lists: by source, style, gender and name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain import studio_changes as changes
from bot.domain.errors import InvalidInputError
from bot.domain.studio import StudioChoices
from bot.services.studio_panel import Panel
from cogs.base.answers import ack_silently, row_of, say
from cogs.base.host import Host, services_of
from cogs.base.modals import DurableModal
from cogs.base.plain import as_typed
from cogs.studio import _messages as messages
from cogs.studio._components import (
    ACCENT,
    SCREENS,
    GoButton,
    OwnButton,
    OwnSelect,
    Screen,
    Shown,
    TurnButton,
    changed,
    framed,
    in_turn,
    is_owner,
    place_of,
    show,
)

_CHANGES: dict[str, Callable[[StudioChoices, str], StudioChoices]] = {
    "source": changes.from_source,
    "style": changes.of_style,
    "gender": changes.of_gender,
}


async def _render(interaction: discord.Interaction[Host], _screen: Screen, _page: int) -> Shown:
    panel = await services_of(interaction).studio.open(place_of(interaction), interaction.user.id)
    return filter_view(panel, interaction.user.id), ()


SCREENS[Screen.FILTER] = _render


class FilterSelect(OwnSelect, action="studio-filter", fields=("owner", "by")):
    """One part of the filter."""

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """Filter by it."""
        change = _CHANGES.get(self.values["by"])
        if change is None:
            raise InvalidInputError("The filter", f"one of {', '.join(_CHANGES)}")
        panel = await changed(interaction, lambda c: change(c, self.chosen[0]))
        await show(interaction, filter_view(panel, interaction.user.id))


class ResetFilterButton(TurnButton, action="studio-reset", fields=("owner",)):
    """All companions again."""

    label = "Show all"

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Take the filter away."""
        panel = await changed(interaction, changes.unfiltered)
        await show(interaction, filter_view(panel, interaction.user.id))


class SearchButton(OwnButton, action="studio-search", fields=("owner",)):
    """Opens the form for a part of a name."""

    label = "Search by name"
    emoji = "🔎"

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """One short read, so that the form has what was searched."""
        choices = await services_of(interaction).studio.choices(place_of(interaction), interaction.user.id)
        await interaction.response.send_modal(SearchForm(choices.listed.search, self.values["owner"]))


class SearchForm(DurableModal, action="studio-search-form", fields=("owner",)):
    """A part of a name."""

    def __init__(self, search: str, owner: str) -> None:
        super().__init__(title="Search companions", owner=owner)
        box: ui.TextInput[Any] = ui.TextInput(
            custom_id="name", default=search or None, max_length=changes.MAX_SEARCH, required=False
        )
        self.add_item(ui.Label(text="Name", description="Any part of it; empty shows all.", component=box))

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Search."""
        if not is_owner(interaction, values["owner"]):
            await say(interaction, messages.NOT_YOURS)
            return
        await ack_silently(interaction)
        text = as_typed(str(answers.get("name") or ""))
        async with in_turn(interaction):
            panel = await changed(interaction, lambda c: changes.searching(c, text))
            await show(interaction, filter_view(panel, interaction.user.id))


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (FilterSelect, ResetFilterButton, SearchButton)


def filter_view(panel: Panel, user_id: int) -> ui.LayoutView:
    """The filter, with whom it leaves."""
    owner, listed = str(user_id), panel.choices.listed
    sources = [
        discord.SelectOption(label=words, value=source.value, default=source is listed.source)
        for source, words in messages.SOURCES.items()
    ]
    style = "" if listed.style is None else listed.style.value
    gender = "" if listed.gender is None else listed.gender.value
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(messages.filter_text(panel)),
        row_of(FilterSelect(sources, owner=owner, by="source")),
        row_of(FilterSelect(_options("Any style", messages.STYLES, style), owner=owner, by="style")),
        row_of(FilterSelect(_options("Any gender", messages.GENDERS, gender), owner=owner, by="gender")),
        row_of(
            GoButton(owner=owner, screen=Screen.PANEL, page="0").dressed(
                "Done", style=discord.ButtonStyle.primary
            ),
            SearchButton(owner=owner),
            ResetFilterButton(owner=owner),
        ),
        accent_colour=ACCENT,
    )
    return framed(container)


def _options(any_words: str, known: Mapping[Any, str], chosen: str) -> list[discord.SelectOption]:
    options = [discord.SelectOption(label=any_words, value=changes.ANY, default=not chosen)]
    return options + [
        discord.SelectOption(label=words, value=str(value.value), default=value.value == chosen)
        for value, words in known.items()
    ]
