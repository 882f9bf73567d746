"""What can be put between services and their adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.engines.local import SWEEP_EVERY_S
from bot.freshness import LEFT_AFTER_S
from bot.identifying import IDENTIFY_EVERY_S
from bot.leaving import ANSWERED_WITHIN_S
from bot.services.ports.chat import Courier
from bot.services.ports.images import ImageBackend, PictureLab, PictureStore
from bot.services.ports.review import ReviewDesk
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import Storage
from bot.services.privacy.erasing import SWEEP_EVERY_S as ERASE_EVERY_S
from bot.services.privacy.erasing import WAIT_S
from bot.services.purchases import CONSUME_DELAYS_S, RECONCILE_EVERY_S
from bot.services.report_work import LEASE_MS as CASE_LEASE_MS
from bot.services.requests.driver import RETRY_DELAYS_S
from bot.services.requests.leases import LEASE_MS
from bot.services.requests.roll_call import ANSWER_EVERY_S
from bot.settings import Settings

Adapter = TypeVar("Adapter")

DRAIN_S = 20.0
"""How long a worker that is told to stop may take to finish; then it leaves its requests to the others."""


def _unchanged(adapter: Adapter) -> Adapter:
    return adapter


@dataclass(frozen=True, slots=True)
class Adapters:
    """Ways to put something between services and their adapters: benchmarks and fault tests use them.

    ``backends`` adds to those of :mod:`bot.backends.registry`; the ``wrap_`` fields wrap what the container
    made, the others are times that a test can shorten.
    """

    backends: Mapping[str, Callable[[Settings], ImageBackend]] = field(
        default_factory=dict[str, Callable[[Settings], ImageBackend]]
    )
    wrap_storage: Callable[[Storage], Storage] = _unchanged
    wrap_store: Callable[[PictureStore], PictureStore] = _unchanged
    wrap_lab: Callable[[PictureLab], PictureLab] = _unchanged
    wrap_courier: Callable[[Courier], Courier] = _unchanged
    wrap_safety: Callable[[SafetyCheck], SafetyCheck] = _unchanged
    wrap_review_desk: Callable[[ReviewDesk], ReviewDesk] = _unchanged
    engine_sweeps_every_s: float = SWEEP_EVERY_S
    retry_delays_s: Sequence[float] = RETRY_DELAYS_S
    reconciles_every_s: float = RECONCILE_EVERY_S
    consume_delays_s: Sequence[float] = CONSUME_DELAYS_S
    erases_every_s: float = ERASE_EVERY_S
    erasure_waits_s: float = WAIT_S
    identify_every_s: float = IDENTIFY_EVERY_S
    answers_within_s: float = ANSWERED_WITHIN_S
    left_after_s: float = LEFT_AFTER_S
    lease_s: float = LEASE_MS / 1000
    case_lease_s: float = CASE_LEASE_MS / 1000
    heartbeat_s: float = ANSWER_EVERY_S
    drain_s: float = DRAIN_S
