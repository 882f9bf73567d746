"""What was bought in Discord's shop, and what roles bring each month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Purchase:
    """What became of one entitlement.

    ``moments`` were credited to ``account_id``; without an account it was taken back before that,
    and nothing ever is. Consumed: the shop knows that it was used up, so it can be bought again.
    """

    entitlement_id: int
    sku_id: int
    account_id: str | None
    moments: int
    seen_at_ms: int
    consumed_at_ms: int | None = None
    taken_back_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """``moments`` a month for every member with a role."""

    role_id: int
    moments: int


class PurchaseRepository(Protocol):
    """One row an entitlement, never deleted."""

    async def get(self, entitlement_id: int) -> Purchase | None:
        """What became of it, if it was ever seen."""
        ...

    async def add(self, purchase: Purchase) -> None:
        """Put one on record that was not seen before."""
        ...

    async def set_consumed(self, entitlement_id: int, at_ms: int) -> None:
        """The shop knows; a second time changes nothing."""
        ...

    async def set_taken_back(self, entitlement_id: int, at_ms: int) -> bool:
        """It was taken back; False when it was so before."""
        ...

    async def unconsumed(self) -> Sequence[Purchase]:
        """Credited, and the shop does not know yet; oldest first."""
        ...

    async def any(self) -> bool:
        """Whether anything was ever bought."""
        ...


class MonthlyRoleRepository(Protocol):
    """The owner's table of what roles bring."""

    async def of_guild(self, guild_id: int) -> Sequence[RoleGrant]:
        """The table of a guild, most moments first."""
        ...

    async def set(self, guild_id: int, role_id: int, moments: int) -> None:
        """Set what a role brings; 0 takes it out of the table."""
        ...
