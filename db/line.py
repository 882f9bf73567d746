"""SQL about whose turn it is among the requests that wait to be made."""
# ruff: noqa: S608 - queries are composed of this module's own constants, never of values

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import InLine
from db.requests import ASKED, OPEN, UNFINISHED
from db.statements import Params, Statements

OF_EACH_GUILD = 4
"""Candidates of a guild: another worker may be quicker with the first."""

_FREE = "(lease_owner IS NULL OR lease_until_ms <= :now_ms)"
_TO_BE_MADE = f"{OPEN} AND state IN ('held', 'running') AND {_FREE}"
_NEXT = f"""
WITH busy AS (
    SELECT guild_id, account_id FROM request
    WHERE {OPEN} AND state IN ('held', 'running') AND lease_owner IS NOT NULL AND lease_until_ms > :now_ms
), waiting AS (
    SELECT request_id, guild_id, created_at_ms,
        CASE WHEN pictures > 1 AND created_at_ms > :impatient_before_ms THEN 1 ELSE 0 END AS later,
        (SELECT count(*) FROM busy WHERE busy.guild_id = request.guild_id) AS of_guild,
        (SELECT count(*) FROM busy WHERE busy.account_id = request.account_id) AS of_member
    FROM request WHERE {_TO_BE_MADE}
), placed AS (
    SELECT request_id, guild_id, of_guild, later, created_at_ms, row_number() OVER (
        PARTITION BY guild_id ORDER BY later, of_member, created_at_ms, request_id) AS place
    FROM waiting WHERE :per_guild = 0 OR of_guild < :per_guild
)
SELECT request_id, guild_id, of_guild FROM placed WHERE place <= :of_each
ORDER BY place, of_guild, later, created_at_ms, request_id LIMIT :most
"""
_LENGTH = f"SELECT count(*) AS length FROM request WHERE {_TO_BE_MADE}"
_LEFT_IDS = f"""
SELECT request_id FROM request
WHERE {UNFINISHED} AND {_FREE}
    AND (deadline_at_ms <= :now_ms
        OR NOT (lease_owner IS NULL AND (state = 'held' OR {ASKED})))
ORDER BY created_at_ms, request_id LIMIT :most
"""


class SqlLine:
    """Implements :class:`bot.services.ports.storage.LineRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def next(
        self, now_ms: int, *, impatient_before_ms: int, per_guild: int, most: int
    ) -> Sequence[InLine]:
        """See the protocol."""
        params: Params = {
            "now_ms": now_ms,
            "impatient_before_ms": impatient_before_ms,
            "per_guild": per_guild,
            "of_each": OF_EACH_GUILD,
            "most": most,
        }
        rows = await self._statements.fetch_all(_NEXT, params)
        return [InLine(row["request_id"], row["guild_id"], row["of_guild"]) for row in rows]

    async def length(self, now_ms: int) -> int:
        """See the protocol."""
        return (await self._statements.fetch_all(_LENGTH, {"now_ms": now_ms}))[0]["length"]

    async def left_ids(self, now_ms: int, most: int) -> Sequence[str]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_LEFT_IDS, {"now_ms": now_ms, "most": most})
        return [row["request_id"] for row in rows]
