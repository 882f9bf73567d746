"""What members say to companions, and what these answer, is nowhere at rest: neither in files nor in logs."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.stage import Stage
from tests.e2e.talking_model import Asked, Piece, TalkingModel, calls_send_picture

pytestmark = pytest.mark.process

LOUD_BOT = (sys.executable, "-m", "tests.e2e.loud_bot")
SAID = "Mira, nobody may hear that Ottilie Varga hid the thimble below the chapel, so show me the lighthouse!"
ANSWERED = "Then Zebulon Quist will never find his unpaid debts."
CANARIES = ("Ottilie", "Varga", "thimble", "below the chapel", "Zebulon", "Quist", "unpaid debts")
DESCRIBED = "at the lighthouse"


async def test_what_was_said_and_answered_is_nowhere_at_rest(tmp_path: Path) -> None:
    async with (
        TalkingModel.start() as model,
        Stage.open(tmp_path, command=LOUD_BOT, **model.settings) as stage,
    ):

        async def says(asked: Asked) -> AsyncIterator[Piece]:
            yield ANSWERED
            if "lighthouse" in asked.said.splitlines()[-1]:
                yield calls_send_picture(description=DESCRIBED)

        model.says = says
        room = await stage.room("Mira")
        for text in (SAID, "Mira, and Ottilie Varga?"):
            said = await stage.world.say(room.member, room.place, text)
            await stage.world.wait_for_message(room.place, lambda m: ANSWERED in m.text, after=said.id)
        model.is_down = True
        await stage.world.say(room.member, room.place, "Mira, the thimble?")
        bot = stage.world.bot
        assert bot is not None
        await stage.until(
            lambda: any("companion_has_no_words" in line for line in bot.output), "the log line"
        )
        assert await stage.settled(room.member) == ["delivered"]

        printed = "\n".join(bot.output)
        assert found_in(printed.encode()) == []
        assert '"level": "debug"' in printed, "the logs were not at their loudest"
        files = files_under(tmp_path)
        with stage.raw(readonly=True) as database:
            on_disk = database.on_disk()
        assert found_in(on_disk) == []
        for path in files:
            assert found_in(path.read_bytes()) == [], path
        # The same search does find what is kept by design, and what was said was really heard.
        assert DESCRIBED.encode() in on_disk
        assert "thimble below the chapel" in model.asked[0].said


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def found_in(data: bytes) -> list[str]:
    """Which canaries are there, however they are written."""
    codes = ("utf-8", "utf-16-le", "utf-16-be")
    return [word for word in CANARIES if any(word.encode(code) in data for code in codes)]
