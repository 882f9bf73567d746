"""What is read a page at a time on PostgreSQL: in a small database, in a large one, and by the statement alone."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import median

import asyncpg

from benchmarks.fresh import Figures
from benchmarks.growth import ROWS_PER_MEMBER, Reading, medians_us
from benchmarks.postgresql_server import fresh_database
from bot.services.gallery import PAGE_SIZE
from bot.services.ports.storage import GalleryQuery
from db.gallery import page_sql
from db.postgresql import PostgresStorage
from db.postgresql.statements import numbered

GUILDS = 20
OPEN_CASES = 1_000
PAGE_CASES = 10
_SAMPLES = 1_000
_WARM_UP = 20

# Foreign keys and triggers are asked by each row that the bot writes; a benchmark's million do without.
_BARE = "SET session_replication_role = replica"
_FILL_BALANCES = """
INSERT INTO account (account_id, purchased) SELECT 'A' || lpad(m::text, 31, '0'), 10
FROM generate_series(0, $1 - 1) AS m
"""
_FILL_WALLETS = """
INSERT INTO wallet (account_id, guild_id, granted) SELECT 'A' || lpad(m::text, 31, '0'), m % $2 + 1, 100
FROM generate_series(0, $1 - 1) AS m
"""
# A request's place among the members is scattered: a page's rows lie far apart.
_FILL_LEDGER = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased, owed, at_ms)
SELECT 'A' || lpad((i * 2654435769 % $2)::text, 31, '0'), i * 2654435769 % $2 % $3 + 1, 'daily', 'daily ' || i,
    1, 0, 0, 0, 0, i
FROM generate_series(0, $1 - 1) AS i
"""
_FILL_IMAGES = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key, thumbnail_key, width_px,
    height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn, seed, created_at_ms,
    is_favourite, is_public)
SELECT 'I' || lpad(i::text, 25, '0'), 'R' || lpad((i / 2)::text, 25, '0'),
    'A' || lpad((i * 2654435769 % $2)::text, 31, '0'), i * 2654435769 % $2 % $3 + 1, 'instant', i % 2,
    md5(i::text) || md5('f' || i), md5('t' || i) || md5(i::text), 1536, 2048, 50, 0, 'general',
    'Mira, 24-year-old woman, long black hair, leaning on the railing of a rooftop garden at dusk, smiling',
    '["sketch"]', '[]', i, i, (i / 3 % 3 = 0)::int, (i / 5 % 8 = 0)::int
FROM generate_series(0, $1 - 1) AS i
"""
_FILL_CASES = """
INSERT INTO report_case (case_id, image_id, guild_id, requester_account_id, opened_at_ms, revision,
    shown_revision, decision, decided_by_account_id, decided_at_ms)
SELECT 'C' || lpad(i::text, 25, '0'), 'I' || lpad(i::text, 25, '0'), i % $2 + 1, 'requester', i, 1, 1,
    CASE WHEN i < $1 - $3 THEN 'reject' END, CASE WHEN i < $1 - $3 THEN 'moderator' END,
    CASE WHEN i < $1 - $3 THEN i END
FROM generate_series(0, $1 - 1) AS i
"""
_BALANCE = """
SELECT account.purchased, account.held_purchased, account.owed, wallet.granted, wallet.held_granted
FROM account LEFT JOIN wallet ON wallet.account_id = account.account_id AND wallet.guild_id = $2
WHERE account.account_id = $1
"""
_QUEUE = """
SELECT * FROM report_case WHERE guild_id = $1 AND decision IS NULL AND case_id > $2 ORDER BY case_id LIMIT $3
"""


async def page_times(server: str, small_rows: int, large_rows: int) -> Figures:
    """Median microseconds of each page: small, large, and the statement alone in the large one."""
    figures: Figures = {}
    async with fresh_database(server) as small_url, fresh_database(server) as large_url:
        for url, many in ((small_url, small_rows), (large_url, large_rows)):
            await _fill(url, many)
        async with (
            await PostgresStorage.open(small_url) as small,
            await PostgresStorage.open(large_url) as large,
        ):
            for name, of in (("balance", _balance), ("gallery", _gallery), ("queue", _queue)):
                found = await medians_us((small, of(small_rows)), (large, of(large_rows)))
                figures[f"{name}_small_us"], figures[f"{name}_large_us"] = found
        for name, raw in (("balance", _raw_balance), ("gallery", _raw_gallery), ("queue", _raw_queue)):
            figures[f"{name}_raw_us"] = await _raw_us(large_url, raw, large_rows)
    return figures


def _member(number: int, rows: int) -> int:
    return random.Random(number).randrange(rows // ROWS_PER_MEMBER)


def _account(member: int) -> str:
    return f"A{member:031}"


def _balance(rows: int) -> Callable[[int], Reading]:
    def reading_of(number: int) -> Reading:
        member = _member(number, rows)
        return lambda uow: uow.ledger.balance(_account(member), member % GUILDS + 1)

    return reading_of


def _gallery(rows: int) -> Callable[[int], Reading]:
    return lambda number: lambda uow: uow.images.page(_query(number, rows))


def _query(number: int, rows: int) -> GalleryQuery:
    member = _member(number, rows)
    return GalleryQuery(_account(member), member % GUILDS + 1, PAGE_SIZE, before=f"I{rows * 3 // 4:025}")


def _queue(rows: int) -> Callable[[int], Reading]:
    def reading_of(number: int) -> Reading:
        guild_id, after = _place(number, rows)
        return lambda uow: uow.reports.queue(guild_id, after, PAGE_CASES)

    return reading_of


def _place(number: int, rows: int) -> tuple[int, str]:
    chance = random.Random(number)
    after = f"C{chance.randrange(rows - OPEN_CASES, rows - OPEN_CASES // 2):025}"
    return chance.randrange(GUILDS) + 1, after


Raw = Callable[["asyncpg.Connection[asyncpg.Record]", int, int], Awaitable[Sequence[asyncpg.Record]]]


async def _raw_us(url: str, raw: Raw, rows: int) -> float:
    connection = await asyncpg.connect(url)
    taken_us: list[float] = []
    for number in range(_WARM_UP + _SAMPLES):
        begun = time.perf_counter()
        if not await raw(connection, number, rows):
            raise RuntimeError("nothing was read")
        taken_us.append((time.perf_counter() - begun) * 1e6)
    await connection.close()
    return median(taken_us[_WARM_UP:])


async def _raw_balance(
    connection: asyncpg.Connection[asyncpg.Record], number: int, rows: int
) -> Sequence[asyncpg.Record]:
    member = _member(number, rows)
    return await connection.fetch(_BALANCE, _account(member), member % GUILDS + 1)


async def _raw_gallery(
    connection: asyncpg.Connection[asyncpg.Record], number: int, rows: int
) -> Sequence[asyncpg.Record]:
    query = _query(number, rows)
    statement, names = numbered(page_sql(query))
    return await connection.fetch(statement, *(getattr(query, name) for name in names))


async def _raw_queue(
    connection: asyncpg.Connection[asyncpg.Record], number: int, rows: int
) -> Sequence[asyncpg.Record]:
    return await connection.fetch(_QUEUE, *_place(number, rows), PAGE_CASES)


async def _fill(url: str, rows: int) -> None:
    members = rows // ROWS_PER_MEMBER
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_BARE)
        await connection.execute(_FILL_BALANCES, members)
        await connection.execute(_FILL_WALLETS, members, GUILDS)
        await connection.execute(_FILL_LEDGER, rows, members, GUILDS)
        await connection.execute(_FILL_IMAGES, rows, members, GUILDS)
        await connection.execute(_FILL_CASES, rows, GUILDS, OPEN_CASES)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
