"""One life of a request in several processes: whoever prepares it, whoever has its turn, whoever is stopped."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.errors import DeliveryDelayedError
from bot.domain.request import RequestState
from bot.services.ports.chat import SeenMessage
from bot.services.ports.storage import StorageError, UnitOfWork
from bot.services.requests.leases import Leases
from bot.services.requests.line import BATCH_PATIENCE_MS, Line
from tests.services.fleet_parts import batch_of, held, line_of
from tests.services.request_parts import ANA, BEN, GUILD, Room, open_room


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

    class SlowlyShown(Line):
        async def place_of(self, request_id: str) -> int | None:
            await asyncio.gather(*turns)
            return await super().place_of(request_id)

    line = SlowlyShown(storage=room.storage, clock=room.clock, call=call)
    assert await room.make_driver(line).prepare(request_id)
    assert [turn.result() for turn in turns] == [True]
    assert room.courier.places == []
    assert await line.place_of(request_id) is None


async def test_who_has_a_turn_while_the_place_is_looked_up_is_shown_no_line(room: Room) -> None:
    request_id = await room.begin()
    line = line_of(room)
    place_of = line.place_of

    async def taken_meanwhile(asked_id: str) -> int | None:
        place = await place_of(asked_id)
        leases = Leases(storage=room.storage, clock=room.clock)
        assert await leases.claim(asked_id, "another") is not None
        return place

    line.place_of = taken_meanwhile  # type: ignore[method-assign]
    assert await room.make_driver(line).prepare(request_id)
    assert room.courier.places == []
    assert (await room.request(request_id)).lease_owner == "another"


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
        batch = await room.desk.begin(batch_of(press))
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


async def test_a_sweep_leaves_who_was_asked_and_finds_who_would_have_been(room: Room) -> None:
    asked, not_yet = await room.begin(), await room.begin(BEN)
    for user_id in (ANA, BEN):
        await room.preferences.change(user_id, ask_above=10)
    for request_id in (asked, not_yet):
        assert await room.driver.prepare(request_id)

    async def die(uow: UnitOfWork) -> None:
        now_ms = room.clock.now_ms()
        await uow.requests.claim(not_yet, owner="dies", now_ms=now_ms, until_ms=now_ms + 60_000)

    async def left(uow: UnitOfWork) -> list[str]:
        return list(await uow.line.left_ids(room.clock.now_ms(), 10))

    await room.storage.write(die)
    assert await room.storage.read(left) == []
    room.clock.now += 60_000
    assert await room.storage.read(left) == [not_yet]


async def test_another_cast_is_shown_where_it_waits(room: Room) -> None:
    called: list[str] = []
    line = line_of(room, called)
    driver = room.make_driver(line)
    request_id = await room.begin()
    assert await driver.prepare(request_id)
    called.clear()
    room.courier.places.clear()
    await driver.show_recast(await room.request(request_id))
    assert room.courier.places == [(request_id, 1)]
    assert called == [request_id]  # who came for it meanwhile went away again
    assert (await room.request(request_id)).lease_owner is None


async def test_another_cast_is_not_shown_by_others_than_who_makes_it(room: Room) -> None:
    line = line_of(room)
    driver = room.make_driver(line)
    request_id = await room.begin()
    assert await driver.prepare(request_id)
    room.courier.places.clear()
    now_ms = room.clock.now_ms()
    await room.storage.write(
        lambda uow: uow.requests.claim(request_id, owner="maker", now_ms=now_ms, until_ms=now_ms + 60_000)
    )
    await driver.show_recast(await room.request(request_id))
    assert room.courier.places == []
    assert (await room.request(request_id)).lease_owner == "maker"


def _in_guild(press: Any, guild_id: int) -> Any:
    return replace(press, reply=replace(press.reply, guild_id=guild_id))
