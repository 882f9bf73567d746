"""What can be done with a request under way: agree, change its cast, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.companion import Companion
from bot.domain.request import ImageRequest
from bot.services.ports.chat import Phase, Status
from cogs.base.answers import ack, ack_silently, fill, text_view
from cogs.base.components import DurableButton, DurableSelect
from cogs.base.host import Host, services_of
from cogs.images import _messages


class CancelButton(DurableButton, action="cancel", fields=("request_id",)):
    """Stop a request; free until the picture is made."""

    label = "Cancel"
    style = discord.ButtonStyle.secondary

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Cancel it, for its requester. The progress message says so; no "thinking…" can outlive a crash."""
        await ack_silently(interaction)
        await services_of(interaction).requests.cancel(self.values["request_id"], interaction.user.id)


class ConfirmButton(DurableButton, action="confirm", fields=("request_id",)):
    """Agree to a price above one's own limit."""

    label = "Make it"
    style = discord.ButtonStyle.success

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Go on with it, for its requester."""
        await ack_silently(interaction)
        await services_of(interaction).requests.confirm(self.values["request_id"], interaction.user.id)


class ChangeCastButton(DurableButton, action="change-cast", fields=("request_id",)):
    """Choose who is pictured, until the backend starts."""

    label = "Change cast"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show who could be, to its requester."""
        await ack(interaction)
        request_id = self.values["request_id"]
        choices = await services_of(interaction).requests.cast_choices(request_id, interaction.user.id)
        select = CastSelect(
            _options(choices.companions, choices.cast),
            min_values=choices.least,
            max_values=choices.most,
            request_id=request_id,
        )
        await fill(interaction, text_view("Who should be in the picture?", ui.ActionRow[Any](select)))


class CastSelect(DurableSelect, action="cast", fields=("request_id",)):
    """The companions for a request."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Release, and quote again with these. The answer takes the select's place."""
        await ack_silently(interaction)
        changed = await services_of(interaction).requests.change_cast(
            self.values["request_id"], interaction.user.id, self.chosen
        )
        await fill(
            interaction, f"Changed. This picture costs **{_messages.moments_text(changed.cost)}** now."
        )


def _options(choices: Sequence[Companion], cast: Sequence[str]) -> list[discord.SelectOption]:
    pictured_first = sorted(choices, key=lambda companion: companion.companion_id not in cast)
    return [
        discord.SelectOption(
            label=companion.name[:100],
            value=companion.companion_id,
            default=companion.companion_id in cast,
        )
        for companion in pictured_first[:25]
    ]


def opening_view(request: ImageRequest) -> ui.LayoutView:
    """The answer to a message that asks for a picture, until the scene is known."""
    row = ui.ActionRow[Any](CancelButton(request_id=request.request_id))
    return text_view(_messages.opening_text(request), row)


def status_view(request: ImageRequest, status: Status, files: Sequence[discord.File]) -> ui.LayoutView:
    """The progress message; ``files`` are what is there of a batch, or a preview."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_messages.status_text(request, status)))
    if files:
        words = "A picture of the batch" if status.made else "A preview, still being made"
        is_covered = status.is_preview_covered and not status.made
        items = (discord.MediaGalleryItem(file, description=words, spoiler=is_covered) for file in files)
        view.add_item(ui.MediaGallery[Any](*items))
    row = ui.ActionRow[Any](CancelButton(request_id=request.request_id))
    if status.phase is Phase.WAITING and request.kind.has_open_cast:
        row.add_item(ChangeCastButton(request_id=request.request_id))
    view.add_item(row)
    return view


def question_view(request: ImageRequest, names: Sequence[str]) -> ui.LayoutView:
    """The question about a price above the member's own limit."""
    request_id = request.request_id
    row = ui.ActionRow[Any](ConfirmButton(request_id=request_id))
    if request.kind.has_open_cast:
        row.add_item(ChangeCastButton(request_id=request_id))
    row.add_item(CancelButton(request_id=request_id))
    return text_view(_messages.question_text(request, names), row)
