"""Pictures that are larger than Discord takes, said or not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.e2e.outcomes import one_picture
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}


async def test_a_picture_over_the_limit_comes_smaller_and_says_so(stage: Stage) -> None:
    room = await stage.room()
    stage.world.set_upload_limit(70_000)
    try:
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        job = await stage.puppeteer.next_job()
        await job.give_bytes(noise(1536, 2048))
        picture = await one_picture(stage, room, pressed)
        assert picture.attachments[0].size_bytes <= 70_000
        assert "full size with Download" in picture.text
    finally:
        stage.world.set_upload_limit(10 * 1024 * 1024)
    handed = await (await stage.world.press(room.member, picture, "Download")).answered()
    assert handed.attachments[0].size_bytes > 70_000


async def test_a_limit_that_discord_did_not_tell_is_found_by_trying(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    stage.world.set_upload_limit(200_000)
    try:
        await job.give_bytes(noise(1536, 2048))
        picture = await one_picture(stage, room, pressed)
        assert picture.attachments[0].size_bytes <= 200_000
    finally:
        stage.world.set_upload_limit(10 * 1024 * 1024)


async def test_a_download_finds_a_limit_that_discord_did_not_tell(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).give_bytes(noise(1536, 2048))
    picture = await one_picture(stage, room, pressed)
    stage.world.limits.request_bytes = 300_000
    try:
        handed = await (await stage.world.press(room.member, picture, "Download")).answered()
    finally:
        stage.world.limits.request_bytes = 25 * 1024 * 1024
    assert handed.attachments[0].size_bytes <= 300_000
    assert "too large to upload here" in handed.text


async def test_a_picture_of_the_gallery_finds_a_limit_that_discord_did_not_tell(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).give_bytes(noise(1536, 2048))
    await one_picture(stage, room, pressed)
    page = await (await stage.world.slash(room.member, room.place, "gallery")).answered()
    (opens,) = (part for part in page.walk() if part.get("custom_id") == "gallery-open:")
    image_id = opens["options"][0]["value"]
    stage.world.limits.request_bytes = 300_000
    try:
        opened = await stage.world.choose(room.member, page, [image_id], custom_id="gallery-open:")
        card = await stage.clickable(opened, "Favourite")
    finally:
        stage.world.limits.request_bytes = 25 * 1024 * 1024
    assert card.attachments[0].size_bytes <= 300_000
    assert "smaller here, full size with Download" in card.text


async def test_a_picture_that_no_upload_takes_waits_and_its_message_says_so(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    stage.world.set_upload_limit(100)
    try:
        await job.finish()
        assert await stage.settled(room.member) == ["delivered"]
        told = await pressed.said("could not be posted")
    finally:
        stage.world.set_upload_limit(10 * 1024 * 1024)
    handed = await (await stage.world.press(room.member, told, "Download")).answered()
    assert handed.attachments
    assert stage.free(room.member) == 450


def noise(width_px: int, height_px: int) -> bytes:
    """A picture that compresses badly."""
    file = io.BytesIO()
    Image.effect_noise((width_px, height_px), 90).convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue()
