"""The writer against the world: other processes, full disks, kill -9, random time-outs, unclosed exits."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from rows import ROOT, account, balance, gift, post, violations, welcome

from bot.domain.money import EntryKind, Split
from bot.services.ports.storage import StorageError, UnitOfWork
from db.engine import SqliteStorage

pytestmark = pytest.mark.sqlite

LOCKS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


@contextmanager
def other_process_locks(database: Path) -> Iterator[Callable[[], object]]:
    command = [sys.executable, "-c", LOCKS, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "locked\n"
        yield partial(print, "unlock", file=other.stdin, flush=True)


def write_until_killed(database: Path, first: int, for_s: float) -> list[str]:
    """Let a process write, kill it, and return what it reported as written."""
    program = str(Path(__file__).with_name("keeps_writing.py"))
    command = [sys.executable, program, str(database), str(first)]
    environment = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as writing:
        assert writing.stdout is not None
        lines = [writing.stdout.readline()]  # it is at work
        time.sleep(for_s)
        writing.kill()
        lines += writing.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


async def set_note(uow: UnitOfWork, key: str) -> None:
    await uow.notes.set(key, "set")


async def test_a_lock_of_another_process_fails_the_batch_and_the_writer_goes_on(database: Path):
    async with await SqliteStorage.open(database, busy_timeout_s=0.1) as storage:
        with other_process_locks(database) as unlock:
            outcomes = await asyncio.gather(
                *(storage.write(lambda uow, i=i: set_note(uow, f"n{i}")) for i in range(3)),
                return_exceptions=True,
            )
            assert [str(outcome) for outcome in outcomes] == [str(StorageError("database is locked"))] * 3
            assert await storage.read(lambda uow: uow.notes.get("n0")) is None
            unlock()
        await storage.write(lambda uow: set_note(uow, "after"))
        assert await storage.read(lambda uow: uow.notes.get("after")) == "set"


async def test_a_short_lock_of_another_process_is_waited_for(database: Path):
    async with await SqliteStorage.open(database) as storage:
        with other_process_locks(database) as unlock:
            writing = asyncio.create_task(storage.write(lambda uow: set_note(uow, "waited")))
            await asyncio.sleep(0.2)
            assert not writing.done()
            unlock()
        await writing
        assert await storage.read(lambda uow: uow.notes.get("waited")) == "set"


FILLS_THE_DISK = """
import asyncio, pathlib, resource, sys
sys.path.insert(0, "tests/db")
from bot.domain.money import Split
from bot.services.ports.storage import StorageError
from db.engine import SqliteStorage
from rows import account, balance, post, purchase, violations

async def main():
    database = pathlib.Path(sys.argv[1])
    async with await SqliteStorage.open(database) as storage:
        account_id = await account(storage)
        size = database.with_name(database.name + "-wal").stat().st_size
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 30_000, unlimited[1]))
        done, failed = 0, 0
        for turn in range(20):
            outcomes = await asyncio.gather(
                *(post(storage, purchase(account_id, 1, ref=f"{turn}-{i}")) for i in range(3)),
                return_exceptions=True,
            )
            errors = [outcome for outcome in outcomes if outcome is not None]
            assert all(isinstance(error, StorageError) for error in errors), errors
            assert len(errors) in (0, 3), errors
            done += 3 - len(errors)
            failed += len(errors)
        assert done and failed, (done, failed)
        outcomes = await asyncio.gather(  # too large for memory: written, and refused, before the commit
            post(storage, purchase(account_id, 1, ref="beside")),
            storage.write(lambda uow: uow.notes.set("large", "x" * 8_000_000)),
            return_exceptions=True,
        )
        assert isinstance(outcomes[1], StorageError), outcomes
        done += outcomes[0] is None
        assert (await balance(storage, account_id)).free == Split(0, done)
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        await post(storage, purchase(account_id, 1, ref="room again"))
        assert (await balance(storage, account_id)).free == Split(0, done + 1)
        assert await violations(storage) == []
    print("survived")

asyncio.run(main())
"""


def run(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_disk_that_is_full_at_commit_fails_the_whole_batch_and_only_that(database: Path):
    assert run(FILLS_THE_DISK, str(database)) == "survived\n"


UNCLOSED = """
import asyncio, pathlib, sys
from db.engine import SqliteStorage

async def main():
    storage = await SqliteStorage.open(pathlib.Path(sys.argv[1]))
    await storage.write(lambda uow: uow.notes.set("key", "value"))
    await storage.read(lambda uow: uow.notes.get("key"))
    globals()["kept"] = storage

asyncio.run(main())
"""

WRITES_WHILE_TORN_DOWN = """
import asyncio, pathlib, sys
from db.engine import SqliteStorage

async def works(storage):
    try:
        await asyncio.sleep(60)
    finally:
        await storage.write(lambda uow: uow.notes.set("late", "value"))
        print(await storage.read(lambda uow: uow.notes.get("late")))
        await storage.close()

async def main():
    storage = await SqliteStorage.open(pathlib.Path(sys.argv[1]))
    globals()["working"] = asyncio.create_task(works(storage))
    await asyncio.sleep(0)

asyncio.run(main())
"""


def test_a_program_that_did_not_close_exits(database: Path):
    run(UNCLOSED, str(database))


def test_a_task_that_is_torn_down_with_the_loop_can_still_write(database: Path):
    assert run(WRITES_WHILE_TORN_DOWN, str(database)) == "value\n"


async def test_random_time_outs_leave_every_transaction_whole(storage: SqliteStorage):
    giver, receiver = await account(storage, 1), await account(storage, 2)
    await post(storage, welcome(giver, 100_000, ref="a"))
    chance = random.Random(7)
    reported: list[str] = []

    async def give(number: int) -> None:
        ref = f"gift{number}"
        try:
            async with asyncio.timeout(chance.choice((0.0, 0.0005, 0.002, 0.01, 0.05))):
                await post(storage, *gift(giver, receiver, Split(1), ref))
        except TimeoutError:
            return
        reported.append(ref)

    for start in range(0, 3000, 100):
        await asyncio.gather(*(give(number) for number in range(start, start + 100)))

    async def halves(uow: UnitOfWork) -> dict[str, int]:
        found: dict[str, int] = {}
        for number in range(3000):
            for account_id in (giver, receiver):
                ref = f"gift{number}"
                if await uow.ledger.find(EntryKind.GIFT, ref, account_id) is not None:
                    found[ref] = found.get(ref, 0) + 1
        return found

    # In the writer's thread: 6000 questions in one hop.
    found = await storage.write(halves)
    assert set(found.values()) == {2}
    assert set(reported) <= set(found)
    assert 0 < len(reported) < 3000
    assert (await balance(storage, giver)).free == Split(100_000 - len(found))
    assert (await balance(storage, receiver)).free == Split(len(found))
    assert await violations(storage) == []


async def test_killed_between_any_two_instructions_the_books_are_right(database: Path):
    chance = random.Random(11)
    reported: list[str] = []

    async def lost(uow: UnitOfWork) -> list[str]:
        found = {ref: await uow.requests.get(ref.partition(":")[0]) for ref in reported}
        return [ref for ref, request in found.items() if request is None or request.hold_ref != ref]

    for turn in range(6):
        reported += write_until_killed(database, 1_000_000 * (turn + 1), chance.uniform(0.0, 0.25))
        async with await SqliteStorage.open(database) as storage:
            assert await violations(storage) == []
            assert await storage.read(lost) == []
    assert len(reported) > 6


async def test_a_file_that_can_not_be_a_database_is_refused(tmp_path: Path):
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StorageError):
        await SqliteStorage.open(tmp_path / "folder.db")
