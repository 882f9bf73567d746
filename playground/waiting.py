"""Waiting for something to become true, woken by changes instead of by a timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Waiters:
    """Coroutines that wait for a condition; ``notify`` makes each look again."""

    def __init__(self) -> None:
        self._futures: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Something changed."""
        if self._futures:
            futures, self._futures = self._futures, set()
            for future in futures:
                if not future.done():
                    future.set_result(None)

    async def until(
        self, condition: Callable[[], T | None], timeout_s: float, what: str | Callable[[], str]
    ) -> T:
        """Return the first truthy value of ``condition``.

        Raises:
            TimeoutError: it did not come true within ``timeout_s`` seconds; the text says what was awaited.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            value = condition()
            if value:
                return value
            future: asyncio.Future[None] = loop.create_future()
            self._futures.add(future)
            try:
                async with asyncio.timeout_at(deadline):
                    await future
            except TimeoutError:
                text = what if isinstance(what, str) else what()
                raise TimeoutError(f"waited {timeout_s:g} s for {text}") from None
            finally:
                self._futures.discard(future)
