"""SQL about what could not be said when it happened."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import Notice
from db.statements import Statements

_ADD = """
INSERT INTO notice (notice_id, account_id, kind, image_id, at_ms, detail)
VALUES (:notice_id, :account_id, :kind, :image_id, :at_ms, :detail) ON CONFLICT (notice_id) DO NOTHING
"""
_ANY_FOR = "SELECT 1 FROM notice WHERE account_id = :account_id LIMIT 1"
_DROP = "DELETE FROM notice WHERE notice_id = :notice_id"
_TAKE = "DELETE FROM notice WHERE account_id = :account_id RETURNING *"


class SqlNotices:
    """Implements :class:`bot.services.ports.storage.NoticeRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, notice: Notice) -> None:
        """See the protocol."""
        params = {
            "notice_id": notice.notice_id,
            "account_id": notice.account_id,
            "kind": notice.kind,
            "image_id": notice.image_id,
            "at_ms": notice.at_ms,
            "detail": notice.detail,
        }
        await self._statements.execute(_ADD, params)

    async def any_for(self, account_id: str) -> bool:
        """See the protocol."""
        return await self._statements.fetch_one(_ANY_FOR, {"account_id": account_id}) is not None

    async def take(self, account_id: str) -> Sequence[Notice]:
        """See the protocol. The order in which RETURNING gives rows is nobody's promise, hence the sort."""
        rows = await self._statements.fetch_all(_TAKE, {"account_id": account_id})
        notices = [
            Notice(
                row["notice_id"],
                row["account_id"],
                row["kind"],
                row["image_id"],
                row["at_ms"],
                row["detail"],
            )
            for row in rows
        ]
        return sorted(notices, key=lambda notice: (notice.at_ms, notice.notice_id))

    async def drop(self, notice_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_DROP, {"notice_id": notice_id})
