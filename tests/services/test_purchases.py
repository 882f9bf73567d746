"""Purchases: credited exactly once, taken back at most once, whatever is delivered how often and in what order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.money import Balance, EntryKind, Split
from bot.services.ports.shop import Entitlement, Receipt, ShopUnavailableError
from bot.services.ports.storage import StorageError, UnitOfWork
from bot.services.ports.storage.privacy import Erasure, ErasureStage
from bot.services.purchases import JITTER, PURCHASED, Offer, PurchaseService, receipt_of
from tests.databases import RawSql, fresh_storage
from tests.services.shop_parts import ANA, BEN, GUILD, LARGE, NOW_MS, OTHER, PRICES, SMALL, Counter


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with fresh_storage(tmp_path) as storage:
        counter = Counter(storage)
        yield counter
        assert await counter.violations() == []


def bought(moments: int) -> Balance:
    return Balance(Split(purchased=moments))


async def test_a_purchase_is_credited_to_the_user_and_consumed(counter: Counter) -> None:
    await counter.service().take_in(counter.shop.sell(1))
    assert await counter.balance() == bought(500)
    assert await counter.balance(guild_id=GUILD + 1) == bought(500)
    assert counter.shop.consumed == [1]
    (line,) = await counter.lines()
    assert (line.kind, line.ref, line.moved) == (EntryKind.PURCHASE, "1", Split(purchased=500))


async def test_an_event_that_comes_again_and_at_the_same_time_credits_once(counter: Counter) -> None:
    service, sold = counter.service(), counter.shop.sell(1)
    await asyncio.gather(*(service.take_in(sold) for _ in range(20)))
    await counter.service().take_in(sold)
    assert await counter.balance() == bought(500)
    assert len(counter.post.sent) == 1


async def test_two_purchases_of_one_sku_are_two(counter: Counter) -> None:
    service = counter.service()
    for entitlement_id in (1, 2):
        await service.take_in(counter.shop.sell(entitlement_id))
    assert await counter.balance() == bought(1000)


async def test_each_purchase_goes_to_its_buyer(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    await service.take_in(counter.shop.sell(2, LARGE, BEN))
    assert (await counter.balance(), await counter.balance(BEN)) == (bought(500), bought(1200))


@pytest.mark.parametrize(
    ("entitlement", "reason"),
    [
        (Entitlement(1, OTHER, ANA), "unknown_sku"),
        (Entitlement(1, SMALL, None), "no_user"),
        (Entitlement(1, SMALL, ANA, is_consumed=True), "consumed_elsewhere"),
        (Entitlement(1, SMALL, ANA, ends_at_ms=NOW_MS), "ended"),
    ],
)
async def test_what_is_not_ours_to_credit_is_left_alone_and_said_once(
    counter: Counter, entitlement: Entitlement, reason: str
) -> None:
    counter.shop.listed[1] = entitlement
    service = counter.service()
    with capture_logs() as logs:
        await service.take_in(entitlement)
        await service.reconcile()
    assert [line["reason"] for line in logs if line["event"] == "purchase_left"] == [reason]
    assert await counter.balance() == Balance()
    assert counter.shop.consumed == []


async def test_one_that_has_not_ended_yet_is_credited(counter: Counter) -> None:
    await counter.service().take_in(counter.shop.sell(1, ends_at_ms=NOW_MS + 1))
    assert await counter.balance() == bought(500)


async def test_the_shop_is_told_again_until_it_hears(counter: Counter) -> None:
    counter.shop.down = 2
    await counter.service(delays_s=(0.0, 0.0, 0.0)).take_in(counter.shop.sell(1))
    assert counter.shop.consumed == [1]
    assert await counter.balance() == bought(500)


async def test_a_shop_that_stays_deaf_is_told_at_the_hours_round(counter: Counter) -> None:
    counter.shop.down = 5
    service, sold = counter.service(delays_s=(0.0,)), counter.shop.sell(1)
    await service.take_in(sold)  # twice in vain
    await service.take_in(sold)  # and twice more, for an event that comes again
    assert counter.shop.consumed == []
    for _ in range(3):
        await service.reconcile()
    assert counter.shop.consumed == [1], "the fifth time in vain, then heard, then not told again"
    assert await counter.balance() == bought(500)


async def test_what_the_shop_knows_already_is_not_told_again(counter: Counter) -> None:
    counter.shop.down = 2
    sold = counter.shop.sell(1)
    await counter.service().take_in(sold)
    await counter.service().take_in(replace(sold, is_consumed=True))
    await counter.service().reconcile()
    assert counter.shop.consumed == []


class DiedBeforeTellingError(Exception):
    """The process ends here."""


async def test_a_crash_between_the_credit_and_its_consumption_credits_once(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(_entitlement_id: int) -> None:
        raise DiedBeforeTellingError

    sold = counter.shop.sell(1)
    with monkeypatch.context() as broken:
        broken.setattr(counter.shop, "consume", dies)
        with pytest.raises(DiedBeforeTellingError):
            await counter.service().take_in(sold)
    assert await counter.balance() == bought(500)
    await counter.service().reconcile()
    assert await counter.balance() == bought(500)
    assert counter.shop.consumed == [1]


async def test_events_that_were_missed_are_found_by_going_through_the_list(counter: Counter) -> None:
    counter.shop.sell(1)
    counter.shop.sell(2, LARGE, BEN)
    counter.shop.sell(3)
    counter.shop.take_back(3)
    with capture_logs() as logs:
        await counter.service().reconcile()
    assert (await counter.balance(), await counter.balance(BEN)) == (bought(500), bought(1200))
    assert counter.shop.consumed == [1, 2]
    (line,) = [line for line in logs if line["event"] == "purchases_reconciled"]
    assert (line["listed"], line["consumed"], line["unconsumed"]) == (3, 2, 0)


async def test_a_taking_back_that_was_missed_is_found_too(counter: Counter) -> None:
    await counter.service().take_in(counter.shop.sell(1))
    counter.shop.take_back(1)
    for _ in range(3):
        await counter.service().reconcile()
    assert await counter.balance() == Balance()


async def test_a_list_that_breaks_off_has_credited_what_came_before(counter: Counter) -> None:
    for entitlement_id in (1, 2):
        counter.shop.sell(entitlement_id)
    counter.shop.list_fails_after = 1
    with pytest.raises(ShopUnavailableError):
        await counter.service().reconcile()
    assert await counter.balance() == bought(500)


async def test_where_nothing_is_or_was_for_sale_the_shop_is_not_asked(counter: Counter) -> None:
    counter.shop.list_fails_after = 0
    counter.shop.sell(1)
    await counter.service(prices={}).reconcile()


async def test_what_is_no_longer_for_sale_can_still_be_taken_back(counter: Counter) -> None:
    await counter.service().take_in(counter.shop.sell(1))
    counter.shop.take_back(1)
    await counter.service(prices={}).reconcile()
    assert await counter.balance() == Balance()


# --------------------------------------------------------------------- telling


async def test_the_buyer_is_told_once_by_direct_message(counter: Counter) -> None:
    await counter.service().take_in(counter.shop.sell(1))
    await counter.service().reconcile()
    assert counter.post.sent == [(ANA, Receipt(500))]
    assert await counter.notices() == []


async def test_whose_messages_are_closed_is_told_at_their_next_visit(counter: Counter) -> None:
    counter.post.is_open = False
    await counter.service().take_in(counter.shop.sell(1))
    (notice,) = await counter.notices()
    assert notice.kind == PURCHASED
    assert receipt_of(notice) == Receipt(500)


async def test_of_what_was_taken_back_meanwhile_nobody_is_told_that_it_came(counter: Counter) -> None:
    counter.post.is_open = False
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    await service.take_in(counter.shop.take_back(1))
    assert await counter.notices() == []


async def test_the_least_is_offered_first(counter: Counter) -> None:
    assert list(counter.service().offers) == [Offer(SMALL, 500), Offer(LARGE, 1200)]


# --------------------------------------------------------------- the hour's round


class Round:
    """Counts rounds through the list; the first ones may fail."""

    def __init__(self, counter: Counter, failures: int = 0) -> None:
        self.rounds = 0
        self.failures = failures
        self.sold = asyncio.Event()
        self.shop = counter.shop

    async def entitlements(self) -> AsyncIterator[Entitlement]:
        self.rounds += 1
        if self.rounds <= self.failures:
            raise ShopUnavailableError("down")
        async for entitlement in self.shop.entitlements():
            yield entitlement

    async def consume(self, entitlement_id: int) -> None:
        await self.shop.consume(entitlement_id)
        self.sold.set()


def with_shop(counter: Counter, shop: Round) -> PurchaseService:
    return PurchaseService(
        storage=counter.storage, clock=counter.clock, shop=shop, post=counter.post, sku_moments=PRICES
    )


async def test_rounds_go_on_also_after_one_that_failed(counter: Counter) -> None:
    shop = Round(counter, failures=2)
    counter.shop.sell(1)
    with capture_logs() as logs:
        keeping = asyncio.create_task(with_shop(counter, shop).keep_reconciled(every_s=0.001))
        async with asyncio.timeout(5):
            await shop.sold.wait()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert await counter.balance() == bought(500)
    assert sum(line["event"] == "reconcile_failed" for line in logs) == 2
    assert 0 < JITTER < 1


async def test_only_the_process_in_charge_goes_round(counter: Counter) -> None:
    shop = Round(counter)
    asked = asyncio.Event()

    def is_in_charge() -> bool:
        asked.set()
        return False

    keeping = asyncio.create_task(
        with_shop(counter, shop).keep_reconciled(every_s=0.001, is_in_charge=is_in_charge)
    )
    async with asyncio.timeout(5):
        await asked.wait()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert shop.rounds == 0


async def test_a_database_that_fails_credits_nothing_and_the_next_round_does(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_work: Any) -> Any:
        raise StorageError("disk full")

    counter.shop.sell(1)
    with monkeypatch.context() as broken:
        broken.setattr(counter.storage, "write", full)
        with pytest.raises(StorageError):
            await counter.service().reconcile()
    assert counter.shop.consumed == []
    await counter.service().reconcile()
    assert await counter.balance() == bought(500)


async def test_who_is_forgotten_and_comes_back_gets_nothing_for_it_a_second_time(counter: Counter) -> None:
    service, sold = counter.service(), counter.shop.sell(1)
    await service.take_in(sold)
    with RawSql.of(counter.storage) as database:
        database.execute("DELETE FROM member")
    await service.take_in(sold)
    await service.reconcile()
    assert await counter.meet() == Balance()
    await service.take_in(counter.shop.take_back(1))
    assert await counter.meet() == Balance(), "nor is anything taken from the new account"


async def test_a_purchase_during_a_deletion_of_all_data_begins_anew_after_it(counter: Counter) -> None:
    service, sold = counter.service(), counter.shop.sell(1)

    async def begin(uow: UnitOfWork) -> str:
        account_id = await uow.members.require_account(ANA)
        erasure = Erasure(account_id, ANA, ErasureStage.STOPPING, "token", NOW_MS, NOW_MS)
        assert await uow.privacy.begin_erasure(erasure)
        return account_id

    account_id = await counter.storage.write(begin)
    await service.take_in(sold)
    assert await counter.balance() == Balance()
    assert counter.shop.consumed == []

    async def end(uow: UnitOfWork) -> None:
        for stage in (ErasureStage.PICTURES, ErasureStage.REST):
            await uow.privacy.advance(account_id, stage)
        await uow.privacy.forget_member(account_id)

    await counter.storage.write(end)
    await service.reconcile()
    assert await counter.balance() == bought(500)
