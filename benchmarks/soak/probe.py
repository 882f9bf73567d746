"""What the bot process tells of itself: one line of JSON a second."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARK = "probe "
EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The process at one moment. ``at``: ``time.perf_counter()``, one for the machine; ``lag_s``: the loop was late."""

    at: float
    resident_mb: float
    blocks: int
    tasks: int
    kinds: Mapping[str, int]
    threads: int
    open_files: int
    lag_s: float
    cpu_s: float


async def tell() -> None:
    """Print readings until cancelled."""
    due = time.perf_counter() + EVERY_S
    while True:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        now = time.perf_counter()
        reading = {
            "at": now,
            "resident_mb": _resident_mb(),
            "blocks": sys.getallocatedblocks(),
            "tasks": len(asyncio.all_tasks()),
            "kinds": Counter(_kind(task) for task in asyncio.all_tasks()),
            "threads": threading.active_count(),
            "open_files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208  a thousand a second would not be Paths
            "lag_s": now - due,
            "cpu_s": time.process_time(),
        }
        print(MARK + json.dumps(reading), flush=True)
        due = max(due + EVERY_S, time.perf_counter())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _kind(task: asyncio.Task[Any]) -> str:
    """What it runs."""
    return str(getattr(task.get_coro(), "__qualname__", "?"))


def readings(lines: Iterable[str]) -> list[Reading]:
    """Those among a process's lines of output."""
    return [Reading(**json.loads(line[len(MARK) :])) for line in lines if line.startswith(MARK)]
