"""kill -9 at every step of a picture that was asked for in plain words: one answer, delivered or released."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import Message
from tests.e2e.asking import answers_to, ask, picture_for, told, with_button
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import IN_LINE, die_at, died, moments_of, steps_of
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}

RECORDED = "RequestDesk.begin"
OPENED = ["courier.open", "RequestOpener.open"]
BEGINNING = [RECORDED, "Leases.claim", *OPENED, "Settler.hold", *IN_LINE, "Attempts._start"]
DELIVERED = ["courier.deliver", "Deliverer._record", "courier.tell_cost"]
LIFE = [*BEGINNING, "store.put", "Settler.store", *DELIVERED]
TOLD = ["Settler.end", "courier.tell_end", "RequestDriver._tell_end"]


async def finish(job: Job) -> None:
    await job.finish()


async def refuse(job: Job) -> None:
    await job.tell("raise", error="refused")


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def good_backend(stage: Stage) -> AsyncIterator[None]:
    stage.puppeteer.script = finish
    yield
    stage.puppeteer.script = None


async def delivered_once(stage: Stage, room: Room, asked: Message) -> None:
    """One answer, which is the picture; nothing else of ours about it, and one price."""
    await picture_for(stage, asked)
    assert await stage.settled(room.member) == ["delivered"]
    assert [is_picture(message) for message in answers_to(stage, asked)] == [True]
    mine = f"<@{room.member.id}>"
    assert len([m for m in stage.world.messages(room.place) if mine in m.text]) == 1
    assert [m for m in stage.world.messages(room.member) if mine in m.text] == []
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)


def lease_of(stage: Stage, asked: Message) -> list[str | None]:
    return stage.rows("SELECT lease_owner FROM request WHERE source_id = :message", message=asked.id)


async def test_the_moments_below_are_all_the_moments_of_a_life(stage: Stage) -> None:
    room = await stage.room()
    (stage.folder / "steps").write_text("")
    await ask(stage, room)
    await stage.until(lambda: "courier.tell_cost after" in steps_of(stage), "the end of the life")
    assert sorted(steps_of(stage)) == sorted(moments_of(LIFE))


@pytest.mark.parametrize("moment", [m for m in moments_of(LIFE) if m != f"{RECORDED} inside"])
async def test_killed_at_any_moment_of_its_life_it_is_delivered_once_in_one_answer(
    stage: Stage, moment: str
) -> None:
    room = await stage.room()
    await die_at(stage, moment)
    asked = await ask(stage, room)
    await died(stage)
    await stage.world.restart_bot()
    await delivered_once(stage, room, asked)


async def test_killed_before_it_is_on_record_there_is_nothing_and_it_can_be_asked_for_again(
    stage: Stage,
) -> None:
    room = await stage.room()
    await die_at(stage, f"{RECORDED} inside")
    lost = await ask(stage, room)
    await died(stage)
    await stage.world.restart_bot()
    assert (answers_to(stage, lost), stage.states(room.member)) == ([], [])
    await delivered_once(stage, room, await ask(stage, room))


@pytest.mark.parametrize("moment", moments_of(TOLD))
async def test_killed_while_a_refusal_is_settled_it_is_told_in_its_one_answer(
    stage: Stage, moment: str
) -> None:
    room = await stage.room()
    stage.puppeteer.script = refuse
    await die_at(stage, moment)
    asked = await ask(stage, room)
    await died(stage)
    await stage.world.restart_bot()
    await told(stage, asked, "declined this one")
    assert await stage.settled(room.member) == ["refused"]
    assert len(answers_to(stage, asked)) == 1
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)


@pytest.mark.parametrize("moment", moments_of(["courier.ask", "Leases.give_back"]))
async def test_killed_around_the_question_about_the_price_it_is_asked_once(stage: Stage, moment: str) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    await die_at(stage, moment)
    asked = await ask(stage, room)
    await died(stage)
    await stage.world.restart_bot()
    question = await with_button(stage, asked, "Make it")
    await stage.until(lambda: lease_of(stage, asked) == [None], "the question to be done")
    await stage.world.press(room.member, question, "Make it")
    await delivered_once(stage, room, asked)


async def test_hours_after_an_answer_that_was_not_recorded_no_second_one_is_posted(stage: Stage) -> None:
    """The post is made, its record is not, and Discord knows no nonce any more: the message is looked for."""
    room = await stage.room()
    await die_at(stage, "courier.open after")
    asked = await ask(stage, room)
    await died(stage)
    stage.world.backend.nonces.clear()
    await stage.world.restart_bot()
    await delivered_once(stage, room, asked)


async def test_killed_with_its_answer_posted_and_the_wish_deleted_the_answer_becomes_the_picture(
    stage: Stage,
) -> None:
    room = await stage.room()
    await die_at(stage, "courier.open after")
    asked = await ask(stage, room)
    await died(stage)
    stage.world.delete_message(asked)
    await stage.world.restart_bot()
    await stage.world.wait_for_message(room.place, is_picture)
    assert await stage.settled(room.member) == ["delivered"]
    assert len([m for m in stage.world.messages(room.place) if is_picture(m)]) == 1
