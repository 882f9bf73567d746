"""How each backend has been doing in this process: who answers, and who is left alone for a while.

A circuit breaker that advises and never stands in the way: a request whose backends all rest is still sent to one.
Why it is no library: docs/adr/0010-fallback.md.
"""

from __future__ import annotations

import enum
import statistics
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import BackendUnavailableError, DarkroomError, DeadlineError
from bot.services.ports.clock import Clock
from bot.services.ports.metrics import NO_METRICS, JobOutcome, Metrics

log = structlog.get_logger()

OPENS_AT = 6
UNAVAILABLE_WEIGHS, FAILED_WEIGHS = 2, 1
"""Three times in a row not there, or six jobs in a row that failed: a job may fail by what it asks for."""

FIRST_REST_MS = 30_000
LONGEST_REST_MS = 600_000
LONGEST_ASKED_MS = 3_600_000
"""What a backend asks for is respected, within reason: it is another's number."""

TIMES_KEPT = 50


class Circuit(enum.StrEnum):
    """CLOSED: it answers. OPEN: it rests. HALF_OPEN: it has rested, and the next request tries it."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BackendHealth:
    """One backend as it is now; counts are of jobs since this process began.

    ``since_ms``: its circuit is in this state since then; ``until_ms``: it rests until then. ``failures`` in a row
    are its own: refusals and what a member cancelled are none. ``last_error`` is the name of the last one's class.
    ``median_making_s`` is of its latest jobs that were made whole, None before the first.
    """

    name: str
    state: Circuit
    since_ms: int
    until_ms: int | None
    failures: int
    made: int
    refused: int
    failed: int
    last_error: str | None
    median_making_s: float | None


@dataclass(slots=True)
class _Record:
    since_ms: int
    until_ms: int | None = None
    weight: int = 0
    openings: int = 0
    failures: int = 0
    made: int = 0
    refused: int = 0
    failed: int = 0
    last_error: str | None = None
    failed_request_id: str | None = None
    is_tried: bool = False
    times_s: deque[float] = field(default_factory=lambda: deque(maxlen=TIMES_KEPT))

    def state(self, now_ms: int) -> Circuit:
        if self.until_ms is None:
            return Circuit.CLOSED
        return Circuit.OPEN if now_ms < self.until_ms else Circuit.HALF_OPEN


class Trial:
    """One job at a backend, from its beginning. Say how it ended, or nothing: then nothing was learnt."""

    def __init__(self, book: HealthBook, name: str, request_id: str, began_ms: int) -> None:
        self._book = book
        self._name = name
        self._request_id = request_id
        self.began_ms = began_ms

    def made(self) -> None:
        """All of its pictures are there."""
        self._book.note_made(self._name, self.began_ms)

    def refused(self) -> None:
        """It would not make it, so it answers."""
        self._book.note_refused(self._name)

    def failed(self, error: DarkroomError) -> None:
        """It was not there, took too long, or failed."""
        self._book.note_failed(self._name, self._request_id, error)


class HealthBook:
    """What is known of the backends. A backend of which nothing is known answers."""

    def __init__(self, clock: Clock, names: Sequence[str] = (), metrics: Metrics = NO_METRICS) -> None:
        self._clock = clock
        self._metrics = metrics
        self._records: dict[str, _Record] = {}
        for name in names:
            self._of(name)

    def all(self) -> Sequence[BackendHealth]:
        """Every backend, in the operator's order."""
        return [self.of(name) for name in self._records]

    def of(self, name: str) -> BackendHealth:
        """One backend as it is now."""
        record, now_ms = self._of(name), self._clock.now_ms()
        state = record.state(now_ms)
        return BackendHealth(
            name=name,
            state=state,
            since_ms=(record.until_ms or 0) if state is Circuit.HALF_OPEN else record.since_ms,
            until_ms=record.until_ms if state is Circuit.OPEN else None,
            failures=record.failures,
            made=record.made,
            refused=record.refused,
            failed=record.failed,
            last_error=record.last_error,
            median_making_s=statistics.median(record.times_s) if record.times_s else None,
        )

    def answers(self, name: str) -> bool:
        """Whether a request may be sent there now; of one that has rested, only where nobody tries it already."""
        record = self._of(name)
        state = record.state(self._clock.now_ms())
        return state is Circuit.CLOSED or (state is Circuit.HALF_OPEN and not record.is_tried)

    @contextmanager
    def trying(self, name: str, request_id: str) -> Generator[Trial]:
        """One job at a backend; the first at one that has rested is the one that tries it."""
        record, now_ms = self._of(name), self._clock.now_ms()
        tries = record.state(now_ms) is Circuit.HALF_OPEN and not record.is_tried
        record.is_tried |= tries
        try:
            yield Trial(self, name, request_id, now_ms)
        finally:
            if tries:
                record.is_tried = False

    def note_made(self, name: str, began_ms: int) -> None:
        """A job that began then was made whole."""
        record, now_ms = self._of(name), self._clock.now_ms()
        took_s = max(now_ms - began_ms, 0) / 1000
        record.made += 1
        record.times_s.append(took_s)
        self._metrics.job_ended(name, JobOutcome.MADE, took_s)
        self._answered(name, record, now_ms)

    def note_refused(self, name: str) -> None:
        """A job was refused."""
        record = self._of(name)
        record.refused += 1
        self._metrics.job_ended(name, JobOutcome.REFUSED, None)
        self._answered(name, record, self._clock.now_ms())

    def note_failed(self, name: str, request_id: str, error: DarkroomError) -> None:
        """A job failed by the backend's own fault. One whose job fails whatever is done weighs once."""
        record, now_ms = self._of(name), self._clock.now_ms()
        is_away = isinstance(error, BackendUnavailableError | DeadlineError)
        asked_ms = _asked_ms(error)
        record.failures += 1
        record.failed += 1
        self._metrics.job_ended(name, JobOutcome.FAILED, None)
        record.last_error = type(error).__name__
        if is_away:
            record.weight += UNAVAILABLE_WEIGHS
        elif record.failed_request_id != request_id:
            record.weight += FAILED_WEIGHS
            record.failed_request_id = request_id
        match record.state(now_ms):
            case Circuit.OPEN:  # one that was under way when the others failed says nothing new
                record.until_ms = max(record.until_ms or 0, now_ms + asked_ms)
            case Circuit.CLOSED if record.weight < OPENS_AT:
                if asked_ms:
                    self._rest(name, record, now_ms, asked_ms)
            case _:
                rest_ms = min(FIRST_REST_MS << min(record.openings, 10), LONGEST_REST_MS)
                record.openings += 1
                self._rest(name, record, now_ms, max(rest_ms, asked_ms))

    def _answered(self, name: str, record: _Record, now_ms: int) -> None:
        if record.until_ms is not None:
            log.info("backend_answers", backend=name)
            record.since_ms = now_ms
        record.until_ms = record.failed_request_id = None
        record.weight = record.openings = record.failures = 0

    def _rest(self, name: str, record: _Record, now_ms: int, rest_ms: int) -> None:
        log.warning("backend_rests", backend=name, rest_ms=rest_ms, error=record.last_error)
        record.since_ms, record.until_ms = now_ms, now_ms + rest_ms

    def _of(self, name: str) -> _Record:
        if name not in self._records:
            self._records[name] = _Record(self._clock.now_ms())
        return self._records[name]


def _asked_ms(error: DarkroomError) -> int:
    """How long a backend asked to be left alone; 0 where it asked nothing that makes sense."""
    asked_s = error.retry_after_s if isinstance(error, BackendUnavailableError) else None
    if asked_s is None or not asked_s > 0:
        return 0
    return int(min(asked_s * 1000, LONGEST_ASKED_MS))
