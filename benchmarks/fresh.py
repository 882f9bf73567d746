"""Measuring in a process of its own, so that one measurement's memory and threads don't colour another's."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Figures = dict[str, float]
"""What a measurement found, by name; units in the names."""


def in_fresh_process(measure: Callable[..., Any], *arguments: str | float) -> Figures:
    """Run a module-level function (also a coroutine function) in a new process and return its figures."""
    name = f"{measure.__module__}:{measure.__name__}"
    command = [sys.executable, "-m", "benchmarks.fresh", name, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def resident_mb() -> float:
    """Memory of this process that is in RAM now (MB of 10⁶ bytes)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def peak_resident_mb() -> float:
    """The most that this process ever had in RAM."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _main() -> None:
    module, _, function = sys.argv[1].partition(":")
    figures = getattr(importlib.import_module(module), function)(*json.loads(sys.argv[2]))
    if inspect.isawaitable(figures):
        figures = asyncio.run(_finished(figures))
    print(json.dumps(figures))


async def _finished(figures: Any) -> Figures:
    return await figures


if __name__ == "__main__":
    _main()
