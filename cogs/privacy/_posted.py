"""Taking our own messages away, wherever they were posted and however old they are.

One by one: Discord takes many at once only from moderators, and none that is older than two weeks
(https://discord.com/developers/docs/resources/message#bulk-delete-messages). Its rate limits are waited for by
the library.
"""

from __future__ import annotations

import discord
import structlog

from bot.services.ports.privacy import Removal
from bot.services.ports.storage import MessagePlace
from cogs.base.host import Host
from cogs.images._transport import FAILURES, sort_error

log = structlog.get_logger()

THREAD_ARCHIVED = 50083
"""Discord's code where a thread has to be opened before anything in it changes: those that are locked."""


class DiscordPostedMessages:
    """See :class:`bot.services.ports.privacy.PostedMessages`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def remove(self, place: MessagePlace) -> Removal:
        """Delete it; in an archived thread after opening that, which is closed again."""
        try:
            await self._delete(place)
        except discord.NotFound:
            return Removal.GONE
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code == THREAD_ARCHIVED:
                return await self._remove_from_archived(place)
            return _left(place, error)
        return Removal.GONE

    async def _remove_from_archived(self, place: MessagePlace) -> Removal:
        try:
            await self._host.http.edit_channel(place.channel_id, archived=False)
        except FAILURES as error:
            return _left(place, error)
        try:
            await self._delete(place)
        except discord.NotFound:
            return Removal.GONE
        except FAILURES as error:
            return _left(place, error)
        finally:
            await self._archive(place.channel_id)
        return Removal.GONE

    async def _archive(self, channel_id: int) -> None:
        try:
            await self._host.http.edit_channel(channel_id, archived=True)
        except FAILURES as error:  # it closes by itself when nobody writes in it
            log.info("thread_left_open", channel_id=channel_id, error=type(error).__name__)

    async def _delete(self, place: MessagePlace) -> None:
        channel = self._host.get_partial_messageable(place.channel_id)
        await channel.get_partial_message(place.message_id).delete()


def _left(place: MessagePlace, error: Exception) -> Removal:
    """A message out of our reach.

    Raises:
        DeliveryDelayedError: Discord fails or can't be reached.
    """
    sort_error(error, None)
    log.info(
        "message_not_removed",
        channel_id=place.channel_id,
        message_id=place.message_id,
        code=getattr(error, "code", None),
    )
    return Removal.LEFT
