"""Candidates that are cut short, cancelled or can't be posted: what they cost, and where they wait."""

from __future__ import annotations

import pytest

from playground import Message
from tests.e2e.reference_desk import BOTH_TRUE, Owner, is_sheet, numbers_of
from tests.e2e.stage import Stage

SETTINGS = {"IMAGE_BACKENDS": "puppet"}

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def test_while_they_are_made_only_their_owner_sees_it_and_can_cancel_but_not_recast(
    stage: Stage,
) -> None:
    rin = await Owner.begin(stage, "Rin")
    asked = await rin.confirmation()
    pressed = await rin.press(asked, BOTH_TRUE)
    job = await stage.puppeteer.next_job()
    assert job.described["count"] == 4
    progress = await stage.clickable(pressed, "Cancel")
    assert progress.ephemeral
    assert [button.label for button in progress.buttons] == ["Cancel"]
    again = await rin.press(asked, BOTH_TRUE)
    await again.said("already on its way")
    await job.tell("picture")
    await job.tell("picture")
    await stage.until(lambda: len(rin.candidates()) == 2, "two candidates on record")
    await rin.press(progress, "Cancel")
    sheet = await rin.sheet(pressed, numbers=2)
    await rin.turned(sheet, "2", "ready for Advanced")
    assert await stage.settled(rin.member) == ["delivered"]
    assert stage.free(rin.member) == 500


async def test_a_kill_before_the_first_candidate_leaves_it_free_and_the_four_come_after_the_restart(
    stage: Stage,
) -> None:
    sol = await Owner.begin(stage, "Sol")
    pressed = await sol.press(await sol.confirmation(), BOTH_TRUE)
    await stage.puppeteer.next_job()
    await stage.world.restart_bot(kill=True)
    job = await stage.puppeteer.next_job()
    await job.finish(pictures=4)
    await sol.sheet(pressed)
    await stage.settled(sol.member)
    assert stage.free(sol.member) == 500


async def test_a_refused_first_attempt_leaves_it_free(stage: Stage) -> None:
    uma = await Owner.begin(stage, "Uma")
    pressed = await uma.press(await uma.confirmation(), BOTH_TRUE)
    await (await stage.puppeteer.next_job()).tell("raise", error="refused")
    assert (await pressed.said("declined this one")).ephemeral
    await stage.settled(uma.member)
    assert "free" in (await uma.settings()).text
    assert [b.label for b in (await uma.settings()).buttons] == ["Enable Advanced · 0 moments"]


async def test_where_the_answer_is_out_of_reach_the_sheet_comes_directly_and_is_picked_there(
    stage: Stage,
) -> None:
    kai = await Owner.begin(stage, "Kai")
    pressed = await kai.press(await kai.confirmation(), BOTH_TRUE)
    job = await stage.puppeteer.next_job()
    gone = pressed.response
    pressed.expire()
    assert gone is not None
    stage.world.delete_message(gone)
    await job.finish(pictures=4)
    sheet = await stage.world.wait_for_message(kai.member, is_sheet)
    assert await stage.settled(kai.member) == ["delivered"]
    assert [button.label for button in sheet.buttons] == ["1", "2", "3", "4"], "nothing is made there"
    await kai.turned(sheet, "3", "ready for Advanced")
    assert kai.reference is not None
    posted = [m for m in stage.world.messages(kai.place) if m.attachments]
    assert posted == [], "what is private is in no channel"


async def test_with_nowhere_left_they_wait_in_the_settings_and_their_owner_is_told(stage: Stage) -> None:
    zoe = await Owner.begin(stage, "Ziva")
    stage.world.close_dms(zoe.member)
    pressed = await zoe.press(await zoe.confirmation(), BOTH_TRUE)
    job = await stage.puppeteer.next_job()
    gone = pressed.response
    pressed.expire()
    assert gone is not None
    stage.world.delete_message(gone)
    await job.finish(pictures=4)
    assert await stage.settled(zoe.member) == ["delivered"]
    came_back = await stage.world.slash(zoe.member, zoe.place, "me")
    assert (await came_back.said("wait for you")).ephemeral
    shown = await zoe.turned(await zoe.settings(), "Show the candidates", "Press the number")
    assert numbers_of(shown) == ["1", "2", "3", "4"]


async def test_a_companion_that_is_deleted_meanwhile_leaves_nothing_to_pick_and_no_files(
    stage: Stage,
) -> None:
    ivy = await Owner.begin(stage, "Ivy")
    pressed = await ivy.press(await ivy.confirmation(), BOTH_TRUE)
    job = await stage.puppeteer.next_job()
    await job.tell("picture")
    await stage.until(lambda: len(ivy.candidates()) == 1, "a candidate on record")
    asked = await (await stage.world.slash(ivy.member, ivy.place, "companion delete", companion="Ivy")).said(
        "Delete"
    )
    await ivy.turned(asked, "Delete for good", "deleted")
    await job.finish(pictures=3)

    def told() -> Message | None:
        message = pressed.response
        return message if message is not None and "nothing is left to pick" in message.text else None

    await stage.world.wait_until(told, 10.0, lambda: f"{pressed.texts()}")
    assert await stage.settled(ivy.member) == ["delivered"]
    for key in ivy.candidates():
        assert not list((stage.folder / "images").rglob(key))
