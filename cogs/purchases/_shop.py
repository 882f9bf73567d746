"""Discord's shop and direct messages, as the purchase service asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
import discord
import structlog

from bot.services.ports.shop import Entitlement, Receipt, ShopUnavailableError
from cogs.base.answers import NO_PINGS, text_view
from cogs.base.host import Host
from cogs.purchases._messages import receipt_text

log = structlog.get_logger()

PAGE = 100
"""The most that Discord lists at once."""

ANSWERED_FOR_GOOD = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
"""How Discord refuses to consume what was consumed before, is no consumable, or was taken back."""

UNREACHABLE = (aiohttp.ClientError, OSError)


class DiscordShop:
    """See :class:`bot.services.ports.shop.Shop`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def entitlements(self) -> AsyncIterator[Entitlement]:
        """All of this application.

        Not by ``Client.entitlements``: going forward it never asks for deleted ones (discord.py 2.7.1), and
        going back it takes the first of each page for the oldest.
        """
        after = 0
        while True:
            try:
                page = await self._host.http.get_entitlements(
                    self._application_id, after=after, limit=PAGE, exclude_deleted=False
                )
            except (discord.HTTPException, *UNREACHABLE) as error:
                raise ShopUnavailableError("the list can't be had") from error
            found = sorted((_listed(data) for data in page), key=lambda one: one.entitlement_id)
            for entitlement in found:
                yield entitlement
            if len(found) < PAGE:
                return
            after = found[-1].entitlement_id

    async def consume(self, entitlement_id: int) -> None:
        """Tell Discord."""
        try:
            await self._host.http.consume_entitlement(self._application_id, entitlement_id)
        except discord.HTTPException as error:
            if error.status not in ANSWERED_FOR_GOOD:
                raise ShopUnavailableError(f"{error.status}/{error.code}") from error
            log.info("nothing_to_consume", entitlement_id=entitlement_id, code=error.code)
        except UNREACHABLE as error:
            raise ShopUnavailableError("not reachable") from error

    @property
    def _application_id(self) -> int:
        return self._host.application_id or 0


class DiscordBuyerPost:
    """See :class:`bot.services.ports.shop.BuyerPost`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def send(self, user_id: int, receipt: Receipt) -> bool:
        """A direct message."""
        try:
            channel = await self._host.create_dm(discord.Object(user_id))
            await channel.send(view=text_view(receipt_text(receipt)), allowed_mentions=NO_PINGS)
        except (discord.HTTPException, *UNREACHABLE) as error:
            log.info("receipt_not_sent", error=type(error).__name__, code=getattr(error, "code", None))
            return False
        return True


def told(entitlement: discord.Entitlement, *, is_deleted: bool = False) -> Entitlement:
    """What an event tells; the event of a deletion says so by itself."""
    ends_at = entitlement.ends_at
    return Entitlement(
        entitlement_id=entitlement.id,
        sku_id=entitlement.sku_id,
        user_id=entitlement.user_id,
        is_deleted=is_deleted or entitlement.deleted,
        is_consumed=bool(entitlement.consumed),
        ends_at_ms=None if ends_at is None else int(ends_at.timestamp() * 1000),
    )


def _listed(data: Mapping[str, Any]) -> Entitlement:
    ends_at = discord.utils.parse_time(data.get("ends_at"))
    user_id = data.get("user_id")
    return Entitlement(
        entitlement_id=int(data["id"]),
        sku_id=int(data["sku_id"]),
        user_id=None if user_id is None else int(user_id),
        is_deleted=bool(data.get("deleted")),
        is_consumed=bool(data.get("consumed")),
        ends_at_ms=None if ends_at is None else int(ends_at.timestamp() * 1000),
    )
