"""Two who work on one request: one of them loses, and nothing is done twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.request import EndReason, RequestState
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.making import StoredPicture
from bot.services.requests.settling import HoldOutcome
from tests.services.request_parts import ANA, BEN, WELCOME, Room, jpeg, open_room

PICTURE = StoredPicture(0, "a" * 64, "b" * 64, b"", 8, 8, "", (), (), 1)


async def test_a_hold_for_a_request_that_has_ended_is_lost(room: Room) -> None:
    request_id = await room.begin()
    request = await room.request(request_id)
    quote = await room.composer.compose(request, None)
    await room.desk.cancel(request_id, ANA)
    assert await room.settler.hold(request, quote) == (HoldOutcome.LOST, None)
    quoted = quote.applied_to(request)
    assert await room.settler.hold(quoted, None) == (HoldOutcome.LOST, None)
    assert (await room.balance()).free.total == WELCOME


async def test_a_driver_that_lost_goes_on_to_tell_the_end(room: Room) -> None:
    room.writer.on_write = lambda: room.desk.cancel(room.engine.submitted[0], ANA)
    request = await room.run()
    assert (request.state, request.told) == (RequestState.CANCELLED, True)


async def test_pictures_of_a_request_that_has_ended_are_not_captured(room: Room) -> None:
    request = await room.run()
    assert await room.settler.store(request, "somebody", PICTURE) is None
    assert not await room.settler.end(request.request_id, RequestState.FAILED, EndReason.DEADLINE, "")
    assert (await room.balance()).free.total == WELCOME - 50


async def test_a_picture_that_arrives_after_its_request_was_cancelled_is_not_captured(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[gate, jpeg(768, 1024)]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.settler.cancel(request_id, ANA)  # elsewhere: this process was not told
    gate.set()
    await driving
    assert (await room.request(request_id)).state is RequestState.CANCELLED
    assert await room.pictures(request_id) == []
    assert (await room.balance()).free.total == WELCOME


async def test_nothing_is_settled_that_was_not_held(room: Room) -> None:
    request = await room.request(await room.begin())
    with pytest.raises(ValueError, match="nothing held"):
        request.require_hold_ref()


async def test_a_cast_changed_after_the_end_is_told(room: Room) -> None:
    request = await room.run()
    quote = await room.composer.requote(request, ["mira"])
    with pytest.raises(errors.AlreadySettledError):
        await room.settler.recast(request.request_id, ANA, quote)


async def test_a_cancelled_request_is_not_begun_when_its_turn_comes(tmp_path: Path) -> None:
    """Cancelled elsewhere: this process was not told, and finds out when the slot is free."""
    async with open_room(tmp_path, slots=1) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        first = asyncio.create_task(room.driver.drive(await room.begin(BEN)))
        await room.backend.started.wait()
        request_id = await room.begin()
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        await room.settler.cancel(request_id, ANA)
        gate.set()
        await asyncio.gather(first, waiting)
        assert (await room.request(request_id)).told
        assert len(room.backend.jobs) == 1


async def test_a_running_request_cancelled_elsewhere_is_stopped_at_the_next_renewal(tmp_path: Path) -> None:
    async with open_room(tmp_path, renew_every_s=0.01) as room:
        room.backend.script = [[asyncio.Event()]]
        request_id = await room.begin()
        driving = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()
        await room.settler.cancel(request_id, ANA)
        await driving
        assert (await room.request(request_id)).told


async def test_a_request_taken_over_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """SIGSTOP past the lease, then SIGCONT: whoever wakes from the dead loses."""
    async with open_room(tmp_path, renew_every_s=0.01) as room:
        gate = asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)]]
        request_id = await room.begin()
        stopped = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()

        async def forget_leases(uow: UnitOfWork) -> None:
            await uow.requests.expire_leases()

        await room.storage.write(forget_leases)
        await room.second_driver.drive(request_id)
        gate.set()
        await stopped
        assert (await room.request(request_id)).state is RequestState.DELIVERED
        assert len(room.courier.delivered) == 1
        assert (await room.balance()).free.total == WELCOME - 50


async def test_a_drive_that_lost_its_lease_does_not_stop_the_one_that_has_it_in_the_same_process(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path, renew_every_s=0.01) as room:
        gates = asyncio.Event(), asyncio.Event()
        room.backend.script = [[gate, jpeg(768, 1024)] for gate in gates]
        request_id = await room.begin()
        lost = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()
        room.backend.started.clear()
        await room.storage.write(lambda uow: uow.requests.expire_leases())
        has_it = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()
        for _ in range(1_000):  # as many turns as the first one needs to see that its lease is gone
            await room.request(request_id)
        gates[1].set()
        await has_it
        gates[0].set()
        await lost
        assert (await room.request(request_id)).state is RequestState.DELIVERED
        assert (len(room.backend.jobs), len(room.courier.delivered)) == (2, 1)


async def test_a_failed_attempt_of_a_request_that_was_taken_over_changes_nothing(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[gate, errors.BackendFailedError("scripted")]]
    request_id = await room.begin()
    stopped = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()

    async def forget_leases(uow: UnitOfWork) -> None:
        await uow.requests.expire_leases()

    await room.storage.write(forget_leases)
    await room.second_driver.drive(request_id)
    gate.set()
    await stopped
    assert (await room.request(request_id)).state is RequestState.DELIVERED
    assert len(room.courier.delivered) == 1


async def test_a_delivery_that_was_recorded_elsewhere_tells_no_cost_twice(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 3
    request = await room.run()

    async def record(uow: UnitOfWork) -> bool:
        return await uow.requests.to_delivered(request.request_id, how="reply")

    async def recorded_meanwhile() -> None:
        await room.storage.write(record)

    room.courier.on_deliver = recorded_meanwhile
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert room.courier.costs == []


async def test_what_happens_in_a_step_that_ends_elsewhere_is_nothing(room: Room) -> None:
    request = await room.run()

    async def claimable(uow: UnitOfWork) -> bool:
        return await uow.requests.claim(request.request_id, owner="x", now_ms=0, until_ms=1)

    assert not await room.storage.write(claimable)
