"""A request that is cancelled while its scene is being written: the writer is asked no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain.request import RequestState
from tests.services.request_parts import ANA, WELCOME, Room


def hanging(asked: asyncio.Event, hung_up: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """A writer whose model never answers."""

    async def hang() -> None:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            hung_up.set()

    return hang


async def test_cancelling_ends_the_writing_and_costs_nothing(room: Room) -> None:
    asked, hung_up = asyncio.Event(), asyncio.Event()
    room.writer.on_write = hanging(asked, hung_up)
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await asked.wait()
    await room.desk.cancel(request_id, ANA)
    await asyncio.wait_for(driving, 5)
    assert hung_up.is_set()
    assert (await room.request(request_id)).state is RequestState.CANCELLED
    assert (await room.balance()).free.granted == WELCOME
    assert [ended.request_id for ended in room.courier.ends] == [request_id]


async def test_a_bot_that_stops_ends_the_writing_and_the_request_is_taken_up_again(room: Room) -> None:
    asked, hung_up = asyncio.Event(), asyncio.Event()
    room.writer.on_write = hanging(asked, hung_up)
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await asked.wait()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving
    await asyncio.wait_for(hung_up.wait(), 5)
    assert (await room.request(request_id)).state is RequestState.RECEIVED
