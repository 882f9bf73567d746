"""The engine of several processes on one PostgreSQL database: docs/adr/0012-a-fleet.md.

Every process submits and sweeps. A worker (``python -m bot worker``) drives; the bot's own process stands in for
the workers while there are none, so that nobody waits for somebody who was never started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from bot.engines.job_queue import TROUBLE, JobQueue, mind_loose_ends
from bot.services.ports.engine import Drive
from bot.services.ports.storage import StorageError
from bot.services.requests.roll_call import RollCall

log = structlog.get_logger()

PREPARING, MAKING = "preparing", "making"
"""What comes before the making is quick and waits for nobody; who is made waits for a slot."""
PREPARE_AT_ONCE = 32
STAND_IN_DRAIN_S = 2.0
"""The bot's own process has answers to give when it stops, and no time to wait for pictures."""
MOST_CALLS = 16
"""How many turns one sweep calls for: whoever comes goes on until nobody waits."""


@dataclass(frozen=True, slots=True)
class Errands:
    """What a process can do for requests, and how it finds those that nobody looks after.

    ``prepare`` goes as far as the making; ``make_next`` makes one whose turn it is and says whether there was one.
    """

    prepare: Drive
    make_next: Callable[[], Awaitable[bool]]
    left: Callable[[], Awaitable[Sequence[str]]]
    waiting: Callable[[], Awaitable[int]]
    stays_here: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Shift:
    """How a process works: as a worker or in a worker's stead, with so many pictures at once.

    ``drain_s`` is how long it may take to finish when it is told to stop.
    """

    is_worker: bool
    slots: int
    sweep_every_s: float
    drain_s: float


class FleetEngine:
    """See the module."""

    def __init__(self, queue: JobQueue, roll_call: RollCall, shift: Shift) -> None:
        self._queue = queue
        self._roll_call = roll_call
        self._shift = shift
        self._errands: Errands | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    def submit(self, request_id: str) -> None:
        """See the port. A request that needs what only this process knows is prepared here."""
        errands = self._errands
        if errands is not None and errands.stays_here(request_id):
            self._start(self._prepare_here(errands, request_id))
        else:
            self._start(self._put(PREPARING, request_id, is_exclusive=True))

    def call(self, request_id: str) -> None:
        """Wake somebody who has a slot free: a request waits in line."""
        self._start(self._put(MAKING, request_id))

    async def run(self, errands: Errands) -> None:
        """Do this process's part until cancelled; then hand over what is under way."""
        self._errands = errands
        mind_loose_ends(asyncio.get_running_loop())
        work = self._work(errands, self._shift.drain_s) if self._shift.is_worker else self._stand_in(errands)
        parts = [asyncio.create_task(work), asyncio.create_task(self._keep_sweeping(errands))]
        if self._shift.is_worker:
            parts.append(asyncio.create_task(self._roll_call.keep_answering()))
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._errands = None

    async def _work(self, errands: Errands, drain_s: float) -> None:
        """Prepare and make, until cancelled."""
        is_leaving = False

        async def prepare(request_id: str) -> None:
            await errands.prepare(request_id)

        async def make(_request_id: str) -> None:
            while not is_leaving and await errands.make_next():
                pass

        shift = self._shift
        both = [
            asyncio.create_task(
                self._queue.work(PREPARING, prepare, at_once=PREPARE_AT_ONCE, drain_s=drain_s)
            ),
            asyncio.create_task(self._queue.work(MAKING, make, at_once=shift.slots, drain_s=drain_s)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_leaving = True
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _stand_in(self, errands: Errands) -> None:
        """Work for as long as no worker answers the roll call."""
        while True:
            await self._roll_call.until(is_anybody_there=False)
            log.info("standing_in")
            drain_s = min(self._shift.drain_s, STAND_IN_DRAIN_S)
            work = asyncio.create_task(self._work(errands, drain_s))
            try:
                await self._roll_call.until(is_anybody_there=True)
            finally:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
            log.info("relieved")

    async def _keep_sweeping(self, errands: Errands) -> None:
        while True:
            try:
                await self._sweep(errands)
            except Exception:  # the task boundary
                log.exception("sweep_failed")
            await asyncio.sleep(self._shift.sweep_every_s)

    async def _sweep(self, errands: Errands) -> None:
        """Have done what nobody looks after, and call for as many turns as are waited for."""
        try:
            await self._queue.drop_dead()
            for request_id in await errands.left():
                await self._queue.put(PREPARING, request_id, is_exclusive=True)
            for number in range(min(await errands.waiting(), MOST_CALLS)):
                await self._queue.put(MAKING, f"sweep {number}")
        except (*TROUBLE, StorageError) as error:
            log.warning("not_swept", error=type(error).__name__)

    async def _prepare_here(self, errands: Errands, request_id: str) -> None:
        try:
            await errands.prepare(request_id)
        except StorageError as error:  # the sweep finds it
            log.warning("drive_delayed", request_id=request_id, reason=error.reason)
        except Exception:  # the task boundary
            log.exception("drive_failed", request_id=request_id)

    async def _put(self, queue: str, about: str, *, is_exclusive: bool = False) -> None:
        try:
            await self._queue.put(queue, about, is_exclusive=is_exclusive)
        except TROUBLE as error:  # the sweep finds it
            log.warning("not_submitted", queue=queue, request_id=about, error=type(error).__name__)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
