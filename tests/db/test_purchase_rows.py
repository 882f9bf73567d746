"""Purchases and the table of roles, as they are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rows import GUILD, account, purchase, violations

from bot.container.databases import Database
from bot.domain.money import Entry, EntryKind, Split
from bot.services.ports.storage import Notice, Purchase, RoleGrant, UnitOfWork
from db.errors import ConstraintViolationError, Violated
from tests.databases import RawSql, RefusedError

LARGEST_ID = 2**63 - 1


@pytest.fixture
async def bought(storage: Database) -> Purchase:
    """A purchase of 500 moments with its entry."""
    account_id = await account(storage)
    row = Purchase(7, LARGEST_ID, account_id, 500, seen_at_ms=1)

    async def work(uow: UnitOfWork) -> None:
        await uow.purchases.add(row)
        await uow.ledger.append(purchase(account_id, 500, ref="7"))

    await storage.write(work)
    return row


async def get(storage: Database, entitlement_id: int = 7) -> Purchase | None:
    return await storage.read(lambda uow: uow.purchases.get(entitlement_id))


async def test_a_purchase_comes_back_as_it_was_put_in(storage: Database, bought: Purchase) -> None:
    assert await get(storage) == bought
    assert await get(storage, 8) is None
    assert await storage.read(lambda uow: uow.purchases.any())


async def test_before_the_first_purchase_there_is_none(storage: Database) -> None:
    assert not await storage.read(lambda uow: uow.purchases.any())
    assert await storage.read(lambda uow: uow.purchases.unconsumed()) == []


async def test_an_entitlement_is_on_record_once(storage: Database, bought: Purchase) -> None:
    with pytest.raises(ConstraintViolationError) as caught:
        await storage.write(lambda uow: uow.purchases.add(replace(bought, moments=1)))
    assert caught.value.sort is Violated.UNIQUE


async def test_what_is_neither_consumed_nor_taken_back_is_unconsumed(
    storage: Database, bought: Purchase
) -> None:
    for other in (8, 9, 6):
        await storage.write(lambda uow, key=other: uow.purchases.add(replace(bought, entitlement_id=key)))
    await storage.write(lambda uow: uow.purchases.set_consumed(8, 5))
    assert await storage.write(lambda uow: uow.purchases.set_taken_back(9, 5))
    left = await storage.read(lambda uow: uow.purchases.unconsumed())
    assert [row.entitlement_id for row in left] == [6, 7]


async def test_each_step_is_taken_once(storage: Database, bought: Purchase) -> None:
    for at_ms in (5, 6):
        await storage.write(lambda uow, at=at_ms: uow.purchases.set_consumed(7, at))
    first = await storage.write(lambda uow: uow.purchases.set_taken_back(7, 8))
    second = await storage.write(lambda uow: uow.purchases.set_taken_back(7, 9))
    assert (first, second) == (True, False)
    assert await get(storage) == replace(bought, consumed_at_ms=5, taken_back_at_ms=8)


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("DELETE FROM purchase", "purchase_never_deleted"),
        ("UPDATE purchase SET moments = 501", "purchase_identity_fixed"),
        ("UPDATE purchase SET account_id = NULL", "purchase_identity_fixed"),
        ("UPDATE purchase SET consumed_at_ms = NULL", "purchase_steps_once"),
        ("UPDATE purchase SET taken_back_at_ms = 9", "purchase_steps_once"),
    ],
)
async def test_what_is_on_record_stays(
    storage: Database, bought: Purchase, raw: RawSql, sql: str, rule: str
) -> None:
    await storage.write(lambda uow: uow.purchases.set_consumed(bought.entitlement_id, 5))
    await storage.write(lambda uow: uow.purchases.set_taken_back(bought.entitlement_id, 5))
    with pytest.raises(RefusedError, match=rule):
        raw.execute(sql)


@pytest.mark.parametrize(
    "wrong",
    [
        Purchase(8, 1, None, 0, seen_at_ms=1),
        Purchase(8, 1, None, 5, seen_at_ms=1, taken_back_at_ms=1),
        Purchase(8, 1, "of the buyer", 0, seen_at_ms=1),
    ],
)
async def test_a_purchase_is_credited_or_taken_back_before(
    storage: Database, bought: Purchase, wrong: Purchase
) -> None:
    if wrong.account_id is not None:
        wrong = replace(wrong, account_id=bought.account_id)
    with pytest.raises(ConstraintViolationError) as caught:
        await storage.write(lambda uow: uow.purchases.add(wrong))
    assert caught.value.sort is Violated.CHECK


async def test_the_audit_finds_a_purchase_that_the_ledger_does_not_know(
    storage: Database, bought: Purchase
) -> None:
    assert await violations(storage) == []
    await storage.write(lambda uow: uow.purchases.add(replace(bought, entitlement_id=8)))
    (found,) = await violations(storage)
    assert (found.rule, found.subject) == ("a purchase is in the ledger as it is on record", "8")
    assert (found.expected, found.found) == ("500 credited", "0 credited, 0 taken back")


async def test_the_audit_compares_what_was_taken_back(storage: Database, bought: Purchase) -> None:
    await storage.write(lambda uow: uow.purchases.set_taken_back(7, 5))
    (found,) = await violations(storage)
    assert (found.expected, found.found) == ("500 credited and taken back", "500 credited, 0 taken back")
    assert bought.account_id is not None
    reversal = Entry(bought.account_id, 0, EntryKind.REVERSAL, "7", Split(0, -200), 1, owed=300)
    await storage.write(lambda uow: uow.ledger.append(reversal))
    assert await violations(storage) == []


async def test_history_says_what_is_owed(storage: Database, bought: Purchase) -> None:
    assert bought.account_id is not None
    account_id = bought.account_id
    reversal = Entry(account_id, 0, EntryKind.REVERSAL, "7", Split(0, -200), 1, owed=300)
    await storage.write(lambda uow: uow.ledger.append(reversal))
    lines = await storage.read(lambda uow: uow.ledger.history(account_id, GUILD, None, 10))
    assert [(line.moved.purchased, line.owed) for line in lines] == [(-200, 300), (500, 0)]


async def test_a_role_has_one_amount_in_each_guild(storage: Database) -> None:
    async def work(uow: UnitOfWork) -> None:
        await uow.monthly_roles.set(GUILD, 5, 100)
        await uow.monthly_roles.set(GUILD, 6, 300)
        await uow.monthly_roles.set(GUILD, 5, 200)
        await uow.monthly_roles.set(GUILD + 1, 5, 900)
        await uow.monthly_roles.set(GUILD, 7, 50)
        await uow.monthly_roles.set(GUILD, 7, 0)

    await storage.write(work)
    grants = await storage.read(lambda uow: uow.monthly_roles.of_guild(GUILD))
    assert list(grants) == [RoleGrant(6, 300), RoleGrant(5, 200)]


async def test_a_notice_keeps_its_detail_and_can_be_dropped(storage: Database) -> None:
    account_id = await account(storage)
    kept = Notice("a", account_id, "purchased", None, 1, '{"moments": 5}')

    async def work(uow: UnitOfWork) -> list[Notice]:
        await uow.notices.add(kept)
        await uow.notices.add(replace(kept, notice_id="b", detail="{}"))
        await uow.notices.drop("b")
        await uow.notices.drop("unheard of")
        return list(await uow.notices.take(account_id))

    assert await storage.write(work) == [kept]
