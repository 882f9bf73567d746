"""Whether there is a worker: each notes in the database, every few seconds, that it is there."""

from __future__ import annotations

import asyncio

import structlog

from bot.services.ports.clock import Clock
from bot.services.ports.storage import Storage, StorageError, UnitOfWork

log = structlog.get_logger()

WORKER_SEEN = "worker_seen_at_ms"
ANSWER_EVERY_S = 5.0
MISSED = 4
"""After so many unanswered calls nobody counts as there: a redeployment is quicker, a dead fleet is not waited for."""


class RollCall:
    """One for each process. Any worker's answer counts for all: it is asked whether there is one."""

    def __init__(self, *, storage: Storage, clock: Clock, every_s: float = ANSWER_EVERY_S) -> None:
        self._storage = storage
        self._clock = clock
        self._every_s = every_s

    async def is_anybody_there(self) -> bool:
        """Whether a worker has answered lately."""

        async def work(uow: UnitOfWork) -> str | None:
            return await uow.notes.get(WORKER_SEEN)

        seen_at_ms = await self._storage.read(work)
        return (
            seen_at_ms is not None and self._clock.now_ms() - int(seen_at_ms) < self._every_s * MISSED * 1000
        )

    async def until(self, *, is_anybody_there: bool) -> None:
        """Wait until there is a worker, or none. A database that is away says nothing about it."""
        while True:
            try:
                if await self.is_anybody_there() == is_anybody_there:
                    return
            except StorageError as error:
                log.info("roll_call_failed", reason=error.reason)
            await asyncio.sleep(self._every_s)

    async def keep_answering(self) -> None:
        """Say that a worker is here, until cancelled."""
        while True:
            try:
                await self.answer()
            except StorageError as error:
                log.info("roll_call_failed", reason=error.reason)
            await asyncio.sleep(self._every_s)

    async def answer(self) -> None:
        """Say it once."""
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> None:
            await uow.notes.set(WORKER_SEEN, str(now_ms))

        await self._storage.write(work)
