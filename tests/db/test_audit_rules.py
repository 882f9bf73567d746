"""The audit finds what triggers and constraints normally make impossible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_rows import KIM, opened, refunded
from rows import (
    SCENE,
    UNPAID_ENDS,
    account,
    bring_to,
    capture,
    gift,
    hold,
    image,
    post,
    purchase,
    refund,
    release,
    request,
    violations,
    welcome,
)

from bot.container.databases import Database
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.request import RequestState
from bot.services.ports.storage import BookCounts, StoredFile, UnitOfWork
from tests.databases import RawSql

S = RequestState


@pytest.fixture
async def account_id(storage: Database) -> str:
    opened = await account(storage)
    await post(storage, welcome(opened, 10_000), purchase(opened, 1000))
    return opened


@pytest.fixture
def unguarded(raw: RawSql) -> RawSql:
    """The database without its triggers and checks, so that it can be damaged."""
    raw.unguard("ledger_settled_once")
    return raw


async def rules(storage: Database) -> list[tuple[str, str, str, str]]:
    return [(v.rule, v.subject, v.expected, v.found) for v in await violations(storage)]


async def test_a_whole_life_of_requests_is_clean(storage: Database, account_id: str):
    for number, state in enumerate(S):
        await bring_to(storage, account_id, state, number)
    other = await account(storage, 2)
    await post(storage, *gift(account_id, other, Split(5, 5)))
    await refunded(storage, f"request-{list(S).index(S.DELIVERED)}")
    assert await rules(storage) == []
    counts = await storage.read(lambda uow: uow.audit.counts())
    assert counts == BookCounts(accounts=4, entries=17, requests=8, images=2)


@pytest.mark.parametrize(
    ("column", "stands"),
    [
        ("wallet.granted", 10_000),
        ("wallet.held_granted", 0),
        ("account.purchased", 1000),
        ("account.held_purchased", 0),
        ("account.owed", 0),
    ],
)
async def test_a_balance_that_is_not_the_sum_of_its_entries(
    storage: Database, account_id: str, raw: RawSql, column: str, stands: int
):
    table, _, bucket = column.partition(".")
    raw.execute(f"UPDATE {table} SET {bucket} = {bucket} + 3")  # noqa: S608
    subject = f"{account_id} in 900000000000000001" if table == "wallet" else account_id
    rule = f"{column} is the sum of its entries"
    assert await rules(storage) == [(rule, subject, str(stands), str(stands + 3))]


async def test_a_balance_without_entries_and_entries_without_a_balance(
    storage: Database, account_id: str, raw: RawSql
):
    raw.execute("DELETE FROM wallet")
    raw.execute("INSERT INTO wallet (account_id, guild_id, granted) VALUES (?, 5, 7)", (account_id,))
    found = await rules(storage)
    assert [(expected, stands) for _, _, expected, stands in found] == [("0", "7"), ("10000", "0")]


async def test_a_hold_that_no_request_accounts_for(storage: Database, account_id: str):
    await post(storage, hold(account_id, Split(50, 1)))
    expected = ("held is the price of an open request", "r:1", "51 held for a request", "no request")
    assert await rules(storage) == [expected]


@pytest.mark.parametrize("state", [S.HELD, S.RUNNING])
async def test_an_open_request_without_its_hold(
    storage: Database, account_id: str, raw: RawSql, state: RequestState
):
    await bring_to(storage, account_id, state)
    raw.drop_trigger("request_price_fixed")
    raw.execute("UPDATE request SET hold_ref = 'lost'")
    assert [(rule, subject, found) for rule, subject, _, found in await rules(storage)] == [
        ("held is the price of an open request", "request-1:1", "no request"),
        ("an open request has its hold", "request-1", "no hold"),
    ]


async def test_an_open_request_whose_hold_was_settled(storage: Database, account_id: str):
    await bring_to(storage, account_id, S.HELD)
    await post(storage, release(hold(account_id, Split(50), ref="request-1:1")))
    expected = ("an open request has its hold", "request-1", "50 held", "settled by release")
    assert await rules(storage) == [expected]


@pytest.mark.parametrize("state", [S.HELD, S.RUNNING])
async def test_a_request_that_paid_from_other_buckets_than_were_held(
    storage: Database, account_id: str, unguarded: RawSql, state: RequestState
):
    await bring_to_unguarded(storage, account_id, unguarded, state)
    unguarded.execute("UPDATE request SET paid_granted = 49, paid_purchased = 1")
    found = await rules(storage)
    assert [(rule, subject) for rule, subject, _, _ in found] == [
        ("held is the price of an open request", "request-1:1")
    ]


async def bring_to_unguarded(
    storage: Database, account_id: str, unguarded: RawSql, state: RequestState
) -> None:
    """As bring_to, with the balances moved by hand, since the trigger that does it is gone."""
    await bring_to(storage, account_id, state)
    unguarded.execute(
        """UPDATE wallet SET
        granted = (SELECT sum(granted) FROM ledger), held_granted = (SELECT sum(held_granted) FROM ledger)"""
    )


async def test_an_ended_request_that_is_still_held(storage: Database, account_id: str, raw: RawSql):
    await bring_to(storage, account_id, S.HELD)
    raw.execute("UPDATE request SET state = 'failed', end_reason = 'gone'")
    assert [(rule, found) for rule, _, _, found in await rules(storage)] == [
        ("held is the price of an open request", "failed, paid 50"),
        ("a request with pictures is captured, one without is not", "unsettled"),
    ]


async def test_a_request_with_pictures_that_was_released_and_one_without_that_was_captured(
    storage: Database, account_id: str
):
    first = await bring_to(storage, account_id, S.RUNNING, 1)
    second = await bring_to(storage, account_id, S.HELD, 2)

    async def work(uow: UnitOfWork) -> None:
        await uow.images.add(image(first), SCENE.cast)
        await uow.requests.to_stored(first.request_id, owner="me", at_ms=6)
        await uow.ledger.append(release(hold(account_id, Split(50), ref="request-1:1")))
        await uow.ledger.append(capture(hold(account_id, Split(50), ref="request-2:1")))

    await storage.write(work)
    found = await rules(storage)
    rule = "a request with pictures is captured, one without is not"
    assert (rule, "request-1", "capture", "release") in found
    assert ("an open request has its hold", "request-2", "50 held", "settled by capture") in found
    assert second.state is S.HELD


@pytest.mark.parametrize("state", UNPAID_ENDS)
async def test_a_request_that_ended_unpaid_and_has_pictures(
    storage: Database, account_id: str, state: RequestState
):
    ended = await bring_to(storage, account_id, state)

    async def work(uow: UnitOfWork) -> None:
        for position in range(2):
            await uow.images.add(image(ended, position, Split()), SCENE.cast)

    await storage.write(work)
    rule = "a request that ended unpaid has no pictures"
    assert await rules(storage) == [(rule, "request-1", "no pictures", f"{state} with 2")]
    await storage.write(lambda uow: uow.images.mark_deleted("request-1-0", 5))
    assert await rules(storage) == [(rule, "request-1", "no pictures", f"{state} with 1")]
    await storage.write(lambda uow: uow.images.mark_deleted("request-1-1", 5))
    assert await rules(storage) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE image SET kind = 'edit'",
        "UPDATE image SET guild_id = 5",
        "UPDATE image_cast SET is_public = 1 WHERE companion_id = 'mira'",
        "UPDATE image_cast SET is_favourite = 1",
        "UPDATE image_cast SET deleted_at_ms = 5",
    ],
)
async def test_a_picture_that_is_listed_otherwise_than_it_is(
    storage: Database, account_id: str, unguarded: RawSql, change: str
):
    await bring_to_unguarded(storage, account_id, unguarded, S.STORED)
    assert await rules(storage) == []
    unguarded.execute(change)
    assert [(rule, subject) for rule, subject, _, _ in await rules(storage)] == [
        ("a picture is listed as it is", "request-1-0")
    ]


async def test_pictures_that_do_not_share_what_was_captured(storage: Database, account_id: str, raw: RawSql):
    await bring_to(storage, account_id, S.STORED)
    raw.drop_trigger("image_identity_fixed")
    raw.execute("UPDATE image SET share_granted = 20, share_purchased = 5")
    expected = ("pictures share what was captured", "request-1", "50+0", "20+5")
    assert await rules(storage) == [expected]


@pytest.mark.usefixtures("unguarded")
async def test_a_hold_that_was_settled_twice_or_by_the_wrong_amounts(storage: Database, account_id: str):
    held = hold(account_id, Split(50))
    await post(storage, held, release(held), replace(release(replace(held, held=Split(40))), ref="again"))
    found = await rules(storage)
    assert ("settled once", "r:1", "1 settlement", "2 settlements") in found
    assert ("settlement has its hold", "again", "a hold of the same amounts", "none") in found


@pytest.mark.usefixtures("unguarded")
async def test_refunds_beyond_the_capture(storage: Database, account_id: str):
    held = hold(account_id, Split(50))
    await post(storage, held, capture(held, Split(20)), refund(held, Split(31)))
    await post(storage, refund(replace(held, ref="nowhere"), Split(0, 1), "other"))
    rule = "refunds stay within the capture"
    found = await rules(storage)
    assert (rule, "r:1", "at most 30+0", "31+0") in found
    assert (rule, "nowhere", "at most 0+0", "0+1") in found


async def test_a_refund_that_no_case_decided_and_a_decision_that_gave_nothing_back(
    storage: Database, account_id: str, unguarded: RawSql
):
    for number in (1, 2, 3):
        await bring_to(storage, account_id, S.DELIVERED, number)
    held = hold(account_id, Split(50), ref="request-1:1")
    await post(storage, refund(held, Split(50), "request-1-0"))
    await opened(storage, "request-2-0", 2)
    await account(storage, KIM)
    unguarded.execute(
        "UPDATE report_case SET decision = 'refund', refunded_granted = 50, decided_at_ms = 1,"
        " decided_by_account_id = (SELECT account_id FROM member WHERE user_id = ?)",
        (KIM,),
    )
    await refunded(storage, "request-3", 3)
    assert [v for v in await rules(storage) if not v[0].startswith("wallet.")] == [
        ("a refund is what a case decided", "request-1-0", "a case that decided it", "50+0 by nobody"),
        ("what a case decided to give back is a refund", "case-2", "50+0", "none"),
    ]


async def test_a_refund_of_another_amount_than_its_picture_s_share(
    storage: Database, account_id: str, unguarded: RawSql
):
    await bring_to(storage, account_id, S.DELIVERED)
    await refunded(storage, "request-1")
    unguarded.execute("UPDATE ledger SET granted = 40 WHERE kind = 'refund'")
    unguarded.execute("UPDATE report_case SET refunded_granted = 40")
    found = await rules(storage)
    assert ("a refund is its picture's share", "request-1-0", "50+0", "40+0") in found


@pytest.mark.parametrize("part", ["the reporter", "the requester"])
async def test_somebody_who_decided_on_what_they_had_a_part_in(
    storage: Database, account_id: str, unguarded: RawSql, part: str
):
    await bring_to(storage, account_id, S.DELIVERED)
    case = await opened(storage, "request-1-0", by=KIM)
    by = account_id if part == "the requester" else await account(storage, KIM)
    unguarded.execute(
        "UPDATE report_case SET decision = 'reject', decided_at_ms = 1, decided_by_account_id = ?", (by,)
    )
    rule = "nobody decides on their own report or picture"
    assert [v for v in await rules(storage) if not v[0].startswith("wallet.")] == [
        (rule, case.case_id, "somebody else", "a part in it")
    ]


async def test_a_removed_picture_that_is_there(storage: Database, account_id: str, unguarded: RawSql):
    await bring_to(storage, account_id, S.DELIVERED)
    await opened(storage, "request-1-0")
    await account(storage, KIM)
    unguarded.execute(
        "UPDATE report_case SET decision = 'remove', removal = 'done', decided_at_ms = 1,"
        " decided_by_account_id = (SELECT account_id FROM member WHERE user_id = ?)",
        (KIM,),
    )
    assert [v for v in await rules(storage) if not v[0].startswith("wallet.")] == [
        ("a removed picture is deleted", "request-1-0", "deleted", "there")
    ]


async def test_a_gift_that_nobody_received(storage: Database, account_id: str):
    given = Entry(account_id, 1, EntryKind.GIFT, "lost", Split(0, -7), 1, by_account_id=account_id)
    await post(storage, given)
    assert await rules(storage) == [("what one gave, another received", "lost", "0", "0+-7")]


async def test_files_come_in_pages_without_the_deleted(storage: Database, account_id: str):
    await storage.write(lambda uow: uow.requests.add(request(account_id)))

    async def work(uow: UnitOfWork) -> None:
        for position in range(4):
            await uow.images.add(image(request(account_id), position), ())
        await uow.images.mark_deleted("request-1-1", 5)

    await storage.write(work)

    async def page(after: str) -> list[StoredFile]:
        return list(await storage.read(lambda uow: uow.audit.files(after, 2)))

    first = await page("")
    assert [file.image_id for file in first] == ["request-1-0", "request-1-2"]
    assert (first[0].file_key, first[0].thumbnail_key) == ("f" * 64, "e" * 64)
    assert [file.image_id for file in await page("request-1-2")] == ["request-1-3"]
