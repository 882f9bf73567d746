"""Sums over a guild's days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.request import EndReason, RequestKind, RequestState
from bot.domain.stats import Spread


@dataclass(frozen=True, slots=True)
class PicturesOnDay:
    """How many pictures of a kind were made on a day. Days are counted from 1970-01-01, UTC."""

    day: int
    kind: RequestKind
    count: int


@dataclass(frozen=True, slots=True)
class MomentsOnDay:
    """How many moments were spent on pictures, handed out, and refunded on a day."""

    day: int
    spent: int
    given: int
    given_back: int


@dataclass(frozen=True, slots=True)
class EndCount:
    """How many requests ended so. Delivered ones have no reason."""

    state: RequestState
    reason: EndReason | None
    count: int


@dataclass(frozen=True, slots=True)
class GuildSums:
    """All sums of one guild and period; only days and reasons with something in them.

    ``untimed``: delivered requests whose times are not known. ``timed_since_ms``: when the first delivered
    request with known times was asked for.
    """

    pictures: Sequence[PicturesOnDay]
    refunded: int
    moments: Sequence[MomentsOnDay]
    ends: Sequence[EndCount]
    waiting: Spread | None
    making: Spread | None
    untimed: int
    timed_since_ms: int | None


class StatsRepository(Protocol):
    """Reads only, however many rows other guilds have."""

    async def of_guild(self, guild_id: int, *, since_ms: int, until_ms: int) -> GuildSums:
        """The sums of what happened from ``since_ms`` on and before ``until_ms``.

        A request, with its end and its times, belongs to when it was asked for; a picture, refunded or not, to
        when it was made.
        """
        ...
