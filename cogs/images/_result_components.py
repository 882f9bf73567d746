"""Delivered pictures with their buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.picture import Rating
from bot.domain.request import Image
from cogs.base.instant import InstantButton
from cogs.base.reuse import ReuseButton
from cogs.images import _messages
from cogs.images._again import AgainBatchButton
from cogs.images._batch_components import keeping_buttons, making_buttons, select_of


def result_view(
    text: str, images: Sequence[Image], files: Sequence[discord.File | str], *, in_guild: bool = True
) -> ui.LayoutView:
    """Delivered pictures. ``text`` is what stands under them.

    ``files`` are new uploads, or the addresses of what the message has already. In a direct message
    (not ``in_guild``) there is no conversation and no wallet: nothing new can be made there.
    """
    view = ui.LayoutView(timeout=None)
    items = (
        discord.MediaGalleryItem(
            file, description=_messages.alt_text(image), spoiler=image.rating is Rating.MATURE
        )
        for image, file in zip(images, files, strict=True)
    )
    view.add_item(ui.MediaGallery[Any](*items))
    view.add_item(ui.TextDisplay(text))
    first = images[0]
    if len(images) == 1:
        if in_guild:
            view.add_item(ui.ActionRow[Any](InstantButton(), *making_buttons(first)))
        view.add_item(ui.ActionRow[Any](*keeping_buttons(first)))
        return view
    view.add_item(ui.ActionRow[Any](select_of(images)))
    if in_guild:
        again, reuse = AgainBatchButton(image_id=first.image_id), ReuseButton(image_id=first.image_id)
        view.add_item(ui.ActionRow[Any](InstantButton(), again, reuse))
    return view
