"""SQL that sums over a guild's days: each statement walks one range of one index, of which it reads no table."""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.request import EndReason, RequestKind, RequestState
from bot.domain.stats import Spread
from bot.services.ports.storage.stats import EndCount, GuildSums, MomentsOnDay, PicturesOnDay
from db.statements import Params, Row, Statements

_DAY_MS = 86_400_000

_PICTURES = f"""
SELECT created_at_ms / {_DAY_MS} AS day, kind, count(*) AS counted FROM image
WHERE guild_id = :guild_id AND created_at_ms >= :since_ms AND created_at_ms < :until_ms
GROUP BY day, kind
"""
# CROSS JOIN keeps the order: a few refunds, and the picture of each. A refund comes after its picture.
_REFUNDED = """
SELECT count(*) AS counted
FROM ledger AS refund
CROSS JOIN image
WHERE image.image_id = refund.ref AND refund.kind = 'refund' AND refund.guild_id = :guild_id
    AND refund.at_ms >= :since_ms
    AND image.guild_id = :guild_id
    AND image.created_at_ms >= :since_ms AND image.created_at_ms < :until_ms
"""
# What a capture kept is what was held less what it gave back.
_MOMENTS = f"""
SELECT at_ms / {_DAY_MS} AS day,
    sum(CASE kind WHEN 'capture' THEN -held_granted - granted - held_purchased - purchased ELSE 0 END) AS spent,
    sum(CASE WHEN kind IN ('welcome', 'daily', 'monthly', 'grant') THEN granted ELSE 0 END) AS given,
    sum(CASE kind WHEN 'refund' THEN granted + purchased ELSE 0 END) AS given_back
FROM ledger
WHERE guild_id = :guild_id AND at_ms >= :since_ms AND at_ms < :until_ms
    AND kind IN ('welcome', 'daily', 'monthly', 'grant', 'capture', 'refund')
GROUP BY day
"""
_ENDED = """
guild_id = :guild_id AND created_at_ms >= :since_ms AND created_at_ms < :until_ms
    AND state IN ('delivered', 'refused', 'failed', 'cancelled')
"""
_ENDS = f"""
SELECT state, end_reason, count(*) AS counted,
    sum(CASE WHEN stored_at_ms IS NULL OR started_at_ms IS NULL THEN 1 ELSE 0 END) AS untimed,
    min(CASE WHEN stored_at_ms IS NOT NULL AND started_at_ms IS NOT NULL THEN created_at_ms END) AS since_ms
FROM request WHERE {_ENDED} GROUP BY state, end_reason
"""
# Whoever was asked about the price first took their own time. A clock may have been set back.
_BEGAN = "CASE confirmed WHEN 1 THEN COALESCE(held_at_ms, created_at_ms) ELSE created_at_ms END"
_WAITING = f"CASE WHEN started_at_ms < {_BEGAN} THEN 0 ELSE started_at_ms - {_BEGAN} END"
_MAKING = "CASE WHEN stored_at_ms < started_at_ms THEN 0 ELSE stored_at_ms - started_at_ms END"
# The nearest rank of p in n is p·n rounded up.
_SPREAD = f"""
WITH took AS (SELECT {{took}} AS ms FROM request WHERE {_ENDED} AND started_at_ms IS NOT NULL),
    ranked AS (SELECT ms, row_number() OVER (ORDER BY ms) AS rank, count(*) OVER () AS counted
        FROM took WHERE ms IS NOT NULL)
SELECT counted, max(CASE rank WHEN (counted * 50 + 99) / 100 THEN ms END) AS p50_ms,
    max(CASE rank WHEN (counted * 95 + 99) / 100 THEN ms END) AS p95_ms
FROM ranked GROUP BY counted
"""
_SPREADS = {took: _SPREAD.format(took=took) for took in (_WAITING, _MAKING)}


class SqlStats:
    """Implements :class:`bot.services.ports.storage.StatsRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def of_guild(self, guild_id: int, *, since_ms: int, until_ms: int) -> GuildSums:
        """See the protocol."""
        params: Params = {"guild_id": guild_id, "since_ms": since_ms, "until_ms": until_ms}
        ask = self._statements.fetch_all
        ends = await ask(_ENDS, params)
        delivered = [row for row in ends if row["state"] == RequestState.DELIVERED.value]
        return GuildSums(
            pictures=[
                PicturesOnDay(row["day"], RequestKind(row["kind"]), row["counted"])
                for row in await ask(_PICTURES, params)
            ],
            refunded=(await ask(_REFUNDED, params))[0]["counted"],
            moments=[
                MomentsOnDay(row["day"], row["spent"], row["given"], row["given_back"])
                for row in await ask(_MOMENTS, params)
            ],
            ends=[_end(row) for row in ends],
            waiting=_spread(await ask(_SPREADS[_WAITING], params)),
            making=_spread(await ask(_SPREADS[_MAKING], params)),
            untimed=sum(row["untimed"] for row in delivered),
            timed_since_ms=min(
                (row["since_ms"] for row in delivered if row["since_ms"] is not None), default=None
            ),
        )


def _end(row: Row) -> EndCount:
    reason = row["end_reason"]
    return EndCount(RequestState(row["state"]), None if reason is None else EndReason(reason), row["counted"])


def _spread(rows: Sequence[Row]) -> Spread | None:
    return Spread(rows[0]["p50_ms"], rows[0]["p95_ms"], rows[0]["counted"]) if rows else None
