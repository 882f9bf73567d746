"""Balance and history at a million (``--full``: ten million) ledger rows against ten thousand."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.table import Options, Row, not_yet
from bot.services.ports.storage import UnitOfWork
from db.engine import SqliteStorage

SMALL_ROWS = 10_000
LARGE_ROWS = 1_000_000
FULL_ROWS = 10_000_000
ROWS_PER_MEMBER = 100
PAGE_ROWS = 10
GUILDS = 20
SAMPLED_MEMBERS = 2_000
WARM_UP = 20
TARGET = "≤ 1.5×"

_INSERT = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased,
    owed, hold_ref, by_account_id, source_ref, at_ms)
VALUES (?, ?, ?, ?, ?, 0, ?, 0, 0, ?, NULL, NULL, ?)
"""

Reading = Callable[[UnitOfWork], Awaitable[object]]


def rows(options: Options) -> Sequence[Row]:
    """The reading rows; what has no repository method yet says so."""
    large_rows = FULL_ROWS if options.full else options.scaled(LARGE_ROWS, 100_000)
    found = in_fresh_process(read_times, SMALL_ROWS, large_rows)
    note = (
        f"Median over {SAMPLED_MEMBERS:,} random members with {ROWS_PER_MEMBER} entries each, through "
        f"storage.read, both files in random turns; "
        f"{large_rows:,} ledger rows against {SMALL_ROWS:,}."
        + ("" if options.full else " The target is for 10,000,000: --full.")
    )
    return [
        *(
            Row(
                what=f"{what}, {large_rows:,} rows",
                target=TARGET,
                ours=f"{found[f'{name}_large_us']:.0f} µs",
                reference=f"{found[f'{name}_small_us']:.0f} µs",
                ratio=found[f"{name}_large_us"] / found[f"{name}_small_us"],
                met=found[f"{name}_large_us"] <= 1.5 * found[f"{name}_small_us"],
                note=note,
            )
            for what, name in (("balance", "balance"), ("history page", "history"))
        ),
        not_yet("gallery page, at 10 million rows", TARGET, "a gallery"),
        not_yet("report queue, at 10 million rows", TARGET, "reports"),
    ]


async def read_times(small_rows: int, large_rows: int) -> Figures:
    """Median microseconds of a balance and of a deep history page of a random member, in either file."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        for path, ledger_rows in ((small, small_rows), (large, large_rows)):
            await (await SqliteStorage.open(path)).close()
            _fill(path, ledger_rows // ROWS_PER_MEMBER)
        figures: Figures = {}
        order = random.Random(0)
        async with await SqliteStorage.open(small) as few, await SqliteStorage.open(large) as many:
            for name, reading in (("balance", _balance_of), ("history", _history_of)):
                taken_us: tuple[list[float], list[float]] = ([], [])
                for number in range(WARM_UP + SAMPLED_MEMBERS):
                    turns = [(few, small_rows, taken_us[0]), (many, large_rows, taken_us[1])]
                    order.shuffle(turns)
                    for storage, ledger_rows, taken in turns:
                        member = random.Random(number).randrange(ledger_rows // ROWS_PER_MEMBER)
                        taken.append(await _read_us(storage, reading(member)))
                figures[f"{name}_small_us"], figures[f"{name}_large_us"] = (
                    median(taken[WARM_UP:]) for taken in taken_us
                )
    return figures


async def _read_us(storage: SqliteStorage, reading: Reading) -> float:
    begun = time.perf_counter()
    if not await storage.read(reading):
        raise RuntimeError("nothing was read")
    return (time.perf_counter() - begun) * 1e6


def _balance_of(member: int) -> Reading:
    return lambda uow: uow.ledger.balance(_account(member), _guild(member))


def _history_of(member: int) -> Reading:
    before_id = (member + 1) * ROWS_PER_MEMBER - ROWS_PER_MEMBER // 2
    return lambda uow: uow.ledger.history(_account(member), _guild(member), before_id, PAGE_ROWS)


def _fill(path: Path, members: int) -> None:
    """Straight into the tables: without the triggers and indexes that each of a million rows would pay for."""
    connection = sqlite3.connect(path)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    made_later = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
        "AND (type = 'trigger' OR (type = 'index' AND tbl_name = 'ledger'))"
    ).fetchall()
    for kind, name, _ in made_later:
        connection.execute(f"DROP {kind} {name}")
    connection.executemany(
        "INSERT INTO account (account_id) VALUES (?)", ((_account(member),) for member in range(members))
    )
    connection.executemany(
        "INSERT INTO wallet (account_id, guild_id, granted) VALUES (?, ?, 500)",
        ((_account(member), _guild(member)) for member in range(members)),
    )
    connection.executemany(_INSERT, _entries(members))
    for _, _, sql in made_later:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _entries(members: int) -> Iterator[tuple[str, int, str, str, int, int, str | None, int]]:
    """A welcome, then holds and their captures."""
    for member in range(members):
        account_id, guild_id = _account(member), _guild(member)
        yield account_id, guild_id, "welcome", f"welcome {member}", 500, 0, None, member
        for number in range(1, ROWS_PER_MEMBER):
            hold = f"hold {member:07} {(number + 1) // 2:02}"
            if number % 2:
                yield account_id, guild_id, "hold", hold, -50, 50, hold, member
            else:
                yield account_id, guild_id, "capture", hold, 0, -50, hold, member


def _account(member: int) -> str:
    """Spread as random ids are."""
    return random.Random(member).randbytes(16).hex()


def _guild(member: int) -> int:
    return member % GUILDS + 1
