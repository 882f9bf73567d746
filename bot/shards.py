"""Which shards this process runs: Discord splits the guilds of a large bot among several connections.

Source: https://docs.discord.com/developers/events/gateway#sharding.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

MOST_SHARDS = 10_000

GUILDS_A_SHARD = 2_500
"""Discord refuses a shard with more."""

ONE_SHARD_GUILDS = 2_000
"""Below this one shard is enough, and there is room to grow until the next start."""

_RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")


def parse_shard_ids(text: str) -> tuple[int, ...]:
    """The ids that a text such as ``0-3`` or ``0,2,5`` lists, in their order; none for an empty one.

    Raises:
        ValueError: it lists something else, or an id twice.
    """
    ids: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ValueError("list ids and ranges, such as 0-3 or 0,2,5")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last >= MOST_SHARDS:
            raise ValueError(f"{part} is no range: list ids and ranges, such as 0-3 or 0,2,5")
        ids += range(first, last + 1)
    twice = next((shard_id for shard_id in ids if ids.count(shard_id) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} stands there twice")
    return tuple(sorted(ids))


def require_runnable(shard_ids: Sequence[int], shard_count: int, *, has_one_writer: bool) -> None:
    """Whether a process may run these of so many shards; no ids are all. ``has_one_writer``: its database is SQLite.

    Raises:
        ValueError: it may not; the text says why.
    """
    if not shard_ids:
        return
    if not shard_count:
        raise ValueError("set SHARD_COUNT too, to the number of shards of all processes together")
    if shard_ids[-1] >= shard_count:
        raise ValueError(f"{shard_ids[-1]} is no shard of {shard_count}: they are 0 to {shard_count - 1}")
    if has_one_writer and len(shard_ids) < shard_count:
        raise ValueError(
            "shards in several processes need PostgreSQL (DATABASE_URL): on SQLite leave this empty, "
            "and one process runs them all"
        )


def shards_for(guilds: int, recommended: int) -> int:
    """How many shards one process runs when nobody has said so: one, as long as Discord lets it."""
    return 1 if guilds < ONE_SHARD_GUILDS else max(recommended, 1)


class ShardStates:
    """How long each shard of this process has been without Discord."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lost_at_s: dict[int, float | None] = {}

    def expect(self, shard_ids: Iterable[int]) -> None:
        """These are to be connected; until they are for the first time, they have been down for ever."""
        for shard_id in shard_ids:
            self._lost_at_s.setdefault(shard_id, -math.inf)

    def connected(self, shard_id: int) -> None:
        """The gateway has it."""
        self._lost_at_s[shard_id] = None

    def lost(self, shard_id: int) -> None:
        """The gateway has it no more."""
        if self._lost_at_s.get(shard_id) is None:
            self._lost_at_s[shard_id] = self._now_s()

    def down_s(self) -> Mapping[int, float]:
        """Seconds that each one has been down: 0 while it is connected."""
        now_s = self._now_s()
        return {
            shard_id: 0.0 if lost_at_s is None else now_s - lost_at_s
            for shard_id, lost_at_s in sorted(self._lost_at_s.items())
        }
