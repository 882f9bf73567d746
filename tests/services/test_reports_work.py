"""What follows from reports and decisions outside the books: cards, removal, telling people; also when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import DeliveryDelayedError
from bot.domain.picture import Resolution
from bot.domain.reporting import Decision, Removal, ReportReason
from bot.rendering.marking import read_size_px
from bot.services.ports.chat import Delivery
from bot.services.ports.images import Placeholder
from bot.services.report_work import (
    LEASE_MS,
    RETRY_AFTER_S,
    VERDICT,
    due_cases,
    outcome_of,
    unfinished_cases,
)
from tests.services.report_parts import KIM, MOD_CHANNEL, Office, open_office
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD, jpeg


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as office:
        yield office
        assert await office.violations() == []


async def reported(office: Office, *reporters: int) -> str:
    image = await office.picture()
    for reporter in reporters or (BEN,):
        case_id = (await office.report(image, reporter)).case_id
    return case_id


async def rested(office: Office) -> bool:
    """Nothing is left to be done, now or ever."""
    office.room.clock.now += 1000 * LEASE_MS
    return not await office.due()


# ---------------------------------------------------------------- the card


async def test_a_report_is_posted_as_one_card_which_later_ones_change(office: Office) -> None:
    image = await office.picture()
    await office.report(image, BEN)
    await office.work()
    ((place, (file, exhibit)),) = office.desk.cards.items()
    assert (place.channel_id, len(file.reports)) == (MOD_CHANNEL, 1)
    assert exhibit.hidden is None
    assert max(read_size_px(exhibit.jpeg)) <= 1024
    await office.report(image, 5)
    await office.work()
    ((same, (file, _)),) = office.desk.cards.items()
    assert (same, len(file.reports), office.desk.posted) == (place, 2, 1)
    assert await rested(office)


async def test_the_card_of_a_large_picture_is_a_smaller_one(office: Office) -> None:
    image = await office.picture(resolution=Resolution.R2K)
    await office.report(image, BEN)
    await office.work()
    ((_, exhibit),) = office.desk.cards.values()
    assert max(image.width_px, image.height_px) == 2048
    assert read_size_px(exhibit.jpeg) == (768, 1024)


async def test_without_a_mod_channel_nothing_is_posted_or_tried_again(office: Office) -> None:
    await office.set_mod_channel(None)
    case_id = await reported(office)
    await office.work()
    assert office.desk.cards == {}
    assert await rested(office)
    await office.set_mod_channel()
    image_id = (await office.case(case_id)).image_id
    await office.reports.report(image_id, GUILD, 5, ReportReason.OTHER, "")
    await office.work()
    assert office.desk.posted == 1


async def test_a_card_that_may_not_be_posted_is_not_tried_for_ever(office: Office) -> None:
    office.desk.may_post = False
    case_id = await reported(office)
    await office.work()
    assert await rested(office)
    assert not (await office.case(case_id)).is_shown
    office.desk.may_post = True
    assert (await office.reports.queue(GUILD)).posting == 1
    await office.work()
    assert (await office.case(case_id)).is_shown


async def test_a_card_that_was_deleted_is_posted_again_with_the_next_event(office: Office) -> None:
    case_id = await reported(office)
    await office.work()
    office.desk.cards.clear()
    await office.decide(case_id, Decision.REFUND)
    await office.work()
    ((_, (file, _)),) = office.desk.cards.items()
    assert (file.case.verdict is not None, office.desk.posted) == (True, 2)
    assert (file.decided_by, file.choices) == (KIM, ())


async def test_a_worker_that_dies_between_posting_and_noting_posts_no_second_card(office: Office) -> None:
    async def die() -> None:
        raise RuntimeError("killed")

    case_id = await reported(office)
    office.desk.on_post = die
    with pytest.raises(RuntimeError):
        await office.work()
    office.desk.on_post = None
    assert office.desk.posted == 1
    assert await due_cases(office.room.storage, office.room.clock)() == [], "it has its lease still"
    assert await unfinished_cases(office.room.storage, office.room.clock)() == [case_id]
    await office.worker.drive(case_id)
    assert (office.desk.posted, office.desk.looked_for) == (1, 1)
    assert (await office.case(case_id)).is_shown


async def test_a_worker_that_dies_before_posting_leaves_the_card_to_the_next(office: Office) -> None:
    case_id = await reported(office)
    office.desk.trouble["post_card"] = [RuntimeError("killed")]
    with pytest.raises(RuntimeError):
        await office.work()
    await unfinished_cases(office.room.storage, office.room.clock)()
    await office.worker.drive(case_id)
    assert (office.desk.posted, office.desk.looked_for) == (1, 1)


async def test_nobody_looks_for_a_card_that_was_never_begun(office: Office) -> None:
    await reported(office)
    await office.work()
    assert office.desk.looked_for == 0


async def test_a_failing_platform_is_asked_again_later(office: Office) -> None:
    case_id = await reported(office)
    office.desk.trouble["post_card"] = [DeliveryDelayedError()]
    await office.work()
    assert (office.desk.posted, await office.due()) == (0, [])
    office.room.clock.now += int(RETRY_AFTER_S * 1000)
    assert await office.due() == [case_id]
    await office.worker.drive(case_id)
    assert office.desk.posted == 1
    assert await rested(office)


async def test_a_report_that_joins_while_the_card_is_being_posted_is_not_forgotten(office: Office) -> None:
    image = await office.picture()
    await office.report(image, BEN)

    async def join() -> None:
        office.desk.on_post = None
        await office.report(image, 5)

    office.desk.on_post = join
    await office.work()
    ((file, _),) = office.desk.cards.values()
    assert len(file.reports) == 2
    assert await rested(office)


async def test_two_workers_on_one_case_post_one_card(office: Office) -> None:
    case_id = await reported(office)
    await asyncio.gather(*(office.worker.drive(case_id) for _ in range(5)))
    assert office.desk.posted == 1


async def test_a_mature_picture_is_shown_in_a_channel_that_is_age_restricted_now_alone(
    office: Office,
) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    office.make_mature(image)
    others = iter(range(10, 20))
    for restricted, hidden in (
        (set[int](), Placeholder.MATURE),
        ({MOD_CHANNEL}, None),
        ({CHANNEL}, Placeholder.MATURE),
    ):
        office.gate.restricted = restricted
        await office.report(image, next(others))
        await office.work()
        ((_, exhibit),) = office.desk.cards.values()
        assert exhibit.hidden is hidden
    office.gate.restricted = {MOD_CHANNEL, CHANNEL}
    assert (await office.reports.show(case_id, GUILD)).exhibit.hidden is Placeholder.MATURE


async def test_a_picture_whose_file_is_gone_or_broken_is_said_to_be(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    await office.room.store.delete(image.file_key)
    shown = await office.reports.show(case_id, GUILD)
    assert shown.exhibit.hidden is Placeholder.MISSING
    broken = replace(image, file_key=await office.room.store.put(b"no picture"))
    assert (await office.files.exhibit(broken, is_restricted=False)).hidden is Placeholder.MISSING


# ---------------------------------------------------------------- the picture


async def test_removing_takes_the_files_the_message_and_the_card_s_picture(office: Office) -> None:
    image = await office.picture()
    case_id = (await office.report(image, BEN)).case_id
    await office.decide(case_id, Decision.REMOVE)
    await office.work()
    assert not await office.room.store.exists(image.file_key)
    assert not await office.room.store.exists(image.thumbnail_key)
    ((gone, left),) = office.desk.taken_out
    assert (gone.image_id, left) == (image.image_id, ())
    ((_, exhibit),) = office.desk.cards.values()
    assert exhibit.jpeg == b""
    assert (await office.case(case_id)).removal is Removal.DONE
    assert await rested(office)


async def test_of_a_batch_only_the_one_picture_goes_and_only_its_share_comes_back(office: Office) -> None:
    first, second = await office.pictures(count=2)
    case_id = (await office.report(first, BEN)).case_id
    await office.decide(case_id, Decision.REFUND_REMOVE)
    await office.work()
    ((_, left),) = office.desk.taken_out
    assert [image.image_id for image in left] == [second.image_id]
    assert await office.room.store.exists(second.file_key)
    assert (await office.balance()).free.granted == 450


async def test_a_message_that_discord_keeps_is_told_on_the_card(office: Office) -> None:
    case_id = await reported(office)
    await office.work()
    office.desk.may_take_out = False
    await office.decide(case_id, Decision.REMOVE)
    await office.work()
    ((file, _),) = office.desk.cards.values()
    assert file.case.removal is Removal.STUCK
    assert await rested(office)


async def test_a_platform_that_fails_while_a_picture_is_removed_keeps_nobody_from_being_told(
    office: Office,
) -> None:
    case_id = await reported(office)
    office.desk.trouble["take_out"] = [DeliveryDelayedError()]
    await office.decide(case_id, Decision.REMOVE)
    await office.work()
    assert (await office.case(case_id)).removal is Removal.DUE
    assert sorted(user_id for user_id, _, _ in office.desk.told) == [ANA, BEN]
    office.room.clock.now += int(RETRY_AFTER_S * 1000)
    await office.worker.drive(case_id)
    assert (await office.case(case_id)).removal is Removal.DONE
    assert len(office.desk.told) == 2


async def test_a_picture_that_was_never_posted_is_removed_all_the_same(office: Office) -> None:
    office.room.courier.delivery = Delivery("gallery")
    image = await office.picture()
    assert image.message_id is None
    case_id = (await office.report(image, BEN)).case_id
    await office.decide(case_id, Decision.REMOVE)
    await office.work()
    assert not await office.room.store.exists(image.file_key)


async def test_a_file_that_a_second_picture_shares_stays(office: Office) -> None:
    office.room.backend.script = [[jpeg(768, 1024), jpeg(768, 1024)]]
    first, second = await office.pictures(count=2)
    assert first.file_key == second.file_key
    case_id = (await office.report(first, BEN)).case_id
    await office.decide(case_id, Decision.REMOVE)
    await office.work()
    assert await office.room.store.exists(second.file_key)


# ---------------------------------------------------------------- people


async def test_reporters_and_the_one_who_asked_are_told_what_concerns_them(office: Office) -> None:
    case_id = await reported(office, BEN, 5)
    await office.decide(case_id, Decision.REFUND_REMOVE, note="three arms")
    await office.work()
    told = {user_id: outcome for user_id, outcome, _ in office.desk.told}
    assert set(told) == {ANA, BEN, 5}
    assert (told[BEN].is_reporter, told[BEN].is_requester, told[BEN].refunded) == (True, False, 0)
    assert (told[ANA].is_reporter, told[ANA].is_requester, told[ANA].refunded) == (False, True, 50)
    assert {outcome.note for outcome in told.values()} == {"three arms"}
    assert {outcome.guild_name for outcome in told.values()} == {"Studio"}
    assert len({nonce for _, _, nonce in office.desk.told}) == 3
    await office.worker.drive(case_id)
    assert len(office.desk.told) == 3


async def test_who_reported_their_own_picture_is_told_once(office: Office) -> None:
    case_id = await reported(office, ANA)
    await office.decide(case_id, Decision.REFUND)
    await office.work()
    ((user_id, outcome, _),) = office.desk.told
    assert (user_id, outcome.is_reporter, outcome.is_requester, outcome.refunded) == (ANA, True, True, 50)


async def test_who_asked_for_a_picture_never_hears_of_a_rejected_report(office: Office) -> None:
    case_id = await reported(office, BEN)
    await office.decide(case_id, Decision.REJECT)
    await office.work()
    assert [user_id for user_id, _, _ in office.desk.told] == [BEN]


async def test_who_takes_no_direct_messages_is_told_when_they_come_next(office: Office) -> None:
    case_id = await reported(office, BEN)
    office.desk.closed = {ANA, BEN}
    await office.decide(case_id, Decision.REFUND, note="sorry")
    await office.work()
    for user_id, refunded in ((ANA, 50), (BEN, 0)):
        (notice,) = await office.notices(user_id)
        outcome = outcome_of(notice)
        assert notice.kind == VERDICT
        assert (outcome.decision, outcome.refunded, outcome.note) == (Decision.REFUND, refunded, "sorry")
        assert outcome.cast_names == ("Mira",)
    await office.worker.drive(case_id)
    assert await office.notices(BEN) == []


async def test_who_was_forgotten_is_told_nothing(office: Office) -> None:
    case_id = await reported(office, BEN)
    await office.forget(ANA)
    await office.forget(BEN)
    await office.decide(case_id, Decision.REFUND)
    await office.work()
    assert office.desk.told == []
    assert await rested(office)


async def test_a_worker_that_dies_between_two_people_tells_each_of_them(office: Office) -> None:
    case_id = await reported(office, BEN, 5)
    await office.decide(case_id, Decision.REMOVE)
    office.desk.trouble["tell"] = [None, RuntimeError("killed")]
    with pytest.raises(RuntimeError):
        await office.work()
    await unfinished_cases(office.room.storage, office.room.clock)()
    await office.worker.drive(case_id)
    assert sorted(user_id for user_id, _, _ in office.desk.told) == [ANA, BEN, 5]
