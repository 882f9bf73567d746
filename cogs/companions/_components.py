"""Panels and buttons of companions: the list, the card, inviting and deleting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.companion import Companion
from bot.domain.errors import NotFoundError, NotYoursError
from bot.services.companions import Among
from cogs.base.answers import NO_PINGS, ack, fill, row_of, say, text_view
from cogs.base.components import DurableButton, DurableSelect
from cogs.base.custom_ids import number_in
from cogs.base.host import Host, services_of
from cogs.base.instant import InstantButton
from cogs.companions import _messages as messages
from cogs.companions._place import is_moderator, place_of
from cogs.companions._portrait import gallery_of, portrait_file
from cogs.companions._settings import SettingsButton

# ---------------------------------------------------------------- the list


class PageButton(DurableButton, action="companion-page", fields=("among", "page")):
    """Another page of a list."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.item.label = f"Page {number_in(values['page']) + 1}"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show the page in the same message."""
        await interaction.response.defer()
        await fill(
            interaction, await list_view(interaction, self.values["among"], number_in(self.values["page"]))
        )


class ListButton(DurableButton, action="companion-list", fields=("among",)):
    """Another list."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        among = _among(values["among"])
        self.item.label = {Among.MAIN: "Main", Among.MINE: "Mine", Among.OTHERS: "Others'"}.get(among, "All")

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show the list in the same message."""
        await interaction.response.defer()
        await fill(interaction, await list_view(interaction, self.values["among"], 0))


class PickSelect(DurableSelect, action="companion-pick"):
    """A companion of the page, to be shown."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show its card."""
        await ack(interaction)
        place = place_of(interaction)
        await show_card(
            interaction, await services_of(interaction).companions.find(place.guild_id, self.chosen[0])
        )


async def list_view(interaction: discord.Interaction[Host], among_text: str, page: int) -> ui.LayoutView:
    """A page of a list with everything to leaf through it."""
    among, place = _among(among_text), place_of(interaction)
    companions = await services_of(interaction).companions.among(place.guild_id, interaction.user.id, among)
    last = messages.page_count(companions) - 1
    page = min(max(page, 0), last)
    shown = companions[page * messages.PAGE_SIZE : (page + 1) * messages.PAGE_SIZE]
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(messages.list_text(among, companions, page)))
    if shown:
        options = [
            discord.SelectOption(
                label=c.name, value=c.companion_id, description=messages.kind_words_of(c)[:100]
            )
            for c in shown
        ]
        container.add_item(row_of(PickSelect(options, placeholder="Look at one")))
    pages = [p for p in (page - 1, page + 1) if 0 <= p <= last]
    if pages:
        container.add_item(row_of(*(PageButton(among=among.value, page=str(p)) for p in pages)))
    container.add_item(row_of(*(ListButton(among=a.value) for a in messages.LISTS if a is not among)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def _among(text: str) -> Among:
    """The list that a custom id names; a forged one is the list of all."""
    return next((among for among in messages.LISTS if among.value == text), Among.ALL)


# ---------------------------------------------------------------- the card


async def show_card(interaction: discord.Interaction[Host], companion: Companion) -> None:
    """Fill an answer with a companion's card and picture."""
    file = await portrait_file(interaction, companion)
    moderates = is_moderator(interaction)
    is_mine = companion.owner_id == interaction.user.id
    may_delete = companion.guild_id is not None and (is_mine or moderates)
    await interaction.edit_original_response(
        view=card_view(companion, file, may_set=is_mine, may_delete=may_delete),
        attachments=[] if file is None else [file],
        allowed_mentions=NO_PINGS,
    )


def card_view(
    companion: Companion, picture: discord.File | None, *, may_set: bool, may_delete: bool
) -> ui.LayoutView:
    """A companion with its picture and what can be done with it."""
    container: ui.Container[Any] = ui.Container(ui.TextDisplay(messages.card_text(companion)))
    if picture is not None:
        container.add_item(gallery_of(picture))
    row = row_of(InviteButton(companion=companion.companion_id))
    if may_set:
        row.add_item(SettingsButton(companion=companion.companion_id))
    if may_delete:
        row.add_item(AskDeleteButton(companion=companion.companion_id))
    container.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


# ---------------------------------------------------------------- inviting


class InviteButton(DurableButton, action="companion-invite", fields=("companion",)):
    """Brings a companion into the channel where it is pressed."""

    label = "Invite here"
    emoji = "👋"
    style = discord.ButtonStyle.primary

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Invite it for all to see."""
        await invite(interaction, self.values["companion"])


async def invite(interaction: discord.Interaction[Host], text: str) -> None:
    """Bring a companion in: the presser gets a receipt or the reason why not, the channel one line."""
    await ack(interaction)
    place, companions = place_of(interaction), services_of(interaction).companions
    try:
        companion = await companions.find(place.guild_id, text)
        came = await companions.invite(
            place, interaction.user.id, companion.companion_id, is_moderator=is_moderator(interaction)
        )
    except NotFoundError:
        await fill(interaction, messages.unknown_name(text))
    except NotYoursError:
        await fill(interaction, messages.NOT_YOURS_TO_INVITE)
    else:
        if came is None:
            await fill(interaction, messages.already_here(companion))
            return
        await fill(interaction, messages.invited(companion))
        await say(interaction, text_view(messages.arrived(companion), row_of(InstantButton())), private=False)


# ---------------------------------------------------------------- deleting


class AskDeleteButton(DurableButton, action="companion-ask-delete", fields=("companion",)):
    """Asks before a companion is deleted."""

    label = "Delete"
    emoji = "🗑️"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Ask."""
        await ack(interaction)
        place, companions = place_of(interaction), services_of(interaction).companions
        await ask_delete(interaction, await companions.find(place.guild_id, self.values["companion"]))


class DeleteButton(DurableButton, action="companion-delete", fields=("companion",)):
    """Deletes a companion; whoever presses it, the service checks whether they may."""

    label = "Delete for good"
    style = discord.ButtonStyle.danger

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Delete it."""
        await interaction.response.defer()
        place, moderates = place_of(interaction), is_moderator(interaction)
        companions = services_of(interaction).companions
        try:
            gone = await companions.delete(
                place.guild_id, interaction.user.id, self.values["companion"], is_moderator=moderates
            )
        except NotYoursError:
            await say(interaction, messages.NOT_YOURS_TO_DELETE)
        else:
            await fill(interaction, messages.deleted(gone))


class KeepButton(DurableButton, action="companion-keep"):
    """Leaves a companion as it is."""

    label = "Keep it"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Take the question away."""
        await interaction.response.edit_message(view=text_view(messages.KEPT), allowed_mentions=NO_PINGS)


async def ask_delete(interaction: discord.Interaction[Host], companion: Companion) -> None:
    """Fill an answer with the question, for those who may delete the companion."""
    mine = companion.owner_id == interaction.user.id
    if companion.guild_id is None or not (mine or is_moderator(interaction)):
        await fill(interaction, messages.NOT_YOURS_TO_DELETE)
        return
    row = row_of(DeleteButton(companion=companion.companion_id), KeepButton())
    await fill(interaction, text_view(messages.ask_delete(companion), row))


ITEMS: Sequence[type[ui.DynamicItem[Any]]] = (
    PageButton,
    ListButton,
    PickSelect,
    InviteButton,
    AskDeleteButton,
    DeleteButton,
    KeepButton,
)
