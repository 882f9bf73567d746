"""What goes wrong at the soak's loopback Discord, by a seed."""

from __future__ import annotations

import enum
import random
from collections import Counter
from dataclasses import dataclass, field


class Fault(enum.StrEnum):
    """What comes over one call of the bot's. All but the first two happen after Discord did what was asked."""

    RATE_LIMITED = "429"
    GONE = "404 on edit"
    FAILED = "500 after success"
    BAD_GATEWAY = "502 after success"
    SLOW = "slow answer"
    CUT = "connection cut after success"


_ANYWHERE = (Fault.RATE_LIMITED, Fault.FAILED, Fault.BAD_GATEWAY, Fault.SLOW, Fault.CUT)


@dataclass
class Faults:
    """Draws them: ``share`` of all calls meet one. ``counts`` is what was injected so far."""

    seed: int
    share: float
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    def draw(self, *, is_edit: bool) -> Fault | None:
        """What comes over the next call, None most of the time."""
        if self._rng.random() >= self.share:
            return None
        fault = self._rng.choice((*_ANYWHERE, Fault.GONE) if is_edit else _ANYWHERE)
        self.counts[fault.value] += 1
        return fault

    def delay_s(self) -> float:
        """How slow a slow answer is, and for how long a limited rate."""
        return self._rng.uniform(0.1, 1.2)

    def stop(self) -> None:
        """All goes well from here on."""
        self.share = 0.0
