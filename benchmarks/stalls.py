"""How long an event loop is kept from its next turn, told by the process that it runs in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

TICK_S = 0.001
TOLD_FROM_S = 0.005
_MARK = "stall"


async def tell_stalls() -> None:
    """Print a line for each stall: when it ended (``time.perf_counter()``, one for the machine) and its length."""
    last = time.perf_counter()
    while True:
        await asyncio.sleep(TICK_S)
        now = time.perf_counter()
        if now - last - TICK_S > TOLD_FROM_S:
            print(f"{_MARK} {now:.4f} {now - last - TICK_S:.4f}", flush=True)
            now = time.perf_counter()
        last = now


def longest_stall_ms(output: Iterable[str], since: float) -> float:
    """The longest in a process's lines of output since a ``time.perf_counter()``."""
    stalls = [line.split() for line in output if line.startswith(f"{_MARK} ")]
    return max((float(took) * 1e3 for _, at, took in stalls if float(at) >= since), default=0.0)
