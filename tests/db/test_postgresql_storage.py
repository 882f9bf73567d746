"""What PostgreSQL has of its own: several writers at once, connections that break, a server that restarts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from rows import USER, account, balance, hold, post, violations, welcome

from bot.container.databases import Database
from bot.domain.errors import DuplicateEntryError, OverdraftError
from bot.domain.money import Split
from bot.services.ports.storage import StorageError, UnitOfWork
from db.errors import ConstraintViolationError, Violated
from db.postgresql import PostgresStorage
from tests.databases import RawSql, opened
from tests.postgresql_server import running_server

pytestmark = pytest.mark.postgresql


async def noted(storage: Database | PostgresStorage, key: str) -> str | None:
    async def work(uow: UnitOfWork) -> str | None:
        return await uow.notes.get(key)

    return await storage.read(work)


# ---------------------------------------------------------------------- several processes


@pytest.fixture
async def both(url: str) -> AsyncIterator[Sequence[Database]]:
    """The database as two processes have it open."""
    async with await opened(url) as one, await opened(url) as other:
        yield one, other


async def test_holds_of_two_processes_are_exactly_as_many_as_money_allows(both: Sequence[Database]):
    account_id = await account(both[0])
    await post(both[0], welcome(account_id, 170))

    async def try_hold(number: int) -> bool:
        try:
            await post(both[number % 2], hold(account_id, Split(50), ref=f"r{number}:1"))
        except OverdraftError:
            return False
        return True

    assert sum(await asyncio.gather(*(try_hold(number) for number in range(40)))) == 3
    after = await balance(both[1], account_id)
    assert (after.free, after.held) == (Split(20), Split(150))
    assert [v for v in await violations(both[1]) if "sum of its entries" in v.rule] == []


async def test_what_was_read_still_holds_when_it_is_written(both: Sequence[Database]):
    async def count(uow: UnitOfWork) -> None:
        await uow.notes.set("count", str(int(await uow.notes.get("count") or "0") + 1))

    await asyncio.gather(*(both[number % 2].write(count) for number in range(30)))
    assert await noted(both[0], "count") == "30"


async def test_of_two_who_look_before_they_leap_only_one_leaps(both: Sequence[Database]):
    """Each reads what the other writes: one at a time, both would never be set."""

    async def leap(uow: UnitOfWork, mine: str, others: str) -> None:
        if await uow.notes.get(others) is None:
            await uow.notes.set(mine, "leapt")

    for turn in range(10):
        left, right = f"left {turn}", f"right {turn}"
        await asyncio.gather(
            both[0].write(lambda uow, a=left, b=right: leap(uow, a, b)),
            both[1].write(lambda uow, a=right, b=left: leap(uow, a, b)),
        )
        assert [await noted(both[0], left), await noted(both[1], right)].count("leapt") == 1


async def test_somebody_met_by_many_at_once_has_one_account(both: Sequence[Database]):
    for user_id in range(USER, USER + 5):
        met = await asyncio.gather(*(account(both[number % 2], user_id) for number in range(8)))
        assert len(set(met)) == 1


# ---------------------------------------------------------------------- refusals


async def test_a_unit_that_ends_after_a_refusal_it_caught_keeps_the_rest(storage: Database):
    account_id = await account(storage)

    async def work(uow: UnitOfWork) -> None:
        await uow.notes.set("before", "kept")
        with suppress(OverdraftError):
            await uow.ledger.append(hold(account_id, Split(1)))

    await storage.write(work)
    assert await noted(storage, "before") == "kept"


async def test_each_sort_of_refusal_has_its_name(storage: Database):
    ana = await account(storage)
    for entry, sort, name in (
        (welcome("nobody"), Violated.FOREIGN_KEY, "account"),
        (welcome(ana, 0), Violated.CHECK, "ledger_shape_free"),
    ):
        with pytest.raises(ConstraintViolationError) as refused:
            await post(storage, entry)
        assert refused.value.sort is sort
        assert name in refused.value.name


# ---------------------------------------------------------------------- connections


async def test_more_units_than_connections_wait_for_their_turn(url: str):
    async with await PostgresStorage.open(url, connections=1) as storage:
        await asyncio.gather(
            *(storage.write(lambda uow, key=f"n{i}": uow.notes.set(key, "set")) for i in range(50)),
            *(noted(storage, f"n{i}") for i in range(50)),
        )
        assert [await noted(storage, f"n{i}") for i in range(50)] == ["set"] * 50


async def test_a_connection_that_breaks_in_a_unit_leaves_nothing_half_done(storage: Database, raw: RawSql):
    tries = 0

    async def work(uow: UnitOfWork) -> None:
        nonlocal tries
        tries += 1
        await uow.notes.set(f"try {tries}", "set")
        if tries == 1:
            raw.execute("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()""")
        await uow.notes.set("end", f"of try {tries}")

    await storage.write(work)
    assert tries == 2
    assert [await noted(storage, key) for key in ("try 1", "try 2", "end")] == [None, "set", "of try 2"]


async def test_a_commit_whose_answer_is_lost_is_told_and_asking_again_is_safe(url: str):
    async with (
        _between(url) as (proxied, line),
        await PostgresStorage.open(proxied, connections=1) as storage,
    ):
        account_id = await account(storage)
        line.loses_answer_to_commit = True
        with pytest.raises(StorageError, match="COMMIT"):
            await post(storage, welcome(account_id, 170))
        assert not line.loses_answer_to_commit
        with pytest.raises(DuplicateEntryError):  # the same entry has the same key
            await post(storage, welcome(account_id, 170))
        assert (await balance(storage, account_id)).free == Split(170)


class _Line:
    """What lies between the program and its server."""

    loses_answer_to_commit = False


@asynccontextmanager
async def _between(url: str) -> AsyncIterator[tuple[str, _Line]]:
    """The same database, through a line that can break when COMMIT was carried out."""
    line = _Line()
    found = re.fullmatch(r"(.*@)([^:/]+):(\d+)(/.*)", url)
    assert found is not None
    before, host, port, after = found.groups()
    running: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        from_server, to_server = await asyncio.open_connection(host, int(port))
        is_lost = False

        async def back() -> None:
            while data := await from_server.read(65536):
                if is_lost:
                    return
                writer.write(data)
            writer.close()

        answering = asyncio.create_task(back())
        try:
            while data := await reader.read(65536):
                is_lost = line.loses_answer_to_commit and b"COMMIT" in data
                to_server.write(data)
                if is_lost:
                    await answering  # the server has answered, so it has committed
                    line.loses_answer_to_commit = False
                    return
        except ConnectionError:
            return
        finally:
            for end in (writer, to_server):
                end.close()
                with suppress(ConnectionError):
                    await end.wait_closed()
            answering.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await answering

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    try:
        yield f"{before}127.0.0.1:{server.sockets[0].getsockname()[1]}{after}", line
    finally:
        server.close()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()


async def test_a_server_that_restarts_between_two_units_is_found_again():
    with running_server() as server:
        async with await PostgresStorage.open(server.url()) as storage:
            await storage.write(lambda uow: uow.notes.set("before", "set"))
            await asyncio.to_thread(server.restart)
            await storage.write(lambda uow: uow.notes.set("after", "set"))
            await asyncio.to_thread(server.kill)
            reading = asyncio.create_task(noted(storage, "before"))
            await asyncio.to_thread(server.start)
            assert [await reading, await noted(storage, "after")] == ["set", "set"]


async def test_a_server_that_is_gone_is_told_as_what_it_is():
    with pytest.raises(StorageError):
        await PostgresStorage.open("postgresql://darkroom@127.0.0.1:1/nowhere")
