"""The bot as an operator starts it, with the sketch backend: a group, names of the world, nothing kept of the talk."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from tests.e2e.stage import REAL_BOT, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

CONFIDED = "xyzzy4711plugh"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("whole")
    async with Stage.open(folder, command=REAL_BOT, IMAGE_BACKENDS="sketch") as stage:
        yield stage


async def test_a_sketch_of_two_says_that_it_is_one_and_who_is_in_it(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito", says="*dances with Kaito on the beach at sunset*")
    await stage.speaks(room.place, "Kaito", "*laughs and dances with Mira*")
    pressed = await stage.world.slash(room.member, room.place, "image instant")
    picture = await stage.picture(pressed)
    assert "Mira" in picture.text
    assert "Kaito" in picture.text
    assert "sketch" in picture.text
    file = picture.attachments[0]
    with Image.open(io.BytesIO(file.data)) as image:
        assert (image.format, image.size) == ("JPEG", (2048, 1536))
        assert len(image.resize((16, 16)).getcolors() or []) > 20
    assert b"digitalsourcetype" in file.data
    told = await pressed.said("You have")
    assert "100 moments" in told.text
    assert "400" in told.text


async def test_names_with_accents_and_talk_in_another_script_work(stage: Stage) -> None:
    room = await stage.room("Renée", "Søren", says="*海辺で夕日を見ている* 🌅")
    pressed = await stage.world.slash(room.member, room.place, "image instant", hint="renee à la plage")
    picture = await stage.picture(pressed)
    assert "Renée" in picture.text
    assert "Søren" not in picture.text


async def test_a_hint_that_mentions_everyone_mentions_nobody(stage: Stage) -> None:
    room = await stage.room()
    hint = f"@everyone <@{stage.kim.id}> on the beach"
    picture = await stage.picture(
        await stage.world.slash(room.member, room.place, "image instant", hint=hint)
    )
    assert picture.wire["mention_everyone"] is False
    assert str(stage.kim.id) not in [mentioned["id"] for mentioned in picture.wire["mentions"]]


async def test_what_members_said_is_neither_stored_nor_logged(stage: Stage) -> None:
    room = await stage.room()
    await stage.world.say(
        room.member, room.place, f"Mira waves from the bridge. I tell nobody else: {CONFIDED}."
    )
    await stage.picture(await stage.world.slash(room.member, room.place, "image instant"))
    await stage.settled(room.member)
    kept = [
        path for path in stage.folder.rglob("*") if path.is_file() and CONFIDED.encode() in path.read_bytes()
    ]
    assert kept == []
    assert stage.world.bot is not None
    assert CONFIDED not in "\n".join(stage.world.bot.output)


async def test_the_sketch_of_the_same_scene_is_another_one_each_time(stage: Stage) -> None:
    room = await stage.room(says="*sits in the library at night*")
    first = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    second = await stage.picture(await stage.world.press(room.member, first, "Again"))
    await stage.settled(room.member)
    seeds = stage.rows(
        "SELECT image.seed FROM image JOIN request USING (request_id) WHERE request.user_id = :user",
        user=room.member.id,
    )
    assert len(set(seeds)) == 2
    assert second.text == first.text
