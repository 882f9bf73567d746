"""kill -9 in the middle of a batch and of an edit, then a restart: nothing lost, nothing made or paid twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import die_at, died_and_back
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}

MOMENTS = [
    "Settler.keep inside",
    "Settler.keep after",
    "store.put before",
    "Settler.store inside",
    "Settler.store after",
    "courier.deliver before",
    "courier.deliver after",
]


async def finish(job: Job) -> None:
    await job.finish(pictures=job.described["count"])


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def good_backend(stage: Stage) -> AsyncIterator[None]:
    stage.puppeteer.script = finish
    yield
    stage.puppeteer.script = None


def posted(stage: Stage, room: Room) -> list[Message]:
    mine = f"<@{room.member.id}>"
    return [m for m in stage.world.messages(room.place) if is_picture(m) and mine in m.text]


def made(stage: Stage, room: Room) -> list[tuple[str, int, int]]:
    rows = stage.rows(
        "SELECT image.kind, image.position, image.share_granted FROM image"
        " JOIN request USING (request_id) WHERE request.user_id = :user ORDER BY image_id",
        user=room.member.id,
    )
    return [tuple(row) for row in rows]


async def ask_for_a_batch(stage: Stage, room: Room) -> Interaction:
    return await stage.world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt="smiling, beach", count=3
    )


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_batch_killed_at_any_moment_is_delivered_whole_and_once(stage: Stage, moment: str) -> None:
    room = await stage.room("Mira")
    await die_at(stage, moment)
    await ask_for_a_batch(stage, room)
    await died_and_back(stage)
    assert await stage.settled(room.member) == ["delivered"]
    assert made(stage, room) == [("premium", position, 50) for position in range(3)]
    (message,) = posted(stage, room)
    assert len(message.attachments) == 3
    assert (stage.free(room.member), stage.held(room.member)) == (350, 0)


@pytest.mark.parametrize("moment", ["RequestDesk.begin after", "Settler.hold after", "Settler.store inside"])
async def test_an_edit_killed_at_any_moment_is_delivered_once(stage: Stage, moment: str) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.settled(room.member)
    shown = await stage.world.press(room.member, picture, "Edit")
    await shown.modal_shown()
    await die_at(stage, moment)
    await stage.world.submit_modal(shown, {"words": "make it night"})
    await died_and_back(stage)
    assert await stage.settled(room.member) == ["delivered", "delivered"]
    assert made(stage, room) == [("instant", 0, 50), ("edit", 0, 50)]
    assert len(posted(stage, room)) == 2
    assert stage.free(room.member) == 400


async def test_a_cancelled_batch_keeps_its_pictures_also_when_the_bot_is_killed_then(stage: Stage) -> None:
    room = await stage.room("Mira")
    stage.puppeteer.script = None
    pressed = await ask_for_a_batch(stage, room)
    job = await stage.puppeteer.next_job()
    await job.tell("picture")
    cancel = await stage.clickable(pressed, "Cancel")
    await stage.until(lambda: len(made(stage, room)) == 1, "the first picture on record")
    await die_at(stage, "Settler.cancel after")
    await stage.world.press(room.member, cancel, "Cancel")
    await died_and_back(stage)
    assert await stage.settled(room.member) == ["delivered"]
    (message,) = posted(stage, room)
    assert "1 of 3; the rest was not charged" in message.text
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
