"""What the bot's database says of a soak."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_UNDER_WAY = (
    "SELECT count(*) FROM request WHERE state IN ('received', 'held', 'running', 'stored')"
    " OR (state IN ('refused', 'failed', 'cancelled') AND told = 0)"
)
_TWICE_HELD = (
    "SELECT count(*) FROM (SELECT ref FROM ledger WHERE kind = 'hold' GROUP BY ref HAVING count(*) > 1)"
)
_TWICE_ASKED = (
    "SELECT count(*) FROM (SELECT 1 FROM request GROUP BY source_kind, source_id HAVING count(*) > 1)"
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Requests by state, rows of the ledger, and what must be zero."""

    requests: Mapping[str, int]
    rows: int
    under_way: int
    held_twice: int
    asked_twice: int


def read_ledger(path: Path) -> Ledger:
    """Read it from the side."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:

        def number(sql: str) -> int:
            return database.execute(sql).fetchone()[0]

        states = dict(database.execute("SELECT state, count(*) FROM request GROUP BY state").fetchall())
        return Ledger(
            requests=states,
            rows=number("SELECT count(*) FROM ledger"),
            under_way=number(_UNDER_WAY),
            held_twice=number(_TWICE_HELD),
            asked_twice=number(_TWICE_ASKED),
        )
