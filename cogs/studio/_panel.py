"""The panel itself: who, what, how, for how much, and Generate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain import studio_changes as changes
from bot.domain.errors import CastSizeError, NotAdvancedReadyError
from bot.domain.request import RequestKind, RequestOptions
from bot.domain.scene import MAX_CAST
from bot.domain.studio import ADVANCED_PROMPT, Mode, StudioChoices, prompt_limit
from bot.services.studio_panel import Panel
from cogs.base.answers import ack_silently, row_of, say
from cogs.base.host import Host, require_guild, services_of
from cogs.base.modals import DurableModal
from cogs.base.plain import as_typed
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
    TurnButton,
    beside,
    changed,
    framed,
    in_turn,
    is_owner,
    number,
    place_of,
    show,
)


async def show_panel(interaction: discord.Interaction[Host], panel: Panel) -> None:
    """Put the panel in its own place; it has no files."""
    await show(interaction, panel_view(panel, interaction.user.id))


async def _render(interaction: discord.Interaction[Host], _screen: Screen, _page: int) -> Shown:
    panel = await services_of(interaction).studio.open(place_of(interaction), interaction.user.id)
    return panel_view(panel, interaction.user.id), ()


SCREENS[Screen.PANEL] = _render


# ---------------------------------------------------------------- what is pressed


class SoloGroupButton(TurnButton, action="studio-cast-size", fields=("owner", "to")):
    """One companion, or a group."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Switch."""
        is_group = self.values["to"] == "group"
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.for_group(c, is_group=is_group))
        )


class ModeButton(TurnButton, action="studio-mode", fields=("owner", "to")):
    """Premium or Advanced."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Switch."""
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


class ClearCastButton(TurnButton, action="studio-clear", fields=("owner",)):
    """Nobody any more."""

    label = "Clear"

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Clear the cast."""
        await show_panel(interaction, await changed(interaction, changes.without_cast))


class PageButton(TurnButton, action="studio-page", fields=("owner", "page")):
    """Another page of companions."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Turn to it."""
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


class ResolutionButton(TurnButton, action="studio-resolution", fields=("owner", "to")):
    """2K or 4K."""

    async def turn(self, interaction: discord.Interaction[Host]) -> None:
        """Choose it."""
        wanted = self.values["to"]
        await show_panel(
            interaction, await changed(interaction, lambda c: changes.with_resolution(c, wanted))
        )


class GenerateButton(OwnButton, action="studio-generate", fields=("owner", "digest")):
    """Make it. The picture comes into the channel, the panel stays.

    ``digest`` is of what the panel showed: nobody pays for what was chosen on another panel of theirs.
    """

    emoji = "✨"
    style = discord.ButtonStyle.success

    async def press_own(self, interaction: discord.Interaction[Host]) -> None:
        """Begin a request for what is on the panel; its kind is what the panel says."""
        await begin(
            interaction,
            RequestKind.PREMIUM,
            f"studio:{require_guild(interaction)}:{self.values['digest']}",
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
        text = as_typed(str(answers.get("prompt") or ""))
        async with in_turn(interaction):
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
    """The panel of a member, made anew each time. A test counts its components and characters at their most."""
    owner = str(user_id)
    items: tuple[ui.Item[Any], ...] = (
        ui.TextDisplay(messages.head_text(panel)),
        *_switches(panel, owner),
        ui.Separator(),
        *_who(panel, user_id),
        *_what(panel, owner),
        *_how(panel, owner),
        ui.Separator(),
        ui.TextDisplay(messages.price_text(panel)),
        _generate(panel, owner),
    )
    container: ui.Container[Any] = ui.Container(accent_colour=ACCENT)
    for item in items:
        container.add_item(item)
    return framed(container)


def _switches(panel: Panel, owner: str) -> list[ui.Item[Any]]:
    is_group = panel.choices.is_group
    solo = SoloGroupButton(owner=owner, to="solo").dressed("Solo", style=_style(is_pressed=not is_group))
    group = SoloGroupButton(owner=owner, to="group").dressed("Group", style=_style(is_pressed=is_group))
    if is_group:  # which is always advanced
        return [row_of(solo, group)]
    modes = (
        ModeButton(owner=owner, to=mode.value).dressed(label, style=_style(is_pressed=panel.mode is mode))
        for mode, label in messages.MODES.items()
    )
    return [row_of(solo, group), row_of(*modes)]


def _who(panel: Panel, user_id: int) -> list[ui.Item[Any]]:
    owner, choices, listing = str(user_id), panel.choices, panel.listing
    to_filter = GoButton(owner=owner, screen=Screen.FILTER, page="0").dressed("Filter", emoji="🔎")
    items: list[ui.Item[Any]] = [beside(messages.cast_text(panel), to_filter)]
    if listing.companions:
        options = [
            discord.SelectOption(
                label=companion.name,
                value=companion.companion_id,
                description=messages.companion_words(
                    companion, user_id, needs_likeness=choices.kind.needs_likeness
                ),
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
    row = row_of()
    if listing.pages > 1:
        before, after = listing.page - 1, listing.page + 1
        row.add_item(
            PageButton(owner=owner, page=str(before if before >= 0 else listing.pages)).dressed(
                emoji="◀️", is_disabled=before < 0
            )
        )
        row.add_item(
            PageButton(owner=owner, page=str(after)).dressed(emoji="▶️", is_disabled=after >= listing.pages)
        )
    if choices.is_group and choices.companion_ids:
        row.add_item(ClearCastButton(owner=owner))
    if row.children:
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
            label=f"{words} · {aspect.value}", value=aspect.value, default=aspect is panel.shape
        )
        for aspect, words in messages.SHAPES.items()
        if aspect in offers.aspects
    ]
    shape = "Shape" if panel.shape in offers.aspects else f"{panel.shape.value} is not possible here"
    items: list[ui.Item[Any]] = [row_of(AspectSelect(shapes, placeholder=shape, owner=owner))]
    if panel.mode is Mode.PREMIUM:
        counts = [
            discord.SelectOption(label=messages.count_words(n), value=str(n), default=n == choices.count)
            for n in range(1, offers.max_count + 1)
        ]
        number_of = (
            "How many" if choices.count <= offers.max_count else f"{choices.count} are not possible here"
        )
        items.append(row_of(CountSelect(counts, placeholder=number_of, owner=owner)))
    else:
        resolutions = (
            ResolutionButton(owner=owner, to=resolution.value).dressed(
                resolution.value,
                style=_style(is_pressed=choices.resolution is resolution),
                is_disabled=resolution not in offers.resolutions,
            )
            for resolution in changes.RESOLUTIONS
        )
        items.append(row_of(*resolutions))
    return items


def _generate(panel: Panel, owner: str) -> ui.ActionRow[Any]:
    can_pay = panel.shortage is None
    generate = GenerateButton(owner=owner, digest=panel.digest).dressed(
        messages.generate_label(panel),
        style=discord.ButtonStyle.success if can_pay else discord.ButtonStyle.secondary,
        is_disabled=panel.problem is not None,
    )
    return row_of(generate, GoButton(owner=owner, screen=Screen.PANEL, page="0").dressed(emoji="🔄"))


def _style(*, is_pressed: bool) -> discord.ButtonStyle:
    return discord.ButtonStyle.primary if is_pressed else discord.ButtonStyle.secondary
