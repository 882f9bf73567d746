"""The real clock and the real identifiers."""

from __future__ import annotations

import time

from ulid import ULID


class SystemClock:
    """Wall-clock time of this machine."""

    def now_ms(self) -> int:
        """Unix time in milliseconds, UTC."""
        return time.time_ns() // 1_000_000


class UlidSource:
    """Identifiers after the ULID specification (https://github.com/ulid/spec)."""

    def new_id(self) -> str:
        """26 characters of Crockford's base 32, sortable by time of making."""
        return str(ULID())
