"""SQL about purchases, and about what roles bring each month."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.ports.storage import Purchase, RoleGrant
from db.statements import Row, Statements

_GET = "SELECT * FROM purchase WHERE entitlement_id = :entitlement_id"
_ADD = """
INSERT INTO purchase (entitlement_id, sku_id, account_id, moments, seen_at_ms, consumed_at_ms, taken_back_at_ms)
VALUES (:entitlement_id, :sku_id, :account_id, :moments, :seen_at_ms, :consumed_at_ms, :taken_back_at_ms)
"""
_SET_CONSUMED = """
UPDATE purchase SET consumed_at_ms = :at_ms WHERE entitlement_id = :entitlement_id AND consumed_at_ms IS NULL
"""
_SET_TAKEN_BACK = """
UPDATE purchase SET taken_back_at_ms = :at_ms
WHERE entitlement_id = :entitlement_id AND taken_back_at_ms IS NULL RETURNING entitlement_id
"""
_UNCONSUMED = """
SELECT * FROM purchase WHERE consumed_at_ms IS NULL AND taken_back_at_ms IS NULL ORDER BY entitlement_id
"""
_ANY = "SELECT 1 FROM purchase LIMIT 1"
_OF_GUILD = "SELECT * FROM monthly_role WHERE guild_id = :guild_id ORDER BY moments DESC, role_id"
_SET_ROLE = """
INSERT INTO monthly_role (guild_id, role_id, moments) VALUES (:guild_id, :role_id, :moments)
ON CONFLICT (guild_id, role_id) DO UPDATE SET moments = excluded.moments
"""
_DROP_ROLE = "DELETE FROM monthly_role WHERE guild_id = :guild_id AND role_id = :role_id"


class SqlPurchases:
    """Implements :class:`bot.services.ports.storage.PurchaseRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def get(self, entitlement_id: int) -> Purchase | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_GET, {"entitlement_id": entitlement_id})
        return None if row is None else _purchase(row)

    async def add(self, purchase: Purchase) -> None:
        """See the protocol."""
        params = {
            "entitlement_id": purchase.entitlement_id,
            "sku_id": purchase.sku_id,
            "account_id": purchase.account_id,
            "moments": purchase.moments,
            "seen_at_ms": purchase.seen_at_ms,
            "consumed_at_ms": purchase.consumed_at_ms,
            "taken_back_at_ms": purchase.taken_back_at_ms,
        }
        await self._statements.execute(_ADD, params)

    async def set_consumed(self, entitlement_id: int, at_ms: int) -> None:
        """See the protocol."""
        await self._statements.execute(_SET_CONSUMED, {"entitlement_id": entitlement_id, "at_ms": at_ms})

    async def set_taken_back(self, entitlement_id: int, at_ms: int) -> bool:
        """See the protocol."""
        params = {"entitlement_id": entitlement_id, "at_ms": at_ms}
        return await self._statements.fetch_one(_SET_TAKEN_BACK, params) is not None

    async def unconsumed(self) -> Sequence[Purchase]:
        """See the protocol."""
        return [_purchase(row) for row in await self._statements.fetch_all(_UNCONSUMED)]

    async def any(self) -> bool:
        """See the protocol."""
        return await self._statements.fetch_one(_ANY) is not None


class SqlMonthlyRoles:
    """Implements :class:`bot.services.ports.storage.MonthlyRoleRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def of_guild(self, guild_id: int) -> Sequence[RoleGrant]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_OF_GUILD, {"guild_id": guild_id})
        return [RoleGrant(row["role_id"], row["moments"]) for row in rows]

    async def set(self, guild_id: int, role_id: int, moments: int) -> None:
        """See the protocol."""
        if moments == 0:
            await self._statements.execute(_DROP_ROLE, {"guild_id": guild_id, "role_id": role_id})
            return
        params = {"guild_id": guild_id, "role_id": role_id, "moments": moments}
        await self._statements.execute(_SET_ROLE, params)


def _purchase(row: Row) -> Purchase:
    return Purchase(
        entitlement_id=row["entitlement_id"],
        sku_id=row["sku_id"],
        account_id=row["account_id"],
        moments=row["moments"],
        seen_at_ms=row["seen_at_ms"],
        consumed_at_ms=row["consumed_at_ms"],
        taken_back_at_ms=row["taken_back_at_ms"],
    )
