"""What can't be made is told in plain words to the presser alone, costs nothing, and leaves nothing behind."""

from __future__ import annotations

import pytest

from playground import Interaction
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def refused(stage: Stage, pressed: Interaction, words: str, *, left: int | None = 500) -> str:
    told = await pressed.said(words)
    assert told.ephemeral
    member = stage.world.member(pressed.member_id)
    await stage.settled(member)
    assert stage.free(member) == left
    assert stage.held(member) == 0
    assert pressed.response is None or pressed.response.id == told.id
    return told.text


async def test_where_no_companion_is_the_way_to_bring_one_is_told(stage: Stage) -> None:
    place = stage.world.create_channel("nobody-here")
    pressed = await stage.world.slash(stage.new_member(), place, "image instant")
    assert "/companion invite" in await refused(stage, pressed, "No companions are here")


async def test_an_unknown_companion_is_named(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.slash(room.member, room.place, "image instant", companion="Zebedee")
    told = await pressed.said("Zebedee")
    assert told.ephemeral
    assert stage.states(room.member) == []


async def test_an_unsafe_hint_is_refused(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.slash(room.member, room.place, "image instant", hint="naked on the beach")
    await refused(stage, pressed, "general pictures only")


async def test_unsafe_talk_never_reaches_a_picture_service(stage: Stage) -> None:
    room = await stage.room(says="*stands there nude in the bathroom, undressing*")
    await stage.world.press(room.member, room.spoken, "Instant")
    (state,) = await stage.settled(room.member)
    prompts = stage.rows("SELECT prompt FROM request WHERE user_id = :user", user=room.member.id)
    assert state == "refused" or not any(word in prompts[0].lower() for word in ("nude", "undress"))


async def test_a_channel_whose_history_the_bot_may_not_read_names_the_permission(stage: Stage) -> None:
    room = await stage.room()
    stage.world.set_bot_permissions(room.place, read_message_history=False)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    told = await refused(stage, pressed, "missing the permission")
    assert "Read Message History" in told
    assert f"<#{room.place.id}>" in told


async def test_a_channel_that_the_bot_may_not_see_names_the_permission(stage: Stage) -> None:
    room = await stage.room()
    stage.world.set_bot_permissions(room.place, view_channel=False)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    assert "View Channel" in await refused(stage, pressed, "missing the permission")


async def test_without_the_permission_to_send_the_answer_itself_is_the_picture(stage: Stage) -> None:
    room = await stage.room()
    stage.world.set_bot_permissions(room.place, send_messages=False)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.picture(pressed)


async def test_more_requests_than_a_member_may_have_open_are_told_how_many(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    waiting = [await stage.world.slash(room.member, room.place, "image instant") for _ in range(3)]
    questions = [await stage.clickable(pressed, "Make it") for pressed in waiting]
    fourth = await stage.world.slash(room.member, room.place, "image instant")
    told = await fourth.said("3 pictures on the way")
    assert told.ephemeral
    assert stage.states(room.member) == ["received"] * 3
    for question in questions:
        await stage.world.press(room.member, question, "Cancel")
    await stage.settled(room.member)
