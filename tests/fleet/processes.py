"""The bot and its workers as the fleet tests run them: ``python -m tests.fleet.processes bot|worker``.

As :mod:`tests.faults.bot_under_test`; the environment variable ``SMALL`` makes every picture a sixteenth as wide and
high, so that the machine is busy with the fleet.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from bot.__main__ import run_bot
from bot.container import Adapters
from bot.jobs.worker import run_worker
from bot.services.ports.images import (
    DeliveryPicture,
    DevelopedPicture,
    PictureLab,
    PictureNotes,
    Placeholder,
)
from bot.settings import load_settings
from tests.faults.bot_under_test import adapters


class SmallLab:
    """A lab that develops pictures small."""

    def __init__(self, inner: PictureLab) -> None:
        self._inner = inner

    async def develop(
        self, data: bytes, width_px: int, height_px: int, notes: PictureNotes
    ) -> DevelopedPicture:
        """A sixteenth of what was asked for."""
        return await self._inner.develop(data, width_px // 16, height_px // 16, notes)

    async def for_delivery(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        """As it is."""
        return await self._inner.for_delivery(full, limit_bytes)

    async def smaller(self, full: bytes, long_edge_px: int) -> bytes:
        """As it is."""
        return await self._inner.smaller(full, long_edge_px)

    async def preview(self, data: bytes, notes: PictureNotes) -> bytes:
        """As it is."""
        return await self._inner.preview(data, notes)

    async def sheet(
        self, pictures: Sequence[bytes], *, columns: int, notes: PictureNotes, cell_px: int = 320
    ) -> bytes:
        """As it is."""
        return await self._inner.sheet(pictures, columns=columns, notes=notes, cell_px=cell_px)

    async def placeholder(self, why: Placeholder) -> bytes:
        """As it is."""
        return await self._inner.placeholder(why)


def fleet_adapters() -> Adapters:
    """Those of the fault tests."""
    return replace(
        adapters(),
        wrap_lab=lambda inner: SmallLab(inner) if os.environ.get("SMALL") else inner,
    )


if __name__ == "__main__":
    run = {"bot": run_bot, "worker": run_worker}[sys.argv[1]]
    sys.exit(asyncio.run(run(load_settings(), fleet_adapters())))
