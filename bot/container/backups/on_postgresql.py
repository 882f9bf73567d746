"""Saving and restoring a database of a PostgreSQL server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.archives import ArchiveReader, DatabaseKind
from bot.container.backups.databases import Tick
from bot.container.backups.stopping import in_thread
from bot.services.figures import LAST_BACKUP_NOTE
from bot.services.ports.storage import StorageError
from bot.services.privacy.again import Gone
from bot.settings import Settings
from db.postgresql import PostgresStorage
from db.postgresql.snapshots import (
    deleted_from,
    is_still_named,
    is_there,
    newest_migration,
    note,
    read_back,
    take_snapshot,
)
from db.snapshots import Snapshot


@dataclass(slots=True)
class _Restored:
    """The database itself: its transaction is over, and nothing is left to be done."""

    opened: PostgresStorage
    aside: str | None

    async def put_in_place(self) -> str | None:
        """See the protocol."""
        return self.aside


class PostgresBackups:
    """Implements :class:`bot.container.backups.databases.BackupDatabase`."""

    kind = DatabaseKind.POSTGRESQL

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._is_there = False

    @property
    def newest_migration(self) -> int:
        """See the protocol."""
        return newest_migration()

    async def save(self, snapshot: Path, keys: Path, tick: Tick) -> Snapshot:
        """See the protocol."""
        tick(0, 0)
        return await take_snapshot(self._url, snapshot, keys)

    async def is_still_named(self, key: str) -> bool:
        """See the protocol."""
        return await is_still_named(self._url, key)

    async def note_backup(self, at_ms: int) -> None:
        """See the protocol."""
        await note(self._url, LAST_BACKUP_NOTE, str(at_ms))

    @asynccontextmanager
    async def standing_still(self) -> AsyncGenerator[bool]:
        """See the protocol. Who connects later waits for the one transaction that changes everything."""
        self._is_there = await is_there(self._url)
        yield self._is_there

    async def gone(self) -> Gone | None:
        """See the protocol."""
        try:
            return Gone(*await deleted_from(self._url))
        except StorageError:
            return None

    @asynccontextmanager
    async def restored(self, archive: ArchiveReader, folder: Path, tick: Tick) -> AsyncGenerator[_Restored]:
        """See the protocol. The server takes the place of what was there in the same transaction."""
        dump, size_bytes, done = folder / "database", archive.size_bytes, 0

        def work(go_on: Callable[[], None]) -> None:
            def count(more: int) -> None:
                nonlocal done
                go_on()
                done += more
                tick(done, size_bytes)

            archive.database_into(dump, count)

        await in_thread(work)
        aside = await read_back(self._url, dump, folder, is_there=self._is_there)
        async with await PostgresStorage.open(self._url) as opened:
            yield _Restored(opened, aside and f"the schema {aside} of the same database")
