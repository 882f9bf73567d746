"""What hands requests to drivers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

Drive = Callable[[str], Awaitable[object]]


class Engine(Protocol):
    """Has ``drive(request_id)`` run for requests that have something to do."""

    def submit(self, request_id: str) -> None:
        """Have the request driven soon. Call after the commit; a lost call is made good by the sweep."""
        ...
