"""One picture at a time: its buttons, and the menu that opens it from a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.picture import Rating
from bot.domain.request import Image
from bot.services.images import Download
from cogs.base.answers import NO_PINGS, ack
from cogs.base.components import DurableSelect
from cogs.base.host import Host, services_of
from cogs.base.reporting import ReportButton
from cogs.base.reuse import ReuseButton
from cogs.images import _messages
from cogs.images._again import AgainButton
from cogs.images._editing import EditButton
from cogs.images._picture_components import DeleteButton, DownloadButton, download_file


class PictureSelect(DurableSelect, action="picture", fields=("request_id",)):
    """One picture of a batch, with its own buttons, for the presser alone."""

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Show it."""
        await ack(interaction)
        services = services_of(interaction)
        found = await services.images.download(
            self.chosen[0], interaction.guild_id, interaction.user.id, interaction.filesize_limit
        )
        file = download_file(found)
        view = picture_view(found, file)
        await interaction.edit_original_response(view=view, attachments=[file], allowed_mentions=NO_PINGS)


def select_of(images: Sequence[Image]) -> PictureSelect:
    """The menu of a batch."""
    return PictureSelect(
        _messages.picture_options(images),
        placeholder="One of them: edit, download, again …",
        request_id=images[0].request_id,
    )


def picture_view(found: Download, file: discord.File) -> ui.LayoutView:
    """One picture of a batch with its buttons."""
    image, view = found.image, ui.LayoutView(timeout=None)
    alt, text = _messages.alt_text(image), _messages.one_of_batch(image)
    if found.hidden is not None:
        alt, text = _messages.HIDDEN_ALT, f"{text}\n{_messages.download_note(found)}"
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description=alt)))
    view.add_item(ui.TextDisplay(text))
    view.add_item(ui.ActionRow[Any](*making_buttons(image)))
    view.add_item(ui.ActionRow[Any](*keeping_buttons(image)))
    return view


def making_buttons(image: Image) -> list[ui.Item[Any]]:
    """The buttons that make something new of a picture; three at most. A mature one can't be edited."""
    buttons: list[ui.Item[Any]] = [AgainButton(image_id=image.image_id), ReuseButton(image_id=image.image_id)]
    if image.rating is Rating.GENERAL:
        buttons.append(EditButton(image_id=image.image_id))
    return buttons


def keeping_buttons(image: Image) -> list[ui.Item[Any]]:
    """The buttons that do something with the picture itself."""
    image_id = image.image_id
    return [
        DownloadButton(image_id=image_id),
        ReportButton(image_id=image_id),
        DeleteButton(image_id=image_id),
    ]
