"""What is counted, under which names. docs/operations.md says what each means; a test compares.

Labels are of closed sets: kinds, states, reasons, and the names of backends and status codes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.domain.money import EntryKind
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.services.figures import Standing
from bot.services.ports.metrics import JobOutcome
from bot.services.ports.storage import BookedSum
from bot.services.requests.health import BackendHealth, Circuit

ACK_BUCKETS_S = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0)
"""Discord forgets an interaction that is not answered within 3 s."""

MAKING_BUCKETS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
LAG_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class PrometheusMeter:
    """Implements :class:`bot.services.ports.metrics.Metrics` in a registry of its own."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._registry = registry
        self._ack = Histogram(
            "darkroom_ack_seconds",
            "From Discord making an interaction to its first answer",
            buckets=ACK_BUCKETS_S,
            registry=registry,
        )
        self._late = Counter(
            "darkroom_interactions_left",
            "Interactions that waited too long for their turn to be answered",
            registry=registry,
        )
        self._discord = Counter(
            "darkroom_discord_answers", "Answers of Discord's HTTP interface", ["status"], registry=registry
        )
        self._requests = Counter(
            "darkroom_requests_ended", "Image requests", ["kind", "state", "reason"], registry=registry
        )
        self._jobs = Counter(
            "darkroom_backend_jobs", "Jobs at a backend", ["backend", "outcome"], registry=registry
        )
        self._making = Histogram(
            "darkroom_making_seconds",
            "A job at a backend, from its beginning to its last picture",
            ["backend"],
            buckets=MAKING_BUCKETS_S,
            registry=registry,
        )
        self._resting = Gauge(
            "darkroom_backend_resting",
            "Whether a backend is left alone for a while",
            ["backend"],
            registry=registry,
        )
        self._failures = Gauge(
            "darkroom_backend_failures_in_a_row", "Its own failures", ["backend"], registry=registry
        )
        self._queue = Gauge(
            "darkroom_queue_requests",
            "Requests that wait for a slot, or have one",
            ["state"],
            registry=registry,
        )
        self._moments = Counter(
            "darkroom_ledger_moments", "Moments that were booked", ["kind"], registry=registry
        )
        self._entries = Counter("darkroom_ledger_entries", "Ledger entries", ["kind"], registry=registry)
        self._lag = Histogram(
            "darkroom_event_loop_lag_seconds",
            "How late the event loop is",
            buckets=LAG_BUCKETS_S,
            registry=registry,
        )
        self._connected = Gauge(
            "darkroom_gateway_connected", "Whether Discord's gateway is connected", registry=registry
        )
        self._shards = Gauge(
            "darkroom_shard_connected",
            "Whether a shard of this process is connected",
            ["shard"],
            registry=registry,
        )
        self._database = Gauge(
            "darkroom_database_answered",
            "Whether the database answered when it was last asked",
            registry=registry,
        )
        self._backup = Gauge(
            "darkroom_last_backup_timestamp_seconds",
            "When the database was last saved, 0: never",
            registry=registry,
        )
        self._oldest = Gauge(
            "darkroom_oldest_request_seconds", "How long the oldest request is under way", registry=registry
        )
        self._guilds = Gauge("darkroom_guilds", "Guilds on this process's shards", registry=registry)
        for kind in EntryKind:  # a rate needs the zero before the first one
            self._moments.labels(kind.value)
            self._entries.labels(kind.value)

    # ------------------------------------------------------------------ told as it happens

    def request_ended(self, kind: RequestKind, state: RequestState, reason: EndReason | None) -> None:
        """See the port."""
        self._requests.labels(kind.value, state.value, reason.value if reason else "").inc()

    def job_ended(self, backend: str, outcome: JobOutcome, took_s: float | None) -> None:
        """See the port."""
        self._jobs.labels(backend, outcome.value).inc()
        if took_s is not None:
            self._making.labels(backend).observe(took_s)

    def acknowledged(self, after_s: float) -> None:
        """An interaction got its first answer. Discord's clock may go before ours: never less than nothing."""
        self._ack.observe(max(after_s, 0.0))

    def interaction_came_too_late(self) -> None:
        """An interaction was left, for its turn came when it could hardly be answered any more."""
        self._late.inc()

    def discord_answered(self, status: str) -> None:
        """Discord answered an HTTP request with a status; ``none`` where it did not."""
        self._discord.labels(status).inc()

    def loop_was_late(self, by_s: float) -> None:
        """The event loop came back to a timer so late."""
        self._lag.observe(by_s)

    # ------------------------------------------------------------------ looked at when asked

    def set_backends(self, health: Sequence[BackendHealth]) -> None:
        """How the backends are now."""
        for backend in health:
            self._resting.labels(backend.name).set(backend.state is Circuit.OPEN)
            self._failures.labels(backend.name).set(backend.failures)

    def set_queue(self, waiting: int, used: int) -> None:
        """How many requests wait for a slot, and how many have one."""
        self._queue.labels("waiting").set(waiting)
        self._queue.labels("making").set(used)

    def set_database(self, *, answered: bool) -> None:
        """Whether it answered just now."""
        self._database.set(answered)

    def set_standing(self, standing: Standing) -> None:
        """How the installation stands, as its database says."""
        self._backup.set(standing.last_backup_at_ms / 1000)
        self._oldest.set(standing.oldest_request_s)

    def set_no_gateway(self) -> None:
        """This process is a worker, which is never connected: no number would be true."""
        self._connected.set(math.nan)

    def set_gateway(self, down_s: Mapping[int, float], guilds: int) -> None:
        """How the bot stands with Discord: for how long each shard has been down, 0 while it is connected."""
        self._connected.set(bool(down_s) and not any(down_s.values()))
        for shard_id, seconds in down_s.items():
            self._shards.labels(str(shard_id)).set(seconds == 0)
        self._guilds.set(guilds)

    def add_booked(self, booked: Mapping[EntryKind, BookedSum]) -> None:
        """What was booked since the last time."""
        for kind, total in booked.items():
            self._entries.labels(kind.value).inc(total.entries)
            self._moments.labels(kind.value).inc(total.moments)

    def page(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
