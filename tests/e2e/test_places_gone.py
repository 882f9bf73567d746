"""Messages, channels, threads, permissions and the gateway go while a picture is made: it comes home once, or waits."""

from __future__ import annotations

import pytest

from playground import (
    Fault,
    status,
)
from tests.e2e.outcomes import has_file, one_picture, pictured_in
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}

EDIT = r"/messages/(\d+|@original)$"


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
    labels = ["Instant", "Again", "Reuse prompt", "Edit", "Download", "Report", "Delete"]
    assert [button.label for button in picture.buttons] == labels


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
    assert [button.label for button in picture.buttons] == ["Download", "Report", "Delete"]
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


async def test_a_message_that_can_not_be_removed_with_its_picture_is_told(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    picture = await one_picture(stage, room, pressed)
    question = await (await stage.world.press(room.member, picture, "Delete")).said("for good")
    stage.world.faults.add(Fault("DELETE", EDIT, status(403, 50013)))
    await (await stage.world.press(room.member, question, "Delete for good")).said("please delete that too")
    assert not stage.rows(
        "SELECT 1 FROM image WHERE message_id = :id AND deleted_at_ms IS NULL", id=picture.id
    )


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
