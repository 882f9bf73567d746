from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rows import ROOT

from db.engine import SqliteStorage
from db.errors import MigrationError
from db.migrate import Migration, migrate, shipped_migrations
from db.sqlite import connect

pytestmark = pytest.mark.sqlite

EXPECTED = Path(__file__).with_name("expected_schema.sql")
FIRST = Migration(1, "first", "CREATE TABLE first (a INTEGER);\nINSERT INTO first VALUES (1);\n")
ENDLESS = """
CREATE TABLE half (a INTEGER);
INSERT INTO half WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "darkroom.db", 1.0)
    yield connection
    connection.close()


def schema(connection: sqlite3.Connection) -> str:
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
    return "\n\n".join(row[0] for row in rows) + "\n"


def tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_schema_after_all_migrations_is_the_expected_one(connection: sqlite3.Connection):
    migrate(connection)
    # After a wanted change: write schema(connection) there, and read the difference before committing it.
    assert schema(connection) == EXPECTED.read_text(encoding="utf-8")


def test_every_constraint_has_a_name(connection: sqlite3.Connection):
    migrate(connection)
    unnamed = re.compile(r"(?<!_)\b(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|REFERENCES)\b", re.IGNORECASE)
    created = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
    )
    for name, sql in created.fetchall():
        named = re.sub(
            rf"CONSTRAINT {name}_\w+ (PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY \(\w+\) REFERENCES)", "", sql
        )
        assert unnamed.search(named) is None, name
    constraints = re.findall(r"CONSTRAINT (\w+)", schema(connection))
    assert len(constraints) == len(set(constraints))


def test_migrations_are_numbered_without_a_gap():
    numbers = [migration.number for migration in shipped_migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_migrated_database_needs_nothing(connection: sqlite3.Connection):
    assert migrate(connection) == [migration.number for migration in shipped_migrations()]
    assert migrate(connection) == []


def test_the_record_says_what_was_applied(connection: sqlite3.Connection):
    migrate(connection, [FIRST])
    record = connection.execute("SELECT number, name, sha256, applied_at > 0 FROM migration").fetchall()
    assert [tuple(row) for row in record] == [(1, "first", FIRST.sha256, 1)]


def test_a_later_migration_is_added_to_what_stands(connection: sqlite3.Connection):
    second = Migration(2, "second", "CREATE TABLE second (b INTEGER);\n-- the end\n")
    migrate(connection, [FIRST])
    assert migrate(connection, [FIRST, second]) == [2]
    assert tables(connection) == {"migration", "first", "second"}


def test_a_failing_migration_leaves_nothing_of_itself(connection: sqlite3.Connection):
    broken = Migration(2, "broken", "CREATE TABLE half (a INTEGER);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(MigrationError, match="0002_broken failed: no such table: nowhere"):
        migrate(connection, [FIRST, broken])
    assert tables(connection) == {"migration", "first"}
    assert migrate(connection, [FIRST]) == []


def test_an_edited_migration_is_refused(connection: sqlite3.Connection):
    migrate(connection, [FIRST])
    with pytest.raises(MigrationError, match="0001 was edited"):
        migrate(connection, [Migration(1, "first", FIRST.sql + "-- edited\n")])


def test_a_database_of_a_newer_program_is_refused(connection: sqlite3.Connection):
    migrate(connection, [FIRST, Migration(2, "second", "CREATE TABLE second (b INTEGER);\n")])
    with pytest.raises(MigrationError, match="migration 0002, which this program does not know"):
        migrate(connection, [FIRST])


async def test_a_storage_that_can_not_be_migrated_is_not_opened(database: Path):
    database.parent.mkdir()
    newer = connect(database, 1.0)
    migrate(newer, [*shipped_migrations(), Migration(9999, "future", "CREATE TABLE future (a INTEGER);\n")])
    newer.close()
    with pytest.raises(MigrationError, match="9999"):
        await SqliteStorage.open(database)


async def test_many_openings_of_a_new_database_at_once_are_one_migration(database: Path):
    storages = await asyncio.gather(*(SqliteStorage.open(database) for _ in range(4)))
    for storage in storages:
        await storage.close()
    reopened = connect(database, 1.0)
    assert migrate(reopened) == []
    reopened.close()


def test_a_migration_killed_half_way_leaves_nothing(tmp_path: Path):
    database = tmp_path / "darkroom.db"
    program = f"""
import pathlib
from db.migrate import Migration, migrate
from db.sqlite import connect
connection = connect(pathlib.Path({str(database)!r}), 1.0)
migrate(connection, [Migration(1, "first", {FIRST.sql!r})])
print("ready", flush=True)
migrate(connection, [Migration(1, "first", {FIRST.sql!r}), Migration(2, "endless", {ENDLESS!r})])
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        log = database.with_name("darkroom.db-wal")
        deadline = 400
        while log.stat().st_size < 2 * 1024 * 1024 and deadline:  # it has spilled part of the change
            deadline -= 1
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(0.05)
        running.send_signal(signal.SIGKILL)
    connection = connect(database, 5.0)
    assert tables(connection) == {"migration", "first"}
    assert migrate(connection, [FIRST]) == []
    connection.close()
