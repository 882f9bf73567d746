"""Several pictures in one request: each is on record as it comes, and only what was made is paid."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain import errors
from bot.domain.picture import Resolution
from bot.domain.request import EndReason, ImageRequest, RequestKind, RequestState
from bot.domain.studio import CANDIDATES
from bot.services.ports.storage import UnitOfWork
from tests.services.request_parts import ANA, PRICES, WELCOME, BackendStep, Room, jpeg


async def begin(room: Room, count: int) -> str:
    press = room.press(
        resolution=Resolution.R2K, companion_ids=("mira",), prompt="waves", count=count, aspect=None
    )
    request_id = await room.desk.begin(replace(press, kind=RequestKind.PREMIUM))
    if count * PRICES.image > 150:
        await room.driver.drive(request_id)  # asks whether the price is all right
        await room.desk.confirm(request_id, ANA)
    return request_id


def good() -> bytes:
    return jpeg(1536, 2048)


async def checked(room: Room, request_id: str, made: int) -> ImageRequest:
    """Delivered with so many pictures, which alone are paid; the books agree."""
    request = await room.request(request_id)
    assert request.state is RequestState.DELIVERED
    images = await room.pictures(request_id)
    assert [image.position for image in images] == list(range(made))
    assert {image.share.total for image in images} == {PRICES.image}
    balance = await room.balance()
    assert (balance.free.total, balance.held.total) == (WELCOME - made * PRICES.image, 0)

    async def violations(uow: UnitOfWork) -> object:
        return list(await uow.audit.violations())

    assert await room.storage.read(violations) == []
    return request


async def test_a_batch_is_one_message_and_pictures_are_shown_as_they_come(room: Room) -> None:
    request_id = await begin(room, 3)
    await room.driver.drive(request_id)
    await checked(room, request_id, 3)
    (delivered,) = room.courier.delivered
    assert len(delivered[1]) == 3
    assert sorted({len(status.made) for status in room.courier.statuses}) == [0, 1, 2]
    (job,) = room.backend.jobs
    assert job.count == 3


async def test_a_batch_that_fails_half_way_delivers_and_charges_what_was_made(room: Room) -> None:
    room.backend.script = [[good(), good(), errors.BackendRefusedError("scripted")]]
    request_id = await begin(room, 8)
    await room.driver.drive(request_id)
    await checked(room, request_id, 2)


async def test_cancel_keeps_and_charges_what_was_made(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[good(), good(), gate]]
    request_id = await begin(room, 8)
    driving = asyncio.create_task(room.driver.drive(request_id))
    while not any(len(status.made) == 2 for status in room.courier.statuses):
        await asyncio.wait_for(room.courier.waiting[request_id].wait(), 10)
        room.courier.waiting[request_id].clear()
    await room.desk.cancel(request_id, ANA)
    await driving
    await checked(room, request_id, 2)
    with pytest.raises(errors.AlreadySettledError):
        await room.desk.cancel(request_id, ANA)


async def test_cancel_before_the_first_picture_is_free(room: Room) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await begin(room, 8)
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.desk.cancel(request_id, ANA)
    await driving
    assert (await room.request(request_id)).end_reason is EndReason.CANCELLED
    assert (await room.balance()).free.total == WELCOME


async def test_after_a_crash_only_the_missing_pictures_are_made(room: Room) -> None:
    room.backend.script = [[good(), good(), asyncio.Event()]]
    request_id = await begin(room, 4)
    driving = asyncio.create_task(room.driver.drive(request_id))
    while not any(len(status.made) == 2 for status in room.courier.statuses):
        await asyncio.wait_for(room.courier.waiting[request_id].wait(), 10)
        room.courier.waiting[request_id].clear()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    room.clock.now += 120_000  # the dead driver's lease runs out
    await room.second_driver.drive(request_id)
    await checked(room, request_id, 4)
    first, second = room.backend.jobs
    assert (second.count, second.seed) == (2, first.seed + 2)
    assert len({image.file_key for image in await room.pictures(request_id)}) >= 1


async def test_a_batch_past_its_deadline_keeps_what_was_made(room: Room) -> None:
    room.backend.script = [[good(), asyncio.Event()]]
    request_id = await begin(room, 4)
    driving = asyncio.create_task(room.driver.drive(request_id))
    while not any(status.made for status in room.courier.statuses):
        await asyncio.wait_for(room.courier.waiting[request_id].wait(), 10)
        room.courier.waiting[request_id].clear()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    room.clock.now += 700_000
    await room.second_driver.drive(request_id)
    await checked(room, request_id, 1)


async def test_a_driver_whose_batch_was_taken_over_adds_nothing(room: Room) -> None:
    gate = asyncio.Event()
    room.backend.script = [[good(), gate, good(), good()]]
    request_id = await begin(room, 3)
    driving = asyncio.create_task(room.driver.drive(request_id))
    while not any(status.made for status in room.courier.statuses):
        await asyncio.wait_for(room.courier.waiting[request_id].wait(), 10)
        room.courier.waiting[request_id].clear()
    room.clock.now += 120_000
    await room.second_driver.drive(request_id)  # makes the other two and delivers
    gate.set()
    await driving
    await checked(room, request_id, 3)
    assert len(room.courier.delivered) == 1


async def test_candidates_too_are_kept_as_they_come(room: Room) -> None:
    rin = await room.own_companion("Rin")
    small: list[BackendStep] = [jpeg(768, 1024), jpeg(768, 1024), errors.BackendRefusedError("scripted")]
    room.backend.script = [small]
    asked = await room.ask(RequestKind.REFERENCE, rin.companion_id)
    assert asked.options.count == CANDIDATES
    assert len(await room.pictures(asked.request_id)) == 2
    assert (await room.balance()).free.total == WELCOME
