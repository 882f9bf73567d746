"""Balance and history at a million (``--full``: ten million) ledger rows against ten thousand."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.growth import (
    ROWS_PER_MEMBER,
    SAMPLED_MEMBERS,
    TARGET,
    Reading,
    account_of,
    add_accounts,
    bare_tables,
    guild_of,
    medians_us,
)
from benchmarks.table import Options, Row
from db.engine import SqliteStorage

SMALL_ROWS = 10_000
LARGE_ROWS = 1_000_000
FULL_ROWS = 10_000_000
PAGE_ROWS = 10

_INSERT = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased,
    owed, hold_ref, by_account_id, source_ref, at_ms)
VALUES (?, ?, ?, ?, ?, 0, ?, 0, 0, ?, NULL, NULL, ?)
"""


def rows(options: Options) -> Sequence[Row]:
    """The reading rows."""
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
    ]


async def read_times(small_rows: int, large_rows: int) -> Figures:
    """Median microseconds of a balance and of a deep history page of a random member, in either file."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.db"), Path(folder, "large.db")
        for path, ledger_rows in ((small, small_rows), (large, large_rows)):
            await (await SqliteStorage.open(path)).close()
            _fill(path, ledger_rows // ROWS_PER_MEMBER)
        figures: Figures = {}
        async with await SqliteStorage.open(small) as few, await SqliteStorage.open(large) as many:
            for name, reading in (("balance", _balance_of), ("history", _history_of)):
                figures[f"{name}_small_us"], figures[f"{name}_large_us"] = await medians_us(
                    (few, _of_any_member(reading, small_rows)), (many, _of_any_member(reading, large_rows))
                )
    return figures


def _of_any_member(reading: Callable[[int], Reading], ledger_rows: int) -> Callable[[int], Reading]:
    members = ledger_rows // ROWS_PER_MEMBER
    return lambda number: reading(random.Random(number).randrange(members))


def _balance_of(member: int) -> Reading:
    return lambda uow: uow.ledger.balance(account_of(member), guild_of(member))


def _history_of(member: int) -> Reading:
    before_id = (member + 1) * ROWS_PER_MEMBER - ROWS_PER_MEMBER // 2
    return lambda uow: uow.ledger.history(account_of(member), guild_of(member), before_id, PAGE_ROWS)


def _fill(path: Path, members: int) -> None:
    with bare_tables(path, "ledger") as connection:
        add_accounts(connection, members)
        connection.executemany(
            "INSERT INTO wallet (account_id, guild_id, granted) VALUES (?, ?, 500)",
            ((account_of(member), guild_of(member)) for member in range(members)),
        )
        connection.executemany(_INSERT, _entries(members))


def _entries(members: int) -> Iterator[tuple[str, int, str, str, int, int, str | None, int]]:
    """A welcome, then holds and their captures."""
    for member in range(members):
        account_id, guild_id = account_of(member), guild_of(member)
        yield account_id, guild_id, "welcome", f"welcome {member}", 500, 0, None, member
        for number in range(1, ROWS_PER_MEMBER):
            hold = f"hold {member:07} {(number + 1) // 2:02}"
            if number % 2:
                yield account_id, guild_id, "hold", hold, -50, 50, hold, member
            else:
                yield account_id, guild_id, "capture", hold, 0, -50, hold, member
