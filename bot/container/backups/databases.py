"""What a backup asks of the database, of whichever kind it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from bot.archives import ArchiveReader, DatabaseKind
from bot.container.databases import Database
from bot.extras import load_extra
from bot.services.privacy.again import Gone
from bot.settings import Settings
from db.snapshots import Snapshot

Tick = Callable[[int, int], None]
"""Told how much is done of how much (both 0 where nobody knows); raises to stop the work."""


class Restorable(Protocol):
    """A database in which everything of the snapshot is, but which nobody uses yet."""

    @property
    def opened(self) -> Database:
        """Its schema is up to date."""
        ...

    async def put_in_place(self) -> str | None:
        """Let it be the database from now on; where the one that was there is now, None where there was none."""
        ...


class BackupDatabase(Protocol):
    """One database, to be saved or to be restored."""

    @property
    def kind(self) -> DatabaseKind:
        """Which kind."""
        ...

    @property
    def newest_migration(self) -> int:
        """The newest that this program knows."""
        ...

    async def save(self, snapshot: Path, keys: Path, tick: Tick) -> Snapshot:
        """Write it, as it is at this moment, into a new file, and the keys of its pictures into another.

        Raises:
            StorageError: it can't be read, or the disk is full; the reason is one line.
        """
        ...

    async def is_still_named(self, key: str) -> bool:
        """Whether it names a picture now."""
        ...

    async def note_backup(self, at_ms: int) -> None:
        """Remember that it was saved, for whoever watches that."""
        ...

    def standing_still(self) -> AbstractAsyncContextManager[bool]:
        """Nobody uses it until the block ends; gives whether there is anything in it.

        Raises:
            StorageError: somebody uses it.
        """
        ...

    async def gone(self) -> Gone | None:
        """What was deleted from it; None where it can't be read. Ask while it stands still."""
        ...

    def restored(
        self, archive: ArchiveReader, folder: Path, tick: Tick
    ) -> AbstractAsyncContextManager[Restorable]:
        """Read the archive's snapshot; ``folder`` is for files that are not needed afterwards.

        Raises:
            MigrationError: its schema can't be brought up to date.
            StorageError: it can't be written.
        """
        ...


def backup_database(settings: Settings) -> BackupDatabase:
    """The one that the settings name.

    Raises:
        SettingsError: it needs an extra that is not installed.
    """
    if settings.is_on_sqlite:
        from bot.container.backups.on_sqlite import SqliteBackups  # noqa: PLC0415  the other does without it

        return SqliteBackups(settings)
    load_extra("db.postgresql", "postgresql", "DATABASE_URL")
    from bot.container.backups.on_postgresql import PostgresBackups  # noqa: PLC0415  as above

    return PostgresBackups(settings)
