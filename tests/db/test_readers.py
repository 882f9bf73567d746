from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from rows import GUILD, USER, account, balance, post, purchase, welcome

from bot.container.databases import Database
from bot.domain.money import Split
from bot.services.ports.storage import StorageError, UnitOfWork
from db.errors import ExternalAwaitError
from tests.databases import opened


async def test_a_read_is_one_snapshot(url: str):
    async with await opened(url) as storage, await opened(url) as other:
        account_id = await account(storage)
        begun, moved_on = asyncio.Event(), asyncio.Event()

        async def change() -> None:
            await begun.wait()
            await post(other, welcome(account_id, 500))
            moved_on.set()

        async def work(uow: UnitOfWork) -> tuple[int, int]:
            before = await uow.ledger.balance(account_id, GUILD)
            begun.set()
            for _ in range(2000):  # reads go on while the other writes
                await uow.members.account_of(USER)
                if moved_on.is_set():
                    break
            after = await uow.ledger.balance(account_id, GUILD)
            return before.free.total, after.free.total

        changing = asyncio.create_task(change())
        assert await storage.read(work) == (0, 0)
        await changing
        assert moved_on.is_set()
        assert (await balance(storage, account_id)).free == Split(500)


async def test_a_read_can_not_write(storage: Database):
    with pytest.raises(StorageError, match=r"read-?only"):
        await storage.read(lambda uow: uow.notes.set("key", "value"))
    assert await storage.read(lambda uow: uow.notes.get("key")) is None


async def test_a_read_that_awaits_something_external_is_stopped(storage: Database):
    async def work(uow: UnitOfWork) -> None:
        await uow.notes.get("key")
        await asyncio.sleep(0.01)

    with pytest.raises(ExternalAwaitError):
        await storage.read(work)
    assert await storage.read(lambda uow: uow.notes.get("key")) is None


async def test_writing_inside_a_read_is_stopped_and_never_happens(storage: Database):
    async def work(uow: UnitOfWork) -> None:
        await uow.notes.get("key")
        await storage.write(lambda nested: nested.notes.set("key", "value"))

    with pytest.raises(ExternalAwaitError):
        await storage.read(work)
    await storage.write(lambda uow: uow.notes.set("other", "value"))
    assert await storage.read(lambda uow: uow.notes.get("key")) is None


async def test_a_read_that_raises_gives_its_connection_back(url: str):
    async with await opened(url, readers=1) as storage:
        for _ in range(3):
            with pytest.raises(LookupError):
                await storage.read(_fails)
        assert await storage.read(lambda uow: uow.notes.get("key")) is None


async def _fails(uow: UnitOfWork) -> None:
    await uow.notes.get("key")
    raise LookupError


async def test_cancelled_reads_give_their_connection_back(url: str):
    async with await opened(url, readers=1) as storage:
        account_id = await account(storage)
        for turn in range(200):
            reading = asyncio.create_task(balance(storage, account_id))
            for _ in range(turn % 7):
                await asyncio.sleep(0)
            reading.cancel()
        assert (await balance(storage, account_id)).free == Split()


async def test_a_read_that_nobody_waits_for_any_more_is_stopped(url: str):
    async with await opened(url, readers=1) as storage:
        begun, stopped = threading.Event(), threading.Event()

        async def work(uow: UnitOfWork) -> None:
            try:
                while True:
                    await uow.notes.get("key")
                    begun.set()
            finally:
                stopped.set()

        reading = asyncio.create_task(storage.read(work))
        await asyncio.to_thread(begun.wait)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.to_thread(stopped.wait)
        assert await storage.read(lambda uow: uow.notes.get("key")) is None


@pytest.mark.sqlite
async def test_the_log_does_not_grow_beside_busy_readers(storage: Database, database: Path):
    account_id = await account(storage)
    writing = True

    async def reads() -> None:
        while writing:
            await balance(storage, account_id)

    async def writes(lane: int) -> None:
        for number in range(100):
            await post(storage, *(purchase(account_id, 1, ref=f"{lane}-{number}-{i}") for i in range(20)))

    readers = [asyncio.create_task(reads()) for _ in range(4)]
    await asyncio.gather(*(writes(lane) for lane in range(4)))
    writing = False
    await asyncio.gather(*readers)
    assert (await balance(storage, account_id)).free == Split(0, 8000)
    assert database.with_name("darkroom.db-wal").stat().st_size < 8 * 1024 * 1024
