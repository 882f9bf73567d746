"""The presets browser: outfits, actions and scenes, each with a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain import studio_changes as changes
from bot.domain.presets import Preset, PresetKind
from bot.services.studio_panel import PresetPage
from cogs.base.answers import row_of
from cogs.base.host import Host, services_of
from cogs.studio import _messages as messages
from cogs.studio._components import (
    ACCENT,
    SCREENS,
    GoButton,
    OwnSelect,
    Screen,
    Shown,
    TurnButton,
    beside,
    changed,
    framed,
    number,
    place_of,
    screen_named,
    turn_to,
)

TABS = {
    Screen.OUTFITS: PresetKind.OUTFIT,
    Screen.ACTIONS: PresetKind.ACTION,
    Screen.SCENES: PresetKind.SCENE,
}


async def _render(interaction: discord.Interaction[Host], screen: Screen, page: int) -> Shown:
    found = await services_of(interaction).studio.preset_page(
        place_of(interaction), interaction.user.id, TABS[screen], page
    )
    return presets_view(found, screen, interaction.user.id)


SCREENS.update(dict.fromkeys(TABS, _render))


class TabButton(TurnButton, action="studio-tab", fields=("owner", "screen")):
    """Another kind of presets."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Show it."""
        await turn_to(interaction, screen_named(self.values["screen"]))


class PresetSelect(OwnSelect, action="studio-preset", fields=("owner", "screen", "page")):
    """One preset of the page."""

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """Choose it, and stay."""
        screen = screen_named(self.values["screen"])
        if screen in TABS:
            await changed(interaction, lambda c: changes.with_preset(c, TABS[screen], self.chosen[0]))
        await turn_to(interaction, screen, number(self.values["page"]))


class NoPresetButton(TurnButton, action="studio-no-preset", fields=("owner", "screen", "page")):
    """No preset of this kind."""

    label = "None"

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Take it away, and stay."""
        screen = screen_named(self.values["screen"])
        if screen in TABS:
            await changed(interaction, lambda c: changes.with_preset(c, TABS[screen], ""))
        await turn_to(interaction, screen, number(self.values["page"]))


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (TabButton, PresetSelect, NoPresetButton)


def presets_view(page: PresetPage, screen: Screen, user_id: int) -> Shown:
    """A page of presets with its pictures. At most 36 components."""
    owner = str(user_id)
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(messages.presets_head(page)),
        row_of(*(_tab(tab, kind, owner, is_open=tab is screen) for tab, kind in TABS.items())),
        accent_colour=ACCENT,
    )
    files: list[discord.File] = []
    for preset, thumbnail in zip(page.presets, page.thumbnails, strict=True):
        text = messages.preset_text(preset, is_chosen=preset.preset_id == page.chosen_id)
        if thumbnail is None:
            container.add_item(ui.TextDisplay(text))
            continue
        file = discord.File(io.BytesIO(thumbnail), f"{preset.preset_id}.jpg")
        files.append(file)
        picture: ui.Thumbnail[Any] = ui.Thumbnail(file, description=preset.name)
        container.add_item(beside(text, picture))
    if page.presets:
        options = [_option(preset, page.chosen_id) for preset in page.presets]
        placeholder = f"Choose one of the {messages.KINDS[page.kind].lower()}"
        container.add_item(
            row_of(
                PresetSelect(
                    options, placeholder=placeholder, owner=owner, screen=screen, page=str(page.page)
                )
            )
        )
    container.add_item(_leaving(page, screen, owner))
    return framed(container), files


def _tab(tab: Screen, kind: PresetKind, owner: str, *, is_open: bool) -> ui.Item[Any]:
    return TabButton(owner=owner, screen=tab).dressed(
        messages.KINDS[kind],
        emoji=messages.KIND_SIGNS[kind],
        style=discord.ButtonStyle.primary if is_open else discord.ButtonStyle.secondary,
    )


def _option(preset: Preset, chosen_id: str) -> discord.SelectOption:
    return discord.SelectOption(
        label=preset.name, value=preset.preset_id, default=preset.preset_id == chosen_id
    )


def _leaving(page: PresetPage, screen: Screen, owner: str) -> ui.ActionRow[Any]:
    row = row_of(
        GoButton(owner=owner, screen=Screen.PANEL, page="0").dressed(
            "Done", style=discord.ButtonStyle.primary
        )
    )
    if page.pages > 1:
        before, after = page.page - 1, page.page + 1
        row.add_item(
            GoButton(owner=owner, screen=screen, page=str(before if before >= 0 else page.pages)).dressed(
                emoji="◀️", is_disabled=before < 0
            )
        )
        row.add_item(
            GoButton(owner=owner, screen=screen, page=str(after)).dressed(
                emoji="▶️", is_disabled=after >= page.pages
            )
        )
    no_preset = NoPresetButton(owner=owner, screen=screen, page=str(page.page))
    row.add_item(no_preset.dressed(is_disabled=not page.chosen_id))
    return row
