"""Each guarantee of the ledger, tried against the real schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rows import GUILD, account, balance, capture, gift, hold, post, purchase, refund, release, welcome

from bot.container.databases import Database
from bot.domain.errors import DuplicateEntryError, OverdraftError
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.services.ports.storage import UnitOfWork
from db.errors import ConstraintViolationError, Violated
from tests.databases import RawSql, RefusedError

OTHER_GUILD = GUILD + 1
Settle = Callable[[Entry], Entry]


@pytest.fixture
async def rich(storage: Database) -> str:
    """An account with 100 granted and 100 purchased moments."""
    account_id = await account(storage)
    await post(storage, welcome(account_id, 100), purchase(account_id, 100))
    return account_id


async def refused(storage: Database, *entries: Entry) -> ConstraintViolationError:
    with pytest.raises(ConstraintViolationError) as caught:
        await post(storage, *entries)
    return caught.value


async def test_what_is_granted_stays_in_its_guild_and_what_is_purchased_goes_anywhere(
    storage: Database, rich: str
):
    assert await balance(storage, rich) == Balance(Split(100, 100))
    assert await balance(storage, rich, OTHER_GUILD) == Balance(Split(0, 100))
    with pytest.raises(OverdraftError):
        await post(storage, hold(rich, Split(1), guild_id=OTHER_GUILD))


async def test_an_unknown_account_has_nothing(storage: Database):
    assert await balance(storage, "nobody") == Balance()


async def test_a_hold_moves_moments_aside_by_bucket(storage: Database, rich: str):
    await post(storage, hold(rich, Split(100, 50)))
    assert await balance(storage, rich) == Balance(Split(0, 50), Split(100, 50))
    assert await balance(storage, rich, OTHER_GUILD) == Balance(Split(0, 50), Split(0, 50))


@pytest.mark.parametrize("paid", [Split(101), Split(0, 101), Split(101, 1)])
async def test_an_overdraft_dies_whatever_the_program_believed(storage: Database, rich: str, paid: Split):
    with pytest.raises(OverdraftError):
        await post(storage, hold(rich, paid))
    assert await balance(storage, rich) == Balance(Split(100, 100))


async def test_a_capture_keeps_the_price_and_gives_the_rest_back(storage: Database, rich: str):
    held = hold(rich, Split(100, 50))
    await post(storage, held, capture(held, Split(20, 30)))
    assert await balance(storage, rich) == Balance(Split(20, 80))


async def test_a_release_gives_all_back(storage: Database, rich: str):
    held = hold(rich, Split(100, 50))
    await post(storage, held, release(held))
    assert await balance(storage, rich) == Balance(Split(100, 100))


async def test_a_hold_of_nothing_settles_like_any_other(storage: Database, rich: str):
    held = hold(rich, Split())
    await post(storage, held, capture(held))
    assert await balance(storage, rich) == Balance(Split(100, 100))


@pytest.mark.parametrize("first", [capture, release])
@pytest.mark.parametrize("second", [capture, release])
async def test_a_hold_is_settled_once(storage: Database, rich: str, first: Settle, second: Settle):
    held = hold(rich, Split(10))
    await post(storage, held, first(held))
    with pytest.raises(DuplicateEntryError):
        await post(storage, replace(second(held), ref="another ref"))


async def test_a_hold_ref_is_used_once_by_anybody(storage: Database, rich: str):
    poor = await account(storage, 2)
    await post(storage, hold(rich, Split(10)))
    with pytest.raises(DuplicateEntryError):
        await post(storage, hold(poor, Split()))


async def test_a_settlement_needs_its_hold(storage: Database, rich: str):
    held = hold(rich, Split(10, 10))
    await post(storage, held)
    other = await account(storage, 2)
    for stranger in (
        replace(held, ref="r:2"),
        replace(held, account_id=other),
        replace(held, guild_id=OTHER_GUILD),
        replace(held, held=Split(9, 10)),
        replace(held, held=Split(10, 9)),
    ):
        assert (await refused(storage, release(stranger))).name == "ledger_settlement_without_hold"
    assert await balance(storage, rich) == Balance(Split(90, 90), Split(10, 10))


async def test_refunds_are_once_an_image_and_never_exceed_the_capture(storage: Database, rich: str):
    held = hold(rich, Split(30, 20))
    await post(storage, held, capture(held, Split(10, 0)), refund(held, Split(15, 10), "one"))
    assert await balance(storage, rich) == Balance(Split(95, 90))
    with pytest.raises(DuplicateEntryError):
        await post(storage, refund(held, Split(5), "one"))
    for share in (Split(6), Split(0, 11)):
        assert (await refused(storage, refund(held, share, "two"))).name == "ledger_refund_over_capture"
    await post(storage, refund(held, Split(5, 10), "two"))
    assert await balance(storage, rich) == Balance(Split(100, 100))
    assert (await refused(storage, refund(held, Split(1), "three"))).name == "ledger_refund_over_capture"


async def test_a_refund_needs_the_member_s_own_capture(storage: Database, rich: str):
    held = hold(rich, Split(30))
    other = await account(storage, 2)
    await post(storage, held)
    assert (await refused(storage, refund(held, Split(1)))).name == "ledger_refund_over_capture"
    await post(storage, capture(held))
    for stranger in (replace(held, account_id=other), replace(held, guild_id=OTHER_GUILD)):
        assert (await refused(storage, refund(stranger, Split(1)))).name == "ledger_refund_over_capture"


async def test_a_released_hold_can_not_be_refunded(storage: Database, rich: str):
    held = hold(rich, Split(30))
    await post(storage, held, release(held))
    assert (await refused(storage, refund(held, Split(1)))).name == "ledger_refund_over_capture"


async def test_a_gift_moves_between_two_members(storage: Database, rich: str):
    other = await account(storage, 2)
    await post(storage, *gift(rich, other, Split(60, 10)))
    assert await balance(storage, rich) == Balance(Split(40, 90))
    assert await balance(storage, other) == Balance(Split(60, 10))


async def test_nobody_receives_what_nobody_gave(storage: Database, rich: str):
    other, third = await account(storage, 2), await account(storage, 3)
    given, received = gift(rich, other, Split(10, 5))
    assert (await refused(storage, received)).name == "ledger_gift_without_giver"
    for changed in (
        replace(received, moved=Split(11, 5)),
        replace(received, moved=Split(10, 6)),
        replace(received, guild_id=OTHER_GUILD),
        replace(received, ref="another"),
    ):
        assert (await refused(storage, given, changed)).name == "ledger_gift_without_giver"
    with pytest.raises(DuplicateEntryError):
        await post(storage, given, received, replace(received, account_id=third))


@pytest.mark.parametrize("kind", [EntryKind.WELCOME, EntryKind.DAILY, EntryKind.MONTHLY])
async def test_what_is_given_once_is_given_once_to_anybody(storage: Database, rich: str, kind: EntryKind):
    other = await account(storage, 2)
    once = Entry(rich, GUILD, kind, "key", Split(5), 1)
    await post(storage, once)
    with pytest.raises(DuplicateEntryError):
        await post(storage, replace(once, account_id=other))


@pytest.mark.usefixtures("rich")
async def test_a_purchase_is_counted_once(storage: Database):
    with pytest.raises(DuplicateEntryError):
        await post(storage, purchase(await account(storage, 2), 100))


async def test_owed_moments_come_from_a_reversal_and_are_settled_by_a_purchase(storage: Database, rich: str):
    await post(storage, Entry(rich, GUILD, EntryKind.REVERSAL, "sku", Split(0, -100), 5, owed=40))
    assert await balance(storage, rich) == Balance(Split(100, 0), owed=40)
    await post(storage, purchase(rich, 60, ref="sku2", owed=-40))
    assert await balance(storage, rich) == Balance(Split(100, 60))
    with pytest.raises(OverdraftError):
        await post(storage, purchase(rich, 1, ref="sku3", owed=-1))


SHAPES: list[tuple[str, Entry]] = [
    ("ledger_shape_free", Entry("A", GUILD, EntryKind.WELCOME, "x", Split(0), 1)),
    ("ledger_shape_free", Entry("A", GUILD, EntryKind.DAILY, "x", Split(-5), 1)),
    ("ledger_shape_free", Entry("A", GUILD, EntryKind.MONTHLY, "x", Split(5, 5), 1)),
    ("ledger_shape_free", Entry("A", GUILD, EntryKind.GRANT, "x", Split(0, 5), 1, by_account_id="B")),
    ("ledger_shape_grant", Entry("A", GUILD, EntryKind.GRANT, "x", Split(5), 1, by_account_id="A")),
    ("ledger_by_where", Entry("A", GUILD, EntryKind.GRANT, "x", Split(5), 1)),
    ("ledger_by_where", Entry("A", GUILD, EntryKind.DAILY, "x", Split(5), 1, by_account_id="B")),
    ("ledger_shape_gift", Entry("A", GUILD, EntryKind.GIFT, "x", Split(5), 1, by_account_id="A")),
    ("ledger_shape_gift", Entry("A", GUILD, EntryKind.GIFT, "x", Split(-5), 1, by_account_id="B")),
    ("ledger_shape_gift", Entry("A", GUILD, EntryKind.GIFT, "x", Split(-5, 5), 1, by_account_id="A")),
    ("ledger_shape_hold", Entry("A", GUILD, EntryKind.HOLD, "x", Split(5), 1, held=Split(-5))),
    ("ledger_shape_hold", Entry("A", GUILD, EntryKind.HOLD, "x", Split(-5), 1, held=Split(0, 5))),
    ("ledger_shape_capture", Entry("A", GUILD, EntryKind.CAPTURE, "x", Split(6), 1, Split(-5), "h")),
    ("ledger_shape_capture", Entry("A", GUILD, EntryKind.CAPTURE, "x", Split(-1), 1, Split(-5), "h")),
    ("ledger_shape_capture", Entry("A", GUILD, EntryKind.CAPTURE, "x", Split(0, 1), 1, Split(-5), "h")),
    ("ledger_shape_release", Entry("A", GUILD, EntryKind.RELEASE, "x", Split(4), 1, Split(-5), "h")),
    ("ledger_shape_release", Entry("A", GUILD, EntryKind.RELEASE, "x", Split(-5), 1, Split(5), "h")),
    ("ledger_shape_refund", Entry("A", GUILD, EntryKind.REFUND, "x", Split(), 1, hold_ref="h")),
    ("ledger_shape_refund", Entry("A", GUILD, EntryKind.REFUND, "x", Split(-1, 2), 1, hold_ref="h")),
    ("ledger_hold_ref_where", Entry("A", GUILD, EntryKind.REFUND, "x", Split(1), 1)),
    ("ledger_hold_ref_where", Entry("A", GUILD, EntryKind.DAILY, "x", Split(1), 1, hold_ref="h")),
    ("ledger_held_where", Entry("A", GUILD, EntryKind.DAILY, "x", Split(1), 1, held=Split(1))),
    ("ledger_owed_where", Entry("A", GUILD, EntryKind.DAILY, "x", Split(1), 1, owed=-1)),
    ("ledger_shape_purchase", Entry("A", GUILD, EntryKind.PURCHASE, "x", Split(1, 1), 1)),
    ("ledger_shape_purchase", Entry("A", GUILD, EntryKind.PURCHASE, "x", Split(0, 5), 1, owed=1)),
    ("ledger_shape_purchase", Entry("A", GUILD, EntryKind.PURCHASE, "x", Split(), 1)),
    ("ledger_shape_reversal", Entry("A", GUILD, EntryKind.REVERSAL, "x", Split(0, 1), 1)),
    ("ledger_shape_reversal", Entry("A", GUILD, EntryKind.REVERSAL, "x", Split(), 1)),
    ("ledger_shape_reversal", Entry("A", GUILD, EntryKind.REVERSAL, "x", Split(0, -1), 1, owed=-1)),
    ("ledger_ref_named", Entry("A", GUILD, EntryKind.DAILY, "", Split(1), 1)),
]


@pytest.mark.parametrize(("name", "entry"), SHAPES)
async def test_an_entry_has_the_shape_of_its_kind(storage: Database, rich: str, name: str, entry: Entry):
    other = await account(storage, 2)
    ids = {"A": rich, "B": other, None: None}
    meant = replace(entry, account_id=rich, by_account_id=ids[entry.by_account_id])
    violation = await refused(storage, meant)
    assert (violation.sort, violation.name) == (Violated.CHECK, name)


async def test_an_entry_of_an_unknown_account_is_refused(storage: Database):
    violation = await refused(storage, welcome("nobody"))
    assert violation.sort is Violated.FOREIGN_KEY


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET granted = granted + 1 WHERE kind = 'welcome'",
        "UPDATE ledger SET at_ms = 0",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE kind = 'purchase'",
        pytest.param(
            "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE kind = 'welcome'",
            marks=pytest.mark.sqlite,
        ),
        pytest.param(
            "REPLACE INTO ledger SELECT * FROM ledger WHERE kind = 'purchase'", marks=pytest.mark.sqlite
        ),
        pytest.param(
            """INSERT INTO ledger SELECT * FROM ledger WHERE kind = 'welcome'
            ON CONFLICT (entry_id) DO UPDATE SET granted = 0""",
            marks=pytest.mark.postgresql,
        ),
    ],
)
async def test_entries_are_never_changed_or_removed(raw: RawSql, change: str):
    before = [tuple(row) for row in raw.execute("SELECT * FROM ledger")]
    with pytest.raises(RefusedError, match="ledger_append_only"):
        raw.execute(change)
    assert [tuple(row) for row in raw.execute("SELECT * FROM ledger")] == before


@pytest.mark.usefixtures("rich")
async def test_an_account_with_entries_can_not_be_removed(raw: RawSql):
    raw.execute("DELETE FROM member")
    raw.execute("DELETE FROM wallet")
    with pytest.raises(RefusedError, match="FOREIGN KEY"):
        raw.execute("DELETE FROM account")


async def test_an_entry_of_no_known_kind_is_refused(rich: str, raw: RawSql):
    with pytest.raises(RefusedError, match="ledger_kind_known"):
        raw.execute(
            "INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted,"
            " held_purchased, owed, at_ms) VALUES (?, 1, 'wish', 'x', 1, 0, 0, 0, 0, 1)",
            (rich,),
        )


async def test_an_entry_is_found_under_its_ref(storage: Database, rich: str):
    other = await account(storage, 2)
    given, received = gift(rich, other, Split(60, 10))
    held = hold(rich, Split(1, 2))
    daily = Entry(rich, GUILD, EntryKind.DAILY, "key", Split(5), 9, source_ref="interaction")
    await post(storage, given, received, held, daily)

    async def work(uow: UnitOfWork) -> list[Entry | None]:
        find = uow.ledger.find
        return [
            await find(EntryKind.GIFT, "gift", rich),
            await find(EntryKind.GIFT, "gift", other),
            await find(EntryKind.HOLD, "r:1", rich),
            await find(EntryKind.DAILY, "key", rich),
            await find(EntryKind.DAILY, "key", other),
        ]

    assert await storage.read(work) == [given, received, replace(held, hold_ref=held.ref), daily, None]


@pytest.mark.usefixtures("rich")
async def test_once_only_entries_are_seen_in_whatever_account(storage: Database):
    async def work(uow: UnitOfWork) -> list[bool]:
        return [
            await uow.ledger.has_once(EntryKind.WELCOME, "welcome"),
            await uow.ledger.has_once(EntryKind.DAILY, "welcome"),
        ]

    assert await storage.read(work) == [True, False]


async def test_sums_of_a_day_count_what_was_given(storage: Database, rich: str):
    other = await account(storage, 2)

    def grant(ref: str, at_ms: int, by: str = rich, guild_id: int = GUILD) -> Entry:
        return Entry(other, guild_id, EntryKind.GRANT, ref, Split(10), at_ms, by_account_id=by)

    third = await account(storage, 3)
    await post(
        storage,
        grant("old", 99),
        grant("a", 100),
        grant("b", 200, by=third),
        grant("c", 200, guild_id=OTHER_GUILD),
        *(replace(entry, at_ms=300) for entry in gift(rich, other, Split(7, 5))),
    )

    async def work(uow: UnitOfWork) -> list[int]:
        sums = uow.ledger.sum_since
        return [
            await sums(EntryKind.GRANT, GUILD, 100, None),
            await sums(EntryKind.GRANT, GUILD, 100, rich),
            await sums(EntryKind.GIFT, GUILD, 100, rich),
            await sums(EntryKind.GIFT, GUILD, 100, other),
            await sums(EntryKind.GIFT, GUILD, 301, rich),
        ]

    assert await storage.read(work) == [20, 10, 12, 0, 0]


async def test_history_is_paged_from_the_newest_with_purchases_of_anywhere(storage: Database, rich: str):
    await post(
        storage,
        *(Entry(rich, GUILD, EntryKind.DAILY, f"day{i}", Split(i), i) for i in range(1, 6)),
        Entry(rich, OTHER_GUILD, EntryKind.DAILY, "elsewhere", Split(1), 6),
        replace(purchase(rich, 9, ref="later"), guild_id=0),
        hold(rich, Split(5)),
    )

    async def page(before: int | None) -> list[tuple[int, str]]:
        lines = await storage.read(lambda uow: uow.ledger.history(rich, GUILD, before, 3))
        return [(line.entry_id, line.ref) for line in lines]

    pages = [await page(None)]
    while pages[-1]:
        pages.append(await page(pages[-1][-1][0]))
    refs = [ref for lines in pages for _, ref in lines]
    assert refs == ["r:1", "later", "day5", "day4", "day3", "day2", "day1", "sku", "welcome"]
    assert [len(lines) for lines in pages] == [3, 3, 3, 0]
