"""What can be done with a picture: download it, delete it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any, ClassVar

import discord
from discord import ui

from bot.domain.picture import Rating
from bot.domain.request import Image
from bot.services.images import Deleted, Download
from bot.services.requests.delivering import SMALLEST_UPLOAD_BYTES
from cogs.base.answers import NO_PINGS, ack, fill, text_view
from cogs.base.components import DurableButton
from cogs.base.host import Host, services_of
from cogs.images import _messages
from cogs.images._transport import is_too_large


class DownloadButton(DurableButton, action="download", fields=("image_id",)):
    """The stored full-size picture, for the presser alone."""

    label = "Download"
    emoji = "⬇️"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Hand the file over, as large as it is taken."""
        await ack(interaction)
        limit_bytes = interaction.filesize_limit
        while not await self._handed_over(interaction, limit_bytes):
            limit_bytes //= 2

    async def _handed_over(self, interaction: discord.Interaction[Host], limit_bytes: int) -> bool:
        """False when Discord takes only smaller files than it said."""
        found = await services_of(interaction).images.download(
            self.values["image_id"], interaction.guild_id, interaction.user.id, limit_bytes
        )
        file = download_file(found)
        shown: ui.Item[Any] = ui.File(file)
        if found.hidden is not None:
            shown = ui.MediaGallery(discord.MediaGalleryItem(file, description=_messages.HIDDEN_ALT))
        view = text_view(_messages.download_note(found), shown)
        try:
            await interaction.edit_original_response(view=view, attachments=[file], allowed_mentions=NO_PINGS)
        except discord.HTTPException as error:
            if not is_too_large(error) or limit_bytes <= SMALLEST_UPLOAD_BYTES:
                raise
            return False
        return True


class DeleteButton(DurableButton, action="delete-image", fields=("image_id",)):
    """Delete a picture for good; asks first."""

    label = "Delete"
    emoji = "🗑️"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Ask, if they may."""
        await ack(interaction)
        await services_of(interaction).images.check_deletable(
            self.values["image_id"],
            interaction.guild_id,
            interaction.user.id,
            is_moderator=_moderates_all(interaction),
            moderated_channel_id=_moderated_here(interaction),
        )
        sure = ui.ActionRow[Any](ReallyDeleteButton(image_id=self.values["image_id"]))
        await fill(interaction, text_view("Delete this picture for good? Moments are not given back.", sure))


class ReallyDeleteButton(DurableButton, action="really-delete", fields=("image_id",)):
    """Delete a picture, its file and its message."""

    label = "Delete for good"
    style = discord.ButtonStyle.danger
    on_delete: ClassVar[Callable[[Host, Deleted], Awaitable[bool]]]
    """Takes the picture out of its message; False when the message stayed as it was."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Delete it, for its requester or a moderator."""
        await ack(interaction)
        deleted = await services_of(interaction).images.delete(
            self.values["image_id"],
            interaction.guild_id,
            interaction.user.id,
            is_moderator=_moderates_all(interaction),
            moderated_channel_id=_moderated_here(interaction),
        )
        is_gone = await type(self).on_delete(interaction.client, deleted)
        await fill(interaction, _messages.DELETED if is_gone else _messages.DELETED_BUT_POSTED)


def picture_file(image: Image, data: bytes) -> discord.File:
    """A picture as an upload, under the name that people save it by; a mature one behind a spoiler."""
    spoiler = image.rating is Rating.MATURE
    return discord.File(BytesIO(data), filename=_messages.file_name(image), spoiler=spoiler)


def download_file(found: Download) -> discord.File:
    """What is handed over of a picture: itself, or what stands for it."""
    if found.hidden is None:
        return picture_file(found.image, found.picture.data)
    return discord.File(BytesIO(found.picture.data), filename="darkroom-hidden.jpg")


def _moderates_all(interaction: discord.Interaction[Host]) -> bool:
    """Whether the presser manages messages on the whole server: a custom id can be pressed in any channel of it."""
    user = interaction.user
    return isinstance(user, discord.Member) and user.guild_permissions.manage_messages


def _moderated_here(interaction: discord.Interaction[Host]) -> int | None:
    """The channel of the press, where the presser manages its messages."""
    return interaction.channel_id if interaction.permissions.manage_messages else None
