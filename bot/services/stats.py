"""Statistics for owners and moderators: sums over the last days, and a picture of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog

from bot.domain.request import EndReason, RequestKind, RequestState
from bot.domain.stats import GuildStats
from bot.services.ports.charts import ChartNotDrawnError, Charts, ChartWords
from bot.services.ports.clock import Clock
from bot.services.ports.storage import GuildSums, Storage, UnitOfWork
from bot.services.requests.health import BackendHealth, HealthBook

log = structlog.get_logger()

DAY_MS = 86_400_000
MOST_DAYS = 366

_UNMADE = {RequestState.REFUSED, RequestState.FAILED}


@dataclass(frozen=True, slots=True)
class StatsReport:
    """The numbers, and a PNG of them; None where there is nothing to draw or it could not be drawn.

    ``backends`` are the operator's as they are now, for all guilds.
    """

    stats: GuildStats
    chart: bytes | None
    backends: Sequence[BackendHealth] = ()


class StatsService:
    """Counts what a guild did. What it tells is sums: no members, no pictures, no words."""

    def __init__(self, *, storage: Storage, clock: Clock, charts: Charts, health: HealthBook) -> None:
        self._storage = storage
        self._health = health
        self._clock = clock
        self._charts = charts

    async def report(self, guild_id: int, days: int, words: ChartWords) -> StatsReport:
        """The last ``days`` days of UTC, today included, with their charts.

        Raises:
            ValueError: not that many days; a fault of the program.
        """
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(f"{days} days")
        now_ms = self._clock.now_ms()
        first_day = now_ms // DAY_MS - days + 1

        async def work(uow: UnitOfWork) -> GuildSums:
            return await uow.stats.of_guild(guild_id, since_ms=first_day * DAY_MS, until_ms=now_ms + 1)

        stats = _stats(await self._storage.read(work), first_day, days)
        chart = None if stats.is_empty else await self._chart(stats, words)
        return StatsReport(stats, chart, self._health.all())

    async def _chart(self, stats: GuildStats, words: ChartWords) -> bytes | None:
        try:
            return await self._charts.draw(stats, words)
        except ChartNotDrawnError as error:
            log.warning("chart_not_drawn", reason=error.reason)
            return None


def _stats(sums: GuildSums, first_day: int, days: int) -> GuildStats:
    def by_day(counts: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        known = dict(counts)
        return tuple(known.get(day, 0) for day in range(first_day, first_day + days))

    kinds = {line.kind for line in sums.pictures}
    pictures: Mapping[RequestKind, tuple[int, ...]] = {
        kind: by_day((line.day, line.count) for line in sums.pictures if line.kind is kind)
        for kind in RequestKind
        if kind in kinds
    }
    return GuildStats(
        first_day=_date(first_day * DAY_MS),
        pictures=pictures,
        refunded=sums.refunded,
        spent=by_day((line.day, line.spent) for line in sums.moments),
        given=by_day((line.day, line.given) for line in sums.moments),
        given_back=by_day((line.day, line.given_back) for line in sums.moments),
        ended=sum(end.count for end in sums.ends),
        unmade=_unmade(sums),
        waiting=sums.waiting,
        making=sums.making,
        times_since=(
            _date(sums.timed_since_ms) if sums.untimed and sums.timed_since_ms is not None else None
        ),
    )


def _unmade(sums: GuildSums) -> tuple[tuple[EndReason, int], ...]:
    """What was refused or failed, most first: one reason may have come both ways."""
    counts: dict[EndReason, int] = {}
    for end in sums.ends:
        if end.state in _UNMADE and end.reason is not None:
            counts[end.reason] = counts.get(end.reason, 0) + end.count
    return tuple(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0].value)))


def _date(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()
