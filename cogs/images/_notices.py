"""What could not be said when it happened is said when its member comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord import ui

from bot.services.ports.storage import Notice
from bot.services.requests import delivering
from cogs.base.answers import say, text_view
from cogs.base.candidates import CANDIDATES_WAIT
from cogs.base.host import Host, services_of
from cogs.images._picture_components import DownloadButton
from cogs.images._transport import FAILURES

log = structlog.get_logger()

WAITS = "A picture of yours **could not be posted** and waits here:"


async def tell_notices(interaction: discord.Interaction[Host]) -> None:
    """Hand over what waits for this member. Call when the interaction was answered."""
    preferences = services_of(interaction).preferences
    notices = await preferences.take_notices(interaction.user.id)
    untold: Sequence[Notice] = notices
    try:
        for index, notice in enumerate(notices):
            if notice.kind == delivering.CANDIDATES_WAIT:
                await say(interaction, CANDIDATES_WAIT)
            elif notice.image_id is not None:
                await say(interaction, waiting_view(notice.image_id))
            untold = notices[index + 1 :]
    except FAILURES as error:
        log.info("notices_not_told", count=len(untold), error=type(error).__name__)
    finally:
        if untold:
            await preferences.keep_notices(untold)


def waiting_view(image_id: str, text: str = WAITS) -> ui.LayoutView:
    """A picture that could not be posted, to be downloaded."""
    return text_view(text, ui.ActionRow[Any](DownloadButton(image_id=image_id)))
