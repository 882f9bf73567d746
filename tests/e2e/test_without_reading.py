"""Without the message-content intent: what was pressed is readable, the rest is told."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from playground import StandIn
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("unreadable")
    async with Stage.open(folder, message_content=False, MESSAGE_CONTENT="false") as stage:
        yield stage


async def test_picture_this_pictures_the_message_that_came_with_it(stage: Stage) -> None:
    room = await stage.room()
    said = await stage.world.say(room.member, room.place, "Mira sits in the library at night.")
    picture = await stage.picture(await stage.world.context_menu(room.member, "Picture this", said))
    assert "library" in picture.text


async def test_a_press_on_a_companions_message_pictures_what_it_said(stage: Stage) -> None:
    room = await stage.room(says="*walks along the beach in the rain*")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    assert "beach" in picture.text


async def test_the_command_with_a_hint_pictures_the_hint(stage: Stage) -> None:
    room = await stage.room()
    await stage.world.say(room.member, room.place, "Mira sits in the library at night.")
    pressed = await stage.world.slash(
        room.member, room.place, "image instant", hint="on a bridge in the snow"
    )
    picture = await stage.picture(pressed)
    assert "bridge" in picture.text
    assert "library" not in picture.text


async def test_the_command_without_a_hint_says_what_to_do_instead(stage: Stage) -> None:
    place = stage.world.create_channel("unreadable")
    member = stage.new_member()
    invited = await stage.world.slash(stage.kim, place, "companion invite", companion="Mira")
    await invited.said("Mira")
    for message in stage.world.messages(place):
        stage.world.delete_message(message)
    await stage.world.say(member, place, "Mira sits in the library at night.")
    pressed = await stage.world.slash(member, place, "image instant")
    told = await pressed.said("can't read the messages")
    assert told.ephemeral
    assert "Picture this" in told.text
    assert "hint" in told.text
    assert await stage.settled(member) == ["refused"]
    assert stage.free(member) == 500


async def test_help_says_so_too(stage: Stage) -> None:
    shown = await stage.world.slash(stage.new_member(), "lounge", "help")
    assert "can't read messages" in (await shown.answered()).text


@pytest.mark.sqlite
async def test_a_bot_that_asks_for_an_intent_it_was_not_granted_says_which_setting_to_change(
    tmp_path: Path,
) -> None:
    async with StandIn.start() as world:
        world.limits.message_content = False
        env = {"DATABASE_URL": f"sqlite:///{tmp_path}/d.db", "IMAGE_STORE": f"{tmp_path}/images"}
        bot = await world.start_bot((sys.executable, "-m", "bot"), env, ready_timeout_s=None)
        await world.wait_until(lambda: not bot.running, 30, "the bot to end")
        assert await bot.stop() == 2
        (line,) = [line for line in bot.output if "message-content intent" in line]
        assert "MESSAGE_CONTENT=false" in line
        assert "Traceback" not in "".join(bot.output)
