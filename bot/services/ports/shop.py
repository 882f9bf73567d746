"""What services ask of Discord's shop, and of whatever tells a buyer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.domain.errors import DarkroomError


@dataclass
class ShopUnavailableError(DarkroomError):
    """The shop can't be reached or is failing; worth another try later. ``reason`` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What the shop says that somebody has bought. ``user_id`` is who bought it, where the shop says so.

    ``ends_at_ms`` is Unix time in milliseconds; bought things that are used up have no end.
    """

    entitlement_id: int
    sku_id: int
    user_id: int | None
    is_deleted: bool = False
    is_consumed: bool = False
    ends_at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a purchase came to: its moments, of which ``settled`` paid what was owed."""

    moments: int
    settled: int = 0


class Shop(Protocol):
    """Discord's shop for this application."""

    def entitlements(self) -> AsyncIterator[Entitlement]:
        """All that were ever bought here, oldest first, taken-back ones included; fetched page by page.

        Raises:
            ShopUnavailableError: a page could not be had.
        """
        ...

    async def consume(self, entitlement_id: int) -> None:
        """Tell the shop that it is used up and may be bought again. Right also when it knew, or never will.

        Raises:
            ShopUnavailableError: nobody knows whether it heard.
        """
        ...


class BuyerPost(Protocol):
    """Direct messages to buyers."""

    async def send(self, user_id: int, receipt: Receipt) -> bool:
        """Tell what was bought; False when the buyer can't be reached that way."""
        ...
