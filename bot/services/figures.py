"""Figures of the ledger that only grow: what has been booked since the last look."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.money import EntryKind
from bot.services.ports.storage import BookedSum, Storage, UnitOfWork


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
