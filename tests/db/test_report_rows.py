"""Reports and cases as rows: what the database itself refuses, and what questions find."""
# ruff: noqa: S608 - statements are composed of what stands in this file

from __future__ import annotations

from dataclasses import replace

import pytest
from case_rows import BEN, KIM, opened, refunded, report, verdict
from rows import GUILD, account, bring_to, hold, post, refund, violations, welcome

from bot.container.databases import Database
from bot.domain.errors import AlreadyReportedError, DuplicateEntryError
from bot.domain.money import Split
from bot.domain.reporting import Case, Decision, Removal
from bot.domain.request import RequestState
from bot.services.ports.storage import ReporterRecord, UnitOfWork
from db.errors import ConstraintViolationError, Violated
from tests.databases import RawSql, RefusedError

IMAGE = "request-1-0"


@pytest.fixture(autouse=True)
async def ana(storage: Database) -> str:
    """Somebody with delivered pictures."""
    account_id = await account(storage)
    await post(storage, welcome(account_id))
    for number in (1, 2):
        await bring_to(storage, account_id, RequestState.DELIVERED, number)
    return account_id


def refusal(raw: RawSql, sql: str, **values: object) -> str:
    """What refused a statement that nobody in the program would make."""
    with pytest.raises(RefusedError) as refused:
        raw.execute(sql, values)
    return str(refused.value)


async def case_of(storage: Database, case_id: str = "case-1") -> Case:
    found = await storage.read(lambda uow: uow.reports.case(case_id))
    assert found is not None
    return found


async def decided(storage: Database, case: Case, decision: Decision) -> bool:
    made = await verdict(storage, decision)
    removal = Removal.DUE if decision.removes else Removal.NONE
    return await storage.write(
        lambda uow: uow.reports.decide(case.case_id, made, removal=removal, requester_told=True, work_at_ms=9)
    )


async def test_a_case_and_its_reports_come_back_as_they_went(storage: Database):
    case = await opened(storage, IMAGE)
    assert await case_of(storage) == case
    assert await storage.read(lambda uow: uow.reports.open_case_of(IMAGE)) == case
    assert await storage.read(lambda uow: uow.reports.of_case("case-1")) == [
        report(case, await account(storage, BEN))
    ]
    assert await storage.read(lambda uow: uow.reports.report("report-1")) == report(
        case, await account(storage, BEN)
    )
    for nothing in (
        lambda uow: uow.reports.case("x"),
        lambda uow: uow.reports.report("x"),
        lambda uow: uow.reports.open_case_of("x"),
    ):
        assert await storage.read(nothing) is None
    after = await refunded(storage, "request-2", 2)
    assert await case_of(storage, "case-2") == after
    assert await violations(storage) == []


async def test_a_picture_has_one_open_case_and_a_member_reports_it_once(storage: Database, ana: str):
    case = await opened(storage, IMAGE)
    with pytest.raises(ConstraintViolationError) as refused:
        await storage.write(lambda uow: uow.reports.open_case(replace(case, case_id="other"), work_at_ms=1))
    assert refused.value.sort is Violated.UNIQUE
    ben = await account(storage, BEN)
    with pytest.raises(AlreadyReportedError):
        await storage.write(lambda uow: uow.reports.add(report(case, ben, 2)))
    assert await storage.read(lambda uow: uow.reports.has_reported(IMAGE, ben))
    assert not await storage.read(lambda uow: uow.reports.has_reported(IMAGE, ana))
    assert await decided(storage, case, Decision.REJECT)
    again = await opened(storage, IMAGE, 2, by=99)
    assert [c.case_id for c in await storage.read(lambda uow: uow.reports.cases_of(IMAGE))] == [
        "case-1",
        again.case_id,
    ]


async def test_a_case_is_decided_once_whatever_is_tried(storage: Database, raw: RawSql):
    case = await opened(storage, IMAGE)
    assert await decided(storage, case, Decision.REJECT)
    assert not await decided(storage, case, Decision.REMOVE)
    for change in (
        "decision = 'remove', removal = 'due'",
        "decision = NULL",
        "decided_at_ms = 99",
        "refunded_granted = 1",
    ):
        assert refusal(raw, f"UPDATE report_case SET {change}") == "report_case_decided_once"
    after = await case_of(storage)
    assert after.verdict is not None
    assert (after.verdict.decision, after.verdict.note) == (Decision.REJECT, "a note")


async def test_a_refunding_decision_needs_its_entry_first(storage: Database, ana: str):
    case = await opened(storage, IMAGE)
    made = await verdict(storage, Decision.REFUND, Split(50))
    held = hold(ana, Split(50), ref="request-1:1")

    async def without(uow: UnitOfWork) -> None:
        await uow.reports.decide(case.case_id, made, removal=Removal.NONE, requester_told=True, work_at_ms=1)

    async def with_another_amount(uow: UnitOfWork) -> None:
        await uow.ledger.append(replace(refund(held, Split(49), IMAGE), source_ref=case.case_id))
        await without(uow)

    for work in (without, with_another_amount):
        with pytest.raises(ConstraintViolationError) as refused:
            await storage.write(work)
        assert refused.value.name == "report_case_refund_is_in_ledger"
    assert (await case_of(storage)).is_open


async def test_a_picture_is_refunded_once_in_any_account(storage: Database, ana: str):
    await refunded(storage, "request-1")
    held = hold(ana, Split(50), ref="request-1:1")
    with pytest.raises(DuplicateEntryError):
        await post(storage, refund(held, Split(50), IMAGE))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (
            "decision = 'forgive', decided_at_ms = 1, decided_by_account_id = :kim",
            "report_case_decision_known",
        ),
        ("decision = 'reject', decided_at_ms = 1", "report_case_decided_by_somebody"),
        ("decision = 'reject', decided_at_ms = 1, decided_by_account_id = :ana", "report_case_impartial"),
        (
            "decision = 'reject', decided_at_ms = 1, decided_by_account_id = :ben",
            "report_case_not_decided_by_its_reporter",
        ),
        (
            "decision = 'reject', decided_at_ms = 1, decided_by_account_id = :kim, refunded_granted = 1",
            "report_case_refunded",
        ),
        ("decision = 'remove', decided_at_ms = 1, decided_by_account_id = :kim", "report_case_removed"),
        ("removal = 'due'", "report_case_removed"),
        ("removal = 'maybe'", "report_case_removal_known"),
        ("shown_revision = 2", "report_case_revision"),
        ("card_message_id = 1", "report_case_card_somewhere"),
        ("requester_told = 2", "report_case_requester_told_flag"),
        ("image_id = 'request-2-0'", "report_case_identity_fixed"),
        ("guild_id = 3", "report_case_identity_fixed"),
    ],
)
async def test_what_a_case_can_never_be(storage: Database, raw: RawSql, ana: str, change: str, name: str):
    await opened(storage, IMAGE)
    people = {"ana": ana, "ben": await account(storage, BEN), "kim": await account(storage, KIM)}
    used = {key: value for key, value in people.items() if f":{key}" in change}
    assert refusal(raw, f"UPDATE report_case SET {change}", **used) == name


async def test_nothing_of_it_is_deleted_and_no_case_begins_decided(storage: Database, raw: RawSql, ana: str):
    case = await opened(storage, IMAGE)
    assert refusal(raw, "DELETE FROM report") == "report_never_deleted"
    assert refusal(raw, "DELETE FROM report_case") == "report_case_never_deleted"
    copied = (
        "INSERT INTO report_case (case_id, image_id, guild_id, requester_account_id, opened_at_ms, revision,"
        " shown_revision, decision, decided_by_account_id, decided_at_ms)"
        " VALUES ('x', 'request-2-0', 1, :ana, 1, 1, 0, 'reject', :kim, 1)"
    )
    kim = await account(storage, KIM)
    assert refusal(raw, copied, ana=ana, kim=kim) == "report_case_begins_open"
    await decided(storage, case, Decision.REJECT)
    late = report(case, ana, 2)
    for wrong in (late, replace(late, case_id="nothing")):
        with pytest.raises(ConstraintViolationError) as refused:
            await storage.write(lambda uow, wrong=wrong: uow.reports.add(wrong))
        assert refused.value.name == "report_joins_an_open_case"


async def test_a_case_is_worked_on_by_one_until_its_lease_ends(storage: Database):
    case = await opened(storage, IMAGE)

    async def claim(now_ms: int, until_ms: int) -> bool:
        return await storage.write(
            lambda uow: uow.reports.claim(case.case_id, now_ms=now_ms, until_ms=until_ms)
        )

    async def due(now_ms: int) -> list[str]:
        return list(await storage.read(lambda uow: uow.reports.due_ids(now_ms)))

    assert await due(0) == []
    assert await due(1) == ["case-1"]
    assert await claim(1, 100)
    assert not await claim(99, 200)
    assert await due(99) == []
    assert await claim(100, 200)
    assert await storage.write(lambda uow: uow.reports.make_all_due(5)) == ["case-1"]
    assert await due(5) == ["case-1"]
    await storage.write(lambda uow: uow.reports.join(case.case_id, work_at_ms=6))
    await storage.write(lambda uow: uow.reports.rest(case.case_id, revision=1, work_at_ms=None))
    assert await due(6) == ["case-1"], "it has moved on since revision 1"
    await storage.write(lambda uow: uow.reports.rest(case.case_id, revision=2, work_at_ms=50))
    assert (await due(49), await due(50)) == ([], ["case-1"])
    await storage.write(lambda uow: uow.reports.rest(case.case_id, revision=2, work_at_ms=None))
    assert await due(10**15) == []
    assert not await claim(10**15, 10**16)
    assert await storage.write(lambda uow: uow.reports.make_all_due(5)) == []


async def test_cards_that_are_not_shown_become_due_again(storage: Database):
    case = await opened(storage, IMAGE)
    other = await opened(storage, "request-2-0", 2)
    for one in (case, other):
        await storage.write(lambda uow, c=one: uow.reports.rest(c.case_id, revision=1, work_at_ms=None))
    await storage.write(lambda uow: uow.reports.begin_card(case.case_id, 40))
    begun = await case_of(storage)
    assert (begun.card_channel_id, begun.card_message_id, begun.is_shown) == (40, None, False)
    await storage.write(
        lambda uow: uow.reports.set_card(case.case_id, revision=1, channel_id=40, message_id=41)
    )
    shown = await case_of(storage)
    assert (shown.card_channel_id, shown.card_message_id, shown.is_shown) == (40, 41, True)
    assert await storage.write(lambda uow: uow.reports.make_unshown_due(GUILD, 7)) == ["case-2"]
    assert await storage.write(lambda uow: uow.reports.make_unshown_due(GUILD + 1, 7)) == []


async def test_what_is_done_is_noted(storage: Database):
    case = await opened(storage, IMAGE)
    await decided(storage, case, Decision.REMOVE)
    await storage.write(lambda uow: uow.images.mark_deleted(IMAGE, 1))

    async def work(uow: UnitOfWork) -> None:
        await uow.reports.set_removal(case.case_id, Removal.STUCK)
        await uow.reports.set_requester_told(case.case_id)
        await uow.reports.set_told("report-1")

    await storage.write(work)
    after = await case_of(storage)
    assert (after.removal, after.requester_told) == (Removal.STUCK, True)
    (made,) = await storage.read(lambda uow: uow.reports.of_case(case.case_id))
    assert made.told
    assert await violations(storage) == []


async def test_reporters_are_counted_by_what_became_of_their_reports(storage: Database):
    ben = await account(storage, BEN)
    assert (
        await storage.read(lambda uow: uow.reports.record_of(ben, GUILD, but_case_id="")) == ReporterRecord()
    )
    await decided(storage, await opened(storage, IMAGE), Decision.REJECT)
    await refunded(storage, "request-2", 2)
    assert await storage.read(
        lambda uow: uow.reports.record_of(ben, GUILD, but_case_id="")
    ) == ReporterRecord(2, 1, 1)
    assert await storage.read(
        lambda uow: uow.reports.record_of(ben, GUILD, but_case_id="case-2")
    ) == ReporterRecord(1, 0, 1)
    assert await storage.read(lambda uow: uow.reports.made_since(ben, 1)) == [2]


async def test_the_queue_goes_on_after_the_last_case_seen(storage: Database):
    await opened(storage, IMAGE)
    assert [c.case_id for c in await storage.read(lambda uow: uow.reports.queue(GUILD, "", 5))] == ["case-1"]
    assert await storage.read(lambda uow: uow.reports.queue(GUILD, "case-1", 5)) == []


@pytest.mark.sqlite
async def test_the_queue_is_a_walk_of_its_index(raw: RawSql):
    for sql, index in (
        (
            "SELECT * FROM report_case WHERE guild_id = 1 AND decision IS NULL ORDER BY case_id LIMIT 9",
            "report_case_queue",
        ),
        (
            "SELECT case_id FROM report_case WHERE work_at_ms IS NOT NULL AND work_at_ms <= 5",
            "report_case_work",
        ),
        ("SELECT at_ms FROM report WHERE account_id = 'a' AND at_ms > 5", "report_of_account"),
    ):
        plan = " ".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert index in plan
        assert "TEMP B-TREE" not in plan
