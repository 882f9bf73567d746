"""Reporting a picture and deciding about it: what the books say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import (
    AlreadyDecidedError,
    AlreadyReportedError,
    InvalidInputError,
    NotFoundError,
    NothingToRefundError,
    OwnReportError,
    TooManyReportsError,
)
from bot.domain.money import Split
from bot.domain.reporting import HOUR_MS, MAX_WORDS, Decision, ReportReason
from bot.domain.request import RequestKind, RequestState
from bot.services.ports.storage import AuditLine, UnitOfWork
from bot.services.reports import PAGE_CASES, Filed
from tests.services.report_parts import KIM, LEE, MOD_CHANNEL, Office, open_office
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, PRICES

MESSAGE = 777
MANY = range(100, 130)
"""Members who report."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        yield office
        assert await office.violations() == []


# ---------------------------------------------------------------- reporting


async def test_the_first_report_opens_a_case_and_later_ones_join_it(office: Office) -> None:
    image = await office.picture()
    first = await office.report(image, BEN, ReportReason.BROKEN, "  three arms  ")
    second = await office.report(image, 5, ReportReason.AGAINST_RULES)
    assert (first.is_first, second.is_first, first.case_id) == (True, False, second.case_id)
    file = await office.files.read(first.case_id)
    assert [(line.user_id, line.report.reason, line.report.words) for line in file.reports] == [
        (BEN, ReportReason.BROKEN, "three arms"),
        (5, ReportReason.AGAINST_RULES, ""),
    ]
    assert (file.user_id, file.cast_names, file.case.revision) == (ANA, ("Mira",), 2)


async def test_a_picture_is_reported_once_by_each_member(office: Office) -> None:
    image = await office.picture()
    filed = await office.report(image, BEN)
    with pytest.raises(AlreadyReportedError):
        await office.report(image, BEN)
    with pytest.raises(AlreadyReportedError):
        await office.reports.check_reportable(image.image_id, GUILD, BEN)
    await office.decide(filed.case_id, Decision.REJECT)
    with pytest.raises(AlreadyReportedError):
        await office.report(image, BEN)
    assert (await office.report(image, 5)).is_first


async def test_many_presses_at_once_make_one_report(office: Office) -> None:
    image = await office.picture()
    results = await asyncio.gather(*(office.report(image, BEN) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(result, Filed) for result in results) == 1
    assert sum(isinstance(result, AlreadyReportedError) for result in results) == 7


async def test_many_members_at_once_open_one_case(office: Office) -> None:
    image = await office.picture()
    filed = await asyncio.gather(*(office.report(image, member) for member in MANY))
    assert len({one.case_id for one in filed}) == 1
    assert sum(one.is_first for one in filed) == 1


async def test_the_one_who_asked_may_report_their_own_picture(office: Office) -> None:
    image = await office.picture()
    await office.reports.check_reportable(image.image_id, GUILD, ANA)
    assert (await office.report(image, ANA)).is_first


async def test_somebody_who_has_never_used_the_bot_may_report(office: Office) -> None:
    image = await office.picture()
    await office.reports.check_reportable(image.image_id, GUILD, BEN)
    assert (await office.report(image, BEN)).is_first
    assert (await office.balance(BEN)).free == Split(), "a report is no first visit, which brings a welcome"


async def test_outside_a_guild_members_report_their_own_pictures(office: Office) -> None:
    image = await office.picture()
    with pytest.raises(NotFoundError):
        await office.reports.report(image.image_id, None, BEN, ReportReason.OTHER, "")
    assert (await office.reports.report(image.image_id, None, ANA, ReportReason.OTHER, "")).is_first


async def test_what_is_not_there_or_not_to_be_seen_can_t_be_reported(office: Office) -> None:
    deleted = await office.picture()
    await office.room.images.delete(deleted.image_id, GUILD, ANA, is_moderator=False)
    private = await office.picture(private=True)
    elsewhere = await office.picture()
    for image_id, guild_id in (
        ("nothing", GUILD),
        (deleted.image_id, GUILD),
        (private.image_id, GUILD),
        (elsewhere.image_id, GUILD + 1),
    ):
        with pytest.raises(NotFoundError):
            await office.reports.check_reportable(image_id, guild_id, BEN)
        with pytest.raises(NotFoundError):
            await office.reports.report(image_id, guild_id, BEN, ReportReason.OTHER, "")
    await office.reports.check_reportable(private.image_id, GUILD, ANA)


async def test_a_picture_that_was_not_delivered_yet_can_t_be_reported(office: Office) -> None:
    office.room.courier.errors = [RuntimeError("Discord is on fire")]
    request_id = await office.room.begin()
    with pytest.raises(RuntimeError):
        await office.room.driver.drive(request_id)
    assert (await office.room.request(request_id)).state is RequestState.STORED
    (image,) = await office.room.pictures(request_id)
    with pytest.raises(NotFoundError):
        await office.report(image, ANA)


async def test_candidates_for_a_reference_are_no_pictures_to_report(office: Office) -> None:
    companion = await office.room.own_companion("Nova")
    request = await office.room.ask(RequestKind.REFERENCE, companion.companion_id, count=4, private=True)
    (image, *_) = await office.room.pictures(request.request_id)
    with pytest.raises(NotFoundError):
        await office.report(image, ANA)


async def test_the_pictures_of_a_message_are_offered_without_those_reported_before(office: Office) -> None:
    first, second = await office.pictures(count=2)
    with pytest.raises(NotFoundError):
        await office.reports.reportable_in(GUILD, CHANNEL, MESSAGE + 1, BEN)
    offered = await office.reports.reportable_in(GUILD, CHANNEL, MESSAGE, BEN)
    assert [image.image_id for image in offered] == [first.image_id, second.image_id]
    await office.report(first, BEN)
    offered = await office.reports.reportable_in(GUILD, CHANNEL, MESSAGE, BEN)
    assert [image.image_id for image in offered] == [second.image_id]
    await office.report(second, BEN)
    with pytest.raises(AlreadyReportedError):
        await office.reports.reportable_in(GUILD, CHANNEL, MESSAGE, BEN)


async def test_words_are_short(office: Office) -> None:
    image = await office.picture()
    with pytest.raises(InvalidInputError):
        await office.report(image, BEN, words="x" * (MAX_WORDS + 1))
    assert await office.report(image, BEN, words="x" * MAX_WORDS)


async def test_five_reports_an_hour_are_the_most(office: Office) -> None:
    images = [image for _ in range(3) for image in await office.pictures(user_id=BEN, count=3)]
    start_ms = office.room.clock.now
    for image in images[:5]:
        await office.report(image, ANA)
        office.room.clock.now += 60_000
    with pytest.raises(TooManyReportsError) as refused:
        await office.report(images[5], ANA)
    assert refused.value.next_at_s == (start_ms + HOUR_MS) / 1000
    for asking in (
        office.reports.check_reportable(images[5].image_id, GUILD, ANA),
        office.reports.reportable_in(GUILD, CHANNEL, MESSAGE, ANA),
    ):
        with pytest.raises(TooManyReportsError):
            await asking
    await office.report(images[5], KIM)
    office.room.clock.now = start_ms + HOUR_MS
    await office.report(images[5], ANA)


async def test_whether_moderators_have_a_channel_is_said(office: Office) -> None:
    image = await office.picture()
    assert (await office.report(image, BEN)).is_shown
    await office.set_mod_channel(None)
    assert not (await office.report(image, ANA)).is_shown


# ---------------------------------------------------------------- deciding


@pytest.mark.parametrize("decision", Decision)
async def test_each_decision_does_what_it_says(office: Office, decision: Decision) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    decided = await office.decide(case_id, decision, note=" looked at it ")
    assert (await office.balance()).free.granted == (500 if decision.refunds else 450)
    assert decided.verdict.refunded == (Split(50) if decision.refunds else Split())
    assert (decided.reporters, decided.user_id) == (1, ANA)
    (after,) = await office.room.pictures(image.request_id)
    assert (after.deleted_at_ms is not None) == decision.removes
    case = await office.case(case_id)
    assert case.verdict is not None
    assert (case.verdict.decision, case.verdict.note) == (decision, "looked at it")

    async def lines(uow: UnitOfWork) -> list[tuple[AuditLine, int | None]]:
        return [(read.line, read.user_id) for read in await uow.audit_log.latest(GUILD, 1)]

    ((line, by),) = await office.room.storage.read(lines)
    assert (line.what, line.before, line.after, by) == ("report", case_id, decision.value, KIM)


@pytest.mark.parametrize("count", [2, 10])
async def test_of_many_decisions_at_once_one_wins_and_the_others_hear_who(office: Office, count: int) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    wanted = [list(Decision)[number % 4] for number in range(count)]
    results = await asyncio.gather(
        *(office.decide(case_id, decision, by=200 + n) for n, decision in enumerate(wanted)),
        return_exceptions=True,
    )
    losers = [result for result in results if isinstance(result, AlreadyDecidedError)]
    (winner,) = [n for n, result in enumerate(results) if not isinstance(result, BaseException)]
    assert len(losers) == count - 1
    assert {(lost.decision, lost.user_id) for lost in losers} == {(wanted[winner].value, 200 + winner)}
    assert (await office.balance()).free.granted == (500 if wanted[winner].refunds else 450)


async def test_a_share_goes_back_to_the_buckets_that_paid_for_it(office: Office) -> None:
    await office.picture(user_id=BEN)
    images = await office.pictures(user_id=BEN, count=3)
    filed = await office.report(images[1], ANA)
    before = await office.balance(BEN)
    decided = await office.decide(filed.case_id, Decision.REFUND)
    assert decided.verdict.refunded == images[1].share == Split(PRICES.image)
    assert (await office.balance(BEN)).free - before.free == Split(PRICES.image)


async def test_nobody_decides_on_their_own_report_or_picture(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, KIM)).case_id
    for member, whose in ((KIM, "report"), (ANA, "picture")):
        for asking in (
            office.reports.check_decidable(case_id, GUILD, member, Decision.REFUND),
            office.decide(case_id, Decision.REFUND, by=member),
        ):
            with pytest.raises(OwnReportError) as refused:
                await asking
            assert refused.value.whose == whose
    assert (await office.case(case_id)).is_open
    await office.reports.check_decidable(case_id, GUILD, LEE, Decision.REFUND)
    await office.decide(case_id, Decision.REFUND, by=LEE)


async def test_a_case_is_known_in_its_own_guild_only(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    for asked, guild_id in ((case_id, GUILD + 1), ("nothing", GUILD)):
        with pytest.raises(NotFoundError):
            await office.reports.show(asked, guild_id)
        with pytest.raises(NotFoundError):
            await office.reports.decide(asked, guild_id, KIM, Decision.REFUND, "")
        with pytest.raises(NotFoundError):
            await office.reports.check_decidable(asked, guild_id, KIM, Decision.REFUND)


async def test_a_note_is_short(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    with pytest.raises(InvalidInputError):
        await office.decide(case_id, Decision.REJECT, note="x" * (MAX_WORDS + 1))
    assert (await office.case(case_id)).is_open


async def test_a_refunded_picture_is_never_refunded_again_also_not_by_another_case(office: Office) -> None:
    image = await office.picture()
    first = (await office.report(image, BEN)).case_id
    await office.decide(first, Decision.REFUND)
    second = (await office.report(image, 5)).case_id
    assert second != first
    file = await office.files.read(second)
    assert file.choices == (Decision.REJECT, Decision.REMOVE)
    ((earlier),) = file.earlier
    assert (earlier.case.case_id, earlier.decided_by) == (first, KIM)
    for decision in (Decision.REFUND, Decision.REFUND_REMOVE):
        with pytest.raises(NothingToRefundError) as refused:
            await office.decide(second, decision)
        assert refused.value.is_refunded
    await office.decide(second, Decision.REMOVE)
    assert (await office.balance()).free.granted == 500


async def test_a_picture_that_cost_nothing_has_nothing_to_give_back(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    paid = await office.files.read(case_id)
    assert paid.choices == tuple(Decision)
    free = replace(paid, image=replace(image, share=Split()))
    assert free.choices == (Decision.REJECT, Decision.REMOVE)


async def test_a_picture_that_was_deleted_meanwhile_can_still_be_refunded(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, ANA)).case_id
    await office.room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    assert (await office.files.read(case_id)).choices == (Decision.REFUND, Decision.REJECT)
    await office.decide(case_id, Decision.REFUND_REMOVE)  # pressed before it was gone
    assert (await office.balance()).free.granted == 500


async def test_a_removed_picture_is_out_of_the_gallery_and_can_t_be_reported_again(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    await office.decide(case_id, Decision.REMOVE)
    with pytest.raises(NotFoundError):
        await office.report(image, 5)
    with pytest.raises(NotFoundError):
        await office.room.images.download(image.image_id, GUILD, ANA, 10_000_000)


async def test_a_refund_for_somebody_who_was_forgotten_keeps_the_books_right(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    await office.forget(ANA)
    decided = await office.decide(case_id, Decision.REFUND)
    assert decided.user_id is None
    assert await office.violations() == []


async def test_who_decided_may_be_known_no_more(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    await office.decide(case_id, Decision.REFUND)
    await office.forget(KIM)
    with pytest.raises(AlreadyDecidedError) as refused:
        await office.decide(case_id, Decision.REJECT, by=LEE)
    assert refused.value.user_id is None
    assert (await office.files.read(case_id)).decided_by is None


# ---------------------------------------------------------------- the queue


async def test_the_queue_shows_open_cases_oldest_first_page_by_page(office: Office) -> None:
    assert (await office.reports.queue(GUILD)).files == ()
    cases: list[str] = []
    for number, owner in enumerate((ANA, ANA, ANA, BEN)):
        images = await office.pictures(user_id=owner, count=3)
        cases += [(await office.report(image, 10 + number)).case_id for image in images]
    await office.decide(cases[0], Decision.REJECT)
    page = await office.reports.queue(GUILD)
    assert [file.case.case_id for file in page.files] == cases[1 : PAGE_CASES + 1]
    assert page.next_after == cases[PAGE_CASES]
    page = await office.reports.queue(GUILD, page.next_after)
    assert [file.case.case_id for file in page.files] == cases[PAGE_CASES + 1 :]
    assert page.next_after is None
    assert [file.case.case_id for file in await office.reports.waiting(GUILD)] == cases[1 : PAGE_CASES + 1]
    assert (await office.reports.queue(GUILD + 1)).files == ()


async def test_the_queue_has_missing_cards_posted_once_there_is_a_channel(office: Office) -> None:
    await office.set_mod_channel(None)
    image = await office.picture()
    await office.report(image, BEN)
    await office.work()
    page = await office.reports.queue(GUILD)
    assert (page.mod_channel_id, page.posting, office.engine.submitted) == (None, 0, [])
    await office.set_mod_channel()
    page = await office.reports.queue(GUILD)
    assert (page.mod_channel_id, page.posting) == (MOD_CHANNEL, 1)
    await office.work()
    assert office.desk.posted == 1
    assert (await office.reports.queue(GUILD)).posting == 0


async def test_reporters_are_known_by_what_became_of_their_other_reports(office: Office) -> None:
    images = [*await office.pictures(count=3), await office.picture()]
    for image, decision in zip(images, (Decision.REFUND, Decision.REMOVE, Decision.REJECT), strict=False):
        await office.decide((await office.report(image, BEN)).case_id, decision)
    case_id = (await office.report(images[3], BEN)).case_id
    (line,) = (await office.files.read(case_id)).reports
    assert (line.record.made, line.record.upheld, line.record.rejected) == (3, 2, 1)
