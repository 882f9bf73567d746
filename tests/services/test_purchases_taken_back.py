"""Purchases taken back: before and after they were spent, while they are held, before they were credited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import NotEnoughMomentsError
from bot.domain.money import Balance, EntryKind, Split, split_cost
from bot.services.ports.shop import Receipt
from tests.databases import fresh_storage
from tests.services.shop_parts import ANA, LARGE, OTHER, Counter


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with fresh_storage(tmp_path) as storage:
        counter = Counter(storage)
        yield counter
        assert await counter.violations() == []


def bought(moments: int) -> Balance:
    return Balance(Split(purchased=moments))


async def test_a_purchase_taken_back_before_it_was_spent_leaves_nothing(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    for _ in range(3):
        await service.take_in(counter.shop.take_back(1))
    assert await counter.balance() == Balance()
    assert [line.kind for line in await counter.lines()] == [EntryKind.REVERSAL, EntryKind.PURCHASE]


async def test_a_taking_back_that_comes_many_times_at_once_takes_once(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    await service.take_in(counter.shop.sell(2))
    taken = counter.shop.take_back(1)
    await asyncio.gather(*(service.take_in(taken) for _ in range(20)))
    assert await counter.balance() == bought(500)


async def test_taken_back_after_it_was_spent_it_is_owed_and_nothing_new_is_held(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    await counter.spend(300)
    await service.take_in(counter.shop.take_back(1))
    assert await counter.balance() == Balance(owed=300)
    for cost in (0, 50):
        with pytest.raises(NotEnoughMomentsError) as refused:
            await counter.hold(cost)
        assert refused.value.owed == 300


def test_also_what_costs_nothing_waits_until_nothing_is_owed() -> None:
    with pytest.raises(NotEnoughMomentsError):
        split_cost(Balance(Split(500), owed=1), 0)
    assert split_cost(Balance(Split(500)), 0) == Split()


async def test_a_later_purchase_settles_what_is_owed_first(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1, LARGE))
    await counter.spend(1100)
    await service.take_in(counter.shop.take_back(1))
    assert await counter.balance() == Balance(owed=1100)
    await service.take_in(counter.shop.sell(2))
    assert await counter.balance() == Balance(owed=600)
    await service.take_in(counter.shop.sell(3, LARGE))
    assert await counter.balance() == bought(600)
    assert [receipt for _, receipt in counter.post.sent] == [
        Receipt(1200, 0),
        Receipt(500, 500),
        Receipt(1200, 600),
    ]
    await counter.hold(600)


async def test_a_purchase_that_settled_is_taken_back_whole(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    await counter.spend(200)
    await service.take_in(counter.shop.take_back(1))
    await service.take_in(counter.shop.sell(2))
    assert await counter.balance() == bought(300)
    await service.take_in(counter.shop.take_back(2))
    assert await counter.balance() == Balance(owed=200)


async def test_taken_back_while_held_the_picture_is_made_and_owed(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    held = await counter.hold(200)
    await service.take_in(counter.shop.take_back(1))
    assert await counter.balance() == Balance(held=Split(purchased=200), owed=200)
    await counter.capture(held)
    assert await counter.meet() == Balance(owed=200)


@pytest.mark.parametrize("way_back", ["release", "refund"])
async def test_what_comes_back_after_a_taking_back_settles_what_is_owed(
    counter: Counter, way_back: str
) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    held = await counter.hold(200)
    if way_back == "refund":
        await counter.capture(held)
    await counter.spend(50)
    await service.take_in(counter.shop.take_back(1))
    assert (await counter.balance()).owed == 250
    await (counter.release(held) if way_back == "release" else counter.refund(held))
    assert await counter.balance() == Balance(Split(purchased=200), owed=250)
    with pytest.raises(NotEnoughMomentsError):
        await counter.hold(50)
    assert await counter.meet() == Balance(owed=50)
    assert await counter.meet() == Balance(owed=50), "once"


async def test_parts_that_come_back_one_after_the_other_settle_one_after_the_other(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    parts = [await counter.hold(100) for _ in range(3)]
    await service.take_in(counter.shop.take_back(1))
    for left, part in zip((200, 100, 0), parts, strict=True):
        await counter.release(part)
        assert (await counter.meet()).owed == left
    assert await counter.meet() == Balance()


async def test_what_came_back_settles_before_a_new_purchase_does(counter: Counter) -> None:
    service = counter.service()
    await service.take_in(counter.shop.sell(1))
    held = await counter.hold(200)
    await service.take_in(counter.shop.take_back(1))
    await counter.release(held)
    await service.take_in(counter.shop.sell(2))
    assert await counter.balance() == bought(500)
    assert counter.post.sent[-1] == (ANA, Receipt(500, 0))


async def test_taken_back_before_its_credit_nothing_is_ever_credited(counter: Counter) -> None:
    sold = counter.shop.sell(1)
    taken = counter.shop.take_back(1)
    await counter.service().take_in(taken)
    await counter.service().take_in(sold)
    counter.shop.listed[1] = sold
    await counter.service().reconcile()
    await counter.service().take_in(taken)
    assert await counter.balance() == Balance()
    assert counter.shop.consumed == []
    assert await counter.lines() == []


async def test_what_was_never_ours_is_not_taken_back(counter: Counter) -> None:
    counter.shop.sell(1, OTHER)
    with capture_logs() as logs:
        await counter.service().take_in(counter.shop.take_back(1))
    assert logs == []
