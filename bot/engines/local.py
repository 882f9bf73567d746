"""The engine of a single process: tasks, and a sweep over the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.services.ports.engine import Drive

log = structlog.get_logger()

SWEEP_EVERY_S = 30.0


class LocalEngine:
    """Drives each request in a task of its own, at most one task a request.

    ``unfinished`` lists what a dead process left (asked once, at the start); ``due`` lists what
    nobody works on (asked at every sweep).
    """

    def __init__(
        self,
        unfinished: Callable[[], Awaitable[Sequence[str]]],
        due: Callable[[], Awaitable[Sequence[str]]],
        sweep_every_s: float = SWEEP_EVERY_S,
    ) -> None:
        self._unfinished = unfinished
        self._due = due
        self._sweep_every_s = sweep_every_s
        self._drive: Drive | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def submit(self, request_id: str) -> None:
        """Drive the request, or once more when it is being driven now."""
        if self._drive is None:
            return  # recovery at the start finds it
        if request_id in self._tasks:
            self._again.add(request_id)
            return
        self._tasks[request_id] = asyncio.create_task(self._run_one(self._drive, request_id))

    async def run(self, drive: Drive) -> None:
        """Recover, then sweep until cancelled. What is open then is recovered at the next start."""
        self._drive = drive
        try:
            for request_id in await self._unfinished():
                self.submit(request_id)
            while True:
                await asyncio.sleep(self._sweep_every_s)
                await self._sweep()
        finally:
            self._drive = None
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self) -> None:
        try:
            for request_id in await self._due():
                if request_id not in self._tasks:
                    self.submit(request_id)
        except Exception:  # the task boundary
            log.exception("sweep_failed")

    async def _run_one(self, drive: Drive, request_id: str) -> None:
        try:
            await drive(request_id)
        except Exception:  # the task boundary
            log.exception("drive_failed", request_id=request_id)
        finally:
            del self._tasks[request_id]
            if request_id in self._again:
                self._again.discard(request_id)
                self.submit(request_id)
