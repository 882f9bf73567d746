"""A companion's reference picture as an upload."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.domain.companion import Companion
from cogs.base.host import Host, services_of
from cogs.companions import _messages as messages


async def portrait_file(interaction: discord.Interaction[Host], companion: Companion) -> discord.File | None:
    """It, as large as may be uploaded here, where there is one."""
    picture = await services_of(interaction).references.portrait(companion, interaction.filesize_limit)
    if picture is None:
        return None
    alt = messages.picture_alt(companion)
    return discord.File(BytesIO(picture), f"{companion.companion_id}.jpg", description=alt)


def gallery_of(portrait: discord.File) -> ui.MediaGallery[Any]:
    """It, as it is shown in a message."""
    return ui.MediaGallery(discord.MediaGalleryItem(portrait, description=portrait.description))
