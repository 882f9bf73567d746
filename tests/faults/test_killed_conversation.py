"""Killed while a companion answers: what was asked for is made once and paid once, and nobody is answered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.stage import Stage
from tests.e2e.talking_model import Asked, Piece, TalkingModel, calls_send_picture
from tests.faults.dying import die_at

pytestmark = pytest.mark.process


@pytest.mark.parametrize("moment", ["RequestDesk.begin after", "Settler.hold after", "store.put before"])
async def test_a_picture_by_tool_call_is_made_once_and_paid_once(tmp_path: Path, moment: str) -> None:
    async def says(asked: Asked) -> AsyncIterator[Piece]:
        if asked.has_tools:
            yield calls_send_picture(description="at the harbour")
        else:
            yield "Smile!"

    async with TalkingModel.start() as model, Stage.open(tmp_path, **model.settings) as stage:
        model.says = says
        room = await stage.room("Mira")
        await die_at(stage, moment)
        await stage.world.say(room.member, room.place, "Mira, show me the harbour!")
        bot = stage.world.bot
        assert bot is not None
        await stage.world.wait_until(lambda: not bot.running, 20, f"the bot to be killed at {moment}")
        await stage.world.restart_bot()
        assert await stage.settled(room.member) == ["delivered"]
        assert stage.free(room.member) == 450
        pictures = [message for message in stage.world.messages(room.place) if message.attachments]
        assert len(pictures) == 1


async def test_an_answer_that_was_cut_off_stays_as_it_was_and_is_known(tmp_path: Path) -> None:
    never = asyncio.Event()

    async def says(_asked: Asked) -> AsyncIterator[Piece]:
        yield "It was a dark night. "
        await never.wait()

    async with TalkingModel.start() as model, Stage.open(tmp_path, **model.settings) as stage:
        model.says = says
        room = await stage.room("Mira")
        said = await stage.world.say(room.member, room.place, "Mira, tell me a story")
        shown = await stage.world.wait_for_message(
            room.place, lambda m: "It was a dark night." in m.text, after=said.id
        )
        await stage.until(
            lambda: stage.rows("SELECT 1 FROM spoken WHERE message_id = :id", id=shown.id), "the record"
        )
        await stage.world.restart_bot(kill=True)
        told = await stage.world.context_menu(room.member, "Who is this?", shown)
        await told.said("Mira")
        after = stage.world.message(shown)
        assert after is not None
        assert after.content == "It was a dark night."
        picture = await stage.picture(await stage.world.press(room.member, shown, "Instant"))
        assert "Mira" in picture.text
        assert await stage.settled(room.member) == ["delivered"]
        assert len(model.asked) == 1
