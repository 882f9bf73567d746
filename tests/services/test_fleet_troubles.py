"""Several processes and a database that is away for a moment; and whether anybody is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.request import RequestState
from bot.services.guilds import GuildService
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.requests.insisting import insist
from bot.services.requests.leases import Leases
from bot.services.requests.roll_call import RollCall
from bot.services.requests.triggers import OpenTriggers, Reserved
from tests.services.fleet_parts import Away, batch_of
from tests.services.request_parts import ANA, GUILD, WELCOME, Room, open_room


async def test_what_was_paid_for_is_put_on_record_when_the_database_is_back(room: Room) -> None:
    storage = Away(room.storage, 3)

    async def work(uow: UnitOfWork) -> str:
        await uow.notes.set("a", "b")
        return "done"

    async def done(uow: UnitOfWork) -> str | None:
        return await uow.notes.get("a")

    assert await insist(storage, work, done, (0.0,) * 4) == "done"
    assert storage.writes == 3


async def test_what_was_committed_although_the_answer_was_lost_is_not_done_twice(room: Room) -> None:
    storage = Away(room.storage, 1, commits=True)

    async def work(uow: UnitOfWork) -> str:
        await uow.notes.set("a", "b")
        return "done"

    async def done(uow: UnitOfWork) -> str | None:
        return await uow.notes.get("a")

    assert await insist(storage, work, done, (0.0,)) == "b"
    assert storage.writes == 1


class LosesAnswers(Away):
    """A storage that loses the answer to the first commit of each of these methods."""

    def __init__(self, inner: Storage, *methods: str) -> None:
        super().__init__(inner, 0, commits=True)
        self.methods = list(methods)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        method = work.__qualname__.partition(".<locals>")[0]
        if method in self.methods:
            self.methods.remove(method)
            self.times = 1
        return await super().write(work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        return await self.inner.read(work)


async def test_a_connection_that_breaks_at_the_commit_neither_loses_nor_doubles_anything(
    tmp_path: Path,
) -> None:
    lossy: list[LosesAnswers] = []

    def wrap(inner: Storage) -> Storage:
        lossy.append(LosesAnswers(inner, "RequestDesk.begin", "Settler.keep", "Settler.store"))
        return lossy[-1]

    async with open_room(tmp_path, wrap_storage=wrap) as room:
        request_id = await room.desk.begin(batch_of(room.press()))
        await room.driver.drive(request_id)
        assert (await room.request(request_id)).state is RequestState.DELIVERED
        assert (await room.balance()).free.total == WELCOME - 100
        assert [len(parcels) for _, parcels, _ in room.courier.delivered] == [2]
        assert len(room.backend.jobs) == 1
        settling, pressing = lossy
        assert settling.methods == ["RequestDesk.begin"]
        assert pressing.methods == ["Settler.keep", "Settler.store"]


async def test_a_database_that_stays_away_is_told(room: Room) -> None:
    async def nothing(_uow: UnitOfWork) -> None:
        return None

    with pytest.raises(StorageError):
        await insist(Away(room.storage, 9), nothing, nothing, (0.0,))


async def test_a_lease_outlives_a_database_that_is_away_for_a_moment(room: Room) -> None:
    request_id = await room.begin()
    storage = Away(room.storage, 0)
    leases = Leases(storage=storage, clock=room.clock, renew_every_s=0.002, look_every_s=0.001)
    assert await leases.claim(request_id, "us") is not None
    lost = asyncio.Event()
    storage.times = 2
    keeping = asyncio.create_task(leases.keep(request_id, "us", lost.set))
    try:
        while storage.times or storage.writes < 3:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.001)
        assert not lost.is_set()
        leases.forget(request_id, "us")
        storage.times = 1
        async with asyncio.timeout(10):
            await lost.wait()
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])


async def test_a_drive_that_ends_takes_no_lease_from_the_next_one_of_its_process(room: Room) -> None:
    request_id = await room.begin()
    leases = Leases(storage=room.storage, clock=room.clock)
    assert await leases.claim(request_id, "preparing") is not None
    await leases.give_back(request_id, "preparing")
    assert not leases.holds(request_id)
    assert await leases.claim(request_id, "making") is not None
    leases.forget(request_id, "preparing")
    assert leases.holds(request_id)  # so what is made goes on being shown
    assert not await leases.extend(request_id, "preparing", 600_000)
    room.clock.now += 61_000
    assert not leases.holds(request_id)


async def test_a_drive_waits_for_a_database_that_is_away_for_a_moment(room: Room) -> None:
    request_id = await room.begin()
    compose, tries = room.composer.compose, iter([StorageError("away")])

    async def away_once(*args: Any) -> Any:
        for error in tries:
            raise error
        return await compose(*args)

    room.composer.compose = away_once  # type: ignore[method-assign]
    assert await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED


async def test_a_database_that_stays_away_ends_no_request(room: Room) -> None:
    request_id = await room.begin()

    async def away(*_: Any) -> Any:
        raise StorageError("away")

    room.composer.compose = away  # type: ignore[method-assign]
    assert await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.RECEIVED


async def test_a_database_that_is_away_while_a_picture_is_made_says_nothing_about_its_backend(
    room: Room,
) -> None:
    request_id = await room.begin()
    room.backend.script = [[StorageError("away")]]
    await room.driver.drive(request_id)
    assert (await room.request(request_id)).state is RequestState.DELIVERED
    assert len(room.backend.jobs) == 2


async def test_other_processes_see_what_an_owner_set_soon(room: Room) -> None:
    ours, theirs = (
        GuildService(storage=room.storage, clock=room.clock, limits=room.guilds.limits, is_alone=False)
        for _ in range(2)
    )
    before = await theirs.settings(GUILD)
    assert await theirs.settings(GUILD) is before
    await ours.change(GUILD, ANA, lambda settings: replace(settings, member_budget=77))
    async with asyncio.timeout(10):
        while (await theirs.settings(GUILD)).member_budget != 77:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.02)


# ------------------------------------------------------------------------------ who is there


async def test_a_worker_counts_as_there_until_it_has_been_silent_for_a_while(room: Room) -> None:
    roll_call = RollCall(storage=room.storage, clock=room.clock, every_s=0.001)
    assert not await roll_call.is_anybody_there()
    await roll_call.answer()
    assert await roll_call.is_anybody_there()
    room.clock.now += 5
    assert not await roll_call.is_anybody_there()


async def test_a_worker_goes_on_answering_when_the_database_was_away(room: Room) -> None:
    answering = asyncio.create_task(
        RollCall(storage=Away(room.storage, 2), clock=room.clock, every_s=0.001).keep_answering()
    )
    try:
        async with asyncio.timeout(10):
            await RollCall(storage=room.storage, clock=room.clock, every_s=0.001).until(is_anybody_there=True)
    finally:
        answering.cancel()
        await asyncio.wait([answering])


async def test_one_goes_on_waiting_for_a_worker_when_the_database_was_away(room: Room) -> None:
    storage = Away(room.storage, 1)
    roll_call = RollCall(storage=storage, clock=room.clock, every_s=0.001)
    waiting = asyncio.create_task(roll_call.until(is_anybody_there=True))
    async with asyncio.timeout(10):
        for _ in ("it is away", "nobody is there", "asked once more"):
            await storage.asked.acquire()
        assert not waiting.done()
        await roll_call.answer()
        await waiting
    room.clock.now += 60_000
    async with asyncio.timeout(10):
        await roll_call.until(is_anybody_there=False)


async def test_where_the_end_is_not_heard_of_a_button_is_free_after_the_double_tap() -> None:
    triggers = OpenTriggers(forget_after_s=0.01)
    assert triggers.reserve(ANA, "instant:9", 50) is Reserved.OURS
    triggers.bind(ANA, "instant:9", 50, "request")
    assert triggers.reserve(ANA, "instant:9", 51) is Reserved.TAKEN
    async with asyncio.timeout(10):
        while triggers.reserve(ANA, "instant:9", 52) is Reserved.TAKEN:  # noqa: ASYNC110  as above
            await asyncio.sleep(0.005)
