"""A picture service at its worst: paid for once and only for a picture, and always told."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from playground import Interaction
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}
ATTEMPTS = 3


async def begun(stage: Stage) -> tuple[Room, Interaction, Job]:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    return room, pressed, await stage.puppeteer.next_job()


async def released(stage: Stage, room: Room, pressed: Interaction, words: str, state: str) -> None:
    told = await pressed.said(words)
    assert "Nothing was charged" in told.text
    assert await stage.settled(room.member) == [state]
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)
    await stage.no_picture(room)


async def delivered(stage: Stage, room: Room, pressed: Interaction) -> None:
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
    assert [is_picture(message) for message in stage.world.messages(room.place)].count(True) == 1


async def test_a_refusal_is_told_and_not_asked_again(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell("raise", error="refused")
    await released(stage, room, pressed, "declined this one", "refused")
    assert stage.puppeteer.waiting == 0


async def test_a_service_that_is_down_for_a_moment_is_paid_once(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell("raise", error="unavailable")
    await (await stage.puppeteer.next_job()).finish()
    await delivered(stage, room, pressed)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("unavailable", "is not reachable"),
        ("failed", "could not be made"),
        ("unforeseen", "could not be made"),
    ],
)
async def test_a_service_that_fails_every_time_is_given_up(stage: Stage, error: str, words: str) -> None:
    stage.expected_faults.add("making_failed")
    room, pressed, job = await begun(stage)
    for _ in range(ATTEMPTS - 1):
        await job.tell("raise", error=error)
        job = await stage.puppeteer.next_job()
    await job.tell("raise", error=error)
    await released(stage, room, pressed, words, "failed")
    assert stage.puppeteer.waiting == 0


async def test_a_service_that_dies_in_the_middle_of_a_job_is_asked_again(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell("progress", fraction=0.5)
    await job.tell("end")
    await (await stage.puppeteer.next_job()).finish()
    await delivered(stage, room, pressed)


def jpeg(width_px: int, height_px: int) -> bytes:
    return encoded("JPEG", (width_px, height_px))


def encoded(kind: str, size: tuple[int, int] = (768, 1024)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 40, 90)).save(file, kind)
    return file.getvalue()


def animated() -> bytes:
    file = io.BytesIO()
    first, second = (Image.new("RGB", (768, 1024), colour) for colour in ("red", "blue"))
    first.save(file, "PNG", save_all=True, append_images=[second])
    return file.getvalue()


NO_PICTURES = {
    "nothing": b"",
    "an error page": b"<!doctype html><title>502 Bad Gateway</title>",
    "json": b'{"error": "overloaded"}',
    "half a picture": jpeg(1536, 2048)[:9000],
    "a gif": encoded("GIF"),
    "a bitmap": encoded("BMP", (96, 128)),
    "an animation": animated(),
    "another shape": jpeg(2048, 1536),
    "a single pixel": jpeg(1, 1),
    "a bomb": encoded("PNG", (9000, 12000)),
    "random bytes": bytes(range(256)) * 64,
}


@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES.keys())
async def test_what_is_no_picture_is_asked_for_again_and_paid_once(stage: Stage, data: bytes) -> None:
    room, pressed, job = await begun(stage)
    await job.give_bytes(data)
    await (await stage.puppeteer.next_job()).finish()
    await delivered(stage, room, pressed)


async def test_a_service_that_never_returns_a_picture_is_not_paid(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    for _ in range(ATTEMPTS - 1):
        await job.give_bytes(NO_PICTURES["half a picture"])
        job = await stage.puppeteer.next_job()
    await job.give_bytes(NO_PICTURES["an error page"])
    await released(stage, room, pressed, "could not be made", "failed")


async def test_a_smaller_picture_of_the_right_shape_is_delivered_in_the_size_that_was_paid(
    stage: Stage,
) -> None:
    room, pressed, job = await begun(stage)
    await job.give_bytes(jpeg(768, 1024))
    await delivered(stage, room, pressed)
    with Image.open(io.BytesIO((await stage.picture(pressed)).attachments[0].data)) as image:
        assert image.size == (1536, 2048)


async def test_a_picture_too_many_is_not_taken(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.finish(pictures=3)
    await delivered(stage, room, pressed)
    assert stage.rows("SELECT count(*) FROM image WHERE request_id = :id", id=job.request_id) == [1]


async def test_what_came_with_a_picture_stays_behind(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "a secret of the service"
    Image.new("RGB", (1536, 2048)).save(file, "JPEG", exif=exif, comment=b"a secret of the service")
    await job.give_bytes(file.getvalue())
    await delivered(stage, room, pressed)
    assert b"a secret" not in (await stage.picture(pressed)).attachments[0].data


async def test_what_could_not_be_drawn_is_listed(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell("picture", not_drawn=["dragon", "hot-air balloon"])
    await job.tell("end")
    await delivered(stage, room, pressed)
    assert "not drawn: dragon, hot-air balloon" in (await stage.picture(pressed)).text


async def test_a_word_after_the_job_is_over_does_not_take_the_place_of_the_picture(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell("picture_and_keep_talking")
    await delivered(stage, room, pressed)
    await job.tell_and_hear("progress", fraction=0.7, preview=True)
    room_of_another, pressed_by_another, its_job = await begun(stage)
    await pressed_by_another.said("Drawing")  # whatever the first one had to show is shown by now
    assert is_picture(await stage.picture(pressed))
    message = await stage.picture(pressed)
    edits = [
        r for r in stage.world.requests if r.method == "PATCH" and r.path.endswith(f"/messages/{message.id}")
    ]
    assert "again:" in str(edits[-1].body)
    await its_job.finish()
    await delivered(stage, room_of_another, pressed_by_another)


async def test_the_providers_id_is_handed_back_after_a_restart(stage: Stage) -> None:
    room, pressed, job = await begun(stage)
    await job.tell_and_hear("accepted", ref="job-7")
    await stage.world.restart_bot(kill=True)
    job = await stage.puppeteer.next_job()
    assert job.described["provider_ref"] == "job-7"
    await job.finish()
    await delivered(stage, room, pressed)
