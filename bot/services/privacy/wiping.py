"""Taking requests out of the world: their messages, their files, and every word in their rows.

The rows are scrubbed last, in one transaction: a process that dies before it leaves them to be found again,
and all that came before is the same when done twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.services.ports.clock import Clock
from bot.services.ports.images import PictureStore
from bot.services.ports.privacy import PostedMessages, Removal
from bot.services.ports.storage import KeptRequest, Storage, StorageError, UnitOfWork

log = structlog.get_logger()

PAGE_REQUESTS = 20
"""How many are wiped together: few, so that no transaction is long and a crash repeats little."""


@dataclass(frozen=True, slots=True)
class Wiped:
    """Posted messages that are gone, and those that are out of our reach."""

    messages_gone: int = 0
    messages_left: int = 0


async def _nothing_more(_uow: UnitOfWork, _wiped: Wiped) -> None:
    """Nobody counts."""


FoldLog = Callable[[], Awaitable[None]]
"""Overwrites what was deleted where the database still has it; raises a StorageError where it can't now."""


class Wiper:
    """Wipes a page of requests at a time; ``fold_log`` is asked at the end to leave nothing in the database's log."""

    def __init__(
        self,
        *,
        storage: Storage,
        store: PictureStore,
        clock: Clock,
        messages: PostedMessages,
        fold_log: FoldLog,
    ) -> None:
        self._storage = storage
        self._fold_log = fold_log
        self._store = store
        self._clock = clock
        self._messages = messages

    async def wipe(
        self,
        requests: Sequence[KeptRequest],
        note: Callable[[UnitOfWork, Wiped], Awaitable[None]] = _nothing_more,
    ) -> Wiped:
        """Wipe requests that have ended; ``note`` is part of the transaction that scrubs their rows.

        Raises:
            DeliveryDelayedError: the platform fails; what was done stays done, and no row was scrubbed.
            StoreUnavailableError: the store fails; as above.
        """
        wiped = await self._take_messages_away(requests)
        ids = [request.request_id for request in requests]
        for key in await self._unused_files(requests, ids):
            await self._store.delete(key)

        async def scrub(uow: UnitOfWork) -> None:
            await uow.privacy.scrub(ids, self._clock.now_ms())
            await note(uow, wiped)

        await self._storage.write(scrub)
        return wiped

    async def finish(self) -> None:
        """Call when all that was to be wiped is: what the rows said is then in no file of the database any more."""
        try:
            await self._fold_log()
        except StorageError as error:  # it is folded back by itself, a little later
            log.warning("log_not_folded", reason=error.reason)

    async def _take_messages_away(self, requests: Sequence[KeptRequest]) -> Wiped:
        """One by one: the platform takes many at once only where it is told to by a moderator, and no old ones."""
        places = dict.fromkeys(place for request in requests for place in request.messages)
        gone = 0
        closed: set[int] = set()
        for place in places:
            if place.channel_id in closed:  # not asked again: the platform bans whom it refuses too often
                continue
            if await self._messages.remove(place) is Removal.GONE:
                gone += 1
            else:
                closed.add(place.channel_id)
        return Wiped(gone, len(places) - gone)

    async def _unused_files(self, requests: Sequence[KeptRequest], ids: Sequence[str]) -> Sequence[str]:
        """Files that nothing needs when these pictures are gone.

        Also of pictures that were deleted before: what deleted them may have died before their files went.
        """
        keys = dict.fromkeys(
            key
            for request in requests
            for picture in request.pictures
            for key in (picture.file_key, picture.thumbnail_key)
        )

        async def work(uow: UnitOfWork) -> Sequence[str]:
            await uow.privacy.mark_pictures_deleted(ids, self._clock.now_ms())
            return [key for key in keys if not await uow.images.file_in_use(key)]

        return await self._storage.write(work)
