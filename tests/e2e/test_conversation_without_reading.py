"""Companions without the message-content intent: they answer where a message shows who it is meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Stage
from tests.e2e.talking_model import TalkingModel

pytestmark = pytest.mark.process


async def test_a_reply_and_a_mention_are_answered_and_a_name_is_not_seen(tmp_path: Path) -> None:
    async with (
        TalkingModel.start() as model,
        Stage.open(tmp_path, message_content=False, MESSAGE_CONTENT="false", **model.settings) as stage,
    ):
        room = await stage.room("Mira")
        await stage.world.say(room.member, room.place, "Mira, can you read this?")
        replied = await stage.world.say(room.member, room.place, "And this?", reply_to=room.spoken)
        first = await stage.world.wait_for_message(
            room.place, lambda m: "Mira is listening." in m.text, after=replied.id
        )
        text = f"<@{stage.world.bot_id}> how about this?"
        mentioned = await stage.world.say(room.member, room.place, text)
        await stage.world.wait_for_message(
            room.place, lambda m: "Mira is listening." in m.text, after=mentioned.id
        )
        assert first.author_name == "Mira"
        assert len(model.asked) == 2
        assert "how about this?" in model.asked[1].said
        assert "can you read this?" not in model.asked[1].said
