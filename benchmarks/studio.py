"""The studio's panel, from the press to the finished view, among a million pictures against ten thousand."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.gallery import FULL_PICTURES, KEEN_PICTURES, LARGE_PICTURES, SMALL_PICTURES, fill
from benchmarks.growth import TARGET
from benchmarks.table import Options, Row
from bot.container import open_application
from bot.domain.studio import MAX_BATCH, StudioChoices
from bot.services.ports.speaking import Place
from bot.services.studio import StudioService
from bot.settings import Settings
from cogs.studio._panel import panel_view
from db.engine import SqliteStorage

PANELS = 300
_WARM_UP = 10
_PLACE, _MEMBER = Place(1, 10), 500


def rows(options: Options) -> Sequence[Row]:
    """The studio's row."""
    large = FULL_PICTURES if options.full else options.scaled(LARGE_PICTURES, 100_000)
    found = in_fresh_process(panel_times, SMALL_PICTURES, large, options.scaled(PANELS, 50))
    return [
        Row(
            what=f"studio panel changed and rendered, {large:,} pictures",
            target=TARGET,
            ours=f"{found['large_ms']:.1f} ms",
            reference=f"{found['small_ms']:.1f} ms",
            ratio=found["large_ms"] / found["small_ms"],
            met=found["large_ms"] <= 1.5 * found["small_ms"],
            note="Median of a change kept durably, the panel of it (companions, presets, price, balance) and its "
            f"components as sent; both files in random turns; {large:,} pictures against {SMALL_PICTURES:,}.",
        )
    ]


async def panel_times(small_pictures: int, large_pictures: int, panels: int) -> Figures:
    """Median milliseconds of a change and its panel in either file."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as opened:
            studios: list[StudioService] = []
            for name, pictures in (("small", small_pictures), ("large", large_pictures)):
                path = Path(folder, f"{name}.db")
                await (await SqliteStorage.open(path)).close()
                fill(path, pictures, min(KEEN_PICTURES, pictures // 4))
                settings = Settings(database_url=f"sqlite:///{path}", image_store=str(Path(folder, name)))
                application = await opened.enter_async_context(open_application(settings))
                studios.append(application.services.studio)
            taken_ms: tuple[list[float], list[float]] = ([], [])
            order = random.Random(0)
            for number in range(_WARM_UP + panels):
                turns = list(zip(studios, taken_ms, strict=True))
                order.shuffle(turns)
                for studio, taken in turns:
                    taken.append(await _panel_ms(studio, number))
            small_ms, large_ms = (median(taken[_WARM_UP:]) for taken in taken_ms)
            return {"small_ms": small_ms, "large_ms": large_ms}


async def _panel_ms(studio: StudioService, number: int) -> float:
    def change(choices: StudioChoices) -> StudioChoices:
        return replace(choices, count=number % MAX_BATCH + 1, prompt=f"smiling, beach, {number}")

    begun = time.perf_counter()
    panel_view(await studio.change(_PLACE, _MEMBER, change), _MEMBER).to_components()
    return (time.perf_counter() - begun) * 1e3
