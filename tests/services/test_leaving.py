"""A program that ends leaves what its providers work on to them; a member who cancels does not."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.request import RequestState
from tests.services.request_parts import ANA, Room


async def begun(room: Room) -> tuple[str, asyncio.Task[None]]:
    """A request that its backend is at."""
    room.backend.script = [["job-1", asyncio.Event()]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    async with asyncio.timeout(20):
        while (await room.request(request_id)).provider_ref is None:  # noqa: ASYNC110 - rows have no events
            await asyncio.sleep(0.01)
    return request_id, driving


async def test_a_job_is_left_when_the_program_ends_and_asked_for_again_at_its_next_start(room: Room) -> None:
    request_id, driving = await begun(room)
    watcher = room.backend.watcher
    assert watcher is not None
    assert not watcher.is_leaving
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    assert watcher.is_leaving
    left = await room.request(request_id)
    assert (left.state, left.provider_ref) == (RequestState.RUNNING, "job-1")


async def test_a_job_is_not_left_when_its_member_cancels(room: Room) -> None:
    request_id, driving = await begun(room)
    await room.desk.cancel(request_id, ANA)
    await driving
    assert room.backend.watcher is not None
    assert not room.backend.watcher.is_leaving


async def test_a_job_that_began_as_the_program_ends_is_asked_for_again_too(room: Room) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    assert room.backend.watcher is not None
    noting = asyncio.create_task(room.backend.watcher.accepted("job-2"))
    await asyncio.sleep(0)
    noting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await noting
    assert (await room.request(request_id)).provider_ref == "job-2"
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
