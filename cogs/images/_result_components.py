"""Delivered pictures, and the button that makes one more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.request import Image, RequestKind, RequestOptions
from cogs.base.components import DurableButton
from cogs.base.host import Host
from cogs.base.instant import InstantButton
from cogs.images import _messages
from cogs.images._picture_components import DeleteButton, DownloadButton
from cogs.images._press import begin


class AgainButton(DurableButton, action="again", fields=("image_id",)):
    """The same scene once more, with a new seed. The presser pays."""

    label = "Again"
    emoji = "🔁"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Begin a request of its own."""
        image_id = self.values["image_id"]
        options = RequestOptions(parent_image_id=image_id)
        await begin(interaction, RequestKind.AGAIN, f"again:{image_id}", options)


def result_view(
    text: str, images: Sequence[Image], files: Sequence[discord.File], *, in_guild: bool = True
) -> ui.LayoutView:
    """Delivered pictures with their buttons. ``text`` is what stands under them.

    In a direct message (not ``in_guild``) there is no conversation and no wallet: nothing new can be made there.
    """
    view = ui.LayoutView(timeout=None)
    gallery = ui.MediaGallery[Any](
        *(
            discord.MediaGalleryItem(file, description=_messages.alt_text(image))
            for image, file in zip(images, files, strict=True)
        )
    )
    view.add_item(gallery)
    view.add_item(ui.TextDisplay(text))
    for image in images:
        buttons: list[ui.Item[Any]] = [] if len(images) > 1 or not in_guild else [InstantButton()]
        if in_guild:
            buttons.append(AgainButton(image_id=image.image_id))
        buttons += [DownloadButton(image_id=image.image_id), DeleteButton(image_id=image.image_id)]
        view.add_item(ui.ActionRow[Any](*buttons))
    return view
