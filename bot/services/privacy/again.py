"""Forgetting once more what an older state of the database has brought back.

A backup holds what members have deleted since it was made. Where the database that it replaces can still be
read, that one knows: it is asked before it is put aside, and what is gone there goes here as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.services.ports.clock import Clock
from bot.services.ports.images import PictureStore
from bot.services.ports.storage import Erasure, ErasureStage, Storage, UnitOfWork

PAGE = 100


@dataclass(frozen=True, slots=True)
class Gone:
    """What members have deleted: accounts that belong to nobody any more (or soon will), and pictures."""

    account_ids: frozenset[str]
    image_ids: frozenset[str]


class ForgettingAgain:
    """Takes out of a restored database what is known to have been deleted since it was saved."""

    def __init__(self, *, storage: Storage, store: PictureStore, clock: Clock) -> None:
        self._storage = storage
        self._store = store
        self._clock = clock

    async def members(self, account_ids: Collection[str]) -> int:
        """Put deletions of these members on record, which the bot carries out once it runs; how many."""
        begun = 0
        for page in _pages(account_ids):
            now_ms = self._clock.now_ms()

            async def work(uow: UnitOfWork, page: Sequence[str] = page, now_ms: int = now_ms) -> int:
                count = 0
                for account_id in page:
                    user_id = await uow.members.user_of(account_id)
                    if user_id is None:
                        continue
                    erasure = Erasure(account_id, user_id, ErasureStage.STOPPING, None, 0, now_ms)
                    if await uow.privacy.begin_erasure(erasure):
                        await uow.privacy.set_companions_aside(account_id, now_ms)
                        count += 1
                return count

            begun += await self._storage.write(work)
        return begun

    async def pictures(self, image_ids: Collection[str]) -> int:
        """Delete these pictures, and the files that nothing else needs; how many there were."""
        deleted = 0
        for page in _pages(image_ids):

            async def work(uow: UnitOfWork, page: Sequence[str] = page) -> tuple[int, set[str]]:
                count, keys = 0, set[str]()
                for image_id in page:
                    image = await uow.images.get(image_id)
                    if image is not None and await uow.images.mark_deleted(image_id, self._clock.now_ms()):
                        keys |= {image.file_key, image.thumbnail_key}
                        count += 1
                return count, {key for key in keys if not await uow.images.file_in_use(key)}

            count, unused = await self._storage.write(work)
            for key in sorted(unused):
                await self._store.delete(key)
            deleted += count
        return deleted


def _pages(ids: Collection[str]) -> Iterator[Sequence[str]]:
    rest = iter(sorted(ids))
    while page := list(islice(rest, PAGE)):
        yield page
