"""kill -9 at every step of a deletion, then a restart: it is finished, with no person doing anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from playground import Interaction, Message
from tests.databases import IS_POSTGRESQL
from tests.e2e.stage import Room, Stage
from tests.faults.dying import die_at, died, steps_of
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}

BEGUN = "ErasureService.begin"
STEPS = [
    "Settler.cancel",
    "courier.tell_end",
    "RequestDriver._tell_end",
    "ErasureService._stop",
    "Wiper._unused_files",
    "store.delete",
    "Wiper.wipe",
    "ErasureService._wipe_pictures",
    "ErasureService._forget_rest",
    "ErasureService._tell",
]
MOMENTS = [
    f"{BEGUN} after",
    *(f"{step} {when}" for step in STEPS for when in ("inside" if step[0].isupper() else "before", "after")),
]
WISH = "an umbrella of periwinkle glass"


@dataclass(frozen=True, slots=True)
class Life:
    """What a member has left behind: posted pictures, their files, and one more picture under way."""

    room: Room
    posted: tuple[Message, ...]
    files: tuple[str, ...]
    under_way: Interaction


async def finish(job: Job) -> None:
    await job.finish()


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def good_backend(stage: Stage) -> AsyncIterator[None]:
    stage.puppeteer.script = finish
    yield
    stage.puppeteer.script = None


async def live(stage: Stage) -> Life:
    room = await stage.room()
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    posted: list[Message] = []
    for place in (room.place, thread):
        pressed = await stage.world.slash(room.member, place, "image instant", hint=WISH, companion="Mira")
        posted.append(await stage.picture(pressed))
        await pressed.said("You have")
    files = stage.rows(
        "SELECT file_key FROM image JOIN request USING (request_id) WHERE request.user_id = :user",
        user=room.member.id,
    )
    stage.puppeteer.script = None
    under_way = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.puppeteer.next_job()
    stage.puppeteer.script = finish
    return Life(room, tuple(posted), tuple(files), under_way)


async def ask_to_delete(stage: Stage, life: Life) -> Interaction:
    asked = await stage.world.slash(life.room.member, life.room.place, "privacy delete")
    question = await asked.said("What stays")
    shown = await stage.world.press(life.room.member, question, "Delete everything about me…")
    await shown.modal_shown()
    return await stage.world.submit_modal(shown, {"word": "DELETE"})


async def forgotten(stage: Stage, life: Life, submitted: Interaction) -> None:
    user = life.room.member.id
    await stage.until(
        lambda: (
            stage.rows("SELECT count(*) FROM member WHERE user_id = :user", user=user) == [0]
            and stage.rows("SELECT count(*) FROM erasure") == [0]
        ),
        "the member to be forgotten",
    )
    assert stage.rows("SELECT count(*) FROM request WHERE user_id = :user", user=user) == [0]
    assert [stage.world.message(message) for message in life.posted] == [None, None]
    assert [key for key in life.files if (stage.folder / "images" / key[:2] / key).exists()] == []
    assert WISH not in str(stage.rows("SELECT * FROM request"))
    assert stage.rows("SELECT sum(held_granted) FROM wallet") == [0]
    await submitted.said("Everything about you is deleted")
    with stage.raw(readonly=True) as database:
        assert WISH not in database.everything()
        # What PostgreSQL's files still have of a deleted row is told in docs/privacy.md.
        assert IS_POSTGRESQL or WISH.encode() not in database.on_disk()


async def test_the_moments_below_are_all_the_moments_of_a_deletion(stage: Stage) -> None:
    life = await live(stage)
    (stage.folder / "steps").write_text("")
    submitted = await ask_to_delete(stage, life)
    await forgotten(stage, life, submitted)
    deletion = {f"{BEGUN} inside", *MOMENTS}
    assert deletion <= set(steps_of(stage))
    assert {step for step in steps_of(stage) if step.startswith(("ErasureService", "Wiper"))} <= deletion


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_at_any_moment_a_deletion_is_finished_after_the_restart(
    stage: Stage, moment: str
) -> None:
    life = await live(stage)
    await die_at(stage, moment)
    submitted = await ask_to_delete(stage, life)
    await died(stage)
    await stage.world.restart_bot()
    await forgotten(stage, life, submitted)
    await stage.audit()


async def test_killed_before_it_is_on_record_nothing_is_deleted(stage: Stage) -> None:
    life = await live(stage)
    await die_at(stage, f"{BEGUN} inside")
    submitted = await ask_to_delete(stage, life)
    await died(stage)
    await stage.world.restart_bot()
    assert await stage.settled(life.room.member) == ["delivered"] * 3
    assert None not in [stage.world.message(message) for message in life.posted]
    assert submitted.response is not None
    stage.world.delete_message(submitted.response)  # Discord ends the "thinking…" when the token does
    again = await ask_to_delete(stage, life)
    await forgotten(stage, life, again)
