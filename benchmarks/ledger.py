"""Hold transactions a second with 64 members at once, ours against plain ways to write the same rows."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from unittest import mock

import aiosqlite

import db.writer
from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.table import Options, Row
from bot.domain.money import Entry, EntryKind, Split, split_cost
from bot.services.ports.storage import UnitOfWork
from db.engine import SqliteStorage

MEMBERS = 64
GUILD_ID = 1
COST = 50
ADDED_S = 0.002
"""What the slow-disk row adds to each commit's fsync."""

_BALANCE = """
SELECT account.purchased, account.owed, coalesce(wallet.granted, 0) FROM account
LEFT JOIN wallet ON wallet.account_id = account.account_id AND wallet.guild_id = ?
WHERE account.account_id = ?
"""
_HOLD = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased,
    owed, hold_ref, by_account_id, source_ref, at_ms)
VALUES (?, ?, 'hold', ?, ?, 0, ?, 0, 0, ?, NULL, NULL, 0)
"""
_ROWS_NOTE = (
    "A hold: read the balance, insert the entry, whose triggers check it and move the balances; WAL, "
    "synchronous=FULL, the same schema and rows on the same disk for all. Reference: one blocking sqlite3 "
    "connection, one transaction each, no event loop. Median of several rounds, each with all contenders."
)
_SLOW_NOTE = (
    "The same with a 2 ms sleep before each COMMIT, in ours and in the reference, through sqlite3's trace "
    "callback. Reference: one aiosqlite connection behind an asyncio.Lock, 64 members."
)

Work = Callable[[str, str], Awaitable[None]]
"""Holds once: account id, unique reference."""


def rows(options: Options) -> Sequence[Row]:
    """The two ledger rows."""
    rounds, holds = options.scaled(3, 1), options.scaled(6000, 1500)
    fast = [in_fresh_process(holds_per_second, 0, holds) for _ in range(rounds)]
    slow = [in_fresh_process(holds_per_second, ADDED_S, holds) for _ in range(rounds)]
    ours, blocking = median(one["ours"] for one in fast), median(one["blocking"] for one in fast)
    slow_ours, locked = median(one["ours"] for one in slow), median(one["locked"] for one in slow)
    return [
        Row(
            what="hold transactions/s, 64 members at once",
            target="≥ 0.4×",
            ours=f"{ours:,.0f}/s",
            reference=f"{blocking:,.0f}/s",
            ratio=ours / blocking,
            met=ours >= 0.4 * blocking,
            note=_ROWS_NOTE,
        ),
        Row(
            what="the same with 2 ms added to each fsync",
            target="≥ 5×",
            ours=f"{slow_ours:,.0f}/s",
            reference=f"{locked:,.0f}/s",
            ratio=slow_ours / locked,
            met=slow_ours >= 5 * locked,
            note=_SLOW_NOTE,
        ),
    ]


async def holds_per_second(added_s: float, holds: int) -> Figures:
    """Rates of ours and, without or with the added wait, of blocking sqlite3 or locked aiosqlite."""
    with tempfile.TemporaryDirectory() as folder:
        figures = {"ours": await _ours(Path(folder, "ours.db"), added_s, holds)}
        if added_s:
            figures["locked"] = await _locked(Path(folder, "locked.db"), added_s, holds // 10)
        else:
            figures["blocking"] = await _blocking(Path(folder, "blocking.db"), holds)
    return figures


async def _ours(path: Path, added_s: float, holds: int) -> float:
    really_connect = db.writer.connect

    def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
        connection = really_connect(path, busy_timeout_s)
        connection.set_trace_callback(_slow_commits(added_s))
        return connection

    accounts = await _fill(path)
    with mock.patch.object(db.writer, "connect", connect):
        storage = await SqliteStorage.open(path)

    async def hold(account_id: str, ref: str) -> None:
        async def work(uow: UnitOfWork) -> None:
            paid = split_cost(await uow.ledger.balance(account_id, GUILD_ID), COST)
            await uow.ledger.append(
                Entry(account_id, GUILD_ID, EntryKind.HOLD, ref, moved=-paid, at_ms=0, held=paid)
            )

        await storage.write(work)

    rate = await _rate(hold, accounts, holds)
    await storage.close()
    return rate


async def _blocking(path: Path, holds: int) -> float:
    accounts = itertools.cycle(await _fill(path))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    begun = time.perf_counter()
    for number in range(holds):
        account_id, ref = next(accounts), f"hold {number}"
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(_BALANCE, (GUILD_ID, account_id)).fetchone()
        paid = _price_for(found)
        connection.execute(_HOLD, (account_id, GUILD_ID, ref, -paid, paid, ref))
        connection.execute("COMMIT")
    rate = holds / (time.perf_counter() - begun)
    connection.close()
    return rate


async def _locked(path: Path, added_s: float, holds: int) -> float:
    accounts = await _fill(path)
    lock = asyncio.Lock()
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.set_trace_callback(_slow_commits(added_s))

        async def hold(account_id: str, ref: str) -> None:
            async with lock:
                await connection.execute("BEGIN IMMEDIATE")
                async with connection.execute(_BALANCE, (GUILD_ID, account_id)) as cursor:
                    paid = _price_for(await cursor.fetchone())
                await connection.execute(_HOLD, (account_id, GUILD_ID, ref, -paid, paid, ref))
                await connection.execute("COMMIT")

        return await _rate(hold, accounts, holds)


async def _rate(hold: Work, accounts: Sequence[str], holds: int) -> float:
    async def member(account_id: str) -> None:
        for number in range(holds // MEMBERS):
            await hold(account_id, f"hold {account_id} {number}")

    begun = time.perf_counter()
    await asyncio.gather(*(member(account_id) for account_id in accounts))
    return holds // MEMBERS * MEMBERS / (time.perf_counter() - begun)


def _price_for(found: sqlite3.Row | tuple[int, ...] | None) -> int:
    """What the references check before they hold: the least that any honest program must."""
    if found is None or found[1] > 0 or found[0] + found[2] < COST:
        raise RuntimeError("the benchmark's members ran out of moments")
    return COST


def _slow_commits(added_s: float) -> Callable[[str], None] | None:
    if not added_s:
        return None

    def traced(statement: str) -> None:
        if statement == "COMMIT":
            time.sleep(added_s)

    return traced


async def _fill(path: Path) -> Sequence[str]:
    """The schema, and the accounts of 64 members who can pay for everything."""

    async def work(uow: UnitOfWork) -> Sequence[str]:
        accounts = [await uow.members.require_account(number + 1) for number in range(MEMBERS)]
        for account_id in accounts:
            moved = Split(granted=100_000_000)
            welcome = Entry(account_id, GUILD_ID, EntryKind.WELCOME, f"welcome {account_id}", moved, at_ms=0)
            await uow.ledger.append(welcome)
        return accounts

    async with await SqliteStorage.open(path) as storage:
        return await storage.write(work)
