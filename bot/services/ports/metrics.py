"""What services tell about their work in numbers, for whoever runs the bot.

Nothing here says who: no ids of members, guilds or requests, and no words of theirs.
"""

from __future__ import annotations

import enum
from typing import Protocol

from bot.domain.request import EndReason, RequestKind, RequestState


class JobOutcome(enum.StrEnum):
    """How one job at a backend ended."""

    MADE = "made"
    REFUSED = "refused"
    FAILED = "failed"


class Metrics(Protocol):
    """Counts. Every method is cheap, never waits, and never raises."""

    def request_ended(self, kind: RequestKind, state: RequestState, reason: EndReason | None) -> None:
        """A request is delivered, or ended without a picture for a reason."""
        ...

    def job_ended(self, backend: str, outcome: JobOutcome, took_s: float | None) -> None:
        """A backend's job ended; ``took_s`` where all of its pictures are there."""
        ...


class NoMetrics:
    """Counts nothing."""

    def request_ended(self, kind: RequestKind, state: RequestState, reason: EndReason | None) -> None:
        """See the protocol."""

    def job_ended(self, backend: str, outcome: JobOutcome, took_s: float | None) -> None:
        """See the protocol."""


NO_METRICS = NoMetrics()
