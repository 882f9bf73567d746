"""The walkthrough that enables Advanced for a custom companion: confirm, pick a reference, share.

Everything is the owner's alone and works for ever: whoever presses, the service checks whose companion it is.
Each step takes the place of the one before in the same message, which only the presser sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.errors import NotYoursError
from bot.domain.request import RequestKind, RequestOptions
from bot.services.references import CandidateSheet, ReferenceState
from bot.services.requests.desk import Press
from cogs.base.answers import NO_PINGS, ack_silently, fill, say
from cogs.base.candidates import MakeCandidatesButton, PickButton, candidates_view, moments_words, sheet_file
from cogs.base.components import DurableButton
from cogs.base.host import Host, services_of
from cogs.companions import _messages as messages
from cogs.companions._portrait import gallery_of, portrait_file
from cogs.images._press import begin, parent_of

_Interaction = discord.Interaction[Host]


class _OwnButton(DurableButton):
    """A button for a companion's owner, which changes the message that it hangs on."""

    async def press(self, interaction: _Interaction) -> None:
        """Do it, or tell others kindly that it is not theirs."""
        await ack_silently(interaction)
        try:
            await self.press_own(interaction)
        except NotYoursError:
            await say(interaction, messages.NOT_YOURS_TO_SET)

    async def press_own(self, interaction: _Interaction) -> None:
        """What it does."""
        raise NotImplementedError

    async def state(self, interaction: _Interaction) -> ReferenceState:
        """Where the companion stands."""
        return await services_of(interaction).references.state(
            interaction.guild_id, interaction.user.id, self.values["companion"]
        )


class SettingsButton(_OwnButton, action="companion-settings", fields=("companion",)):
    """Opens the panel."""

    label = "Settings"
    emoji = "⚙️"

    async def press_own(self, interaction: _Interaction) -> None:
        """Show it."""
        await show_panel(interaction, await self.state(interaction))


class EnableButton(_OwnButton, action="companion-enable", fields=("companion",)):
    """Asks what has to be true, and names the price, before candidates are made."""

    emoji = "✨"
    style = discord.ButtonStyle.success

    async def press_own(self, interaction: _Interaction) -> None:
        """Ask; what waits already is shown instead, which costs nothing."""
        state = await self.state(interaction)
        if state.is_waiting and not state.companion.advanced_ready:
            await _show_sheet(interaction, self.values["companion"])
            return
        await _show(interaction, confirm_view(state))


class RegenerateButton(_OwnButton, action="companion-regenerate", fields=("companion",)):
    """Names the price before new candidates are made."""

    emoji = "🔁"

    async def press_own(self, interaction: _Interaction) -> None:
        """Ask."""
        await _show(interaction, confirm_view(await self.state(interaction)))


class ShowCandidatesButton(_OwnButton, action="reference-show", fields=("companion",)):
    """Shows the latest candidates again."""

    label = "Show the candidates"
    emoji = "🖼️"

    async def press_own(self, interaction: _Interaction) -> None:
        """Show their sheet."""
        await _show_sheet(interaction, self.values["companion"])


class ShareButton(_OwnButton, action="companion-share", fields=("companion", "turn")):
    """Lets other members picture a companion, or no longer."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        is_on = values["turn"] == "on"
        self.item.label = "Share" if is_on else "Stop sharing"
        self.item.emoji = "🤝" if is_on else "🔒"

    async def press_own(self, interaction: _Interaction) -> None:
        """Turn it, and show the panel as it is then."""
        state = await services_of(interaction).references.set_shared(
            interaction.guild_id,
            interaction.user.id,
            self.values["companion"],
            is_shared=self.values["turn"] == "on",
        )
        await show_panel(interaction, state)


# ---------------------------------------------------------------- what the sheet's buttons do


async def picked(interaction: _Interaction, image_id: str) -> None:
    """Make a candidate the reference, and show what comes next in the sheet's place."""
    await ack_silently(interaction)
    try:
        state = await services_of(interaction).references.pick(
            interaction.guild_id, interaction.user.id, image_id
        )
    except NotYoursError:
        await say(interaction, messages.NOT_YOURS_TO_SET)
        return
    portrait = await portrait_file(interaction, state.companion)
    await _show(interaction, ready_view(state, portrait), portrait)


async def make_candidates(interaction: _Interaction, companion_id: str, price: str) -> None:
    """Begin a request for the price on the button; where it costs something else by now, show how it stands."""
    services = services_of(interaction)

    async def start(press: Press) -> None:
        try:
            state = await services.references.check_making(
                interaction.guild_id, interaction.user.id, companion_id
            )
        except NotYoursError:
            await fill(interaction, messages.NOT_YOURS_TO_SET)
            return
        if price == str(state.price):
            await services.requests.begin(press)
        elif state.is_waiting:
            await _show_sheet(interaction, companion_id)
        else:
            await _show(interaction, confirm_view(state))

    options = RequestOptions(companion_ids=(companion_id,), parent_channel_id=parent_of(interaction))
    await begin(
        interaction,
        RequestKind.REFERENCE,
        f"reference:{companion_id}",
        options,
        start=start,
        is_private=True,
        is_agreed=True,
    )


# ---------------------------------------------------------------- views


async def show_panel(interaction: _Interaction, state: ReferenceState) -> None:
    """Fill an acknowledged answer with the panel."""
    portrait = await portrait_file(interaction, state.companion)
    await _show(interaction, panel_view(state, portrait), portrait)


def panel_view(state: ReferenceState, portrait: discord.File | None) -> ui.LayoutView:
    """How a companion stands, and what its owner can do."""
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(messages.settings_text(state)))
    if portrait is not None:
        container.add_item(gallery_of(portrait))
    container.add_item(ui.ActionRow[Any](*_panel_buttons(state)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def _panel_buttons(state: ReferenceState) -> list[ui.Item[Any]]:
    companion_id = state.companion.companion_id
    buttons: list[ui.Item[Any]] = []
    if state.candidates:
        show = ShowCandidatesButton(companion=companion_id)
        if state.is_waiting:
            show.item.style = discord.ButtonStyle.primary
        buttons.append(show)
    is_ready = state.companion.advanced_ready
    if is_ready or state.candidates:
        new = RegenerateButton(companion=companion_id)
        words = "Regenerate reference" if is_ready else "Make others"
    else:
        new = EnableButton(companion=companion_id)
        words = "Enable Advanced"
    new.item.label = f"{words} · {moments_words(state.price)}"
    buttons.append(new)
    if is_ready or state.companion.is_shared:
        buttons.append(_share_button(state))
    return buttons


def confirm_view(state: ReferenceState) -> ui.LayoutView:
    """What has to be true, what is made, and for how much; pressing the button agrees to all of it."""
    companion = state.companion
    words = "Make 4 candidates" if companion.advanced_ready else "Both are true: make 4 candidates"
    make = MakeCandidatesButton.labelled(
        words, companion.companion_id, state.price, discord.ButtonStyle.success
    )
    back = SettingsButton(companion=companion.companion_id)
    back.item.label, back.item.emoji = "Back", None
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.Container[Any](ui.TextDisplay(messages.confirm_text(state)), ui.ActionRow[Any](make, back))
    )
    return view


def ready_view(state: ReferenceState, portrait: discord.File | None) -> ui.LayoutView:
    """After a pick: the reference, and what comes next."""
    companion_id = state.companion.companion_id
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(messages.ready_text(state)))
    if portrait is not None:
        container.add_item(gallery_of(portrait))
    buttons: list[ui.Item[Any]] = [_share_button(state)]
    if state.candidates:
        buttons.append(ShowCandidatesButton(companion=companion_id))
    buttons.append(SettingsButton(companion=companion_id))
    container.add_item(ui.ActionRow[Any](*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def _share_button(state: ReferenceState) -> ShareButton:
    turn = "off" if state.companion.is_shared else "on"
    return ShareButton(companion=state.companion.companion_id, turn=turn)


async def _show_sheet(interaction: _Interaction, companion_id: str) -> None:
    sheet = await services_of(interaction).references.sheet(
        interaction.guild_id, interaction.user.id, companion_id, interaction.filesize_limit
    )
    file = sheet_file(sheet.picture.data)
    await _show(interaction, _sheet_view(sheet, file, in_guild=interaction.guild_id is not None), file)


def _sheet_view(sheet: CandidateSheet, file: discord.File, *, in_guild: bool) -> ui.LayoutView:
    state = sheet.state
    companion = state.companion
    return candidates_view(
        companion.name,
        companion.companion_id,
        state.candidates,
        file,
        price=state.price if in_guild else None,
        chosen=state.chosen,
        more=(SettingsButton(companion=companion.companion_id),),
    )


async def _show(interaction: _Interaction, view: ui.LayoutView, file: discord.File | None = None) -> None:
    await interaction.edit_original_response(
        view=view, attachments=[] if file is None else [file], allowed_mentions=NO_PINGS
    )


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (
    SettingsButton,
    EnableButton,
    RegenerateButton,
    ShowCandidatesButton,
    ShareButton,
    PickButton,
    MakeCandidatesButton,
)
