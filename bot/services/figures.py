"""Figures of the database: what has been booked since the last look, and what stands in it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.money import EntryKind
from bot.services.ports.clock import Clock
from bot.services.ports.storage import BookedSum, Storage, UnitOfWork

LAST_BACKUP_NOTE = "last_backup_at_ms"
"""What ``python -m bot backup`` leaves in the database that it has saved."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``last_backup_at_ms`` is 0 where there was none; ``oldest_request_s`` is 0 where none is under way."""

    last_backup_at_ms: int
    oldest_request_s: float


class StandingFigures:
    """Looks at what is the same for all processes of an installation."""

    def __init__(self, *, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def now(self) -> Standing:
        """How it stands.

        Raises:
            StorageError: the database does not answer.
        """

        async def work(uow: UnitOfWork) -> tuple[str | None, int | None]:
            return await uow.notes.get(LAST_BACKUP_NOTE), await uow.requests.oldest_open_at_ms()

        noted, began_at_ms = await self._storage.read(work)
        now_ms = self._clock.now_ms()
        oldest_ms = max(now_ms - began_at_ms, 0) if began_at_ms is not None else 0
        return Standing(int(noted or 0), oldest_ms / 1000)


class LedgerFigures:
    """Looks at the entries behind the last one it saw; the first look sees nothing but where the ledger ends.

    What is read is committed, by whichever process. Each look costs what was booked since the one before.
    """

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage
        self._seen_id: int | None = None

    async def since_last(self) -> Mapping[EntryKind, BookedSum]:
        """Entries and moments by kind since the last look.

        Raises:
            StorageError: the database does not answer.
        """
        after_id = self._seen_id

        async def work(uow: UnitOfWork) -> tuple[int, Mapping[EntryKind, BookedSum]]:
            last_id = await uow.ledger.last_id()
            return last_id, {} if after_id is None else await uow.ledger.booked(after_id, last_id)

        self._seen_id, booked = await self._storage.read(work)
        return booked
