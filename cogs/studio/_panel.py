"""The panel itself: who, what, how, for how much, and Generate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain import studio_changes as changes
from bot.domain.errors import CastSizeError, NotAdvancedReadyError
from bot.domain.picture import Resolution
from bot.domain.request import RequestKind, RequestOptions
from bot.domain.scene import MAX_CAST
from bot.domain.studio import ADVANCED_PROMPT, Mode, StudioChoices, prompt_limit
from bot.services.studio_panel import Panel
from cogs.base.answers import ack_silently, say
from cogs.base.host import Host, require_guild, services_of
from cogs.base.modals import DurableModal
from cogs.images._press import begin, parent_of
from cogs.studio import _messages as messages
from cogs.studio._components import (
    ACCENT,
    SCREENS,
    GoButton,
    OwnButton,
    OwnSelect,
    Screen,
    Shown,
    beside,
    changed,
    framed,
    is_owner,
    number,
    place_of,
    row_of,
    show,
)

_PRESSED, _PLAIN = discord.ButtonStyle.primary, discord.ButtonStyle.secondary


async def show_panel(interaction: discord.Interaction[Host], panel: Panel) -> None:
    """Put the panel in its own place; it has no files."""
    await show(interaction, panel_view(panel, interaction.user.id))


async def _render(interaction: discord.Interaction[Host], _screen: Screen, _page: int) -> Shown:
    panel = await services_of(interaction).studio.open(place_of(interaction), interaction.user.id)
    return panel_view(panel, interaction.user.id), ()


SCREENS[Screen.PANEL] = _render


# ---------------------------------------------------------------- what is pressed


class SoloGroupButton(OwnButton, action="studio-cast-size", fields=("owner", "to")):
    """One companion, or a group."""

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Switch."""
        await ack_silently(interaction)
        is_group = self.values["to"] == "group"
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.for_group(c, is_group=is_group))
        )


class ModeButton(OwnButton, action="studio-mode", fields=("owner", "to")):
    """Premium or Advanced."""

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Switch."""
        await ack_silently(interaction)
        mode = self.values["to"]
        await show_panel(interaction, await changed(interaction, lambda c: changes.in_mode(c, mode)))


class UseModeButton(ModeButton, action="studio-use-mode", fields=("owner", "to")):
    """The same, offered beside a note."""


class CompanionSelect(OwnSelect, action="studio-cast", fields=("owner",)):
    """Who is in the picture."""

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """Choose them; where they are too many, the menu goes back to what stands."""
        listed = [option.value for option in self.item.options]
        try:
            panel = await changed(interaction, lambda c: changes.with_cast(c, listed, self.chosen))
        except CastSizeError:
            await show_panel(interaction, await changed(interaction, lambda c: c))
            raise
        await show_panel(interaction, panel)


class ClearCastButton(OwnButton, action="studio-clear", fields=("owner",)):
    """Nobody any more."""

    label = "Clear"

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Clear the cast."""
        await ack_silently(interaction)
        await show_panel(interaction, await changed(interaction, changes.without_cast))


class PageButton(OwnButton, action="studio-page", fields=("owner", "page")):
    """Another page of companions."""

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Turn to it."""
        await ack_silently(interaction)
        page = number(self.values["page"])
        await show_panel(interaction, await changed(interaction, lambda c: changes.on_page(c, page)))


class AspectSelect(OwnSelect, action="studio-aspect", fields=("owner",)):
    """The shape of the picture."""

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """Choose it."""
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.with_aspect(c, self.chosen[0]))
        )


class CountSelect(OwnSelect, action="studio-count", fields=("owner",)):
    """How many pictures."""

    async def choose(self, interaction: discord.Interaction[Host]) -> None:
        """Choose it."""
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.with_count(c, self.chosen[0]))
        )


class ResolutionButton(OwnButton, action="studio-resolution", fields=("owner", "to")):
    """2K or 4K."""

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Choose it."""
        await ack_silently(interaction)
        wanted = self.values["to"]
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.with_resolution(c, wanted))
        )


class GenerateButton(OwnButton, action="studio-generate", fields=("owner",)):
    """Make it. The picture comes into the channel, the panel stays."""

    emoji = "✨"
    style = discord.ButtonStyle.success

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Begin a request for what is on the panel; its kind is what the panel says."""
        await begin(
            interaction,
            RequestKind.PREMIUM,
            f"studio:{require_guild(interaction)}",
            RequestOptions(parent_channel_id=parent_of(interaction)),
            start=services_of(interaction).studio.generate,
        )


class PromptButton(OwnButton, action="studio-prompt", fields=("owner",)):
    """Opens the form for the prompt."""

    emoji = "✏️"

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """One short read, so that the form has what was written."""
        choices = await services_of(interaction).studio.choices(place_of(interaction), interaction.user.id)
        await interaction.response.send_modal(PromptForm(choices, self.values["owner"]))


class PromptForm(DurableModal, action="studio-prompt-form", fields=("owner",)):
    """The prompt, with the limit of the mode and how to write for it."""

    def __init__(self, choices: StudioChoices, owner: str) -> None:
        mode = Mode.PREMIUM if choices.kind is RequestKind.PREMIUM else Mode.ADVANCED
        super().__init__(
            title=f"Prompt for {'a group' if choices.is_group else messages.MODES[mode]}", owner=owner
        )
        limit = prompt_limit(choices.kind)
        prompt = choices.prompt[:ADVANCED_PROMPT]
        box: ui.TextInput[Any] = ui.TextInput(
            custom_id="prompt",
            style=discord.TextStyle.paragraph,
            default=prompt or None,
            max_length=max(limit, len(prompt)),  # what is too long for this mode is told, not cut
            required=False,
        )
        self.add_item(ui.TextDisplay(messages.TIPS[mode]))
        self.add_item(
            ui.Label(text="What to picture", description=f"{limit:,} characters at most.", component=box)
        )

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Keep it; the panel says what it thinks of it."""
        if not is_owner(interaction, values["owner"]):
            await say(interaction, messages.NOT_YOURS)
            return
        await ack_silently(interaction)
        text = str(answers.get("prompt") or "")
        await show_panel(interaction, await changed(interaction, lambda c: changes.with_prompt(c, text)))


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (
    SoloGroupButton,
    ModeButton,
    UseModeButton,
    CompanionSelect,
    ClearCastButton,
    PageButton,
    AspectSelect,
    CountSelect,
    ResolutionButton,
    GenerateButton,
    PromptButton,
)


# ---------------------------------------------------------------- how it looks


def panel_view(panel: Panel, user_id: int) -> ui.LayoutView:
    """The panel of a member, made anew each time. At most 37 components and about 2,500 characters."""
    owner = str(user_id)
    container: ui.Container[Any] = ui.Container(
        ui.TextDisplay(messages.head_text(panel)),
        _switches(panel, owner),
        ui.Separator(),
        accent_colour=ACCENT,
    )
    for item in (*_who(panel, user_id), *_what(panel, owner), *_how(panel, owner)):
        container.add_item(item)
    container.add_item(ui.Separator())
    container.add_item(ui.TextDisplay(messages.price_text(panel)))
    generate = GenerateButton(owner=owner).dressed(
        messages.generate_label(panel),
        style=discord.ButtonStyle.success if panel.shortage is None else _PLAIN,
        is_disabled=panel.problem is not None,
    )
    refresh = GoButton(owner=owner, screen=Screen.PANEL, page="0").dressed(emoji="🔄")
    container.add_item(row_of(generate, refresh))
    return framed(container)


def _switches(panel: Panel, owner: str) -> ui.ActionRow[Any]:
    choices = panel.choices
    row = row_of(
        SoloGroupButton(owner=owner, to="solo").dressed(
            "Solo", style=_PLAIN if choices.is_group else _PRESSED
        ),
        SoloGroupButton(owner=owner, to="group").dressed(
            "Group", style=_PRESSED if choices.is_group else _PLAIN
        ),
    )
    for mode, label in messages.MODES.items():
        row.add_item(
            ModeButton(owner=owner, to=mode.value).dressed(
                label, style=_PRESSED if panel.mode is mode else _PLAIN, is_disabled=choices.is_group
            )
        )
    return row


def _who(panel: Panel, user_id: int) -> list[ui.Item[Any]]:
    owner, choices, listing = str(user_id), panel.choices, panel.listing
    cast: ui.Item[Any] = ui.TextDisplay(messages.cast_text(panel))
    if choices.is_group and choices.companion_ids:
        cast = beside(messages.cast_text(panel), ClearCastButton(owner=owner))
    items: list[ui.Item[Any]] = [cast]
    if listing.companions:
        needs_likeness = choices.kind.needs_likeness
        options = [
            discord.SelectOption(
                label=companion.name,
                value=companion.companion_id,
                description=messages.companion_words(companion, user_id, needs_likeness=needs_likeness),
                default=companion.companion_id in choices.cast_ids,
            )
            for companion in listing.companions
        ]
        select = CompanionSelect(
            options,
            placeholder="Choose 2 or 3 companions" if choices.is_group else "Choose a companion",
            min_values=0 if choices.is_group else 1,
            max_values=MAX_CAST if choices.is_group else 1,
            owner=owner,
        )
        items.append(row_of(select))
    words = messages.list_text(panel)
    if words:
        items.append(ui.TextDisplay(words))
    row = row_of(GoButton(owner=owner, screen=Screen.FILTER, page="0").dressed("Filter", emoji="🔎"))
    if listing.pages > 1:
        before, after = listing.page - 1, listing.page + 1
        row.add_item(
            PageButton(owner=owner, page=str(max(before, 0))).dressed(emoji="◀️", is_disabled=before < 0)
        )
        row.add_item(
            PageButton(owner=owner, page=str(after)).dressed(emoji="▶️", is_disabled=after >= listing.pages)
        )
    items.append(row)
    return items


def _what(panel: Panel, owner: str) -> list[ui.Item[Any]]:
    label = "Edit" if panel.choices.prompt else "Write"
    items: list[ui.Item[Any]] = [
        beside(messages.prompt_text(panel), PromptButton(owner=owner).dressed(label))
    ]
    if panel.left_out:
        items.append(ui.TextDisplay(messages.left_out_text(panel.left_out)))
    switch = _other_mode(panel)
    if switch is not None:
        text, mode = switch
        use = UseModeButton(owner=owner, to=mode.value).dressed(f"Use {messages.MODES[mode]}")
        items.append(beside(text, use))
    elif not panel.is_in_form:
        items.append(ui.TextDisplay(messages.form_note(panel)))
    if panel.mode is Mode.PREMIUM:
        browse = GoButton(owner=owner, screen=Screen.OUTFITS, page="0").dressed("Browse", emoji="👗")
        items.append(beside(messages.presets_text(panel), browse))
    return items


def _other_mode(panel: Panel) -> tuple[str, Mode] | None:
    """Why the other mode would do better, where it would."""
    if panel.choices.is_group:
        return None
    if isinstance(panel.problem, NotAdvancedReadyError):
        return messages.NOT_READY, Mode.PREMIUM
    if not panel.is_in_form:
        return messages.form_note(panel), Mode.ADVANCED if panel.mode is Mode.PREMIUM else Mode.PREMIUM
    return None


def _how(panel: Panel, owner: str) -> list[ui.Item[Any]]:
    choices, offers = panel.choices, panel.offers
    shapes = [
        discord.SelectOption(
            label=f"{messages.SHAPES[aspect]} · {aspect.value}",
            value=aspect.value,
            default=aspect is panel.shape,
        )
        for aspect in messages.SHAPES
        if aspect in offers.aspects
    ]
    items: list[ui.Item[Any]] = [
        row_of(AspectSelect(shapes, placeholder=f"{panel.shape.value} is not possible here", owner=owner))
    ]
    if panel.mode is Mode.PREMIUM:
        counts = [
            discord.SelectOption(
                label="1 picture" if n == 1 else f"{n} pictures", value=str(n), default=n == choices.count
            )
            for n in range(1, offers.max_count + 1)
        ]
        items.append(
            row_of(CountSelect(counts, placeholder=f"{choices.count} are not possible here", owner=owner))
        )
    else:
        items.append(
            row_of(
                *(
                    ResolutionButton(owner=owner, to=resolution.value).dressed(
                        resolution.value,
                        style=_PRESSED if choices.resolution is resolution else _PLAIN,
                        is_disabled=resolution not in offers.resolutions,
                    )
                    for resolution in (Resolution.R2K, Resolution.R4K)
                )
            )
        )
    return items
