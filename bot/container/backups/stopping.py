"""Work in a thread that ends soon after whoever waits for it was cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


class StoppedError(Exception):
    """The work was told to end."""


async def in_thread(work: Callable[[Callable[[], None]], T]) -> T:
    """Do the work in a thread. It calls what it is given now and then, and lets through what that raises."""
    stop = threading.Event()

    def go_on() -> None:
        if stop.is_set():
            raise StoppedError

    running = asyncio.ensure_future(asyncio.to_thread(work, go_on))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([running])
        with suppress(Exception):
            running.result()
        raise
