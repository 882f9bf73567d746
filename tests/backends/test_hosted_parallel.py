"""Several calls for one picture each: as soon as it is there, and no more calls than are wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from bot.backends.hosted.parallel import as_made
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError, DarkroomError
from bot.services.ports.images import MadePicture

Call = Callable[[], Awaitable[MadePicture]]


class Calls:
    """Calls that end when they are told to."""

    def __init__(self, count: int) -> None:
        self.begun: list[int] = []
        self.cancelled: list[int] = []
        self._ends = [asyncio.get_running_loop().create_future() for _ in range(count)]
        self.all: list[Call] = [self._call(number) for number in range(count)]

    def end(self, number: int, error: DarkroomError | None = None) -> None:
        if error is None:
            self._ends[number].set_result(MadePicture(b"", number))
        else:
            self._ends[number].set_exception(error)

    def _call(self, number: int) -> Call:
        async def call() -> MadePicture:
            self.begun.append(number)
            try:
                return await self._ends[number]
            except asyncio.CancelledError:
                self.cancelled.append(number)
                raise

        return call


async def seeds_of(calls: Calls, at_once: int, seen: list[int]) -> None:
    async for picture in as_made(calls.all, at_once):
        seen += [picture.seed]


async def settle() -> None:
    """Let everything go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_picture_is_there_before_others_that_were_begun_earlier() -> None:
    calls, seen = Calls(3), list[int]()
    task = asyncio.create_task(seeds_of(calls, 3, seen))
    await settle()
    calls.end(2)
    await settle()
    assert seen == [2]
    calls.end(0)
    calls.end(1)
    await task
    assert sorted(seen) == [0, 1, 2]


async def test_no_more_than_so_many_run_at_once() -> None:
    calls, seen = Calls(5), list[int]()
    task = asyncio.create_task(seeds_of(calls, 2, seen))
    for number in range(5):
        await settle()
        assert calls.begun == list(range(min(number + 2, 5)))
        calls.end(number)
    await task
    assert seen == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("error", [BackendRefusedError("b"), BackendFailedError("b")])
async def test_after_a_picture_that_was_not_made_the_others_are(error: DarkroomError) -> None:
    calls, seen = Calls(4), list[int]()
    task = asyncio.create_task(seeds_of(calls, 1, seen))
    await settle()
    calls.end(0, error)
    for number in range(1, 4):
        calls.end(number)
    with pytest.raises(type(error)):
        await task
    assert seen == [1, 2, 3]


async def test_nothing_more_is_begun_at_a_service_that_is_down_and_what_it_still_makes_is_taken() -> None:
    calls, seen = Calls(6), list[int]()
    task = asyncio.create_task(seeds_of(calls, 3, seen))
    await settle()
    calls.end(1, BackendUnavailableError("b", 7))
    await settle()
    calls.end(0)
    calls.end(2)
    with pytest.raises(BackendUnavailableError) as caught:
        await task
    assert caught.value.retry_after_s == 7
    assert calls.begun == [0, 1, 2]
    assert sorted(seen) == [0, 2]


async def test_whoever_stops_listening_stops_the_calls() -> None:
    calls = Calls(3)
    calls.end(0)
    async with aclosing(as_made(calls.all, 3)) as pictures:
        assert (await anext(pictures)).seed == 0
    assert sorted(calls.cancelled) == [1, 2]


async def test_cancelling_whoever_waits_cancels_the_calls() -> None:
    calls = Calls(3)
    task = asyncio.create_task(seeds_of(calls, 2, []))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(calls.cancelled) == [0, 1]
    assert calls.begun == [0, 1]
