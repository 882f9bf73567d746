"""What services ask of whoever draws charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import DarkroomError
from bot.domain.request import EndReason, RequestKind
from bot.domain.stats import GuildStats


@dataclass
class ChartNotDrawnError(DarkroomError):
    """No picture came of it; the numbers are there without it. ``reason`` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What to write on a chart: its title, which is anything a person typed, and short names."""

    title: str
    kinds: Mapping[RequestKind, str]
    reasons: Mapping[EndReason, str]


class Charts(Protocol):
    """Draws one picture at a time; callers wait in line."""

    async def draw(self, stats: GuildStats, words: ChartWords) -> bytes:
        """A PNG of all charts of a guild.

        Raises:
            ChartNotDrawnError: it could not be drawn, or not in time.
        """
        ...
