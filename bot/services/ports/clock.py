"""Time and identity, handed in so that tests own them."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Wall-clock time."""

    def now_ms(self) -> int:
        """Unix time in milliseconds, UTC."""
        ...


class IdSource(Protocol):
    """New identifiers."""

    def new_id(self) -> str:
        """26 characters, sortable by time of making."""
        ...
