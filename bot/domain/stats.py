"""How a guild fares over some days: sums, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.request import EndReason, RequestKind


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, over ``count`` times: half of them within p50, 95 in a hundred within p95.

    Each is the smallest time that was measured with at least that share of all at or below it (the nearest rank).
    """

    p50_ms: int
    p95_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class GuildStats:
    """The days from ``first_day``, which are UTC's; each tuple of numbers has one for each of them.

    ``pictures``: made, by kind, only kinds with any; ``refunded`` of them were refunded later.
    ``spent``, ``given`` and ``given_back``: moments taken for pictures; handed out here as a welcome, daily,
    monthly or by a moderator; and refunded.
    ``ended``: requests of these days that have ended, however. ``unmade``: those among them that were refused or
    failed, by reason, most first. Requests that their members cancelled are among ``ended`` alone.
    ``waiting``: until making began, from the press, or from the yes to a price that was asked about.
    ``making``: from there until the pictures were stored, all attempts together. None: nothing was measured.
    ``times_since``: the first of these days with measured times, where earlier pictures of these days have none.
    """

    first_day: date
    pictures: Mapping[RequestKind, tuple[int, ...]]
    refunded: int
    spent: tuple[int, ...]
    given: tuple[int, ...]
    given_back: tuple[int, ...]
    ended: int
    unmade: tuple[tuple[EndReason, int], ...]
    waiting: Spread | None
    making: Spread | None
    times_since: date | None = None

    @property
    def days(self) -> int:
        """How many days it is about."""
        return len(self.spent)

    @property
    def last_day(self) -> date:
        """The last of them, usually not over yet."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def picture_count(self) -> int:
        """All pictures made."""
        return sum(map(sum, self.pictures.values()))

    @property
    def unmade_count(self) -> int:
        """All requests that were refused or failed."""
        return sum(count for _, count in self.unmade)

    @property
    def refund_rate(self) -> float:
        """The share of pictures that were refunded, from 0 to 1."""
        return _share(self.refunded, self.picture_count)

    @property
    def refusal_rate(self) -> float:
        """The share of ended requests that were refused or failed, from 0 to 1."""
        return _share(self.unmade_count, self.ended)

    @property
    def is_empty(self) -> bool:
        """Whether nobody asked for a picture."""
        return not self.pictures and not self.ended


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
