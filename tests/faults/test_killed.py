"""kill -9 at every step of a request's life, then a restart: delivered once or released, and told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import IN_LINE, die_at, died, moments_of, steps_of
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}

RECORDED = "RequestDesk.begin"
BEGINNING = [RECORDED, "Leases.claim", "Settler.hold", *IN_LINE, "Attempts._start"]
TOLD = ["courier.tell_end", "RequestDriver._tell_end"]
LIFE = [
    *BEGINNING,
    "store.put",
    "Settler.store",
    "courier.deliver",
    "Deliverer._record",
    "courier.tell_cost",
]
REFUSAL = [*BEGINNING, "Settler.end", *TOLD]


async def finish(job: Job) -> None:
    await job.finish()


async def refuse(job: Job) -> None:
    await job.tell("raise", error="refused")


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def good_backend(stage: Stage) -> AsyncIterator[None]:
    stage.puppeteer.script = finish
    yield
    stage.puppeteer.script = None


def pictures(stage: Stage, room: Room) -> list[Message]:
    places = [place for place in stage.world.channels if place.id == room.place.id or place.is_direct]
    mine = f"<@{room.member.id}>"
    return [m for place in places for m in stage.world.messages(place) if is_picture(m) and mine in m.text]


async def delivered_once(stage: Stage, room: Room) -> None:
    assert await stage.settled(room.member) == ["delivered"]
    assert len(pictures(stage, room)) == 1
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)


async def released_and_told(stage: Stage, room: Room, pressed: Interaction, words: str, state: str) -> None:
    await pressed.said(words)
    assert await stage.settled(room.member) == [state]
    assert pictures(stage, room) == []
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)


async def test_the_moments_below_are_all_the_moments_of_a_life(stage: Stage) -> None:
    room = await stage.room()
    (stage.folder / "steps").write_text("")
    await stage.world.press(room.member, room.spoken, "Instant")
    await stage.until(lambda: "courier.tell_cost after" in steps_of(stage), "the end of the life")
    assert sorted(steps_of(stage)) == sorted(moments_of(LIFE))


async def test_the_moments_below_are_all_the_moments_of_a_refusal(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = refuse
    (stage.folder / "steps").write_text("")
    await stage.world.press(room.member, room.spoken, "Instant")
    await stage.until(lambda: "RequestDriver._tell_end after" in steps_of(stage), "the end of the life")
    assert sorted(steps_of(stage)) == sorted(moments_of(REFUSAL))


@pytest.mark.parametrize("moment", [m for m in moments_of(LIFE) if m != f"{RECORDED} inside"])
async def test_killed_at_any_moment_of_its_life_a_request_is_delivered_once(
    stage: Stage, moment: str
) -> None:
    room = await stage.room()
    await die_at(stage, moment)
    await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    await delivered_once(stage, room)


async def test_killed_before_it_is_on_record_a_request_never_was(stage: Stage) -> None:
    """Nothing is known of it, so nobody can tell; Discord itself ends the "thinking…" when the token does."""
    room = await stage.room()
    await die_at(stage, f"{RECORDED} inside")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    assert (stage.states(room.member), stage.free(room.member)) == ([], None)
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    again = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.picture(again)
    await delivered_once(stage, room)


@pytest.mark.parametrize("moment", moments_of(["Settler.end", *TOLD]))
async def test_killed_while_a_refusal_is_settled_the_hold_is_released_and_it_is_told(
    stage: Stage, moment: str
) -> None:
    room = await stage.room()
    stage.puppeteer.script = refuse
    await die_at(stage, moment)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    await released_and_told(stage, room, pressed, "declined this one", "refused")


@pytest.mark.parametrize("moment", moments_of(["Attempts.after"]))
async def test_killed_between_two_attempts_a_request_is_delivered_once(stage: Stage, moment: str) -> None:
    room = await stage.room()
    attempts: list[Job] = []

    async def unavailable_then_good(job: Job) -> None:
        attempts.append(job)
        if len(attempts) == 1:
            await job.tell("raise", error="unavailable")
        else:
            await job.finish()

    stage.puppeteer.script = unavailable_then_good
    await die_at(stage, moment)
    await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    await delivered_once(stage, room)
    assert len(attempts) == 2


@pytest.mark.parametrize("when", ["inside", "after"])
async def test_killed_while_it_is_cancelled_a_request_is_either_made_or_cancelled(
    stage: Stage, when: str
) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    await die_at(stage, f"Settler.cancel {when}")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.puppeteer.next_job()
    await stage.world.press(room.member, await stage.clickable(pressed, "Cancel"), "Cancel")
    await died(stage)
    stage.puppeteer.script = finish
    await stage.world.restart_bot()
    if when == "inside":
        await delivered_once(stage, room)
    else:
        await released_and_told(stage, room, pressed, "ancelled", "cancelled")


@pytest.mark.parametrize("moment", moments_of(["courier.ask", "Leases.give_back", "RequestDesk.confirm"]))
async def test_killed_around_the_question_about_the_price_it_is_asked_and_made_once(
    stage: Stage, moment: str
) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    await die_at(stage, moment)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    if "confirm" in moment:
        question = await stage.clickable(pressed, "Make it")
        await stage.world.press(room.member, question, "Make it")
    await died(stage)
    assert stage.free(room.member) == 500
    await stage.world.restart_bot()
    if moment != "RequestDesk.confirm after":
        await stage.until(lambda: "courier.ask after" in steps_of(stage), "the question")
        question = await stage.clickable(pressed, "Make it")
        await stage.world.press(room.member, question, "Make it")
    await delivered_once(stage, room)


@pytest.mark.parametrize("when", ["inside", "after"])
async def test_killed_while_its_cast_changes_a_request_has_the_one_price_or_the_other(
    stage: Stage, when: str
) -> None:
    room = await stage.room("Mira", "Kaito")
    other = stage.new_member()
    stage.puppeteer.script = None
    theirs = await stage.world.press(other, room.spoken, "Instant")
    await stage.puppeteer.next_job()
    await die_at(stage, f"Settler.recast {when}")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    waiting = await stage.clickable(pressed, "Change cast")
    choice = await (await stage.world.press(room.member, waiting, "Change cast")).answered()
    await stage.world.choose(room.member, choice, ["mira", "kaito"])
    await died(stage)
    stage.puppeteer.script = finish
    await stage.world.restart_bot()
    await stage.settled(other)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == (450 if when == "inside" else 400)
    assert len(pictures(stage, room)) == 1
    assert is_picture(await stage.picture(theirs))


async def test_killed_after_a_post_that_was_not_recorded_the_picture_is_not_posted_again(
    stage: Stage,
) -> None:
    room = await posted_and_killed(stage)
    await stage.world.restart_bot()
    await delivered_once(stage, room)


async def posted_and_killed(stage: Stage) -> Room:
    """A picture that stands as a message of its own, posted by a bot that died before it could note it."""
    room = await stage.room()
    stage.puppeteer.script = None
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    await die_at(stage, "courier.deliver after")
    await job.finish()
    await died(stage)
    assert len(pictures(stage, room)) == 1
    assert stage.states(room.member) == ["stored"]
    return room


async def test_restarted_half_an_hour_after_such_a_post_the_picture_is_not_posted_again(
    tmp_path: Path,
) -> None:
    async with Stage.open(tmp_path, **SETTINGS) as stage:
        room = await posted_and_killed(stage)
        stage.world.backend.clock.advance(30 * 60)  # no token and no nonce is known any more
        await stage.world.restart_bot()
        await delivered_once(stage, room)


async def test_a_clock_that_is_an_hour_fast_does_not_post_the_picture_again(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, **SETTINGS) as stage:
        stage.world.backend.clock.advance(-60 * 60)  # seen from Discord, ours is fast
        room = await posted_and_killed(stage)
        stage.world.backend.nonces.clear()
        await stage.world.restart_bot()
        await delivered_once(stage, room)


@pytest.mark.parametrize("moment", moments_of(["courier.tell_waiting"]))
async def test_killed_while_a_picture_is_left_in_the_gallery_it_waits_there_once(
    stage: Stage, moment: str
) -> None:
    room, elsewhere = await stage.room(), await stage.room()
    stage.world.close_dms(room.member)
    stage.puppeteer.script = None
    await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    stage.world.delete_channel(room.place)
    await die_at(stage, moment)
    await job.finish()
    await died(stage)
    await stage.world.restart_bot()
    assert await stage.settled(room.member) == ["delivered"]
    came_back = await stage.world.slash(room.member, elsewhere.place, "moments balance")
    await came_back.said("could not be posted")
    assert len([text for text in came_back.texts() if "could not be posted" in text]) == 1


async def test_stopped_for_a_redeployment_an_open_request_is_made_by_the_next_process(stage: Stage) -> None:
    room = await stage.room()
    stage.puppeteer.script = None
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    bot = stage.world.bot
    assert bot is not None
    assert await bot.stop() == 0
    await job.stopped()
    stage.puppeteer.script = finish
    await stage.world.restart_bot()
    await stage.picture(pressed)
    await delivered_once(stage, room)


async def test_a_request_that_kills_the_bot_every_time_is_given_up(stage: Stage) -> None:
    room = await stage.room()
    await die_at(stage, "store.put before")
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    for _ in range(2):
        await die_at(stage, "store.put before")
        await stage.world.restart_bot(ready_timeout_s=None)
        await died(stage)
    await stage.world.restart_bot()
    await released_and_told(stage, room, pressed, "could not be made", "failed")
