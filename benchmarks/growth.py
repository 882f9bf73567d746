"""The same reading in a small file and in a large one, and how such files are filled."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bot.services.ports.storage import Storage, UnitOfWork

GUILDS = 20
ROWS_PER_MEMBER = 100
SAMPLED_MEMBERS = 2_000
TARGET = "≤ 1.5×"
_WARM_UP = 20

Reading = Callable[[UnitOfWork], Awaitable[object]]


async def medians_us(
    few: tuple[Storage, Callable[[int], Reading]], many: tuple[Storage, Callable[[int], Reading]]
) -> tuple[float, float]:
    """Median microseconds of a reading in either file, in random turns.

    Each file comes with what makes the reading of a sample number.
    """
    order = random.Random(0)
    taken_us: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM_UP + SAMPLED_MEMBERS):
        turns = list(zip((few, many), taken_us, strict=True))
        order.shuffle(turns)
        for (storage, reading_of), taken in turns:
            taken.append(await _read_us(storage, reading_of(number)))
    small_us, large_us = (median(taken[_WARM_UP:]) for taken in taken_us)
    return small_us, large_us


async def _read_us(storage: Storage, reading: Reading) -> float:
    begun = time.perf_counter()
    if not await storage.read(reading):
        raise RuntimeError("nothing was read")
    return (time.perf_counter() - begun) * 1e6


@contextmanager
def bare_tables(path: Path, *tables: str) -> Iterator[sqlite3.Connection]:
    """Straight into the tables: without the triggers and indexes that each of a million rows would pay for.

    They are made at the end. Rows may refer to others that are not there.
    """
    connection = sqlite3.connect(path)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    made_later = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND (type = 'trigger' OR (type = 'index' AND tbl_name IN (SELECT value FROM json_each(?))))",
        (json.dumps(tables),),
    ).fetchall()
    for kind, name, _ in made_later:
        connection.execute(f"DROP {kind} {name}")
    yield connection
    for _, _, sql in made_later:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def add_accounts(connection: sqlite3.Connection, members: int) -> None:
    """The accounts of so many members."""
    connection.executemany(
        "INSERT INTO account (account_id) VALUES (?)", ((account_of(member),) for member in range(members))
    )


def account_of(member: int) -> str:
    """Spread as random ids are."""
    return random.Random(member).randbytes(16).hex()


def guild_of(member: int) -> int:
    """The one guild that a member is in."""
    return member % GUILDS + 1
