"""Saving and restoring a SQLite file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.archives import ArchiveReader, DatabaseKind
from bot.container.backups.databases import Tick
from bot.container.backups.stopping import in_thread
from bot.services.figures import LAST_BACKUP_NOTE
from bot.services.ports.storage import StorageError
from bot.services.privacy.again import Gone
from bot.settings import Settings
from db.engine import SqliteStorage
from db.snapshots import (
    Snapshot,
    close_up,
    deleted_from,
    is_still_named,
    look_at_snapshot,
    move_aside,
    newest_migration,
    note,
    standing_still,
    take_snapshot,
)


@dataclass(slots=True)
class _Restored:
    """A whole database under another name, beside where it belongs."""

    opened: SqliteStorage
    file: Path
    target: Path

    async def put_in_place(self) -> str | None:
        """See the protocol."""
        await self.opened.close()
        return await asyncio.to_thread(self._swap)

    def _swap(self) -> str | None:
        close_up(self.file)
        aside = None
        if self.target.exists():
            aside = self.target.with_name(f"{self.target.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
            move_aside(self.target, aside)
        self.file.rename(self.target)
        folder = os.open(self.target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return None if aside is None else str(aside)


class SqliteBackups:
    """Implements :class:`bot.container.backups.databases.BackupDatabase`."""

    kind = DatabaseKind.SQLITE

    def __init__(self, settings: Settings) -> None:
        self._path = Path(settings.database_path)
        self._held: sqlite3.Connection | None = None

    @property
    def newest_migration(self) -> int:
        """See the protocol."""
        return newest_migration()

    async def save(self, snapshot: Path, keys: Path, tick: Tick) -> Snapshot:
        """See the protocol."""

        def work(go_on: Callable[[], None]) -> Snapshot:
            def watched(done: int, all_: int) -> None:
                go_on()
                tick(done, all_)

            take_snapshot(self._path, snapshot, watched)
            return look_at_snapshot(snapshot, keys)

        return await in_thread(work)

    async def is_still_named(self, key: str) -> bool:
        """See the protocol."""
        return await asyncio.to_thread(is_still_named, self._path, key)

    async def note_backup(self, at_ms: int) -> None:
        """See the protocol."""
        await asyncio.to_thread(note, self._path, LAST_BACKUP_NOTE, str(at_ms))

    @asynccontextmanager
    async def standing_still(self) -> AsyncGenerator[bool]:
        """See the protocol. A connection stays in its thread: here it is this one, which has nothing else to do."""
        with standing_still(self._path) as self._held:
            yield self._held is not None

    async def gone(self) -> Gone | None:
        """See the protocol."""
        if self._held is None:
            return None
        try:
            return Gone(*deleted_from(self._held))
        except StorageError:
            return None

    @asynccontextmanager
    async def restored(self, archive: ArchiveReader, folder: Path, tick: Tick) -> AsyncGenerator[_Restored]:
        """See the protocol. Where it belongs, nothing changes before it is whole."""
        file, size_bytes, done = folder / "database", archive.size_bytes, 0

        def work(go_on: Callable[[], None]) -> None:
            def count(more: int) -> None:
                nonlocal done
                go_on()
                done += more
                tick(done, size_bytes)

            archive.database_into(file, count)

        await in_thread(work)
        async with await SqliteStorage.open(file) as opened:
            yield _Restored(opened, file, self._path)
