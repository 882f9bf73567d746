"""What its requester can do about a request under way: cancel it, change its cast, agree to its price."""

from __future__ import annotations

import pytest

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}


async def waiting_behind(stage: Stage, *companions: str) -> tuple[Job, Room, Interaction, Message]:
    """A request that waits in the queue, with its progress message, and the job that it waits for."""
    first, room = await stage.room(), await stage.room(*companions)
    await stage.world.press(first.member, first.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    return job, room, pressed, await stage.clickable(pressed, "Change cast")


async def cancelled(stage: Stage, room: Room, pressed: Interaction) -> None:
    told = await pressed.said("Cancelled")
    assert "Nothing was charged" in told.text
    assert told.buttons == []
    assert await stage.settled(room.member) == ["cancelled"]
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)


async def test_cancel_in_the_queue_is_free_and_told(stage: Stage) -> None:
    job, room, pressed, waiting = await waiting_behind(stage)
    assert stage.held(room.member) == 50
    await stage.world.press(room.member, waiting, "Cancel")
    await cancelled(stage, room, pressed)
    await job.finish()
    assert stage.puppeteer.waiting == 0


async def test_cancel_while_it_is_made_is_free_told_and_stops_the_work(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    await job.stopped()
    await cancelled(stage, room, pressed)


async def test_after_a_cancel_the_same_button_makes_a_picture(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.puppeteer.next_job()
    await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    await cancelled(stage, room, pressed)
    again = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(again)
    assert await stage.settled(room.member) == ["cancelled", "delivered"]


async def test_cancel_after_the_picture_is_made_changes_nothing(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    cancel = (await stage.clickable(pressed, "Cancel")).button("Cancel").custom_id
    assert cancel
    await job.finish()
    await stage.picture(pressed)
    await stage.settled(room.member)
    await stage.forge(room.spoken, cancel)
    told = await (await stage.world.press(room.member, room.spoken, custom_id=cancel)).said("already ended")
    assert told.ephemeral
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450
    stage.world.delete_message(room.spoken)


async def test_change_cast_while_it_waits_quotes_holds_and_shows_anew(stage: Stage) -> None:
    job, room, pressed, waiting = await waiting_behind(stage, "Mira", "Kaito")
    choice = await (await stage.world.press(room.member, waiting, "Change cast")).answered()
    assert choice.ephemeral
    chosen = await stage.world.choose(room.member, choice, ["mira", "kaito"])
    await stage.until(lambda: stage.held(room.member) == 100, "the new hold")
    shown = await pressed.said("100 moments")
    assert "Mira and Kaito" in shown.text
    told = await stage.world.wait_until(
        lambda: (now := stage.world.message(choice)) and "100 moments" in now.text and now, 10, str(chosen)
    )
    assert told.selects == []
    await job.finish()
    job = await stage.puppeteer.next_job()
    assert job.cast == ["Mira", "Kaito"]
    await job.finish()
    assert "Mira and Kaito" in (await stage.picture(pressed)).text
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 400


async def test_change_cast_after_the_start_is_told_and_changes_nothing(stage: Stage) -> None:
    job, room, pressed, waiting = await waiting_behind(stage, "Mira", "Kaito")
    choice = await (await stage.world.press(room.member, waiting, "Change cast")).answered()
    await job.finish()
    job = await stage.puppeteer.next_job()
    chosen = await stage.world.choose(room.member, choice, ["mira", "kaito"])
    told = await chosen.said("already being made")
    assert told.ephemeral
    assert stage.held(room.member) == 50
    await job.finish()
    assert "Kaito" not in (await stage.picture(pressed)).text
    assert await stage.settled(room.member) == ["delivered"]


async def test_above_the_members_own_limit_the_price_is_asked_first(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    question = await stage.clickable(pressed, "Make it")
    assert "50 moments" in question.text
    assert [button.label for button in question.buttons] == ["Make it", "Change cast", "Cancel"]
    assert (stage.free(room.member), stage.held(room.member), stage.puppeteer.waiting) == (500, 0, 0)
    await stage.world.press(room.member, question, "Make it")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450


async def test_at_the_limit_nobody_is_asked(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=50)).answered()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    await stage.settled(room.member)


async def test_a_price_can_be_declined(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.world.press(room.member, await stage.clickable(pressed, "Make it"), "Cancel")
    await cancelled(stage, room, pressed)


async def test_agreeing_twice_is_agreeing_once(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    question = await stage.clickable(pressed, "Make it")
    await stage.world.press(room.member, question, "Make it")
    await stage.world.press(room.member, question, "Make it")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450
    assert stage.puppeteer.waiting == 0


async def test_every_one_of_the_cast_comes_to_the_backend_with_its_own_likeness(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    pressed = await stage.world.slash(
        room.member, room.place, "image instant", hint="Mira and Kaito together on the beach"
    )
    job = await stage.puppeteer.next_job()
    assert job.cast == ["Mira", "Kaito"]
    assert len(set(job.described["references"])) == 1, "some alike and some not misleads"
    assert all(name in job.described["prompt"] for name in job.cast)
    await job.finish()
    await stage.picture(pressed)
    await stage.settled(room.member)
