"""What all of the studio's buttons and menus have in common: whose panel it is, and which part of it is shown."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

import discord
from discord import ui

from bot.domain.studio import StudioChoices
from bot.services.studio_panel import Panel
from cogs.base.answers import NO_PINGS, ack_silently, say
from cogs.base.components import DurableButton, DurableSelect
from cogs.base.host import Host, services_of
from cogs.images._press import place_of
from cogs.studio import _messages as messages

ACCENT = 0xC9894B


class Screen(enum.StrEnum):
    """The parts of the panel; each takes the place of the one before in the same message."""

    PANEL = "panel"
    FILTER = "filter"
    OUTFITS = "outfit"
    ACTIONS = "action"
    SCENES = "scene"


Shown = tuple[ui.LayoutView, Sequence[discord.File]]
Render = Callable[[discord.Interaction[Host], Screen, int], Awaitable[Shown]]

SCREENS: dict[Screen, Render] = {}
"""How each part is made anew; filled by the modules that know."""


_TURNS: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


def in_turn(interaction: discord.Interaction[Any]) -> asyncio.Lock:
    """One press of a member after the other: else an earlier one's panel could take a later one's place."""
    return _TURNS.setdefault(interaction.user.id, asyncio.Lock())


def is_owner(interaction: discord.Interaction[Any], owner: str) -> bool:
    """Whether a panel is the presser's own."""
    return str(interaction.user.id) == owner


async def changed(
    interaction: discord.Interaction[Host], change: Callable[[StudioChoices], StudioChoices]
) -> Panel:
    """The presser's panel after a change."""
    return await services_of(interaction).studio.change(place_of(interaction), interaction.user.id, change)


async def show(interaction: discord.Interaction[Host], view: ui.LayoutView, *files: discord.File) -> None:
    """Put this in the panel's place."""
    await interaction.edit_original_response(view=view, attachments=files, allowed_mentions=NO_PINGS)


async def turn_to(interaction: discord.Interaction[Host], screen: Screen, page: int = 0) -> None:
    """Show a part of the presser's panel."""
    view, files = await SCREENS[screen](interaction, screen, page)
    await show(interaction, view, *files)


class OwnButton(DurableButton):
    """A button of somebody's panel: presses of others change nothing and are told why."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Do it for the owner."""
        if not is_owner(interaction, self.values["owner"]):
            await say(interaction, messages.NOT_YOURS)
            return
        await self.press_own(interaction)

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """What the owner's press does. Acknowledge first."""
        raise NotImplementedError

    def dressed(
        self,
        label: str | None = None,
        *,
        emoji: str | None = None,
        style: discord.ButtonStyle | None = None,
        is_disabled: bool = False,
    ) -> OwnButton:
        """The same button with another look."""
        self.item.label = label or self.item.label
        self.item.emoji = emoji or self.item.emoji
        self.item.style = style or self.item.style
        self.item.disabled = is_disabled
        return self


class TurnButton(OwnButton):
    """A button that changes what the panel shows."""

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Acknowledge, then change it in the order of the presses."""
        await ack_silently(interaction)
        async with in_turn(interaction):
            await self.turn(interaction)

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """What the owner's press changes; it is acknowledged."""
        raise NotImplementedError


class OwnSelect(DurableSelect):
    """A menu of somebody's panel: choices of others change nothing and are told why."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Do it for the owner."""
        if not is_owner(interaction, self.values["owner"]):
            await say(interaction, messages.NOT_YOURS)
            return
        await ack_silently(interaction)
        async with in_turn(interaction):
            await self.choose(interaction)

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """What the owner's choice does; it is acknowledged."""
        raise NotImplementedError


class GoButton(TurnButton, action="studio-go", fields=("owner", "screen", "page")):
    """To another part of the panel, or another page of this one."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Show it; a forged part is the panel itself."""
        await turn_to(interaction, screen_named(self.values["screen"]), number(self.values["page"]))


def screen_named(text: str) -> Screen:
    """The part that a custom id names; a forged one is the panel itself."""
    return next((screen for screen in Screen if screen.value == text), Screen.PANEL)


def number(text: str) -> int:
    """A page out of a custom id, from 0."""
    return int(text) if text.isdecimal() and len(text) <= 6 else 0  # noqa: PLR2004  digits


def beside(text: str, accessory: ui.Item[Any]) -> ui.Section[Any]:
    """Text with one component at its right."""
    return ui.Section(text, accessory=accessory)


def framed(container: ui.Container[Any]) -> ui.LayoutView:
    """A message of one container."""
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view
