"""What tests/db/test_migrations.py says of SQLite, of PostgreSQL; and that both have the same schema."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from rows import ROOT

from db.errors import MigrationError
from db.migrate import Migration, shipped_migrations
from db.migrate import migrate as migrate_sqlite
from db.postgresql import PostgresStorage, look
from db.postgresql.migrating import DIALECT, migrate
from db.sqlite import connect
from tests.databases import RawSql, bare_database

pytestmark = pytest.mark.postgresql

FIRST = Migration(1, "first", "CREATE TABLE first (a BIGINT);\nINSERT INTO first VALUES (1);\n")
SLOW = Migration(2, "slow", "CREATE TABLE half (a BIGINT);\nSELECT pg_sleep(2);\n")
ONLY_HERE = {"notice.rowid", "request.rowid"}
"""SQLite numbers rows by itself."""


@pytest.fixture
def bare() -> Iterator[str]:
    with bare_database() as url:
        yield url


@pytest.fixture
async def connection(bare: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(bare)
    yield connection
    await connection.close()


async def tables(connection: asyncpg.Connection[asyncpg.Record]) -> set[str]:
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row["tablename"] for row in rows}


# ---------------------------------------------------------------------- the same schema as SQLite's


@pytest.fixture
def there(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """SQLite's schema, after all its migrations."""
    with closing(connect(tmp_path / "there.db", 5.0)) as connection:
        migrate_sqlite(connection)
        yield connection


def columns_of_sqlite(there: sqlite3.Connection) -> set[str]:
    """``table.column, kind, whether it may be empty`` of each."""
    sql = """SELECT tables.name || '.' || info.name, info.type, info."notnull"
        FROM sqlite_master AS tables, pragma_table_info(tables.name) AS info WHERE tables.type = 'table'"""
    return {f"{name} {kind} {bool(full)}" for name, kind, full in there.execute(sql)}


def columns_here(raw: RawSql) -> set[str]:
    kinds = {"bigint": "INTEGER", "text": "TEXT", "bytea": "BLOB", "double precision": "REAL"}
    sql = """SELECT table_name || '.' || column_name, data_type, is_nullable = 'NO'
        FROM information_schema.columns WHERE table_schema = 'public'"""
    return {f"{name} {kinds[kind]} {full}" for name, kind, full in raw.execute(sql) if name not in ONLY_HERE}


def names_in_sqlite(there: sqlite3.Connection, kind: str) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL"
    return {row[0] for row in there.execute(sql, (kind,))}


def constraints_of_sqlite(there: sqlite3.Connection) -> set[str]:
    made = there.execute("SELECT group_concat(sql, ' ') FROM sqlite_master WHERE type = 'table'").fetchone()
    return set(re.findall(r"CONSTRAINT (\w+)", made[0]))


HERE = {
    "trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "index": """SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)""",
    "constraint": "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
}


def test_both_databases_have_the_same_columns(raw: RawSql, there: sqlite3.Connection):
    assert columns_here(raw) == columns_of_sqlite(there)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("trigger", lambda there: names_in_sqlite(there, "trigger")),
        ("index", lambda there: names_in_sqlite(there, "index")),
        ("constraint", constraints_of_sqlite),
    ],
)
def test_both_databases_guard_and_find_rows_alike(
    raw: RawSql, there: sqlite3.Connection, kind: str, names: Callable[[sqlite3.Connection], set[str]]
):
    assert {row[0] for row in raw.execute(HERE[kind])} == names(there)


def test_every_text_is_sorted_by_its_bytes_as_sqlite_does(raw: RawSql):
    other = raw.execute(
        """SELECT attrelid::regclass || '.' || attname FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid JOIN pg_collation ON pg_collation.oid = attcollation
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND collname <> 'C'
            AND attrelid <> 'migration'::regclass"""
    )
    assert other == []


# ---------------------------------------------------------------------- migrating


def test_migrations_are_numbered_without_a_gap():
    numbers = [migration.number for migration in shipped_migrations(DIALECT)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_migrated_database_needs_nothing(bare: str, connection: asyncpg.Connection[asyncpg.Record]):
    numbers = [migration.number for migration in shipped_migrations(DIALECT)]
    assert list(await look(bare)) == numbers
    assert await migrate(connection) == numbers
    assert await migrate(connection) == []
    assert list(await look(bare)) == []


async def test_the_record_says_what_was_applied(connection: asyncpg.Connection[asyncpg.Record]):
    await migrate(connection, [FIRST])
    (record,) = await connection.fetch("SELECT number, name, sha256, applied_at > 0 FROM migration")
    assert tuple(record) == (1, "first", FIRST.sha256, True)


async def test_a_failing_migration_leaves_nothing_of_itself(connection: asyncpg.Connection[asyncpg.Record]):
    broken = Migration(2, "broken", "CREATE TABLE half (a BIGINT);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(MigrationError, match='0002_broken failed: relation "nowhere" does not exist'):
        await migrate(connection, [FIRST, broken])
    assert await tables(connection) == {"migration", "first"}
    assert await migrate(connection, [FIRST]) == []


async def test_an_edited_migration_is_refused(connection: asyncpg.Connection[asyncpg.Record]):
    await migrate(connection, [FIRST])
    with pytest.raises(MigrationError, match="0001 was edited"):
        await migrate(connection, [Migration(1, "first", FIRST.sql + "-- edited\n")])


async def test_a_database_of_a_newer_program_is_refused_and_not_opened(bare: str):
    await (await PostgresStorage.open(bare)).close()
    with RawSql(bare) as raw:
        raw.execute("INSERT INTO migration VALUES (9999, 'future', 'x', 0)")
    with pytest.raises(MigrationError, match="migration 9999, which this program does not know"):
        await PostgresStorage.open(bare)
    with pytest.raises(MigrationError, match="9999"):
        await look(bare)


async def test_many_openings_of_a_new_database_at_once_are_one_migration(bare: str):
    storages = await asyncio.gather(*(PostgresStorage.open(bare, connections=1) for _ in range(4)))
    for storage in storages:
        await storage.close()
    with RawSql(bare) as raw:
        applied = raw.execute("SELECT number FROM migration ORDER BY number")
    assert [row[0] for row in applied] == [migration.number for migration in shipped_migrations(DIALECT)]


async def test_a_migration_killed_half_way_leaves_nothing(
    bare: str, connection: asyncpg.Connection[asyncpg.Record]
):
    program = f"""
import asyncio, asyncpg
from db.migrate import Migration
from db.postgresql.migrating import migrate
first, slow = Migration(1, "first", {FIRST.sql!r}), Migration(2, "slow", {SLOW.sql!r})
async def run():
    connection = await asyncpg.connect({bare!r})
    await migrate(connection, [first])
    print("ready", flush=True)
    await migrate(connection, [first, slow])
asyncio.run(run())
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:  # noqa: ASYNC220
        assert running.stdout is not None
        assert await asyncio.to_thread(running.stdout.readline) == "ready\n"
        while not await connection.fetchval(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
        ):
            assert running.poll() is None
        running.send_signal(signal.SIGKILL)
    # Whoever comes next waits until the server has noticed, then finds nothing of it.
    assert await migrate(connection, [FIRST]) == []
    assert await tables(connection) == {"migration", "first"}
