from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from rows import account, balance, hold, post, violations, welcome

from bot.container.databases import Database
from bot.domain.errors import OverdraftError
from bot.domain.money import Split
from bot.services.ports.storage import StorageClosedError, UnitOfWork
from db.errors import ExternalAwaitError
from db.writer import LARGEST_BATCH
from tests.databases import RawSql, opened


async def set_note(uow: UnitOfWork, key: str) -> None:
    await uow.notes.set(key, "set")


async def noted(storage: Database, key: str) -> bool:
    async def work(uow: UnitOfWork) -> bool:
        return await uow.notes.get(key) is not None

    return await storage.read(work)


async def test_a_unit_returns_its_value_and_is_durable_at_once(storage: Database, raw: RawSql):
    async def work(uow: UnitOfWork) -> int:
        await set_note(uow, "a")
        return 42

    assert await storage.write(work) == 42
    assert raw.execute("SELECT value FROM note WHERE note_key = 'a'") == [("set",)]


@pytest.mark.sqlite
async def test_what_waits_is_committed_together(storage: Database, database: Path):
    seen: list[tuple[bool, int]] = []

    async def second(uow: UnitOfWork) -> None:
        inside = await uow.notes.get("first") is not None
        other = sqlite3.connect(database)
        outside = other.execute("SELECT count(*) FROM note WHERE note_key = 'first'").fetchone()[0]
        other.close()
        seen.append((inside, outside))

    await asyncio.gather(storage.write(lambda uow: set_note(uow, "first")), storage.write(second))
    assert seen == [(True, 0)]


async def test_a_unit_that_raises_is_rolled_back_alone(storage: Database):
    async def fails(uow: UnitOfWork) -> None:
        await set_note(uow, "half")
        raise LookupError("mine")

    outcomes = await asyncio.gather(
        storage.write(lambda uow: set_note(uow, "before")),
        storage.write(fails),
        storage.write(lambda uow: set_note(uow, "after")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), LookupError, type(None)]
    assert [await noted(storage, key) for key in ("before", "half", "after")] == [True, False, True]


async def test_a_unit_that_caught_an_error_goes_on(storage: Database):
    account_id = await account(storage)

    async def work(uow: UnitOfWork) -> None:
        with pytest.raises(OverdraftError):
            await uow.ledger.append(hold(account_id, Split(1)))
        await uow.ledger.append(welcome(account_id, 5))

    await storage.write(work)
    assert (await balance(storage, account_id)).free == Split(5)


async def test_more_units_than_a_batch_takes_are_all_done(storage: Database):
    count = 2 * LARGEST_BATCH + 3
    await asyncio.gather(*(storage.write(lambda uow, i=i: set_note(uow, f"n{i}")) for i in range(count)))
    assert [i for i in range(count) if not await noted(storage, f"n{i}")] == []


async def _sleeps(uow: UnitOfWork) -> None:
    await set_note(uow, "external")
    await asyncio.sleep(0.01)


async def _yields(uow: UnitOfWork) -> None:
    await set_note(uow, "external")
    await asyncio.sleep(0)


@pytest.mark.parametrize("unit", [_sleeps, _yields])
async def test_awaiting_something_external_is_refused_and_rolled_back(
    storage: Database, unit: Callable[[UnitOfWork], Awaitable[None]]
):
    with pytest.raises(ExternalAwaitError):
        await storage.write(unit)
    assert not await noted(storage, "external")


async def test_awaiting_the_event_loop_s_future_is_refused(storage: Database):
    reply = asyncio.get_running_loop().create_future()

    async def work(uow: UnitOfWork) -> None:
        await set_note(uow, "external")
        await reply

    with pytest.raises(ExternalAwaitError):
        await storage.write(work)
    assert not await noted(storage, "external")


@pytest.mark.parametrize("inner", ["write", "read"])
async def test_a_unit_inside_a_unit_is_refused_and_leaves_nothing(storage: Database, inner: str):
    async def work(uow: UnitOfWork) -> None:
        await set_note(uow, "outer")
        await getattr(storage, inner)(lambda nested: set_note(nested, "inner"))

    with pytest.raises(ExternalAwaitError):
        await storage.write(work)
    await storage.write(lambda uow: set_note(uow, "later"))
    assert [await noted(storage, key) for key in ("outer", "inner", "later")] == [False, False, True]


async def test_a_runtime_error_of_a_unit_is_its_own(storage: Database):
    async def work(_: UnitOfWork) -> None:
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        await storage.write(work)


@pytest.mark.sqlite
async def test_who_is_cancelled_before_the_batch_leaves_no_trace(storage: Database):
    first = asyncio.create_task(storage.write(lambda uow: set_note(uow, "cancelled")))
    first.get_loop().call_soon(first.cancel)
    second = asyncio.create_task(storage.write(lambda uow: set_note(uow, "kept")))
    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert [await noted(storage, key) for key in ("cancelled", "kept")] == [False, True]


@pytest.mark.sqlite
async def test_a_batch_of_nothing_but_cancelled_callers_is_no_batch(storage: Database):
    only = asyncio.create_task(storage.write(lambda uow: set_note(uow, "cancelled")))
    only.get_loop().call_soon(only.cancel)
    with pytest.raises(asyncio.CancelledError):
        await only
    await storage.write(lambda uow: set_note(uow, "next"))
    assert [await noted(storage, key) for key in ("cancelled", "next")] == [False, True]


async def test_closing_finishes_what_was_handed_in(url: str):
    storage = await opened(url)
    writes = [asyncio.create_task(storage.write(lambda uow, i=i: set_note(uow, f"n{i}"))) for i in range(300)]
    await asyncio.sleep(0)
    await storage.close()
    await asyncio.gather(*writes)
    async with await opened(url) as reopened:
        assert [i for i in range(300) if not await noted(reopened, f"n{i}")] == []


async def test_a_closed_storage_refuses_and_closing_twice_is_harmless(storage: Database):
    await storage.close()
    await storage.close()
    with pytest.raises(StorageClosedError):
        await storage.write(lambda uow: set_note(uow, "late"))
    with pytest.raises(StorageClosedError):
        await noted(storage, "late")


async def test_sixty_four_holds_at_once_with_money_for_three_are_three(storage: Database):
    account_id = await account(storage)
    await post(storage, welcome(account_id, 170))

    async def try_hold(number: int) -> bool:
        try:
            await post(storage, hold(account_id, Split(50), ref=f"r{number}:1"))
        except OverdraftError:
            return False
        return True

    outcomes = await asyncio.gather(*(try_hold(number) for number in range(64)))
    assert sum(outcomes) == 3
    after = await balance(storage, account_id)
    assert (after.free, after.held) == (Split(20), Split(150))
    assert [v for v in await violations(storage) if "sum of its entries" in v.rule] == []
