"""``python -m benchmarks.soak.bot_process``: the bot as ``python -m bot`` runs it, with services that have moods.

Only :class:`bot.container.Adapters` is used. ``SOAK_PICTURE`` names the file that the backends return,
``SOAK_SEED`` decides over their moods, ``SOAK_LEFT_AFTER_S`` after what wait an interaction is left; pictures are
made in 64 × 64, whatever was asked for.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import bot.services.requests.making
from benchmarks.soak import probe
from benchmarks.soak.backend import MoodyBackend
from bot.__main__ import run_bot
from bot.container import Adapters
from bot.settings import load_settings

MOODY, STEADY = "moody", "steady"
SIZE_PX = (64, 64)


def main() -> int:
    """Run it until it is told to stop."""
    picture, seed = Path(os.environ["SOAK_PICTURE"]), int(os.environ["SOAK_SEED"])
    bot.services.requests.making.size_px = lambda _aspect, _resolution: SIZE_PX
    adapters = Adapters(
        backends={
            MOODY: lambda _settings: MoodyBackend(MOODY, picture, seed, is_moody=True),
            STEADY: lambda _settings: MoodyBackend(STEADY, picture, seed, is_moody=False),
        },
        left_after_s=float(os.environ["SOAK_LEFT_AFTER_S"]),
        engine_sweeps_every_s=2.0,
        retry_delays_s=(0.5, 1.0),
        erases_every_s=5.0,
        erasure_waits_s=1.0,
    )
    return asyncio.run(_probed(adapters))


async def _probed(adapters: Adapters) -> int:
    telling = asyncio.create_task(probe.tell())
    try:
        return await run_bot(load_settings(), adapters)
    finally:
        telling.cancel()


if __name__ == "__main__":
    sys.exit(main())
