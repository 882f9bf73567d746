"""A SQLite database at one moment, as a file of its own; and such a file put where a database should be."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.services.ports.storage import BookCounts, StorageError
from db.migrate import shipped_migrations

PAGES_A_STEP = 2048
BUSY_TIMEOUT_S = 5.0
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database."""

COUNTS = """
SELECT (SELECT count(*) FROM account) AS accounts, (SELECT count(*) FROM ledger) AS entries,
    (SELECT count(*) FROM request) AS requests,
    (SELECT count(*) FROM image WHERE deleted_at_ms IS NULL) AS images
"""
KEYS = """
SELECT file_key AS picture_key FROM image WHERE deleted_at_ms IS NULL
UNION SELECT thumbnail_key FROM image WHERE deleted_at_ms IS NULL
UNION SELECT reference_key FROM companion WHERE deleted_at_ms IS NULL AND reference_key IS NOT NULL
ORDER BY picture_key
"""
STILL_NAMED = """
SELECT 1 FROM image WHERE deleted_at_ms IS NULL AND (file_key = :key OR thumbnail_key = :key)
UNION ALL SELECT 1 FROM companion WHERE deleted_at_ms IS NULL AND reference_key = :key
"""

NOBODYS = """
SELECT account.account_id FROM account LEFT JOIN member ON member.account_id = account.account_id
WHERE member.account_id IS NULL
UNION SELECT account_id FROM erasure
"""
DELETED = "SELECT image_id FROM image WHERE deleted_at_ms IS NOT NULL"
_NOTE = """
INSERT INTO note (note_key, value) VALUES (:key, :value)
ON CONFLICT (note_key) DO UPDATE SET value = excluded.value
"""

Tick = Callable[[int, int], None]
"""Told how much is done of how much; raises to stop the work."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot is: its newest migration, and how many rows it has."""

    schema_number: int
    counts: BookCounts


def take_snapshot(database: Path, target: Path, tick: Tick) -> None:
    """Copy a database as it is at this moment into a new file, beside whoever reads and writes it.

    One read transaction of our own is held for as long as the copy takes: SQLite begins a copy again whenever
    another process has written between two steps of it, unless the source stays where it is. Writers never
    wait for it; their log grows by what they write meanwhile, and is folded back afterwards.

    Raises:
        StorageError: the database can't be read, is damaged, or the disk is full.
    """
    with _told(), closing(_open(database, "rw")) as source:
        source.execute("PRAGMA query_only = ON")
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            # Nobody reads the copy before it is whole, and whoever keeps it syncs it.
            copy.execute("PRAGMA synchronous = OFF")
            source.backup(copy, pages=PAGES_A_STEP, progress=lambda _, left, all_: tick(all_ - left, all_))
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StorageError(f"it is damaged: {found}")


def look_at_snapshot(snapshot: Path, keys: Path) -> Snapshot:
    """What it is; the keys of the pictures that its rows name are written into a file, in order, one a line.

    Raises:
        StorageError: it is no database of ours.
    """
    with _told(), closing(_open(snapshot, "ro")) as copy:
        number = copy.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0]
        counts = BookCounts(*copy.execute(COUNTS).fetchone())
        with keys.open("x", encoding="ascii") as file:
            file.writelines(f"{row[0]}\n" for row in copy.execute(KEYS))
    return Snapshot(number, counts)


def is_still_named(database: Path, key: str) -> bool:
    """Whether a row of the database, as it is now, names a picture.

    Raises:
        StorageError: the database can't be read.
    """
    with _told(), closing(_open(database, "rw")) as source:
        return source.execute(STILL_NAMED, {"key": key}).fetchone() is not None


def note(database: Path, key: str, value: str) -> None:
    """Write a note past the program that has the database open, and without touching its schema.

    Raises:
        StorageError: the database can't be written now.
    """
    with _told(), closing(_open(database, "rw")) as noted:
        noted.execute(_NOTE, {"key": key, "value": value})


def deleted_from(held: sqlite3.Connection) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of accounts without a member, and of deleted pictures, of a database that stands still.

    Raises:
        StorageError: the database can't be read.
    """
    with _told():
        return (
            frozenset(row[0] for row in held.execute(NOBODYS)),
            frozenset(row[0] for row in held.execute(DELETED)),
        )


def newest_migration() -> int:
    """The newest that this program knows."""
    return max(migration.number for migration in shipped_migrations())


@contextmanager
def standing_still(database: Path) -> Generator[sqlite3.Connection | None]:
    """Hold a database so that nobody else can use it until the block ends; None where there is none.

    Whoever has it open holds a shared lock on it for as long as it is open, which is how a running bot shows.
    A database that is too damaged to be locked is not in anybody's use.

    Raises:
        StorageError: a program has it open.
    """
    if not database.exists():
        yield None
        return
    with closing(_open(database, "rw")) as held:
        try:
            held.execute("PRAGMA busy_timeout = 0")
            held.execute("PRAGMA journal_mode = DELETE")  # leaving the log takes the exclusive lock
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise StorageError("a program has it open: stop the bot and its workers first") from error
        except sqlite3.DatabaseError:
            pass
        yield held


def move_aside(database: Path, aside: Path) -> None:
    """Give a database another name, and whatever SQLite has left beside it.

    Raises:
        OSError: it can't be renamed.
    """
    for ending in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{database}{ending}").rename(f"{aside}{ending}")
    database.rename(aside)


def close_up(database: Path) -> None:
    """Fold a database that nobody has open into one file, down to the disk.

    Raises:
        StorageError: somebody has it open, or the disk is full.
    """
    with _told(), closing(_open(database, "rw")) as whole:
        whole.execute("PRAGMA journal_mode = DELETE")
    descriptor = os.open(database, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(database: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(database.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
    )


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(str(error)) from error
