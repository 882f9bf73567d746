"""Storages that fail, and requests that wait in line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.domain.picture import Resolution
from bot.domain.request import RequestKind, RequestOptions, RequestState
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.requests.line import Line
from tests.services.request_parts import ANA, Room


class Away:
    """A storage that is away for some of its next calls; ``commits`` says whether they take place all the same."""

    def __init__(self, inner: Storage, times: int, *, commits: bool = False) -> None:
        self.inner = inner
        self.times = times
        self.commits = commits
        self.writes = 0
        self.asked = asyncio.Semaphore(0)
        """Released once for each read that begins: a test waits for as many as it needs."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        self.writes += 1
        if self.times:
            self.times -= 1
            if self.commits:
                await self.inner.write(work)
            raise StorageError("away")
        return await self.inner.write(work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        self.asked.release()
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


def batch_of(press: Any) -> Any:
    options = RequestOptions(prompt="at the beach", count=2, resolution=Resolution.R2K)
    return replace(press, kind=RequestKind.PREMIUM, options=options, companion_names=("Mira",))
