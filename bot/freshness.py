"""How old what Discord sends is when its turn comes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

LEFT_AFTER_S = 2.0
"""Discord takes no answer 3 s after somebody pressed, and tells them so. What waited for so long before its turn came
is left: whoever pressed a moment ago is answered in time instead."""

WINDOW_S = 600.0
"""Clocks drift: what was seen longer ago says nothing about today's difference."""
_STEPS = 20


class Freshness:
    """Tells ages by Discord's clock, however wrong the clock of this machine is.

    The least difference that was lately seen between the two clocks is that of something that was just made. So
    after ten minutes in which everything came late the ages are too small, never too large.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._least: deque[tuple[float, float]] = deque(maxlen=_STEPS)
        """The least difference of each step of the window, with when that step began."""

    def age_s(self, made_at_s: float) -> float:
        """How long ago something was made that Discord says it made then (seconds of any epoch)."""
        now_s = self._clock_s()
        difference_s = now_s - made_at_s
        if not self._least or now_s - self._least[-1][0] >= WINDOW_S / _STEPS:
            self._least.append((now_s, difference_s))
        elif difference_s < self._least[-1][1]:
            self._least[-1] = (self._least[-1][0], difference_s)
        while now_s - self._least[0][0] > WINDOW_S:
            self._least.popleft()
        return difference_s - min(least for _, least in self._least)
