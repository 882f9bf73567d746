"""Progress messages: the latest status of each request, edited no faster than Discord likes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import DarkroomError
from bot.domain.request import ImageRequest
from bot.services.ports.chat import Status

log = structlog.get_logger()

FIRST_AFTER_S = 0.15
"""A picture that is there sooner needs no progress message."""

EVERY_S = 2.5
"""Discord commonly allows five edits in five seconds; the final edit must find the bucket not empty."""

Show = Callable[[ImageRequest, Status], Awaitable[None]]


@dataclass(eq=False, slots=True)
class _Line:
    request: ImageRequest
    status: Status
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class ProgressBoard:
    """Coalesces statuses: what is shown is always the latest. ``show`` edits the message once."""

    def __init__(self, show: Show, *, first_after_s: float = FIRST_AFTER_S, every_s: float = EVERY_S) -> None:
        self._show = show
        self._first_after_s = first_after_s
        self._every_s = every_s
        self._lines: dict[str, _Line] = {}

    def update(self, request: ImageRequest, status: Status) -> None:
        """Have this status shown, soon or at the next turn."""
        line = self._lines.get(request.request_id)
        if line is None:
            line = self._lines[request.request_id] = _Line(request, status)
            line.task = asyncio.create_task(self._run(line))
        line.request, line.status = request, status
        line.changed.set()

    async def stop(self, request_id: str) -> None:
        """Stop, and wait for an edit that is on its way: a send is never cancelled, nor may it come last."""
        line = self._lines.pop(request_id, None)
        if line is not None and line.task is not None:
            line.stopping.set()
            line.changed.set()
            await line.task

    async def _run(self, line: _Line) -> None:
        pause_s = self._first_after_s
        while not await _set_within(line.stopping, pause_s):
            await line.changed.wait()
            if line.stopping.is_set():
                return
            line.changed.clear()
            try:
                await self._show(line.request, line.status)
            except DarkroomError as error:
                log.info("progress_not_shown", request_id=line.request.request_id, error=type(error).__name__)
            pause_s = self._every_s


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
