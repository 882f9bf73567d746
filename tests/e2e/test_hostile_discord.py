"""Discord at its worst: whatever it refuses, drops or deletes, the picture comes home once, or waits."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from playground import (
    Fault,
    Interaction,
    Message,
    drop_connection_after_success,
    drop_connection_before,
    late,
    rate_limit,
    server_error_after_success,
    server_error_before,
    status,
)
from playground.faults import FaultKind
from tests.e2e.stage import Room, Stage, is_picture

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}

EDIT = r"/messages/(\d+|@original)$"
ANSWER = "/callback"
POST = r"/channels/\d+/messages$"


def has_file(message: Message) -> bool:
    return any(file.filename.startswith("darkroom-") for file in message.attachments)


async def pictured_in(stage: Stage, place: object) -> list[Message]:
    return [message for message in stage.world.messages(place) if is_picture(message)]  # type: ignore[arg-type]


async def one_picture(stage: Stage, room: Room, pressed: Interaction) -> Message:
    """The picture came, once, and was charged once."""
    picture = await stage.world.wait_for_message(room.place, is_picture)
    assert await stage.settled(room.member) == ["delivered"]
    assert len(await pictured_in(stage, room.place)) == 1
    assert stage.free(room.member) == 450
    assert not [message for message in stage.world.messages(room.place) if message.thinking], pressed
    return picture


# ------------------------------------------------------------------ gone while the picture was made


async def test_after_the_token_expired_the_picture_still_stands_in_its_own_message(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    answer = pressed.response
    pressed.expire()
    await job.finish()
    picture = await one_picture(stage, room, pressed)
    assert answer is not None
    assert picture.id == answer.id


async def test_a_deleted_progress_message_makes_the_picture_a_message_of_its_own(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    await job.finish()
    picture = await one_picture(stage, room, pressed)
    assert [button.label for button in picture.buttons] == ["Instant", "Again", "Download", "Delete"]


async def test_a_failure_is_told_although_the_progress_message_was_deleted(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    await job.tell("raise", error="refused")
    told = await stage.world.wait_for_message(room.place, lambda m: "declined this one" in m.text)
    assert f"<@{room.member.id}>" in told.text or told.ephemeral
    assert await stage.settled(room.member) == ["refused"]


async def test_with_the_channel_gone_the_picture_goes_to_the_member_directly(stage: Stage) -> None:
    room = await stage.room()
    await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    stage.world.delete_channel(room.place)
    await job.finish()
    picture = await stage.world.wait_for_message(room.member, has_file)
    assert "Mira" in picture.text
    assert await stage.settled(room.member) == ["delivered"]
    assert len([message for message in stage.world.messages(room.member) if has_file(message)]) == 1


async def test_a_picture_that_came_directly_can_be_had_and_deleted_but_nothing_is_made_there(
    stage: Stage,
) -> None:
    room = await stage.room()
    await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    again = f"again:{job.request_id}"
    stage.world.delete_channel(room.place)
    await job.finish()
    picture = await stage.world.wait_for_message(room.member, has_file)
    await stage.settled(room.member)
    assert [button.label for button in picture.buttons] == ["Download", "Delete"]
    handed = await (await stage.world.press(room.member, picture, "Download")).answered()
    assert handed.attachments[0].data == picture.attachments[0].data
    question = await (await stage.world.press(room.member, picture, "Delete")).said("for good")
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    assert stage.world.message(picture) is None
    other = await stage.world.wait_for_message(room.member, lambda m: m.id == question.id)
    for custom_id in (again, "instant:"):
        await stage.forge(other, custom_id)
        told = await (await stage.world.press(room.member, other, custom_id=custom_id)).said("in a server")
        assert told.ephemeral
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.rows("SELECT count(*) FROM wallet WHERE guild_id = 0") == [0]


async def test_with_the_thread_gone_the_picture_goes_to_its_channel(stage: Stage) -> None:
    room = await stage.room()
    thread = stage.world.create_thread(room.place, f"thread of {room.place.name}")
    pressed = await stage.world.slash(room.member, thread, "image instant", hint="on the beach")
    job = await stage.puppeteer.next_job()
    stage.world.delete_channel(thread)
    await job.finish()
    await one_picture(stage, room, pressed)


async def test_with_nowhere_left_the_picture_waits_and_is_handed_over_at_the_next_interaction(
    stage: Stage,
) -> None:
    room, elsewhere = await stage.room(), await stage.room()
    stage.world.close_dms(room.member)
    await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    stage.world.delete_channel(room.place)
    await job.finish()
    assert await stage.settled(room.member) == ["delivered"]
    came_back = await stage.world.slash(room.member, elsewhere.place, "me")
    notice = await came_back.said("could not be posted")
    assert notice.ephemeral
    handed = await (await stage.world.press(room.member, notice, "Download")).answered()
    assert handed.attachments[0].data[:2] == b"\xff\xd8"
    once_more = await stage.world.slash(room.member, elsewhere.place, "me")
    await once_more.answered()
    assert not [text for text in once_more.texts() if "could not be posted" in text]


async def test_where_the_bot_can_not_look_whether_it_has_posted_the_picture_waits(stage: Stage) -> None:
    room, elsewhere = await stage.room(), await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    stage.world.set_bot_permissions(room.place, read_message_history=False)
    await job.finish()
    assert await stage.settled(room.member) == ["delivered"]
    assert await pictured_in(stage, room.place) == []
    came_back = await stage.world.slash(room.member, elsewhere.place, "image instant")
    await came_back.said("could not be posted")
    await (await stage.puppeteer.next_job()).finish()
    await stage.settled(room.member)


async def test_where_the_bot_may_not_send_any_more_the_picture_goes_to_the_member(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    stage.world.set_bot_permissions(room.place, send_messages=False)
    await job.finish()
    await stage.world.wait_for_message(room.member, has_file)
    assert await stage.settled(room.member) == ["delivered"]


# ------------------------------------------------------------------ errors on the way


@pytest.mark.parametrize(
    "kind",
    [
        rate_limit(0.2),
        server_error_before(),
        server_error_after_success(),
        server_error_before(503),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: f"{kind.name}-{kind.status}",
)
async def test_an_error_at_the_final_edit_neither_loses_nor_doubles_the_picture(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    fault = stage.world.faults.add(Fault("PATCH", EDIT, kind, when=lambda request: bool(request.files)))
    await job.finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


@pytest.mark.parametrize(
    "kind",
    [
        rate_limit(0.2),
        server_error_before(),
        server_error_after_success(),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: kind.name,
)
async def test_an_error_at_a_post_neither_loses_nor_doubles_the_picture(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    fault = stage.world.faults.add(Fault("POST", POST, kind, when=lambda request: bool(request.files)))
    await job.finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


@pytest.mark.parametrize(
    "kind",
    [
        server_error_before(),
        server_error_after_success(),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: kind.name,
)
async def test_an_error_at_the_acknowledgement_does_not_leave_a_thinking_message(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    fault = stage.world.faults.add(Fault("POST", ANSWER, kind))
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


async def test_an_acknowledgement_that_comes_too_late_costs_nothing(stage: Stage) -> None:
    room = await stage.room()
    stage.world.limits.ack_deadline_s = 0.2
    try:
        stage.world.faults.add(Fault("POST", ANSWER, late(0.4)))
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        assert (await pressed.failed()).code == 10062
    finally:
        stage.world.limits.ack_deadline_s = 3.0
    second = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(second)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450


async def test_a_progress_edit_that_fails_does_not_stop_the_picture(stage: Stage) -> None:
    room = await stage.room()
    stage.world.faults.add(Fault("PATCH", EDIT, status(403, 50013), times=2))
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    await stage.world.wait_until(lambda: not len(stage.world.faults), 10, "the progress edits to fail")
    await job.finish()
    await one_picture(stage, room, pressed)


# ------------------------------------------------------------------ too large


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


# ------------------------------------------------------------------ the gateway


@pytest.mark.parametrize("resumable", [True, False], ids=["resumed", "anew"])
async def test_a_dropped_gateway_does_not_disturb_a_picture(stage: Stage, resumable: bool) -> None:  # noqa: FBT001
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    identified = stage.world.gateway.identify_count
    resumed = stage.world.gateway.resume_count
    await stage.world.drop_gateway(resumable=resumable)
    await job.finish()
    await one_picture(stage, room, pressed)
    back = stage.world.gateway
    await stage.world.wait_until(
        lambda: back.resume_count > resumed or back.identify_count > identified, 20, "the bot to come back"
    )
    await stage.world.wait_ready()
    assert (back.resume_count > resumed) is resumable
    again = await stage.world.press(room.member, room.spoken, "Instant")
    await again.acknowledged()
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(again)
    await stage.settled(room.member)


def noise(width_px: int, height_px: int) -> bytes:
    """A picture that compresses badly."""
    file = io.BytesIO()
    Image.effect_noise((width_px, height_px), 90).convert("RGB").save(file, "JPEG", quality=90)
    return file.getvalue()
