"""Reports and members who have their data deleted: nothing of them stays on a card, and a case can still be closed."""

from __future__ import annotations

import pytest

from playground import Message
from tests.e2e.report_desk import REJECT, Reported, choose_mod_channel, mod_channel
from tests.e2e.stage import Stage
from tests.e2e.test_privacy import delete_everything, gone

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def test_a_reported_picture_of_a_member_who_left_is_gone_and_its_case_can_be_closed(
    stage: Stage,
) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ana, reporter = reported.room.member, stage.new_member()
    await (await reported.report(reporter, "broken", "three arms")).said("moderators")
    card = await reported.card()
    assert f"<@{ana.id}>" in card.text
    await delete_everything(stage, ana, reported.room.place)
    await gone(stage, ana)
    assert stage.world.message(card) is None

    def another() -> Message | None:
        cards = [m for m in stage.world.messages(mod_channel(stage)) if "three arms" in m.text]
        return cards[-1] if cards else None

    left = await stage.world.wait_until(another, 20, "another card")
    assert str(ana.id) not in left.text
    assert left.attachments == []
    await (await reported.decide(stage.kim, REJECT, card=left)).said("Rejected")
    await reported.told(reporter, "")
    await reported.rested()


async def test_what_a_member_who_left_wrote_about_a_picture_is_on_no_card(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    reporter = stage.new_member()
    await (await reported.report(reporter, "other", "a very peculiar zeppelin")).said("moderators")
    card = await reported.card()
    assert "zeppelin" in card.text
    await delete_everything(stage, reporter, reported.room.place)
    await gone(stage, reporter)

    def cleaned() -> Message | None:
        message = stage.world.message(card)
        return message if message is not None and "zeppelin" not in message.text else None

    now = await stage.world.wait_until(cleaned, 20, "the words to go")
    assert str(reporter.id) not in now.text
    assert stage.world.message(reported.picture) is not None
    await (await reported.decide(stage.kim, REJECT, card=now)).said("Rejected")
    await reported.rested()
