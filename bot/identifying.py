"""Turns of identifying where all shards are in one process."""

from __future__ import annotations

import asyncio
from collections import defaultdict

IDENTIFY_EVERY_S = 5.5
"""Discord counts five seconds from one identify's arrival to the next one's; the rest is for the way there."""


class LocalIdentifyGate:
    """Implements :class:`bot.services.ports.identifying.IdentifyGate` for one process."""

    def __init__(self, every_s: float = IDENTIFY_EVERY_S) -> None:
        self._every_s = every_s
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._next_at_s: dict[int, float] = {}

    async def take_turn(self, bucket: int) -> None:
        """First come, first served."""
        loop = asyncio.get_running_loop()
        async with self._turns[bucket]:
            await asyncio.sleep(max(self._next_at_s.get(bucket, 0.0) - loop.time(), 0.0))
            self._next_at_s[bucket] = loop.time() + self._every_s

    async def close(self) -> None:
        """Nothing is held."""
