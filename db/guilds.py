"""SQL about what guilds' owners have set, and the log of who changed what."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from bot.domain.guild import GuildSettings, SettingValue
from bot.services.ports.storage import AuditLine, ReadAuditLine
from db.documents import GUILD_SETTINGS
from db.statements import Params, Row, Statements

_GET = "SELECT settings FROM guild WHERE guild_id = :guild_id"
_SET = """
INSERT INTO guild (guild_id, settings) VALUES (:guild_id, :settings)
ON CONFLICT (guild_id) DO UPDATE SET settings = excluded.settings
"""
# What a hold moved is negative, what its settlement gave back positive. The conditions on kind are the indexes' own.
_SPENT = """
SELECT -coalesce(sum(hold.granted + hold.purchased + coalesce(back.granted + back.purchased, 0)), 0) AS spent
FROM ledger AS hold
LEFT JOIN ledger AS back ON back.kind IN ('capture', 'release') AND back.hold_ref = hold.ref
WHERE hold.kind = 'hold' AND hold.guild_id = :guild_id AND hold.at_ms >= :since_ms
"""
_SPENT_BY_MEMBER = f"{_SPENT} AND hold.account_id = :account_id"
# A condition on the account is asked of the index alone.
_BILLED = """
SELECT coalesce(sum(billed), 0) AS billed FROM request
WHERE guild_id = :guild_id AND billed_at_ms >= :since_ms AND billed_at_ms IS NOT NULL
"""
_BILLED_BY_MEMBER = f"{_BILLED} AND account_id = :account_id"

_AUDITED: TypeAdapter[SettingValue] = TypeAdapter(SettingValue)

_ADD_LINE = """
INSERT INTO audit_log (guild_id, account_id, what, before, after, at_ms)
VALUES (:guild_id, :account_id, :what, :before, :after, :at_ms)
"""
_LATEST_LINES = """
SELECT audit_log.*, member.user_id FROM audit_log LEFT JOIN member ON member.account_id = audit_log.account_id
WHERE audit_log.guild_id = :guild_id ORDER BY audit_log.line_id DESC LIMIT :limit
"""


class SqlGuilds:
    """Implements :class:`bot.services.ports.storage.GuildRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def get(self, guild_id: int) -> GuildSettings:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"guild_id": guild_id})
        return GuildSettings() if row is None else GUILD_SETTINGS.read(row["settings"])

    async def set(self, guild_id: int, settings: GuildSettings) -> None:
        """See the protocol."""
        params = {"guild_id": guild_id, "settings": GUILD_SETTINGS.write(settings)}
        await self._statements.execute(_SET, params)

    async def spent_by_guild(self, guild_id: int, since_ms: int) -> int:
        """See the protocol."""
        return await self._spent(_SPENT, _BILLED, {"guild_id": guild_id, "since_ms": since_ms})

    async def spent_by_member(self, guild_id: int, account_id: str, since_ms: int) -> int:
        """See the protocol."""
        params: Params = {"guild_id": guild_id, "account_id": account_id, "since_ms": since_ms}
        return await self._spent(_SPENT_BY_MEMBER, _BILLED_BY_MEMBER, params)

    async def _spent(self, held_sql: str, billed_sql: str, params: Params) -> int:
        held = (await self._statements.fetch_all(held_sql, params))[0]["spent"]
        return held + (await self._statements.fetch_all(billed_sql, params))[0]["billed"]


class SqlAuditLog:
    """Implements :class:`bot.services.ports.storage.AuditLogRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, line: AuditLine) -> None:
        """See the protocol."""
        params = {
            "guild_id": line.guild_id,
            "account_id": line.account_id,
            "what": line.what,
            "before": _AUDITED.dump_json(line.before).decode(),
            "after": _AUDITED.dump_json(line.after).decode(),
            "at_ms": line.at_ms,
        }
        await self._statements.execute(_ADD_LINE, params)

    async def latest(self, guild_id: int, limit: int) -> Sequence[ReadAuditLine]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_LATEST_LINES, {"guild_id": guild_id, "limit": limit})
        return [_line(row) for row in rows]


def _line(row: Row) -> ReadAuditLine:
    line = AuditLine(
        guild_id=row["guild_id"],
        account_id=row["account_id"],
        what=row["what"],
        before=_AUDITED.validate_json(row["before"]),
        after=_AUDITED.validate_json(row["after"]),
        at_ms=row["at_ms"],
    )
    return ReadAuditLine(line, row["user_id"])
