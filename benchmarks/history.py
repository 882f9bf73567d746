"""Files of any size with a past that adds up: paid requests, delivered, their pictures and their entries."""

from __future__ import annotations

from pathlib import Path

from benchmarks.growth import bare_tables
from db.engine import SqliteStorage

MEMBERS_PER_GUILD = 100
REQUESTS_PER_MEMBER = 10
COST = 50
DAY_MS = 86_400_000
DAYS = 30

_ACCOUNTS = """
INSERT INTO account (account_id)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :members - 1)
SELECT printf('A%031d', i) FROM n
"""
_MEMBERS = """
INSERT INTO member (user_id, account_id) SELECT CAST(substr(account_id, 2) AS INTEGER) + 1, account_id FROM account
"""
_REQUESTS = """
INSERT INTO request (request_id, kind, source_kind, source_id, account_id, user_id, requester, trigger_key, guild_id,
    channel_id, token_until_ms, upload_limit_bytes, state, options, scene, prompt, cost, paid_granted,
    paid_purchased, hold_ref, rating, seed, backend, attempts, confirmed, end_detail, delivered_how,
    lease_until_ms, created_at_ms, deadline_at_ms, held_at_ms, started_at_ms, stored_at_ms)
WITH RECURSIVE
    n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :requests - 1),
    whose (i, m) AS (SELECT i, i * 2654435769 % 4294967296 * :members / 4294967296 FROM n)
SELECT printf('R%025d', i), 'instant', 'interaction', i, printf('A%031d', m), m + 1, 'Ada', '',
    m / :members_per_guild + 1, 7, 0, 10000000, iif(:open, 'received', 'delivered'), '{}',
    '{"figures":[{"companion_id":"mira"}]}', 'Mira leans on the railing of a rooftop garden at dusk', :cost,
    iif(:open, 0, :cost), 0, iif(:open, NULL, printf('R%025d:1', i)), 'general', 7, 'null', 1, 1, '',
    iif(:open, NULL, 'message'), 0, :from_ms + i * :span_ms / :requests, :from_ms + i * :span_ms / :requests + 600000,
    :from_ms + i * :span_ms / :requests, :from_ms + i * :span_ms / :requests + 1000,
    :from_ms + i * :span_ms / :requests + 5000
FROM whose
"""
_WELCOMES = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased, owed, at_ms)
SELECT account_id, guild_id, 'welcome', 'welcome ' || account_id, 1000000, 0, 0, 0, 0, :from_ms
FROM request GROUP BY account_id
"""
_HOLDS = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased, owed,
    hold_ref, at_ms)
SELECT account_id, guild_id, 'hold', hold_ref, -cost, 0, cost, 0, 0, hold_ref, created_at_ms FROM request
"""
_CAPTURES = """
INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted, held_purchased, owed,
    hold_ref, at_ms)
SELECT account_id, guild_id, 'capture', hold_ref, 0, 0, -cost, 0, 0, hold_ref, stored_at_ms FROM request
"""
_WALLETS = """
INSERT INTO wallet (account_id, guild_id, granted)
SELECT account_id, guild_id, sum(granted) FROM ledger GROUP BY account_id, guild_id
"""
_IMAGES = """
INSERT INTO image (image_id, request_id, account_id, guild_id, kind, position, file_key, thumbnail_key, width_px,
    height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn, seed, created_at_ms)
SELECT 'I' || substr(request_id, 2), request_id, account_id, guild_id, kind, 0, lower(hex(randomblob(32))),
    lower(hex(randomblob(32))), 1536, 2048, cost, 0, rating, prompt, '[]', '[]', seed, stored_at_ms FROM request
"""
_CAST = """
INSERT INTO image_cast (image_id, companion_id, position, account_id, guild_id, kind, is_favourite, is_public)
SELECT image_id, 'mira', 0, account_id, guild_id, kind, 0, 0 FROM image
"""
_TABLES = ("account", "member", "request", "ledger", "wallet", "image", "image_cast")
_PAST = (_WELCOMES, _HOLDS, _CAPTURES, _WALLETS, _IMAGES, _CAST)


async def make_past(path: Path, requests: int, until_ms: int, *, is_open: bool = False) -> None:
    """So many requests of the last 30 days, a thousand a guild; ``is_open``: agreed to, and waiting to be driven."""
    await (await SqliteStorage.open(path)).close()
    members = max(requests // REQUESTS_PER_MEMBER, 1)
    values = {
        "requests": requests,
        "members": members,
        "members_per_guild": MEMBERS_PER_GUILD,
        "cost": COST,
        "open": int(is_open),
        "from_ms": until_ms - DAYS * DAY_MS,
        "span_ms": DAYS * DAY_MS - DAY_MS // 24,
    }
    with bare_tables(path, *_TABLES) as connection:
        for statement in (_ACCOUNTS, _MEMBERS, _REQUESTS, *(() if is_open else _PAST)):
            connection.execute(statement, values)


async def make_guilds(path: Path, guilds: int) -> None:
    """So many guilds whose owners have changed a setting."""
    await (await SqliteStorage.open(path)).close()
    with bare_tables(path, "guild") as connection:
        connection.executemany(
            "INSERT INTO guild (guild_id, settings) VALUES (?, ?)",
            ((number + 1, '{"guild_budget": 100000}') for number in range(guilds)),
        )
