"""Who may press what; and what a modified client could send instead of a button's own id."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Stage, is_picture

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "1"}
NOT_YOURS = "Only the member who asked for this"


async def test_nobody_else_can_cancel_a_request_or_change_its_cast(stage: Stage) -> None:
    first, room = await stage.room(), await stage.room("Mira", "Kaito")
    ben = stage.new_member()
    await stage.world.press(first.member, first.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    waiting = await stage.clickable(pressed, "Change cast")
    for label in ("Cancel", "Change cast"):
        told = await (await stage.world.press(ben, waiting, label)).said(NOT_YOURS)
        assert told.ephemeral
        assert told.interaction_user_id == ben.id
    assert stage.states(room.member) == ["held"]
    await job.finish()
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]


async def test_nobody_else_can_choose_the_cast_from_the_requesters_own_menu(stage: Stage) -> None:
    first, room = await stage.room(), await stage.room("Mira", "Kaito")
    ben = await stage.room("Mira", "Kaito")
    await stage.world.press(first.member, first.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    theirs = await stage.world.press(ben.member, ben.spoken, "Instant")
    waiting = await stage.clickable(pressed, "Change cast")
    choice = await (await stage.world.press(room.member, waiting, "Change cast")).answered()
    own_waiting = await stage.clickable(theirs, "Change cast")
    own = await (await stage.world.press(ben.member, own_waiting, "Change cast")).answered()
    stage.world.backend.edit_message(own.channel_id, own.id, {"components": choice.components})
    forged = await stage.world.choose(ben.member, own, ["kaito"])
    await forged.said(NOT_YOURS)
    for _ in range(2):
        await job.finish()
        job = await stage.puppeteer.next_job()
    await job.finish()
    assert "Kaito" not in (await stage.picture(pressed)).text
    for member in (first.member, room.member, ben.member):
        await stage.settled(member)


async def test_nobody_else_can_agree_to_a_price(stage: Stage) -> None:
    room = await stage.room()
    await (await stage.world.slash(room.member, room.place, "me", ask_above=10)).answered()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    question = await stage.clickable(pressed, "Make it")
    ben = stage.new_member()
    told = await (await stage.world.press(ben, question, "Make it")).said(NOT_YOURS)
    assert told.ephemeral
    assert (stage.held(room.member), stage.puppeteer.waiting) == (0, 0)
    await stage.world.press(room.member, question, "Cancel")
    assert await stage.settled(room.member) == ["cancelled"]


async def test_only_the_requester_and_moderators_can_delete_a_picture(stage: Stage) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    picture = await stage.picture(pressed)
    await stage.settled(room.member)
    ben = stage.new_member()
    told = await (await stage.world.press(ben, picture, "Delete")).said(NOT_YOURS)
    assert told.ephemeral
    question = await (await stage.world.press(stage.kim, picture, "Delete")).said("for good")
    forged = question.button("Delete for good").custom_id
    assert forged
    await stage.forge(room.spoken, forged)
    await (await stage.world.press(ben, room.spoken, custom_id=forged)).said(NOT_YOURS)
    assert stage.world.message(picture) is not None
    await (await stage.world.press(stage.kim, question, "Delete for good")).said("deleted")
    assert stage.world.message(picture) is None


@pytest.mark.parametrize(
    "custom_id",
    [
        "again:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "again:",
        "download:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "download:../../etc/passwd",
        "delete-image:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "really-delete:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "cancel:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "confirm:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "change-cast:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "again:" + "A" * 40,
        "again:' OR 1=1 --",
        "x" * 100,
        "again:" + "é" * 90,
    ],
)
async def test_a_forged_id_is_answered_politely_or_not_at_all_and_costs_nothing(
    stage: Stage, custom_id: str
) -> None:
    room = await stage.room()
    await stage.forge(room.spoken, custom_id)
    pressed = await stage.world.press(room.member, room.spoken, custom_id=custom_id)
    shown = await stage.world.slash(room.member, room.place, "moments balance")
    await shown.answered()
    if stage.states(room.member):
        await stage.settled(room.member)
    elif pressed.ack is not None:
        await pressed.said("not there")
    assert "error `" not in str(pressed.texts())
    assert (stage.free(room.member), stage.puppeteer.waiting) == (500, 0)
    stage.world.delete_message(room.spoken)


async def test_the_select_takes_only_companions_who_could_be_chosen(stage: Stage) -> None:
    first, room = await stage.room(), await stage.room("Mira", "Kaito")
    await stage.world.press(first.member, first.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    waiting = await stage.clickable(pressed, "Change cast")
    choice = await (await stage.world.press(room.member, waiting, "Change cast")).answered()
    components = [dict(part) for part in choice.components]
    for part in components:
        for select in part.get("components", []):
            select["options"] = [*select["options"], {"label": "Juno", "value": "juno"}]
    stage.world.backend.edit_message(choice.channel_id, choice.id, {"components": components})
    await (await stage.world.choose(room.member, choice, ["juno"])).said("not there")
    assert stage.held(room.member) == 50
    await job.finish()
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(pressed)
    await stage.settled(room.member)


async def test_pictures_of_another_guild_can_be_neither_repeated_nor_had(tmp_path: Path) -> None:
    async with Stage.open(tmp_path, IMAGE_BACKENDS="null") as there:
        room = await there.room()
        picture = await there.picture(await there.world.press(room.member, room.spoken, "Instant"))
        await there.settled(room.member)
        ids = [button.custom_id for button in picture.buttons if ":" in str(button.custom_id)][1:]
    assert len(ids) == 6
    async with Stage.open(tmp_path, IMAGE_BACKENDS="null") as here:
        room = await here.room()
        for custom_id in ids:
            assert custom_id
            await here.forge(room.spoken, custom_id)
            told = await (await here.world.press(here.kim, room.spoken, custom_id=custom_id)).said(
                "not there"
            )
            assert told.ephemeral
        assert [message for message in here.world.messages(room.place) if is_picture(message)] == []
        assert here.states(here.kim) == []
        assert here.free(here.kim) in {None, 500}
