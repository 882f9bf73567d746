"""The line of requests that wait to be made, where several processes make pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InLine:
    """A request that waits to be made; ``busy`` is how many of its guild are being made."""

    request_id: str
    guild_id: int
    busy: int


class LineRepository(Protocol):
    """Reads of the durable jobs: who waits for a turn, and what nobody looks after."""

    async def next(
        self, now_ms: int, *, impatient_before_ms: int, per_guild: int, most: int
    ) -> Sequence[InLine]:
        """Who waits to be made, a few of each guild: the first of each guild, then the second of each, and so on.

        Within a guild single pictures come before batches that were begun after ``impatient_before_ms``, then
        members of whom fewest are being made, then the oldest; of guilds those come first of which fewest are being
        made. ``per_guild`` bounds how many of a guild are made at a time (0: no bound).
        """
        ...

    async def length(self, now_ms: int) -> int:
        """How many wait to be made."""
        ...

    async def left_ids(self, now_ms: int, most: int) -> Sequence[str]:
        """The oldest of :meth:`RequestRepository.due_ids`, without those that only wait in line for their turn."""
        ...
