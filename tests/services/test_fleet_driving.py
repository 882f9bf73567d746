"""One life of a request in several processes: whoever prepares it, whoever has its turn, whoever is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DeliveryDelayedError
from bot.domain.picture import Resolution
from bot.domain.request import RequestKind, RequestOptions, RequestState
from bot.services.guilds import GuildService
from bot.services.ports.chat import SeenMessage
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.requests.insisting import insist
from bot.services.requests.leases import Leases
from bot.services.requests.line import BATCH_PATIENCE_MS, Line
from bot.services.requests.roll_call import RollCall
from bot.services.requests.triggers import OpenTriggers, Reserved
from tests.services.request_parts import ANA, BEN, GUILD, WELCOME, Room, open_room


class Away:
    """A storage that is away for some of its next calls; ``commits`` says whether they take place all the same."""

    def __init__(self, inner: Storage, times: int, *, commits: bool = False) -> None:
        self.inner = inner
        self.times = times
        self.commits = commits
        self.writes = 0

    async def write(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        self.writes += 1
        if self.times:
            self.times -= 1
            if self.commits:
                await self.inner.write(work)
            raise StorageError("away")
        return await self.inner.write(work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        if self.times:
            self.times -= 1
            raise StorageError("away")
        return await self.inner.read(work)


def line_of(room: Room, called: list[str] | None = None, *, per_guild: int = 0) -> Line:
    called = [] if called is None else called
    return Line(storage=room.storage, clock=room.clock, call=called.append, per_guild=per_guild)


async def held(room: Room, user_id: int = ANA, **options: object) -> str:
    """A request that waits in line."""
    request_id = await room.begin(user_id, **options)
    line = line_of(room)
    assert await room.make_driver(line).prepare(request_id)
    assert (await room.request(request_id)).state is RequestState.HELD
    return request_id


async def test_what_one_process_prepares_another_makes(room: Room) -> None:
    called: list[str] = []
    line = line_of(room, called)
    request_id = await room.begin()
    assert await room.make_driver(line).prepare(request_id)
    assert called == [request_id, request_id]  # when it is left in line, and after its place was shown
    assert room.courier.places == [(request_id, 1)]
    assert room.courier.delivered == []
    assert await line.length() == 1
    assert await line_of(room).take_turn(room.second_driver.drive)
    assert (await room.request(request_id)).state is RequestState.DELIVERED
    assert not await line.take_turn(room.second_driver.drive)


async def test_who_has_a_turn_at_once_is_shown_no_line(room: Room) -> None:
    request_id = await room.begin()
    turns: list[asyncio.Task[bool]] = []

    def call(_request_id: str) -> None:
        turns.append(asyncio.create_task(room.second_driver.drive(request_id)))

    line = Line(storage=room.storage, clock=room.clock, call=call)
    assert await room.make_driver(line).prepare(request_id)
    assert await asyncio.gather(*turns) == [True]
    assert room.courier.places == []
    assert await line.place_of(request_id) is None


async def test_a_place_that_can_not_be_shown_costs_no_turn(room: Room) -> None:
    called: list[str] = []

    async def fail(*_: object) -> None:
        raise DeliveryDelayedError

    room.courier.show_place = fail  # type: ignore[method-assign]
    request_id = await room.begin()
    assert await room.make_driver(line_of(room, called)).prepare(request_id)
    assert called == [request_id] * 2


async def test_a_request_cancelled_while_its_place_is_shown_is_left_to_be_told(room: Room) -> None:
    called: list[str] = []
    request_id = await room.begin()
    line = line_of(room, called)
    place_of = line.place_of

    async def cancelled_meanwhile(asked_id: str) -> int | None:
        place = await place_of(asked_id)
        await room.settler.cancel(asked_id, ANA)
        return place

    line.place_of = cancelled_meanwhile  # type: ignore[method-assign]
    assert await room.make_driver(line).prepare(request_id)
    assert room.courier.places == []
    assert await room.make_driver(line).prepare(request_id)
    assert (await room.request(request_id)).told


async def test_nobody_waits_in_line_past_the_deadline(room: Room) -> None:
    request_id = await held(room)
    room.clock.now += 601_000
    assert await room.make_driver(line_of(room)).prepare(request_id)
    assert (await room.request(request_id)).state is RequestState.FAILED


async def test_a_request_that_another_process_has_is_left_alone(room: Room) -> None:
    request_id = await room.begin()
    leases = Leases(storage=room.storage, clock=room.clock)
    assert await leases.claim(request_id, "another") is not None
    assert leases.holds(request_id)
    assert not await room.driver.drive(request_id)
    assert await leases.extend(request_id, "another", 60_000)
    assert not await leases.extend(request_id, "somebody", 60_000)
    await leases.give_back(request_id, "another")
    assert not leases.holds(request_id)
    assert await room.driver.drive(request_id)


async def test_a_worker_that_is_stopped_leaves_its_request_to_the_others_at_once(room: Room) -> None:
    called: list[str] = []
    request_id = await held(room)
    room.backend.script = [[asyncio.Event()]]
    driving = asyncio.create_task(room.make_driver(line_of(room, called)).drive(request_id))
    await room.backend.started.wait()
    driving.cancel()
    await asyncio.wait([driving])
    assert called == [request_id]
    assert (await room.request(request_id)).lease_owner is None
    assert await line_of(room).take_turn(room.second_driver.drive)
    assert (await room.request(request_id)).state is RequestState.DELIVERED


async def test_a_worker_that_can_not_say_so_leaves_it_to_its_lease(room: Room) -> None:
    request_id = await held(room)
    room.backend.script = [[asyncio.Event()]]
    line = line_of(room)

    def fail(_request_id: str) -> None:
        raise StorageError("away")

    line.join = fail  # type: ignore[method-assign]
    driving = asyncio.create_task(room.make_driver(line).drive(request_id))
    await room.backend.started.wait()
    driving.cancel()
    await asyncio.wait([driving])
    assert driving.cancelled()


async def test_what_discord_shows_to_nobody_else_is_kept_where_it_is_needed(room: Room) -> None:
    message = SeenMessage(1, ANA, "Ana", "hello")
    keeping, forgetting = room.make_driver(), room.make_driver(keeps_carried=False)
    for driver in (keeping, forgetting):
        driver.carry("request", message)
    assert (keeping.is_carrying("request"), forgetting.is_carrying("request")) == (True, False)


# ------------------------------------------------------------------------------ whose turn it is


async def turns(line: Line) -> list[str]:
    """Everybody's, in order, as one slot hands them out; each is made to the end at once."""
    order: list[str] = []

    async def take(request_id: str) -> bool:
        order.append(request_id)
        return True

    await line.take_turn(take)
    return order


async def test_one_guild_with_many_requests_does_not_keep_another_waiting(tmp_path: Path) -> None:
    async with open_room(tmp_path, per_member=100) as room:
        many = [await held(room) for _ in range(10)]
        press = room.press(BEN)
        elsewhere = await room.desk.begin(_in_guild(press, GUILD + 1))
        assert await room.make_driver(line_of(room)).prepare(elsewhere)
        line, order = line_of(room), []

        async def make(request_id: str) -> bool:
            order.append(request_id)
            return await room.second_driver.drive(request_id)

        for _ in range(3):
            assert await line.take_turn(make)
        assert order == [many[0], elsewhere, many[1]]


async def test_single_pictures_have_their_turn_before_batches_for_a_while(tmp_path: Path) -> None:
    async with open_room(tmp_path, per_member=100) as room:
        press = room.press()
        batch = await room.desk.begin(_batch_of(press))
        line = line_of(room)
        assert await room.make_driver(line).prepare(batch)
        room.clock.now += 1_000
        single = await held(room, BEN)
        assert (await turns(line_of(room)))[0] == single
        room.clock.now += BATCH_PATIENCE_MS
        assert (await turns(line_of(room)))[0] == batch


async def test_a_guild_has_no_more_turns_at_once_than_it_may(tmp_path: Path) -> None:
    async with open_room(tmp_path, per_member=100) as room:
        first, second = await held(room), await held(room)
        room.backend.script = [[asyncio.Event()]]
        line = line_of(room, per_guild=1)
        making = asyncio.create_task(line.take_turn(room.driver.drive))
        await room.backend.started.wait()
        assert (await room.request(first)).state is RequestState.RUNNING
        assert not await line_of(room, per_guild=1).take_turn(room.second_driver.drive)
        assert await line_of(room, per_guild=2).take_turn(room.second_driver.drive)
        assert (await room.request(second)).state is RequestState.DELIVERED
        await room.settler.cancel(first, ANA)
        room.driver.interrupt(first)
        await making


async def test_who_is_too_late_for_the_first_takes_the_next(room: Room) -> None:
    first, second = await held(room), await held(room)
    lost: list[str] = []

    async def drive(request_id: str) -> bool:
        if not lost:
            lost.append(request_id)
            return False
        return await room.driver.drive(request_id)

    assert await line_of(room).take_turn(drive)
    assert lost == [first]
    assert (await room.request(second)).state is RequestState.DELIVERED


async def test_a_sweep_finds_what_nobody_looks_after_and_not_what_waits_in_line(room: Room) -> None:
    in_line, new = await held(room), await room.begin(BEN)

    async def left(uow: UnitOfWork) -> list[str]:
        return list(await uow.line.left_ids(room.clock.now_ms(), 10))

    assert await room.storage.read(left) == [new]
    room.clock.now += 601_000
    assert await room.storage.read(left) == [in_line, new]


def _in_guild(press: Any, guild_id: int) -> Any:
    return replace(press, reply=replace(press.reply, guild_id=guild_id))


def _batch_of(press: Any) -> Any:
    options = RequestOptions(prompt="at the beach", count=2, resolution=Resolution.R2K)
    return replace(press, kind=RequestKind.PREMIUM, options=options, companion_names=("Mira",))


# ------------------------------------------------------------------------------ a database that is away


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
        request_id = await room.desk.begin(_batch_of(room.press()))
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
        leases.forget(request_id)
        storage.times = 1
        async with asyncio.timeout(10):
            await lost.wait()
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])


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


async def test_the_roll_call_goes_on_when_the_database_is_away(room: Room) -> None:
    storage = Away(room.storage, 2)
    roll_call = RollCall(storage=storage, clock=room.clock, every_s=0.001)
    answering = asyncio.create_task(roll_call.keep_answering())
    try:
        async with asyncio.timeout(10):
            await roll_call.until(is_anybody_there=True)
    finally:
        answering.cancel()
        await asyncio.wait([answering])
    room.clock.now += 60_000
    storage.times = 1
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
