"""Holds and settlements a second on PostgreSQL: the bot's own units of work, and raw asyncpg."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import asyncpg

from benchmarks.fresh import Figures
from benchmarks.postgresql_server import fresh_database
from bot.clock import SystemClock, UlidSource
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.picture import Aspect
from bot.domain.request import (
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import Figure, Scene
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.backends import Backends
from bot.services.requests.health import HealthBook
from bot.services.requests.making import StoredPicture
from bot.services.requests.settling import HoldOutcome, Settler
from db.postgresql import PostgresStorage

MEMBERS = 64
CONNECTIONS = 10
GUILD_ID = 1
COST = 50
OWNER = "benchmark"
_WARM_UP = MEMBERS

_BALANCE = """
SELECT account.purchased, account.owed, coalesce(wallet.granted, 0) AS granted FROM account
LEFT JOIN wallet ON wallet.account_id = account.account_id AND wallet.guild_id = $1
WHERE account.account_id = $2
"""
_ENTER = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased,
    owed, hold_ref, by_account_id, source_ref, at_ms)
VALUES ($1, $2, $3, $4, $5, 0, $6, 0, 0, $4, NULL, NULL, 0)
"""
_TO_HELD = """
UPDATE request SET state = 'held', hold_ref = $2, paid_granted = cost WHERE request_id = $1 AND state = 'received'
RETURNING request_id
"""
_TO_STORED = """
UPDATE request SET state = 'stored' WHERE request_id = $1 AND state = 'running' AND lease_owner = $2
RETURNING request_id
"""
_ADD_IMAGE = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key, thumbnail_key, width_px,
    height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn, seed, created_at_ms)
VALUES ($1, $2, $3, $4, 'instant', 0, $5, $5, 1536, 2048, $6, 0, 'general', 'Mira waves', '[]', '[]', 7, 0)
"""
_ADD_CAST = """
INSERT INTO image_cast (image_id, companion_id, position, account_id, guild_id, kind, is_favourite, is_public)
VALUES ($1, 'mira', 0, $2, $3, 'instant', 0, 0)
"""
# Between the two measurements: the step that takes no money.
_RUN_ALL = f"""
UPDATE request SET state = 'running', attempts = 1, lease_owner = '{OWNER}', lease_until_ms = 9000000000000
WHERE state = 'held'
"""  # noqa: S608  a constant of this module

Operation = Callable[[int], Awaitable[None]]
"""Does it once, for the request of that number."""

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]


async def money_rates(server: str, operations: int) -> Figures:
    """Holds and settlements a second, ours and raw, on a database of their own each."""
    figures: Figures = {}
    for who, measure in (("ours", _ours), ("raw", _raw)):
        async with fresh_database(server) as url:
            figures[f"hold_{who}"], figures[f"settle_{who}"] = await measure(url, operations + _WARM_UP)
    return figures


async def _ours(url: str, operations: int) -> tuple[float, float]:
    async with await PostgresStorage.open(url, connections=CONNECTIONS) as storage:
        clock = SystemClock()
        settler = Settler(
            storage=storage, clock=clock, ids=UlidSource(), backends=Backends((), HealthBook(clock))
        )
        requests = list(await _fill(storage, operations))

        async def hold(number: int) -> None:
            outcome, held = await settler.hold(requests[number], None)
            if outcome is not HoldOutcome.HELD or held is None:
                raise RuntimeError(outcome)
            requests[number] = held

        async def settle(number: int) -> None:
            if await settler.store(requests[number], OWNER, _picture(number)) is None:
                raise RuntimeError("it was not settled")

        held = await _rate(hold, operations)
        await _run_all(url)
        return held, await _rate(settle, operations)


async def _raw(url: str, operations: int) -> tuple[float, float]:
    async with await PostgresStorage.open(url, connections=CONNECTIONS) as storage:
        requests = await _fill(storage, operations)
    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        idle.put_nowait(connection)

    def on_any(work: Callable[[Connection, ImageRequest], Awaitable[None]]) -> Operation:
        async def operation(number: int) -> None:
            connection = await idle.get()
            async with connection.transaction():
                await work(connection, requests[number])
            idle.put_nowait(connection)

        return operation

    held = await _rate(on_any(_hold_raw), operations)
    await _run_all(url)
    settled = await _rate(on_any(_settle_raw), operations)
    for connection in connections:
        await connection.close()
    return held, settled


async def _hold_raw(connection: Connection, request: ImageRequest) -> None:
    found = await connection.fetchrow(_BALANCE, GUILD_ID, request.account_id)
    if found is None or found["owed"] or found["purchased"] + found["granted"] < COST:
        raise RuntimeError("the benchmark's members ran out of moments")
    ref = _hold_of(request)
    await connection.execute(_ENTER, request.account_id, GUILD_ID, "hold", ref, -COST, COST)
    if not await connection.fetchval(_TO_HELD, request.request_id, ref):
        raise RuntimeError("it was not held")


async def _settle_raw(connection: Connection, request: ImageRequest) -> None:
    mine = request.account_id, GUILD_ID
    image_id, file_key = f"I{request.source_id:025}", f"{request.source_id:064}"
    await connection.execute(_ADD_IMAGE, image_id, request.request_id, *mine, file_key, COST)
    await connection.execute(_ADD_CAST, image_id, *mine)
    if not await connection.fetchval(_TO_STORED, request.request_id, OWNER):
        raise RuntimeError("it was not stored")
    await connection.execute(_ENTER, *mine, "capture", _hold_of(request), 0, -COST)


def _hold_of(request: ImageRequest) -> str:
    return f"{request.request_id}:1"


async def _rate(operation: Operation, operations: int) -> float:
    """Operations a second of 64 members at once, without the first, which open connections and prepare statements."""

    async def member(first: int, past: int) -> None:
        for number in range(first, past, MEMBERS):
            await operation(number)

    await asyncio.gather(*(member(first, _WARM_UP) for first in range(MEMBERS)))
    begun = time.perf_counter()
    await asyncio.gather(*(member(_WARM_UP + first, operations) for first in range(MEMBERS)))
    return (operations - _WARM_UP) / (time.perf_counter() - begun)


async def _fill(storage: PostgresStorage, requests: int) -> Sequence[ImageRequest]:
    """64 members who can pay for everything, and so many quoted requests of theirs."""

    async def accounts(uow: UnitOfWork) -> Sequence[str]:
        opened = [await uow.members.require_account(member + 1) for member in range(MEMBERS)]
        for account_id in opened:
            moved = Split(granted=100_000_000)
            await uow.ledger.append(
                Entry(account_id, GUILD_ID, EntryKind.WELCOME, f"welcome {account_id}", moved, at_ms=0)
            )
        return opened

    opened = await storage.write(accounts)
    made = [_request(number, opened[number % MEMBERS]) for number in range(requests)]

    async def add(uow: UnitOfWork) -> None:
        for request in made:
            await uow.requests.add(request)

    await storage.write(add)
    return made


async def _run_all(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_RUN_ALL)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _request(number: int, account_id: str) -> ImageRequest:
    return ImageRequest(
        request_id=f"R{number:025}",
        kind=RequestKind.INSTANT,
        source_kind=SourceKind.INTERACTION,
        source_id=number,
        account_id=account_id,
        user_id=number % MEMBERS + 1,
        requester="Åsa",
        trigger_key="",
        reply=ReplyTarget(GUILD_ID, 7, None, "token", 60_000, 10_000_000),
        state=RequestState.RECEIVED,
        options=RequestOptions(companion_ids=("mira",), aspect=Aspect.TALL),
        created_at_ms=number,
        deadline_at_ms=9_000_000_000_000,
        scene=Scene((Figure("mira"),)),
        prompt="Mira waves by the sea at dusk",
        cost=COST,
        backend="null",
        confirmed=True,
    )


def _picture(number: int) -> StoredPicture:
    return StoredPicture(
        position=0,
        file_key=f"{number:064}",
        thumbnail_key=f"{number:064}",
        thumbnail=b"",
        width_px=1536,
        height_px=2048,
        alt_text="Mira waves",
        labels=(),
        not_drawn=(),
        seed=7,
    )
