"""What it costs to import the bot, before it opens anything."""

from __future__ import annotations

import importlib
import resource
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.fresh import Figures, in_fresh_process, peak_resident_mb
from benchmarks.table import Options, Row

_NOTE = (
    "A fresh process imports bot.__main__, bot.container and all cogs; rich, which only development has and structlog "
    "loads where it is there, is kept out. CPU of the process without Python's own start; its peak memory. Reference: "
    "discord.py with its commands and pydantic-settings alone. Median."
)


def whole_bot() -> Figures:
    """Import all of the bot."""
    return _importing("bot.__main__", "bot.container", *_features())


def libraries() -> Figures:
    """Import what it cannot do without."""
    return _importing("discord.ext.commands", "pydantic_settings")


def _features() -> Sequence[str]:
    from bot.client import FEATURES  # noqa: PLC0415  only inside the measured process, after its beginning

    return FEATURES


def _importing(*names: str) -> Figures:
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # makes its import fail, as where it is not
    for name in names:
        importlib.import_module(name)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": peak_resident_mb()}


def nothing() -> Figures:
    """Import nothing more than a measurement needs."""
    return _importing()


def rows(options: Options) -> Sequence[Row]:
    """The rows about importing."""
    times = options.scaled(7, 3)
    empty, ours, theirs = (
        [in_fresh_process(measure) for _ in range(times)] for measure in (nothing, whole_bot, libraries)
    )
    bare_s = median(found["cpu_s"] for found in empty)
    ours_s, theirs_s = (median(found["cpu_s"] for found in of) - bare_s for of in (ours, theirs))
    ours_mb, theirs_mb = (median(found["peak_mb"] for found in of) for of in (ours, theirs))
    return [
        Row(
            what="import of the bot, CPU",
            target="≤ 1.0 s",
            ours=f"{ours_s:.2f} s",
            reference=f"{theirs_s:.2f} s",
            ratio=ours_s / theirs_s,
            met=ours_s <= 1.0,
            note=_NOTE,
        ),
        Row(
            what="import of the bot, memory",
            target="≤ 80 MB",
            ours=f"{ours_mb:.0f} MB",
            reference=f"{theirs_mb:.0f} MB",
            ratio=ours_mb / theirs_mb,
            met=ours_mb <= 80,
            note=_NOTE,
        ),
    ]
