"""What was deleted is overwritten, in the file and in the write-ahead log."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.services.ports.storage import StorageClosedError, StorageError, UnitOfWork
from db.engine import SqliteStorage

pytestmark = pytest.mark.sqlite

WORDS = "seventeen violet umbrellas " * 300


async def write(storage: SqliteStorage, value: str) -> None:
    async def work(uow: UnitOfWork) -> None:
        await uow.notes.set("words", value)

    await storage.write(work)


def on_disk(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


async def test_folded_back_the_log_has_nothing_of_what_was_deleted(storage: SqliteStorage, database: Path):
    await write(storage, WORDS)
    await write(storage, "")
    assert b"violet" in on_disk(database)
    await storage.fold_log()
    assert b"violet" not in on_disk(database)
    await write(storage, "on it goes")


async def test_it_is_right_among_any_number_of_writes(storage: SqliteStorage):
    writes = (write(storage, str(number)) for number in range(200))
    await asyncio.gather(*writes, *(storage.fold_log() for _ in range(5)))
    assert await storage.read(lambda uow: uow.notes.get("words")) is not None


async def test_while_somebody_reads_an_earlier_state_it_says_that_it_can_not(database: Path):
    async with await SqliteStorage.open(database, busy_timeout_s=0.05) as storage:
        await write(storage, "before")
        reading = sqlite3.connect(database, isolation_level=None)
        reading.execute("BEGIN")
        reading.execute("SELECT * FROM note").fetchall()
        await write(storage, "after")
        with pytest.raises(StorageError, match="being read"):
            await storage.fold_log()
        reading.execute("COMMIT")
        reading.close()
        await storage.fold_log()


async def test_a_closed_database_is_not_folded(database: Path):
    storage = await SqliteStorage.open(database)
    await storage.close()
    with pytest.raises(StorageClosedError):
        await storage.fold_log()
