"""How old what Discord sends is when its turn comes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LEFT_AFTER_S = 2.0
"""Discord takes no answer 3 s after somebody pressed, and tells them so. What waited for so long before its turn came
is left: whoever pressed a moment ago is answered in time instead."""

BEHIND_S = 60.0
"""For so long after Discord refused an answer as too late, others that waited as long are not tried."""

WINDOW_S = 600.0
"""Clocks drift: what was seen longer ago says nothing about today's difference."""
_STEPS = 20
_STANDS_STILL_AFTER_S = 1.0
"""What was pressed in one millisecond has its turn in less."""


class Freshness:
    """Tells ages by Discord's clock, however wrong the clock of this machine is.

    The least difference that was lately seen between the two clocks is that of something that was just made. So
    after ten minutes in which everything came late the ages are too small, never too large.

    An age alone is a guess about a clock that is not ours, so nothing is left for its age before Discord itself said
    that an answer came too late.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._least: deque[tuple[float, float]] = deque(maxlen=_STEPS)
        """The least difference of each step of the window, with when that step began."""
        self._last = (0.0, 0.0)
        """When the last was made, and when one that was made then was first seen."""
        self._refused_at_s: float | None = None

    def age_s(self, made_at_s: float) -> float:
        """How long ago something was made that Discord says it made then (seconds of any epoch).

        Where that time stands still, as in a simulation, it is no clock: then everything is new.
        """
        now_s = self._clock_s()
        if made_at_s != self._last[0]:
            self._last = (made_at_s, now_s)
        stands_still = now_s - self._last[1] > _STANDS_STILL_AFTER_S
        difference_s = now_s - made_at_s
        if not self._least or now_s - self._least[-1][0] >= WINDOW_S / _STEPS:
            self._least.append((now_s, difference_s))
        elif difference_s < self._least[-1][1]:
            self._least[-1] = (self._least[-1][0], difference_s)
        while now_s - self._least[0][0] > WINDOW_S:
            self._least.popleft()
        return 0.0 if stands_still else difference_s - min(least for _, least in self._least)

    def refused(self) -> None:
        """Discord has refused an answer as too late."""
        self._refused_at_s = self._clock_s()

    def is_behind(self) -> bool:
        """Whether it did so lately."""
        return self._refused_at_s is not None and self._clock_s() - self._refused_at_s < BEHIND_S
