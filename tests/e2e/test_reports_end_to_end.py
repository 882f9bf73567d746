"""Reports, from the button to the refund, with the bot as its own process and ten moderators."""

from __future__ import annotations

import asyncio

import pytest

from tests.e2e.report_desk import (
    BOTH,
    REFUND,
    REJECT,
    REMOVE,
    Reported,
    choose_mod_channel,
    mod_channel,
    submit,
)
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def test_without_a_mod_channel_a_report_is_kept_and_shown_in_the_queue(stage: Stage) -> None:
    reported = await Reported.make(stage)
    ben = stage.new_member()
    sent = await reported.report(ben, "wrong_person")
    await sent.said("your report **is kept**")
    listed = await stage.world.slash(stage.kim, reported.room.place, "reports list")
    queue = await listed.said("Wrong person or look")
    assert "no channel for reports" in queue.text
    assert queue.ephemeral
    await choose_mod_channel(stage)
    listed = await stage.world.slash(stage.kim, reported.room.place, "reports list")
    queue = await listed.said("1 missing card")
    card = await reported.card()
    assert f"<@{ben.id}>" in card.text
    shown = await stage.world.press(stage.kim, queue, "Show")
    case = await stage.clickable(shown, REJECT)
    assert case.ephemeral
    await (await reported.decide(stage.kim, REJECT, card=case)).said("Rejected")
    await reported.shows(card, "### ☑️ Rejected")
    await reported.rested()


async def test_ten_moderators_at_once_make_one_decision(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ana, world = reported.room.member, stage.world
    ben, eve = stage.new_member(), stage.new_member()
    thanks = await (await reported.report(ben, "broken", "three *arms* @everyone")).said(
        "the moderators will look"
    )
    assert thanks.ephemeral
    card = await reported.card()
    assert "three \\*arms\\*" in card.text
    assert "1 report," in card.text
    menu = await world.context_menu(eve, "Report image", reported.picture)
    await (await submit(stage, menu, reason=["against_rules"], words="")).said("Others have reported it")
    card = await reported.shows(card, "2 reports,")
    assert len(reported.cards()) == 1
    assert "'spoiler': True" in str(card.components)

    moderators = [world.create_member(f"Mod {n}", moderator=True) for n in range(10)]
    labels = [(REFUND, REJECT, REMOVE, BOTH)[n % 4] for n in range(10)]
    forms = [await world.press(m, card, label) for m, label in zip(moderators, labels, strict=True)]
    for form in forms:
        await form.modal_shown()
    sent = await asyncio.gather(*(world.submit_modal(form, {"note": "looked at"}) for form in forms))
    answers = [await one.said("**") for one in sent]
    assert all(answer.ephemeral for answer in answers)
    lost = [n for n, answer in enumerate(answers) if "already decided" in answer.text]
    (won,) = set(range(10)) - set(lost)
    assert all(f"<@{moderators[won].id}>" in answers[n].text for n in lost)
    card = await reported.shows(card, f"by <@{moderators[won].id}>")
    assert not [b for b in card.buttons if b.label in (REFUND, REJECT, REMOVE, BOTH)]
    refunds = labels[won] in (REFUND, BOTH)
    assert reported.refunds() == refunds
    assert stage.free(ana) == (500 if refunds else 450)
    for reporter in (ben, eve):
        assert "looked at" in (await reported.told(reporter, "Thank you for your report")).text
    await reported.rested()
    assert len(reported.direct_messages(ben)) == 1
    assert len(reported.direct_messages(ana)) == (labels[won] != REJECT)


async def test_refund_and_remove_takes_the_message_the_file_and_the_gallery_entry(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ana, ben = reported.room.member, stage.new_member()
    stage.world.close_dms(ben)
    await (await reported.report(ben)).said("will look at it")
    card = await reported.card()
    assert reported.has_files() == [True, True]
    await (await reported.decide(stage.kim, BOTH, "no faces, please")).said("Refunded 50 moments")
    card = await reported.shows(card, "Refunded and removed")
    assert card.attachments == []
    assert stage.world.message(reported.picture) is None
    await reported.rested()
    assert reported.has_files() == [False, False]
    assert stage.free(ana) == 500
    gallery = await stage.world.slash(ana, reported.room.place, "gallery")
    await gallery.said("No pictures yet")
    told = await reported.told(ana, "removed")
    assert "50 moments" in told.text
    assert "no faces, please" in told.text
    came = await stage.world.slash(ben, reported.room.place, "moments balance")
    notice = await came.said("Thank you for your report")
    assert notice.ephemeral
    assert "was **removed**" in notice.text
    again = await stage.world.slash(ben, reported.room.place, "moments balance")
    await again.said("moments")
    assert not [text for text in again.texts() if "Thank you for your report" in text]


async def test_of_a_batch_one_picture_is_reported_from_the_menu_refunded_and_taken_out(stage: Stage) -> None:
    await choose_mod_channel(stage)
    world = stage.world
    room = await stage.room("Mira")
    asked = await world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt="smiling, beach", count=2
    )
    batch = await stage.picture(asked)
    await stage.settled(room.member)
    first, second = stage.rows(
        "SELECT image_id FROM image JOIN request USING (request_id) WHERE user_id = :user ORDER BY position",
        user=room.member.id,
    )
    menu = await world.context_menu(room.member, "Report image", batch)
    await (await submit(stage, menu, which=[second], reason=["broken"], words="")).said("will look at it")
    reported = Reported(stage, room, batch, second)
    await (await reported.decide(stage.kim, BOTH)).said("Refunded 50 moments")
    await reported.rested()
    left = world.message(batch)
    assert left is not None
    assert [file.filename for file in left.attachments] == [f"darkroom-{first.lower()}.jpg"]
    assert stage.free(room.member) == 450
    await reported.told(room.member, "Thank you for your report")


async def test_nobody_decides_on_their_own_report_or_picture_and_members_on_nothing(stage: Stage) -> None:
    await choose_mod_channel(stage)
    world = stage.world
    ana, ben = world.create_member("Mod A", moderator=True), world.create_member("Mod B", moderator=True)
    reported = await Reported.make(stage, member=ana)
    await (await reported.report(ben)).said("will look at it")
    card = await reported.card()
    await (await world.press(ana, card, REFUND)).said("your own picture")
    await (await world.press(ben, card, REFUND)).said("You reported this yourself")
    case_id = next(str(b.custom_id) for b in card.buttons if b.label == REFUND)
    member = stage.new_member()
    await stage.forge(reported.room.spoken, case_id)
    forged = await world.press(member, reported.room.spoken, custom_id=case_id)
    await forged.said("Only **moderators**")
    await stage.forge(reported.room.spoken, case_id.replace("refund", "forgive"))
    forged = await world.press(
        stage.kim, reported.room.spoken, custom_id=case_id.replace("refund", "forgive")
    )
    await forged.said("not there any more")
    assert reported.refunds() == 0
    await (await reported.decide(stage.kim, REFUND)).said("Refunded 50")
    await reported.rested()
    assert reported.refunds() == 1


async def test_a_card_works_after_a_restart_and_comes_back_when_it_was_deleted(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ben, eve = stage.new_member(), stage.new_member()
    await (await reported.report(ben)).said("will look at it")
    card = await reported.card()
    shown = await stage.world.press(eve, reported.picture, "Report")
    await shown.modal_shown()
    await reported.rested()
    stage.world.delete_message(card)
    await stage.world.restart_bot(kill=True)
    await (await stage.world.submit_modal(shown, {"reason": ["other"], "words": ""})).said("will look")
    again = await reported.card()
    assert again.id != card.id
    assert "2 reports," in again.text
    form = await stage.world.press(stage.kim, again, REJECT)
    await form.modal_shown()
    await stage.world.restart_bot(kill=True)
    await (await stage.world.submit_modal(form, {"note": ""})).said("Rejected")
    await reported.shows(again, "Rejected")
    await reported.rested()


async def test_the_queue_turns_its_pages_and_one_case_is_found_by_its_id(stage: Stage) -> None:
    await choose_mod_channel(stage)
    world = stage.world
    pictures = [await Reported.make(stage) for _ in range(9)]
    for reporter, some in ((stage.new_member(), pictures[:5]), (stage.new_member(), pictures[5:])):
        for reported in some:
            await (await reported.report(reporter)).said("will look at it")
    cases = stage.rows("SELECT case_id FROM report_case WHERE decision IS NULL ORDER BY case_id")
    assert len(cases) == 9
    place = pictures[0].room.place
    listed = await world.slash(stage.kim, place, "reports list")
    page = await stage.clickable(listed, "Newer")
    assert [case for case in cases if case in page.text] == cases[:8]
    await world.press(stage.kim, page, "Newer")
    page = await stage.clickable(listed, "Oldest")
    assert [case for case in cases if case in page.text] == cases[8:]
    await world.press(stage.kim, page, "Oldest")
    await stage.clickable(listed, "Newer")
    typed = await world.autocomplete(stage.kim, place, "reports show", "case", cases[2][-6:].lower())
    ((choice),) = await typed.choices()
    assert choice["value"] == cases[2]
    shown = await world.slash(stage.kim, place, "reports show", case=cases[2])
    case = await stage.clickable(shown, BOTH)
    assert case.ephemeral
    assert pictures[2].image_id.lower() in case.attachments[0].filename
    for reported in pictures:
        await (await reported.decide(stage.kim, REJECT)).said("Rejected")
    again = await world.slash(stage.kim, place, "reports show", case=cases[2])
    await again.said("### ☑️ Rejected")
    nothing = await world.slash(stage.kim, place, "reports show", case="01NOTHING")
    await nothing.said("not there any more")
    await pictures[0].rested()


async def test_a_second_report_a_sixth_one_and_a_removed_picture_are_refused_kindly(stage: Stage) -> None:
    await choose_mod_channel(stage)
    eve, world = stage.new_member(), stage.world
    pictures = [await Reported.make(stage) for _ in range(6)]
    for reported in pictures[:5]:
        await (await reported.report(eve)).said("will look at it")
    await (await world.press(eve, pictures[0].picture, "Report")).said("reported that already")
    await (await world.press(eve, pictures[5].picture, "Report")).said("The next one is possible <t:")
    await (await world.context_menu(eve, "Report image", pictures[0].room.spoken)).said("no picture of mine")
    for reported in pictures[:5]:
        await (await reported.decide(stage.kim, REJECT)).said("Rejected")
    await pictures[0].rested()
    assert mod_channel(stage)
