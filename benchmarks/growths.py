"""How each cost grows: the same thing with ten times as much, and ten times as much again."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from benchmarks.bots import LIGHT, null_bot
from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.history import DAY_MS, DAYS, make_guilds, make_past
from benchmarks.table import Growth, Options, Row
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.fair_queue import FairQueue
from db.engine import SqliteStorage

ROWS = (1_000, 10_000, 100_000)
OPEN = (100, 1_000, 10_000)
WAITING = (10, 100, 1_000)
GUILDS = (25, 250, 2_500)
_ACKS = 200
_REPEATS = 15
_UNTIL_MS = 1_700_000_000_000

# What is measured, its unit, and its figure.
_OF_A_PAST = (
    ("/stats of a server, 30 days", "ms", "stats_ms"),
    ("retention: a look where nothing is too old", "ms", "retention_ms"),
    ("retention: a page of what is too old", "ms", "old_ms"),
    ("audit of the whole database", "ms", "audit_ms"),
)
_OF_OPEN_REQUESTS = (
    ("recovery: listing what a dead process left", "ms", "unfinished_ms"),
    ("the sweep every 30 s", "ms", "due_ms"),
)
_OF_A_QUEUE = (("queue: one comes, one is served, CPU", "ms", "turn_ms"),)
_OF_SETTINGS = (("settings of a server", "ms", "setting_ms"),)
_OF_THE_BOT = (
    ("start to the first ack", "s", "start_s"),
    ("ack of /moments balance, median", "ms", "ack_ms"),
    ("memory of the bot process", "MB", "memory_mb"),
)

Work = Callable[[UnitOfWork], Awaitable[object]]


def rows(options: Options) -> Sequence[Row]:
    """None: nothing here has a target. See :func:`growths`."""
    del options
    return ()


def growths(options: Options) -> Sequence[Growth]:
    """The second table."""
    sizes = tuple(size // 10 for size in ROWS) if options.quick else ROWS
    past = [in_fresh_process(past_times, size) for size in sizes]
    opened = [in_fresh_process(open_times, size) for size in OPEN]
    waiting = [in_fresh_process(queue_times, size) for size in WAITING]
    guilds = tuple(size // 10 for size in GUILDS) if options.quick else GUILDS
    settings = [in_fresh_process(setting_times, size) for size in guilds]
    bots = [asyncio.run(_idle_guilds(size)) for size in guilds]

    return [
        Growth(what, of, unit, tuple(counts), tuple(one[name] for one in found))
        for counts, of, found, measured in (
            (sizes, "paid pictures", past, _OF_A_PAST),
            (OPEN, "open requests", opened, _OF_OPEN_REQUESTS),
            (WAITING, "waiting", waiting, _OF_A_QUEUE),
            (guilds, "servers", settings, _OF_SETTINGS),
            (guilds, "idle servers", bots, _OF_THE_BOT),
        )
        for what, unit, name in measured
    ]


async def past_times(requests: int) -> Figures:
    """Medians over a database with so many paid requests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "past.db")
        await make_past(path, requests, _UNTIL_MS)
        since_ms = _UNTIL_MS - DAYS * DAY_MS
        async with await SqliteStorage.open(path) as storage:
            violations = await storage.read(lambda uow: uow.audit.violations())
            if violations:
                raise RuntimeError(f"the benchmark's books do not agree: {violations[0]}")
            return {
                "stats_ms": await _median_ms(
                    storage, lambda uow: uow.stats.of_guild(1, since_ms=since_ms, until_ms=_UNTIL_MS)
                ),
                "retention_ms": await _median_ms(
                    storage, lambda uow: uow.privacy.kept_in_guild(1, since_ms - 1, (-1, ""), 50)
                ),
                "old_ms": await _median_ms(
                    storage, lambda uow: uow.privacy.kept_in_guild(1, _UNTIL_MS, (-1, ""), 50)
                ),
                "audit_ms": await _median_ms(storage, lambda uow: uow.audit.violations(), repeats=3),
            }


async def open_times(requests: int) -> Figures:
    """Medians of what is asked at the start and at every sweep, with so many requests open."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "open.db")
        await make_past(path, requests, _UNTIL_MS, is_open=True)
        async with await SqliteStorage.open(path) as storage:
            return {
                "unfinished_ms": await _median_ms(storage, lambda uow: uow.requests.unfinished_ids()),
                "due_ms": await _median_ms(storage, lambda uow: uow.requests.due_ids(_UNTIL_MS)),
            }


async def setting_times(guilds: int) -> Figures:
    """Median of a lookup of one server's settings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "guilds.db")
        await make_guilds(path, guilds)
        async with await SqliteStorage.open(path) as storage:
            return {"setting_ms": await _median_ms(storage, lambda uow: uow.guilds.get(guilds), repeats=300)}


async def _median_ms(storage: SqliteStorage, work: Work, repeats: int = _REPEATS) -> float:
    taken_ms: list[float] = []
    for _ in range(repeats + 1):
        begun = time.perf_counter()
        await storage.read(work)
        taken_ms.append((time.perf_counter() - begun) * 1e3)
    return median(taken_ms[1:])


async def queue_times(waiting: int) -> Figures:
    """CPU of one turn: somebody comes to the end of a queue of so many, and somebody is served."""
    queue = FairQueue(1)

    async def come(number: int, stay: asyncio.Event) -> None:
        async with queue.slot(f"member {number % 97}", number % 13, lambda _: None):
            await stay.wait()

    turns = [asyncio.Event() for _ in range(waiting + 1 + _REPEATS)]
    async with AsyncExitStack() as tasks:
        for number in range(waiting + 1):
            tasks.callback(asyncio.create_task(come(number, turns[number])).cancel)
        await asyncio.sleep(0)
        begun = time.process_time()
        for number in range(_REPEATS):
            tasks.callback(asyncio.create_task(come(number, turns[waiting + 1 + number])).cancel)
            turns[number].set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return {"turn_ms": (time.process_time() - begun) * 1e3 / _REPEATS}


async def _idle_guilds(guilds: int) -> Figures:
    async with null_bot(idle_guilds=guilds) as bot:
        acks_ms = [await (await bot.world.click(member, LIGHT)).acked * 1e3 for member in range(_ACKS)]
        return {
            "start_s": bot.answered_after_s,
            "ack_ms": median(acks_ms),
            "memory_mb": bot.resident_mb(),
        }
