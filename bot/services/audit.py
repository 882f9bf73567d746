"""Are the books right, and are the pictures there? ``python -m bot audit`` asks this."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.ports.images import PictureStore
from bot.services.ports.storage import BookCounts, Storage, StoredFile, UnitOfWork, Violation

PAGE_FILES = 500
ASKED_AT_ONCE = 16
"""Files that the store is asked about at the same time: one in a bucket answers from far away."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was looked at, and what is wrong."""

    counts: BookCounts
    violations: tuple[Violation, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations

    def lines(self) -> Sequence[str]:
        """For the operator: one line a violation, or one line that all is well."""
        if self.is_clean:
            counts = self.counts
            books = f"{counts.accounts} accounts, {counts.entries} entries"
            return [f"audit clean: {books}, {counts.requests} requests, {counts.images} pictures"]
        return [
            f"{found.rule}: {found.subject}: expected {found.expected}, found {found.found}"
            for found in self.violations
        ]


class AuditService:
    """Compares balances with entries, holds with requests, and pictures with their files."""

    def __init__(self, *, storage: Storage, pictures: PictureStore) -> None:
        self._storage = storage
        self._pictures = pictures

    async def run(self) -> AuditReport:
        """Look at everything. Right also beside a running bot: what changes meanwhile is no violation.

        Raises:
            StoreUnavailableError: the store can't be asked, so that nothing can be said of the files.
        """

        async def books(uow: UnitOfWork) -> tuple[BookCounts, Sequence[Violation]]:
            return await uow.audit.counts(), await uow.audit.violations()

        counts, violations = await self._storage.read(books)
        return AuditReport(counts, (*violations, *await self._missing_files()))

    async def _missing_files(self) -> Sequence[Violation]:
        missing: list[Violation] = []
        page = await self._files_after("")
        while page:
            absent = await self._absent({key for file in page for key in (file.file_key, file.thumbnail_key)})
            for file in page:
                missing += await self._missing(file, absent)
            page = await self._files_after(page[-1].image_id)
        return missing

    async def _files_after(self, image_id: str) -> Sequence[StoredFile]:
        async def work(uow: UnitOfWork) -> Sequence[StoredFile]:
            return await uow.audit.files(image_id, PAGE_FILES)

        return await self._storage.read(work)

    async def _absent(self, keys: set[str]) -> set[str]:
        """Those of the keys under which nothing is stored."""
        waiting, absent = iter(keys), set[str]()

        async def ask() -> None:
            for key in waiting:
                if not await self._pictures.exists(key):
                    absent.add(key)

        asking = [asyncio.create_task(ask()) for _ in range(ASKED_AT_ONCE)]
        try:
            await asyncio.gather(*asking)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
        return absent

    async def _missing(self, file: StoredFile, absent: set[str]) -> Sequence[Violation]:
        gone = [key for key in (file.file_key, file.thumbnail_key) if key in absent]
        if gone and await self._was_deleted(file.image_id):
            return ()
        return [Violation("every picture has its file", file.image_id, key, "no file") for key in gone]

    async def _was_deleted(self, image_id: str) -> bool:
        """Whether it was deleted since the page was read."""

        async def work(uow: UnitOfWork) -> bool:
            image = await uow.images.get(image_id)
            return image is None or image.deleted_at_ms is not None

        return await self._storage.read(work)
