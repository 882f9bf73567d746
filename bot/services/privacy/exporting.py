"""``/privacy export``: all that is kept about a member, in as many zips as uploads have to be.

What is kept is a long row of *facts* in a fixed order, read page by page, so that ten thousand pictures take
no more memory than ten. A place in it (:func:`cursor_of`) is all that has to be known to go on, and fits into a
button: nothing about an export is stored.
"""

from __future__ import annotations

import asyncio
import enum
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.domain.errors import (
    BeingErasedError,
    ExportUnderWayError,
    NotFoundError,
    NothingKeptError,
    PictureMissingError,
    UploadTooLargeError,
)
from bot.services.ports.clock import Clock
from bot.services.ports.images import PictureLab, PictureStore
from bot.services.ports.privacy import (
    ExportDesk,
    ExportPress,
    ExportProgress,
    PartHead,
    PictureFiles,
)
from bot.services.ports.storage import Fact, Section, Storage, StoredFile, UnitOfWork

log = structlog.get_logger()

PAGE_FACTS = 200
SECTIONS = tuple(Section)
HAND_OVER_MS = 30_000
"""How long before the end no part is begun any more: a file on its way needs its time."""
SMALLEST_PART_BYTES = 256 * 1024
MOST_AT_ONCE = 2
"""Exports that are put together at the same time; others wait for their turn."""
SEPARATOR = "-"
_NUMBER = re.compile(r"[0-9]{1,18}|[0-8][0-9]{18}")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PICTURE = re.compile(r"[A-Za-z0-9-]{1,40}_[0-9]{1,3}")


class ExportEnd(enum.Enum):
    """How an export came to its end."""

    DONE = enum.auto()
    CANCELLED = enum.auto()
    OUT_OF_TIME = enum.auto()


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """What was handed over: the parts up to ``handed`` of ``count``. ``cursor`` is where the rest begins."""

    end: ExportEnd
    handed: int
    count: int
    pictures: int
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of facts: after one place and up to another."""

    after: str
    upto: str
    pictures: int


@dataclass(slots=True)
class _Stand:
    """Where an export stands: the ``parts`` still to be handed over, and what was."""

    user_id: int
    account_id: str
    desk: ExportDesk
    began_ms: int
    limit_bytes: int
    handed: int
    parts: Sequence[_Part] = ()
    pictures: int = 0
    pictures_of: int = 0

    @property
    def count(self) -> int:
        """How many parts there are in all, as far as is known now."""
        return self.handed + len(self.parts)


def cursor_of(fact: Fact) -> str:
    """The place of a fact, of letters, digits, ``_`` and ``-``, at most 40 characters."""
    return f"{SECTIONS.index(fact.section)}{SEPARATOR}{fact.key}"


class ExportService:
    """Puts a member's data together and hands it over, one export a member at a time."""

    def __init__(
        self, *, storage: Storage, clock: Clock, store: PictureStore, lab: PictureLab, press: ExportPress
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._store = store
        self._lab = lab
        self._press = press
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._cancelled: dict[int, bool] = {}

    def cancel(self, user_id: int) -> bool:
        """Stop a member's export at the next picture; False when there is none."""
        if user_id not in self._cancelled:
            return False
        self._cancelled[user_id] = True
        return True

    async def run(
        self, user_id: int, desk: ExportDesk, *, cursor: str = "", handed: int = 0
    ) -> ExportOutcome:
        """Hand over everything after a place, part by part, as long as there is time.

        ``handed`` parts were handed over before. A cursor may be forged: it leads to one's own data only.

        Raises:
            NothingKeptError: nothing is kept about this member.
            NotFoundError: the cursor leads nowhere.
            ExportUnderWayError: another export of theirs is under way.
            BeingErasedError: their data is being deleted.
        """
        if user_id in self._cancelled:
            raise ExportUnderWayError
        _parse(cursor)
        self._cancelled[user_id] = False
        try:
            async with self._turns:
                return await self._run(user_id, desk, cursor, handed)
        finally:
            del self._cancelled[user_id]

    async def _run(self, user_id: int, desk: ExportDesk, cursor: str, handed: int) -> ExportOutcome:
        account_id = await self._account(user_id)
        stand = _Stand(user_id, account_id, desk, self._clock.now_ms(), desk.limit_bytes, handed)
        stand.parts = await self._plan(account_id, cursor, stand.limit_bytes)
        stand.pictures_of = sum(part.pictures for part in stand.parts)
        while stand.parts:
            part = stand.parts[0]
            end = await self._end_before(stand)
            if end is None:
                try:
                    if not await self._hand_over(stand, part):
                        end = ExportEnd.CANCELLED
                except UploadTooLargeError:
                    if stand.limit_bytes <= SMALLEST_PART_BYTES:
                        raise
                    stand.limit_bytes = max(stand.limit_bytes // 2, SMALLEST_PART_BYTES)
                    stand.parts = await self._plan(account_id, part.after, stand.limit_bytes)
                    continue
            if end is not None:
                return ExportOutcome(end, stand.handed, stand.count, stand.pictures, part.after)
            stand.parts = stand.parts[1:]
            stand.handed += 1
            stand.pictures += part.pictures
        log.info("exported", parts=stand.handed - handed, pictures=stand.pictures)
        return ExportOutcome(ExportEnd.DONE, stand.handed, stand.count, stand.pictures)

    async def _end_before(self, stand: _Stand) -> ExportEnd | None:
        """Why no further part is begun; None where one is."""
        await self._account(stand.user_id)  # a deletion may have begun meanwhile
        if self._cancelled[stand.user_id]:
            return ExportEnd.CANCELLED
        is_late = self._clock.now_ms() > stand.desk.until_ms - HAND_OVER_MS
        return ExportEnd.OUT_OF_TIME if is_late else None

    async def _hand_over(self, stand: _Stand, part: _Part) -> bool:
        """Write a part and hand it over; False when the member cancelled meanwhile."""
        head = PartHead(stand.handed + 1, stand.count, stand.began_ms)
        done = stand.pictures
        async with self._press.open_part(head) as zipped:
            async for fact in self._facts(stand.account_id, part.after):
                if _order(cursor_of(fact)) > _order(part.upto):
                    break
                if self._cancelled[stand.user_id]:
                    return False
                files = None
                if fact.file is not None:
                    most_bytes = self._press.room(stand.limit_bytes) - self._press.weigh(fact, 0)
                    files = await self._files(fact.file, most_bytes)
                    await stand.desk.show(ExportProgress(head, done, stand.pictures_of))
                    done += 1
                await zipped.add(fact, files)
            await stand.desk.hand_over(await zipped.finish(), head)
        return True

    async def _plan(self, account_id: str, cursor: str, limit_bytes: int) -> Sequence[_Part]:
        """Which facts go into which part: as many as fit, by the sizes of their files."""
        room = self._press.room(limit_bytes)
        parts: list[_Part] = []
        after = upto = cursor
        weight = pictures = 0
        async for fact in self._facts(account_id, cursor):
            files_bytes = 0 if fact.file is None else await self._size(fact.file)
            heavier = min(self._press.weigh(fact, files_bytes), room)  # a larger picture is made to fit
            if weight and weight + heavier > room:
                parts.append(_Part(after, upto, pictures))
                after, weight, pictures = upto, 0, 0
            weight += heavier
            pictures += fact.file is not None
            upto = cursor_of(fact)
        if weight:
            parts.append(_Part(after, upto, pictures))
        return parts

    async def _facts(self, account_id: str, cursor: str) -> AsyncIterator[Fact]:
        """Everything after a place, page by page, each page a reading of its own."""
        first, key = _parse(cursor)
        for index in range(first, len(SECTIONS)):
            after = key if index == first else ""
            while page := await self._page(SECTIONS[index], account_id, after):
                for fact in page:
                    yield fact
                after = page[-1].key

    async def _page(self, section: Section, account_id: str, after: str) -> Sequence[Fact]:
        async def work(uow: UnitOfWork) -> Sequence[Fact]:
            return await uow.holdings.facts(section, account_id, after, PAGE_FACTS)

        return await self._storage.read(work)

    async def _size(self, file: StoredFile) -> int:
        return (await self._store.size_bytes(file.file_key) or 0) + (
            await self._store.size_bytes(file.thumbnail_key) or 0
        )

    async def _files(self, file: StoredFile, most_bytes: int) -> PictureFiles | None:
        """The bytes of a picture, made to fit together with its thumbnail; None where its file is gone."""
        with suppress(PictureMissingError):
            full = await self._store.get(file.file_key)
            thumbnail = await self._store.get(file.thumbnail_key)
            if len(full) + len(thumbnail) <= most_bytes:
                return PictureFiles(full, thumbnail)
            smaller = await self._lab.for_delivery(full, most_bytes - len(thumbnail))
            return PictureFiles(smaller.data, thumbnail, reduced=smaller.reduced)
        log.warning("picture_missing", image_id=file.image_id)
        return None

    async def _account(self, user_id: int) -> str:
        async def work(uow: UnitOfWork) -> str:
            account_id = await uow.members.account_of(user_id)
            if account_id is None:
                raise NothingKeptError
            if await uow.privacy.is_being_erased(account_id):
                raise BeingErasedError
            return account_id

        return await self._storage.read(work)


def _parse(cursor: str) -> tuple[int, str]:
    """The section and the key of a place.

    Raises:
        NotFoundError: it is none.
    """
    if not cursor:
        return 0, ""
    place, _, key = cursor.partition(SEPARATOR)
    if not place.isdecimal() or int(place) >= len(SECTIONS):
        raise NotFoundError
    section = SECTIONS[int(place)]
    pattern = _NUMBER if section.is_numbered else _PICTURE if section is Section.PICTURES else _WORD
    if pattern.fullmatch(key) is None:
        raise NotFoundError
    return int(place), key


def _order(cursor: str) -> tuple[int, int, str]:
    """Places compare by it as they come."""
    index, key = _parse(cursor)
    return (index, int(key), "") if SECTIONS[index].is_numbered else (index, 0, key)
