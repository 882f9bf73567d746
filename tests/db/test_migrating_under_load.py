"""An update's migration on PostgreSQL, while an older program's processes go on reading and writing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from bot.services.ports.storage import UnitOfWork
from db.migrate import Migration, shipped_migrations
from db.postgresql import PostgresStorage
from db.postgresql.migrating import DIALECT, migrate
from db.postgresql.transactions import BEGIN, BEGIN_READING
from tests.databases import fresh_database

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

pytestmark = pytest.mark.postgresql

SHIPPED = shipped_migrations(DIALECT)
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def update(*statements: str) -> Sequence[Migration]:
    """What a newer program ships."""
    return [*SHIPPED, Migration(SHIPPED[-1].number + 1, "update", ";\n".join(statements))]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with fresh_database(tmp_path) as url:
        yield url


@pytest.fixture
async def connections(url: str) -> AsyncIterator[Sequence[Connection]]:
    """Of the update, of an older program's process, and of somebody who looks on."""
    opened = [await asyncpg.connect(url) for _ in range(3)]
    yield opened
    await asyncio.gather(*(connection.close() for connection in opened))


async def waiting(onlooker: Connection) -> None:
    """Until somebody waits for a lock."""
    for _ in range(3000):
        if await onlooker.fetchval(WAITING):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("nobody waits for a lock")


async def test_a_migration_waits_for_the_units_under_way_and_the_next_ones_for_it(
    connections: Sequence[Connection],
) -> None:
    updating, older, onlooker = connections
    await older.execute(BEGIN)
    running = asyncio.create_task(migrate(updating, update("ALTER TABLE note ADD COLUMN more TEXT")))
    await waiting(onlooker)
    next_unit = asyncio.create_task(onlooker.execute(BEGIN))
    await older.execute("INSERT INTO note (note_key, value) VALUES ('unit', 'goes on')")
    await older.execute("COMMIT")
    assert await running == [SHIPPED[-1].number + 1]
    await next_unit
    assert (
        await onlooker.fetchval("SELECT value FROM note WHERE note_key = 'unit' AND more IS NULL")
        == "goes on"
    )
    await onlooker.execute("COMMIT")


async def test_a_migration_that_deadlocks_with_a_reader_is_tried_again(
    connections: Sequence[Connection],
) -> None:
    updating, reader, onlooker = connections
    await reader.execute(BEGIN_READING)
    await reader.fetch("SELECT request_id FROM request")
    wanted = update("ALTER TABLE account ADD COLUMN more TEXT", "ALTER TABLE request ADD COLUMN more TEXT")
    running = asyncio.create_task(migrate(updating, wanted))
    await waiting(onlooker)  # for the reader's request, and has account
    await reader.fetch(
        "SELECT account_id FROM account"
    )  # each waits for the other, until the update gives way
    await reader.execute("COMMIT")
    assert await running == [SHIPPED[-1].number + 1]


async def test_a_process_goes_on_where_a_column_it_knows_has_another_type_now(
    url: str, connections: Sequence[Connection]
) -> None:
    updating, *_ = connections

    async def read(uow: UnitOfWork) -> str | None:
        return await uow.notes.get("colour")

    async def change(uow: UnitOfWork) -> None:
        await uow.notes.set("colour", f"{await uow.notes.get('colour')}!")

    async with await PostgresStorage.open(url, connections=1) as storage:
        await storage.write(lambda uow: uow.notes.set("colour", "red"))
        await storage.write(change)
        assert await storage.read(read) == "red!"
        await migrate(updating, update("ALTER TABLE note ALTER COLUMN value TYPE VARCHAR(1000)"))
        await storage.write(change)
        assert await storage.read(read) == "red!!"
