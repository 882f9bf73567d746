"""``python -m bot migrate``: a SQLite installation moves to PostgreSQL, whole, once, and wherever it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from forgetting import account as member
from forgetting import everything_about
from rows import USER, account, balance, post, purchase, welcome

from bot.services.ports.storage import StorageError
from db.engine import SqliteStorage
from db.errors import ConstraintViolationError, MigrationError
from db.postgresql import PostgresStorage
from db.postgresql.arriving import Arrival
from tests.postgresql_server import PostgresServer, binaries, running_server

ROOT = Path(__file__).parents[2]
MOVED = "Moved. Start the bot with DATABASE_URL set to the database 127.0.0.1:"
DYING = Path(__file__).with_name("dies_moving.py")

pytestmark = pytest.mark.skipif(binaries() is None, reason="needs PostgreSQL's server programs")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture
async def target(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    """An empty database of the server."""
    name = f"moved_{abs(hash(request.node.nodeid))}"
    connection = await asyncpg.connect(server.url())
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return server.url(name)


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """The database of an installation that was used for everything there is."""
    path = tmp_path / "data" / "darkroom.db"
    async with await SqliteStorage.open(path) as storage:
        ana = await member(storage)
        await everything_about(storage, ana)
        await post(storage, purchase(ana, 100, ref="5"))
    with closing(sqlite3.connect(path)) as raw, raw:
        # What these rows say of pictures has no files here; the audit would say so.
        raw.execute("UPDATE image SET deleted_at_ms = 9")
    return path


def migrate(
    source: Path, *target: str, program: tuple[str, ...] = ("-m", "bot", "migrate"), **env: str
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *program, f"sqlite:///{source}", *target],
        cwd=source.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "IMAGE_STORE": str(source.parent / "images"), **env},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def rows_of_file(path: Path) -> dict[str, set[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as raw:
        tables = raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {
            name: set(raw.execute(f"SELECT * FROM {name}"))  # noqa: S608
            for (name,) in tables.fetchall()
            if name != "migration"
        }


async def rows_of_server(
    url: str, like: dict[str, set[tuple[object, ...]]], path: Path
) -> dict[str, set[tuple[object, ...]]]:
    found: dict[str, set[tuple[object, ...]]] = {}
    connection = await asyncpg.connect(url)
    with closing(sqlite3.connect(path)) as raw:
        for name in like:
            columns = ", ".join(row[1] for row in raw.execute(f"PRAGMA table_info({name})"))
            found[name] = {tuple(row) for row in await connection.fetch(f"SELECT {columns} FROM {name}")}  # noqa: S608
    await connection.close()
    return found


async def test_every_row_arrives_and_the_books_go_on_there(source: Path, target: str):
    before = rows_of_file(source)
    assert all(
        before[name] for name in ("ledger", "request", "image", "report_case", "companion", "purchase")
    )
    code, told, wrong = migrate(source, target)
    assert (code, wrong) == (0, "")
    lines = told.splitlines()
    assert lines[0].startswith(f"{source}: audit clean: 2 accounts, ")
    assert lines[-2].startswith("127.0.0.1:")
    assert lines[-2].partition(": ")[2] == lines[0].partition(": ")[2]
    assert lines[-1].startswith(MOVED)
    assert await rows_of_server(target, before, source) == before
    async with await PostgresStorage.open(target, connections=1) as storage:
        ana = await account(storage, USER)
        had = await balance(storage, ana)
        await post(storage, welcome(ana, 70, ref="later"))  # the next number of an entry is a new one
        assert (await balance(storage, ana)).free.granted == had.free.granted + 70


async def test_nothing_can_be_done_in_the_old_database_any_more(source: Path, target: str):
    async with await SqliteStorage.open(source) as running:
        ana = await account(running, USER)
        code, _, _ = await asyncio.to_thread(migrate, source, target)
        assert code == 0
        with pytest.raises(ConstraintViolationError, match="database_was_moved"):
            await post(running, welcome(ana, ref="too late"))
    with pytest.raises(MigrationError, match="set DATABASE_URL to that database"):
        await SqliteStorage.open(source)
    code, _, wrong = migrate(source, target)
    assert code == 2
    assert wrong.endswith("was moved already: set DATABASE_URL to the database it went to\n")


async def test_the_new_database_may_be_the_one_of_the_settings_and_no_password_is_told(
    source: Path, target: str
):
    with_password = target.replace("darkroom@", "darkroom:hush@")
    code, told, wrong = migrate(source, DATABASE_URL=with_password)
    assert (code, wrong) == (0, "")
    assert "hush" not in told


async def test_a_database_with_rows_is_left_alone(source: Path, target: str):
    async with await PostgresStorage.open(target, connections=1) as storage:
        await account(storage, 7)
    before = rows_of_file(source)
    code, _, wrong = migrate(source, target)
    assert code == 2
    assert "has rows already: move into an empty database" in wrong
    assert rows_of_file(source) == before


async def test_books_that_are_wrong_are_not_moved(source: Path, target: str):
    with closing(sqlite3.connect(source)) as raw, raw:
        raw.execute("UPDATE account SET purchased = purchased + 5")
    code, _, wrong = migrate(source, target)
    assert code == 1
    assert "account.purchased is the sum of its entries" in wrong
    assert wrong.endswith("The old database is as it was: go on with it, or mend it and move again.\n")
    async with await Arrival.open(target) as arrival:
        assert not await arrival.is_unfinished()
    await (await SqliteStorage.open(source)).close()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sqlite:///gone.db", "postgresql://127.0.0.1:1/x", "there is no database at gone.db"),
        ("postgresql://a/b", "postgresql://a/c", "migrate goes from sqlite:///"),
        ("sqlite:///a.db", "sqlite:///b.db", "migrate goes from sqlite:///"),
        ("mysql://a/b", "postgresql://a/c", "DATABASE_URL: use sqlite:///"),
    ],
)
def test_addresses_that_cannot_be_are_one_line(old: str, new: str, said: str, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "bot", "migrate", old, new],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert said in line
    assert not list(tmp_path.glob("*.db"))


async def test_a_server_that_is_away_is_one_line_and_nothing_is_lost(source: Path):
    code, _, wrong = migrate(source, "postgresql://darkroom:hush@127.0.0.1:1/x")
    assert code == 2
    assert len(wrong.splitlines()) == 1
    assert "127.0.0.1:1/x" in wrong
    assert "hush" not in wrong
    await (await SqliteStorage.open(source)).close()


@pytest.mark.parametrize("moment", ["prepare", "fill", "seal", "finish"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_anywhere_it_is_run_again_and_all_is_there(
    source: Path, target: str, moment: str, when: str
):
    before = rows_of_file(source)
    code, _, _ = migrate(source, target, program=(str(DYING),), DIES=f"{when} {moment}")
    assert code == -signal.SIGKILL
    assert await usable(source, target) in ([True, False], [False, False], [False, True])
    code, _, wrong = migrate(source, target)
    if (when, moment) == ("after", "finish"):
        assert "was moved already" in wrong
    else:
        assert (code, wrong) == (0, "")
    assert await usable(source, target) == [False, True]
    assert await rows_of_server(target, before, source) == before


async def usable(source: Path, target: str) -> list[bool]:
    """On which of the two a bot would do anything that counts: an empty database has nothing to lose."""
    found: list[bool] = []
    try:
        await (await SqliteStorage.open(source)).close()
    except (MigrationError, StorageError):
        found.append(False)
    else:
        found.append(True)
    connection = await asyncpg.connect(target)
    there = await connection.fetchval("SELECT to_regclass('account') IS NOT NULL")
    has_rows = there and await connection.fetchval("SELECT EXISTS (SELECT 1 FROM account)")
    await connection.close()
    if not has_rows:
        return [*found, False]
    try:
        await (await PostgresStorage.open(target, connections=1)).close()
    except MigrationError:
        return [*found, False]
    return [*found, True]
