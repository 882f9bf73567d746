"""The engine of a single process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.engines.local import LocalEngine


class Work:
    """Requests and what is done about them; ``gates`` hold a drive back until the test lets it go on."""

    def __init__(self) -> None:
        self.unfinished: list[str] = []
        self.due: list[str] = []
        self.driven: list[str] = []
        self.changed = asyncio.Event()
        self.gates: dict[str, asyncio.Event] = {}
        self.sweeps = 0
        self.fault: Exception | None = None
        self.engine = LocalEngine(self.list_unfinished, self.list_due, sweep_every_s=0.01)

    async def list_unfinished(self) -> Sequence[str]:
        return self.unfinished

    async def list_due(self) -> Sequence[str]:
        self.sweeps += 1
        self.changed.set()
        if self.sweeps == 1 and self.fault is not None:
            raise self.fault
        due, self.due = self.due, []
        return due

    async def drive(self, request_id: str) -> None:
        self.driven.append(request_id)
        self.changed.set()
        if request_id in self.gates:
            await self.gates[request_id].wait()
        if self.fault is not None:
            raise self.fault

    async def until(self, *driven: str) -> None:
        async with asyncio.timeout(5):
            while self.driven != list(driven):
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def running(work: Work) -> AsyncIterator[None]:
    task = asyncio.create_task(work.engine.run(work.drive))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_what_a_dead_process_left_is_driven_at_the_start() -> None:
    work = Work()
    work.unfinished = ["a", "b"]
    async with running(work):
        await work.until("a", "b")


async def test_what_is_submitted_before_the_start_is_found_by_the_recovery() -> None:
    work = Work()
    work.engine.submit("a")
    async with running(work):
        work.engine.submit("b")
        await work.until("b")


async def test_a_submit_during_a_drive_drives_once_more() -> None:
    work = Work()
    work.gates["a"] = asyncio.Event()
    async with running(work):
        work.engine.submit("a")
        await work.until("a")
        work.engine.submit("a")
        work.engine.submit("a")
        work.gates["a"].set()
        await work.until("a", "a")


async def test_a_sweep_finds_what_nobody_works_on() -> None:
    work = Work()
    async with running(work):
        work.due = ["late"]
        await work.until("late")


async def test_a_sweep_leaves_alone_what_is_driven_already() -> None:
    work = Work()
    work.gates["a"] = asyncio.Event()
    async with running(work):
        work.engine.submit("a")
        await work.until("a")
        work.due = ["a", "b"]
        await work.until("a", "b")


async def test_a_fault_in_one_request_or_one_sweep_stops_nothing() -> None:
    work = Work()
    work.fault = RuntimeError("a fault")
    async with running(work):
        work.engine.submit("a")
        await work.until("a")
        work.due = ["b"]
        await work.until("a", "b")


async def test_stopping_stops_what_is_driven() -> None:
    work = Work()
    work.gates["a"] = asyncio.Event()
    async with running(work):
        work.engine.submit("a")
        await work.until("a")
    work.engine.submit("b")
    await asyncio.sleep(0)
    assert work.driven == ["a"]
