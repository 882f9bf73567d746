"""Darkroom itself, with a backend that answers at once: what is left is the bot's own work.

``BENCHMARK_PICTURE`` names the file that the backend returns, ``BENCHMARK_SIZE`` its pixels as
``WIDTHxHEIGHT``: pictures are made in that size whatever was asked for. With ``BENCHMARK_STALLS`` the stalls of its
event loop are printed: a tick a millisecond, which only the row about them shall pay for.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import benchmarks.as_installed  # noqa: F401  # isort: skip
import bot.services.requests.making
from benchmarks.stalls import tell_stalls
from bot.__main__ import run_bot
from bot.container import Adapters
from bot.domain.picture import Aspect, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob
from bot.settings import load_settings


class NullBackend:
    """Implements :class:`bot.services.ports.images.ImageBackend` with one picture for everything."""

    name = "null"
    capabilities = Capabilities(
        max_references=3,
        max_batch=8,
        aspects=frozenset(Aspect),
        resolutions=frozenset(Resolution),
        seed=True,
        filters_output=True,
    )

    def __init__(self, picture: Path) -> None:
        self._picture = picture

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """As many copies as were asked for; each read anew, so that all have bytes of their own."""
        del watcher
        for number in range(job.count):
            data = await asyncio.to_thread(self._picture.read_bytes)
            yield MadePicture(data, seed=job.seed + number)

    async def close(self) -> None:
        """Nothing to close."""


def main() -> int:
    """Run the bot as ``python -m bot`` does, with this backend and size."""
    picture = Path(os.environ["BENCHMARK_PICTURE"])
    width_px, _, height_px = os.environ["BENCHMARK_SIZE"].partition("x")
    size_px = (int(width_px), int(height_px))
    bot.services.requests.making.size_px = lambda _aspect, _resolution: size_px
    adapters = Adapters(backends={NullBackend.name: lambda _settings: NullBackend(picture)})
    return asyncio.run(_work(adapters) if sys.argv[1:] == ["worker"] else _run(adapters))


async def _work(adapters: Adapters) -> int:
    """As ``python -m bot worker``."""
    from bot.jobs.worker import run_worker  # noqa: PLC0415  the bot itself does without

    return await run_worker(load_settings(), adapters)


async def _run(adapters: Adapters) -> int:
    if not os.environ.get("BENCHMARK_STALLS"):
        return await run_bot(load_settings(), adapters)
    watch = asyncio.create_task(tell_stalls())
    try:
        return await run_bot(load_settings(), adapters)
    finally:
        watch.cancel()


if __name__ == "__main__":
    sys.exit(main())
