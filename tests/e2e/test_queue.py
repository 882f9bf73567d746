"""Waiting in the queue of one process: fair, and with something to look at. The line of several is in tests/fleet."""

from __future__ import annotations

import itertools

import pytest

from playground import Interaction, Message, Request
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.sqlite, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1", "MAX_PER_MEMBER": "10"}
SHORTEST_PAUSE_S = 2.5


def edits_of(stage: Stage, pressed: Interaction) -> list[Request]:
    """The edits of the message that answers a press, oldest first."""
    message = pressed.response
    assert message is not None
    return [
        r for r in stage.world.requests if r.method == "PATCH" and r.path.endswith(f"/messages/{message.id}")
    ]


async def commands(stage: Stage, room: Room, count: int) -> list[Interaction]:
    return [await stage.world.slash(room.member, room.place, "image instant") for _ in range(count)]


async def test_one_members_many_requests_never_starve_anothers_one(stage: Stage) -> None:
    room = await stage.room()
    many = await commands(stage, room, 5)
    first = await stage.puppeteer.next_job()
    await stage.world.wait_until(
        lambda: sum("In the queue" in text for command in many for text in command.texts()) == 3,
        10,
        lambda: f"three to wait in the queue: {[command.texts() for command in many]}",
    )
    other = await stage.room()
    theirs = await stage.world.press(other.member, other.spoken, "Instant")
    await theirs.said("You are next")
    await first.finish()
    second = await stage.puppeteer.next_job()
    await second.finish()
    await stage.picture(theirs)
    assert [is_picture(message) for message in stage.world.messages(room.place)].count(True) == 1
    for _ in range(4):
        await (await stage.puppeteer.next_job()).finish()
    assert await stage.settled(room.member) == ["delivered"] * 5


async def test_the_place_in_the_queue_is_shown_and_moves_up(stage: Stage) -> None:
    rooms = [await stage.room() for _ in range(3)]
    pressed = [await stage.world.press(rooms[0].member, rooms[0].spoken, "Instant")]
    job = await stage.puppeteer.next_job()
    pressed.append(await stage.world.press(rooms[1].member, rooms[1].spoken, "Instant"))
    await pressed[1].said("You are next")
    pressed.append(await stage.world.press(rooms[2].member, rooms[2].spoken, "Instant"))
    waiting = await pressed[2].said("In the queue: 1 before you")
    assert "Mira" in waiting.text
    assert "50 moments" in waiting.text
    assert [button.label for button in waiting.buttons] == ["Cancel", "Change cast"]
    await job.finish()
    job = await stage.puppeteer.next_job()
    await pressed[2].said("You are next")
    await job.finish()
    await (await stage.puppeteer.next_job()).finish()
    for room in rooms:
        assert await stage.settled(room.member) == ["delivered"]


async def under_way(stage: Stage) -> tuple[Room, Interaction, Job]:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    return room, pressed, await stage.puppeteer.next_job()


async def test_progress_and_preview_are_shown_no_faster_than_discord_likes_and_never_after_the_picture(
    stage: Stage,
) -> None:
    room, pressed, job = await under_way(stage)
    await pressed.said("Drawing")
    for step in range(1, 40):
        await job.tell("progress", fraction=step / 100, preview=step % 2 == 1)
    shown: Message = await pressed.said("39%")
    assert shown.attachments[0].filename == "preview-1.jpg"
    assert [button.label for button in shown.buttons] == ["Cancel"]
    await job.tell("progress", fraction=0.8)
    await job.finish()
    picture = await stage.picture(pressed)
    await stage.settled(room.member)
    assert "preview-1.jpg" not in [file.filename for file in picture.attachments]
    edits = edits_of(stage, pressed)
    progress = [request for request in edits if "Picturing" in str(request.body)]
    assert len(progress) <= 3
    pauses = [later.at - earlier.at for earlier, later in itertools.pairwise(progress)]
    assert all(pause >= SHORTEST_PAUSE_S - 0.05 for pause in pauses), pauses
    assert "again:" in str(edits[-1].body)


async def test_a_picture_that_is_there_at_once_needs_no_progress_message(stage: Stage) -> None:
    stage.puppeteer.script = Job.finish
    try:
        room = await stage.room()
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        await stage.picture(pressed)
        await stage.settled(room.member)
    finally:
        stage.puppeteer.script = None
    assert len(edits_of(stage, pressed)) <= 2


async def test_a_slow_services_own_queue_is_shown(stage: Stage) -> None:
    room, pressed, job = await under_way(stage)
    await job.tell("progress", position=7)
    await pressed.said("place 7")
    await job.finish()
    await stage.picture(pressed)
    await stage.settled(room.member)
