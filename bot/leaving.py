"""Ending in good order: what discord.py has begun for somebody is brought to its end first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

ANSWERED_WITHIN_S = 6.0
"""Discord forgets an interaction that has no answer after 3 s; service managers kill after 10 s, some of them."""

HANDLERS = ("CommandTree-", "discord-ui-", "discord.py: ")
"""How discord.py (2.7) names the tasks in which it runs commands, components and listeners; it has no other list."""


class Handlers:
    """The tasks in which discord.py runs what was written for its events."""

    def __init__(self, within_s: float = ANSWERED_WITHIN_S) -> None:
        self._within_s = within_s
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """Wait no longer."""
        self._hurry.set()

    async def finished(self, *, besides: asyncio.Task[Any] | None) -> Collection[asyncio.Task[Any]]:
        """Wait until all have ended, and those that they began; returns those that take longer."""
        hurry = asyncio.create_task(self._hurry.wait())
        ends_at_s = asyncio.get_running_loop().time() + self._within_s
        try:
            while running := self._running() - {besides}:
                left_s = ends_at_s - asyncio.get_running_loop().time()
                if left_s <= 0 or hurry.done():
                    return running
                # One at a time: an event may begin another handler before it ends.
                await asyncio.wait({*running, hurry}, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancelled(hurry)
        return ()

    def _running(self) -> set[asyncio.Task[Any]]:
        return {task for task in asyncio.all_tasks() if task.get_name().startswith(HANDLERS)}


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and wait until they are over."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def cut_off(connection: asyncio.Task[Any]) -> None:
    """Cancel discord.py's connection until it is over: 2.7 goes on after a cancellation while it identifies again."""
    while not connection.done():
        connection.cancel()
        await asyncio.wait({connection}, timeout=0.1)
    await asyncio.gather(connection, return_exceptions=True)
