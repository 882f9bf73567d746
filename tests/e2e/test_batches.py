"""A batch is one message; each picture in it can still be had, deleted and made again by itself."""

from __future__ import annotations

import pytest

from playground import Member, Message
from tests.e2e.stage import Room, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def batch(stage: Stage, room: Room, count: int) -> Message:
    pressed = await stage.world.slash(
        room.member, room.place, "image premium", companion="Mira", prompt="smiling, beach", count=count
    )
    if count * 50 > 150:
        await stage.world.press(room.member, await stage.clickable(pressed, "Make it"), "Make it")
    return await stage.picture(pressed)


async def opened(stage: Stage, member: Member, message: Message, at: int) -> Message:
    (select,) = message.selects
    value = select.options[at]
    chosen = await stage.world.choose(member, message, [value], custom_id=select.custom_id)
    return await chosen.answered()


async def test_eight_pictures_are_one_message_and_cost_eight_times(stage: Stage) -> None:
    room = await stage.room("Mira")
    message = await batch(stage, room, 8)
    assert len(message.attachments) == 8
    assert [b.label for b in message.buttons] == ["Instant", "All again", "Reuse prompt"]
    await stage.settled(room.member)
    assert stage.free(room.member) == 100
    galleries = [part for part in message.walk() if part["type"] == 12]
    assert [len(part["items"]) for part in galleries] == [8]


async def test_one_picture_of_a_batch_has_all_its_buttons(stage: Stage) -> None:
    room = await stage.room("Mira")
    message = await batch(stage, room, 3)
    somebody = stage.new_member()
    shown = await opened(stage, somebody, message, 1)
    assert shown.ephemeral
    assert shown.attachments[0].filename == message.attachments[1].filename
    assert [b.label for b in shown.buttons] == [
        "Again",
        "Reuse prompt",
        "Edit",
        "Download",
        "Report",
        "Delete",
    ]
    again = await stage.picture(await stage.world.press(somebody, shown, "Again"))
    assert len(again.attachments) == 1
    await stage.settled(somebody)
    assert stage.free(somebody) == 450


async def test_all_again_makes_and_charges_the_whole_batch(stage: Stage) -> None:
    room = await stage.room("Mira")
    message = await batch(stage, room, 3)
    presser = stage.new_member()
    again = await stage.picture(await stage.world.press(presser, message, "All again"))
    assert len(again.attachments) == 3
    await stage.settled(presser)
    assert stage.free(presser) == 350


async def test_deleting_one_picture_leaves_the_others_in_their_message(stage: Stage) -> None:
    room = await stage.room("Mira")
    message = await batch(stage, room, 3)
    names = [attachment.filename for attachment in message.attachments]
    ids = message.selects[0].options
    await stage.settled(room.member)
    shown = await opened(stage, room.member, message, 0)
    question = await (await stage.world.press(room.member, shown, "Delete")).said("for good")
    await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    left = stage.world.message(message)
    assert left is not None
    assert [attachment.filename for attachment in left.attachments] == names[1:]
    assert left.selects[0].options == ids[1:]
    assert "smiling, beach" in left.text
    again = await stage.picture(await stage.world.press(room.member, left, "All again"))
    assert len(again.attachments) == 3
    for _ in range(2):
        current = stage.world.message(message)
        assert current is not None
        card = await opened(stage, room.member, current, 0) if current.selects else current
        question = await (await stage.world.press(room.member, card, "Delete")).said("for good")
        await (await stage.world.press(room.member, question, "Delete for good")).said("deleted")
    assert stage.world.message(message) is None
    await stage.settled(room.member)
