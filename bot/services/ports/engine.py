"""What hands requests to drivers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

Drive = Callable[[str], Awaitable[None]]


class Engine(Protocol):
    """Runs ``drive(request_id)`` for requests that have something to do."""

    def submit(self, request_id: str) -> None:
        """Have the request driven soon. Call after the commit; a lost call is made good by the sweep."""
        ...

    async def run(self, drive: Drive) -> None:
        """Recover what was left, then drive what is submitted, until cancelled."""
        ...
