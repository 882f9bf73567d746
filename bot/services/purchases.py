"""Purchases: what was bought in Discord's shop becomes moments exactly once, and what is taken back is taken.

Events may come twice, in the wrong order, or never, and the process may die between any two steps. So each
entitlement has one row, written together with its ledger entry; the shop is told only afterwards, again and
again until it has heard; and everything the shop lists is gone through at the start and every hour.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.errors import BeingErasedError
from bot.domain.money import Entry, EntryKind, Split
from bot.services.owed import NO_GUILD, settle_owed
from bot.services.ports.clock import Clock
from bot.services.ports.shop import BuyerPost, Entitlement, Receipt, Shop, ShopUnavailableError
from bot.services.ports.storage import Notice, Purchase, Storage, UnitOfWork

log = structlog.get_logger()

PURCHASED = "purchased"
"""The kind of notice that tells of a purchase; :func:`receipt_of` reads it."""

CONSUME_DELAYS_S = (1.0, 5.0, 25.0)
"""How long the shop is left alone after it did not hear that something is used up; then the hour's round is next."""

RECONCILE_EVERY_S = 3600.0
JITTER = 0.1
"""The share of the interval by which it varies, so that many bots do not ask at one moment."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something for sale: a SKU of Discord's shop, and the moments it brings."""

    sku_id: int
    moments: int


def receipt_of(notice: Notice) -> Receipt:
    """What a notice of the kind :data:`PURCHASED` tells."""
    detail: dict[str, int] = json.loads(notice.detail)
    return Receipt(detail["moments"], detail["settled"])


class PurchaseService:
    """Entitlements in, moments out. ``sku_moments`` is the operator's price list: SKU id → moments."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        shop: Shop,
        post: BuyerPost,
        sku_moments: Mapping[int, int],
        consume_delays_s: Sequence[float] = CONSUME_DELAYS_S,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._shop = shop
        self._post = post
        self._sku_moments = sku_moments
        self._consume_delays_s = consume_delays_s
        self._left: set[tuple[str, int]] = set()

    @property
    def offers(self) -> Sequence[Offer]:
        """What can be bought, the least first."""
        offers = [Offer(sku_id, moments) for sku_id, moments in self._sku_moments.items()]
        return sorted(offers, key=lambda offer: (offer.moments, offer.sku_id))

    async def take_in(self, entitlement: Entitlement) -> None:
        """An event tells of an entitlement: credit it or take it back, once, and let it be bought again.

        Right however often it comes and in whatever order. Comes a taking-back first, nothing is ever credited.
        """
        purchase = await self._record(entitlement)
        if purchase is None:
            return
        for delay_s in self._consume_delays_s:
            if await self._consume(purchase):
                return
            await asyncio.sleep(delay_s)
        await self._consume(purchase)

    async def reconcile(self) -> None:
        """Go through everything the shop lists and make good what was missed.

        Raises:
            ShopUnavailableError: the list could not be had to its end.
        """
        if not self._sku_moments and not await self._has_sold():
            return
        listed = 0
        async for entitlement in self._shop.entitlements():
            await self._record(entitlement)
            listed += 1
        left = await self._unconsumed()
        consumed = [await self._consume(purchase) for purchase in left]
        log.info(
            "purchases_reconciled",
            listed=listed,
            consumed=sum(consumed),
            unconsumed=len(consumed) - sum(consumed),
        )

    async def keep_reconciled(
        self, *, every_s: float = RECONCILE_EVERY_S, is_in_charge: Callable[[], bool] = lambda: True
    ) -> None:
        """Reconcile now and every hour until cancelled, where ``is_in_charge``: one of several processes is."""
        while True:
            if is_in_charge():
                try:
                    await self.reconcile()
                except Exception:  # the task boundary: the next round makes it good
                    log.exception("reconcile_failed")
            await asyncio.sleep(every_s * random.uniform(1 - JITTER, 1 + JITTER))

    async def _record(self, entitlement: Entitlement) -> Purchase | None:
        """Credit or take back what is news; returns the purchase while the shop is still to be told of it."""
        known = await self._known(entitlement.entitlement_id)
        if entitlement.is_deleted:
            is_ours = known is not None or entitlement.sku_id in self._sku_moments
            if is_ours and (known is None or known.taken_back_at_ms is None):
                await self._take_back(entitlement)
            return None
        if known is None:
            known = await self._credit(entitlement)
        if known is None or known.consumed_at_ms is not None or known.taken_back_at_ms is not None:
            return None
        if entitlement.is_consumed:
            await self._set_consumed(known.entitlement_id)
            return None
        return known

    async def _credit(self, entitlement: Entitlement) -> Purchase | None:
        """Put the moments into the buyer's account, and say so; None where there is nothing to credit."""
        moments = self._sku_moments.get(entitlement.sku_id)
        user_id = entitlement.user_id
        now_ms = self._clock.now_ms()
        if moments is None:
            self._leave("unknown_sku", entitlement)
            return None
        if user_id is None:
            self._leave("no_user", entitlement)
            return None
        if entitlement.is_consumed:  # by another database: one that is ours is consumed after its credit
            self._leave("consumed_elsewhere", entitlement)
            return None
        if entitlement.ends_at_ms is not None and entitlement.ends_at_ms <= now_ms:
            self._leave("ended", entitlement)
            return None

        async def work(uow: UnitOfWork) -> tuple[Purchase, Receipt | None]:
            standing = await uow.purchases.get(entitlement.entitlement_id)
            if standing is not None:  # the same event, delivered twice
                return standing, None
            account_id = await uow.members.require_account(user_id)
            await settle_owed(uow, account_id, now_ms)
            settled = min((await uow.ledger.balance(account_id, NO_GUILD)).owed, moments)
            purchase = Purchase(
                entitlement.entitlement_id, entitlement.sku_id, account_id, moments, seen_at_ms=now_ms
            )
            await uow.purchases.add(purchase)
            await uow.ledger.append(
                Entry(
                    account_id=account_id,
                    guild_id=NO_GUILD,
                    kind=EntryKind.PURCHASE,
                    ref=str(entitlement.entitlement_id),
                    moved=Split(purchased=moments - settled),
                    at_ms=now_ms,
                    owed=-settled,
                )
            )
            receipt = Receipt(moments, settled)
            await uow.notices.add(_notice(purchase, account_id, receipt))
            return purchase, receipt

        try:
            purchase, receipt = await self._storage.write(work)
        except BeingErasedError:  # listed again in an hour: whoever pays then begins anew
            self._leave("being_erased", entitlement)
            return None
        if receipt is not None:
            log.info(
                "purchase_credited",
                entitlement_id=purchase.entitlement_id,
                sku_id=purchase.sku_id,
                moments=moments,
                settled=receipt.settled,
            )
            await self._tell(purchase, user_id, receipt)
        return purchase

    async def _take_back(self, entitlement: Entitlement) -> None:
        """Take what is free of a purchase's moments; the rest is owed. Before its credit: it gets none.

        What is held at this moment stays held, so that a picture under way is made: it counts as spent, and
        if it comes back it settles what is owed (:func:`bot.services.owed.settle_owed`).
        """
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> int | None:
            purchase = await uow.purchases.get(entitlement.entitlement_id)
            if purchase is None:
                never = Purchase(
                    entitlement.entitlement_id, entitlement.sku_id, None, 0, now_ms, None, now_ms
                )
                await uow.purchases.add(never)
                return 0
            is_new = await uow.purchases.set_taken_back(purchase.entitlement_id, now_ms)
            if not is_new or purchase.account_id is None:
                return None
            free = (await uow.ledger.balance(purchase.account_id, NO_GUILD)).free.purchased
            taken = min(free, purchase.moments)
            owed = purchase.moments - taken
            await uow.ledger.append(
                Entry(
                    account_id=purchase.account_id,
                    guild_id=NO_GUILD,
                    kind=EntryKind.REVERSAL,
                    ref=str(purchase.entitlement_id),
                    moved=Split(purchased=-taken),
                    at_ms=now_ms,
                    owed=owed,
                )
            )
            await uow.notices.drop(_notice_id(purchase))
            return owed

        owed = await self._storage.write(work)
        if owed is not None:
            log.info("purchase_taken_back", entitlement_id=entitlement.entitlement_id, owed=owed)

    async def _tell(self, purchase: Purchase, user_id: int, receipt: Receipt) -> None:
        """By direct message; where that is closed, the notice waits for the buyer's next visit."""
        if not await self._post.send(user_id, receipt):
            return

        async def work(uow: UnitOfWork) -> None:
            await uow.notices.drop(_notice_id(purchase))

        await self._storage.write(work)

    async def _consume(self, purchase: Purchase) -> bool:
        """Let the shop know that it is used up; False when it did not hear."""
        try:
            await self._shop.consume(purchase.entitlement_id)
        except ShopUnavailableError as error:
            log.info("consume_failed", entitlement_id=purchase.entitlement_id, reason=error.reason)
            return False
        await self._set_consumed(purchase.entitlement_id)
        return True

    async def _set_consumed(self, entitlement_id: int) -> None:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> None:
            await uow.purchases.set_consumed(entitlement_id, now_ms)

        await self._storage.write(work)

    async def _known(self, entitlement_id: int) -> Purchase | None:
        async def work(uow: UnitOfWork) -> Purchase | None:
            return await uow.purchases.get(entitlement_id)

        return await self._storage.read(work)

    async def _unconsumed(self) -> Sequence[Purchase]:
        async def work(uow: UnitOfWork) -> Sequence[Purchase]:
            return await uow.purchases.unconsumed()

        return await self._storage.read(work)

    async def _has_sold(self) -> bool:
        async def work(uow: UnitOfWork) -> bool:
            return await uow.purchases.any()

        return await self._storage.read(work)

    def _leave(self, reason: str, entitlement: Entitlement) -> None:
        """Say why it is left alone: once for each reason and SKU, for it is listed every hour."""
        if (reason, entitlement.sku_id) in self._left:
            return
        self._left.add((reason, entitlement.sku_id))
        log.warning(
            "purchase_left",
            reason=reason,
            sku_id=entitlement.sku_id,
            entitlement_id=entitlement.entitlement_id,
        )


def _notice_id(purchase: Purchase) -> str:
    return f"{PURCHASED}:{purchase.entitlement_id}"


def _notice(purchase: Purchase, account_id: str, receipt: Receipt) -> Notice:
    detail = json.dumps({"moments": receipt.moments, "settled": receipt.settled})
    return Notice(_notice_id(purchase), account_id, PURCHASED, None, purchase.seen_at_ms, detail)
