"""Turns of identifying among several processes: a lock for each bucket in the database that they share."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from contextlib import suppress

import asyncpg
import structlog

log = structlog.get_logger()

LOCKS = 1_684_107_883
"""The first key of every lock, any number that nobody else uses; the second one is the bucket."""

LOOK_EVERY_S = 0.2
ANSWER_WITHIN_S = 10.0
LONGEST_PAUSE_S = 15.0

_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class PostgresIdentifyGate:
    """Implements :class:`bot.services.ports.identifying.IdentifyGate` by session-level advisory locks.

    Whoever has a bucket's lock identifies at once and keeps the lock for ``every_s``. It is asked for again and
    again instead of waited for: a waiting connection could not give back the locks of other buckets. The one
    connection is there only while there are turns; when it breaks, or its process dies, its locks are free.
    While the database can't be reached nobody gets a turn: callers wait, and it is tried again.
    """

    def __init__(self, url: str, every_s: float) -> None:
        self._url = url
        self._every_s = every_s
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking = asyncio.Lock()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._keepers: set[asyncio.Task[None]] = set()

    async def take_turn(self, bucket: int) -> None:
        """First come, first served within this process; among processes by chance."""
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # A task of its own: whoever is cancelled while the server answers would not know whether it has the lock.
        keeper = asyncio.create_task(self._keep(bucket, given))
        self._keepers.add(keeper)
        keeper.add_done_callback(self._keepers.discard)
        await given

    async def close(self) -> None:
        """Give back all locks."""
        keepers = tuple(self._keepers)
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
        await self._disconnect()

    async def _keep(self, bucket: int, given: asyncio.Future[None]) -> None:
        """Get the lock, give the turn, and keep the lock until the next one may come."""
        try:
            async with self._turns[bucket]:
                if await self._lock(bucket, given):
                    if not given.done():
                        given.set_result(None)
                        await asyncio.sleep(self._every_s)
                    await self._unlock(bucket)
        except Exception as error:  # noqa: BLE001  whoever waits is told
            if not given.done():
                given.set_exception(error)
        finally:
            given.cancel()
            if self._keepers == {asyncio.current_task()}:
                await self._disconnect()

    async def _lock(self, bucket: int, given: asyncio.Future[None]) -> bool:
        """Ask until it is ours; False when nobody waits for it any more."""
        pause_s = LOOK_EVERY_S
        while not given.done():
            try:
                if await self._ask("SELECT pg_try_advisory_lock($1, $2)", bucket):
                    return True
                pause_s = LOOK_EVERY_S
            except _FAILURES as error:
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                log.warning(
                    "identify_gate_unreachable", bucket=bucket, error=type(error).__name__, again_in_s=pause_s
                )
                await self._disconnect()
            await asyncio.wait({given}, timeout=pause_s * random.uniform(0.5, 1.5))
        return False

    async def _unlock(self, bucket: int) -> None:
        try:
            await self._ask("SELECT pg_advisory_unlock($1, $2)", bucket)
        except _FAILURES:  # the lock went with the connection
            await self._disconnect()

    async def _ask(self, question: str, bucket: int) -> bool:
        async with self._asking:
            if self._connection is None:
                self._connection = await asyncpg.connect(
                    self._url, timeout=ANSWER_WITHIN_S, command_timeout=ANSWER_WITHIN_S
                )
            return bool(await self._connection.fetchval(question, LOCKS, bucket))

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_FAILURES):
                await connection.close(timeout=ANSWER_WITHIN_S)
