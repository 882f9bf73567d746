"""One picture at full size, with its story and what can be done with it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.services.gallery import GalleryCard
from bot.services.ports.images import Placeholder
from bot.services.requests.delivering import SMALLEST_UPLOAD_BYTES
from cogs.base.answers import NO_PINGS, ack_silently
from cogs.base.components import DurableButton
from cogs.base.host import Host, require_guild, services_of
from cogs.base.reporting import ReportButton
from cogs.gallery import _messages as messages
from cogs.images._batch_components import making_buttons
from cogs.images._picture_components import DeleteButton, DownloadButton, picture_file
from cogs.images._transport import is_too_large

_Interaction = discord.Interaction[Host]

ON, OFF = "on", "off"


class FavouriteButton(DurableButton, action="gallery-favourite", fields=("image_id", "turn")):
    """Makes a picture a favourite, or not."""

    emoji = "⭐"

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.item.label = "Favourite" if values["turn"] == ON else "No favourite"

    async def press(self, interaction: _Interaction) -> None:
        """Change it, and the card with it."""
        await ack_silently(interaction)
        await _show(interaction, self.values["image_id"], favourite=self.values["turn"] == ON)


class PublicButton(DurableButton, action="gallery-public", fields=("image_id", "turn")):
    """Shows a picture to others, or not any more."""

    def __init__(self, **values: str) -> None:
        super().__init__(**values)
        self.item.label = "Make public" if values["turn"] == ON else "Make private"
        self.item.emoji = "🌐" if values["turn"] == ON else "🔒"

    async def press(self, interaction: _Interaction) -> None:
        """Change it, and the card with it."""
        await ack_silently(interaction)
        await _show(interaction, self.values["image_id"], public=self.values["turn"] == ON)


ITEMS = (FavouriteButton, PublicButton)


async def open_card(interaction: _Interaction, image_id: str) -> None:
    """Fill an acknowledged answer with a picture."""
    await _show(interaction, image_id)


async def _show(
    interaction: _Interaction, image_id: str, *, favourite: bool | None = None, public: bool | None = None
) -> None:
    """Change what is to be changed, then show the picture as large as it is taken."""
    limit_bytes = interaction.filesize_limit
    while True:
        card = await _card(interaction, image_id, limit_bytes, favourite=favourite, public=public)
        file = picture_file(card.image, card.tile if card.picture is None else card.picture.data)
        view = card_view(card, file, moderates=interaction.permissions.manage_messages)
        try:
            await interaction.edit_original_response(view=view, attachments=[file], allowed_mentions=NO_PINGS)
        except discord.HTTPException as error:
            if not is_too_large(error) or limit_bytes <= SMALLEST_UPLOAD_BYTES:
                raise
            limit_bytes //= 2
        else:
            return


async def _card(
    interaction: _Interaction,
    image_id: str,
    limit_bytes: int,
    *,
    favourite: bool | None,
    public: bool | None,
) -> GalleryCard:
    gallery = services_of(interaction).gallery
    guild_id, user_id = require_guild(interaction), interaction.user.id
    if favourite is not None:
        return await gallery.set_favourite(guild_id, user_id, image_id, limit_bytes, is_favourite=favourite)
    if public is not None:
        return await gallery.set_public(guild_id, user_id, image_id, limit_bytes, is_public=public)
    return await gallery.card(guild_id, user_id, image_id, limit_bytes)


def card_view(card: GalleryCard, file: discord.File, *, moderates: bool) -> ui.LayoutView:
    """A picture, its story, and the buttons that its viewer may use."""
    image = card.image
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file, description=messages.card_alt(card))))
    view.add_item(ui.TextDisplay(messages.card_text(card)))
    if card.hidden is not Placeholder.MATURE:
        view.add_item(ui.ActionRow[Any](*making_buttons(image), DownloadButton(image_id=image.image_id)))
    own: list[ui.Item[Any]] = []
    if card.is_own:
        own.append(FavouriteButton(image_id=image.image_id, turn=OFF if image.is_favourite else ON))
        own.append(PublicButton(image_id=image.image_id, turn=OFF if image.is_public else ON))
    own.append(ReportButton(image_id=image.image_id))
    if card.is_own or moderates:
        own.append(DeleteButton(image_id=image.image_id))
    view.add_item(ui.ActionRow[Any](*own))
    return view
