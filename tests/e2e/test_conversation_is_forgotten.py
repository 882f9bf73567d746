"""What people say to each other is read, used and forgotten: after a whole evening it is nowhere at rest.

Searched are the database with its write-ahead log, byte by byte and row by row, every stored picture with what
is written into it, temporary files, and all that the bot printed with its logs at their loudest.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from playground import Interaction, Message
from tests.e2e.stage import Room, Stage
from tests.faults.puppeteer import Job

pytestmark = pytest.mark.process

LOUD_BOT = (sys.executable, "-m", "tests.e2e.loud_bot")

SAID = "Between us: Ottilie Varga hid her letters below the chapel, so let us meet at the lighthouse at midnight."
SPOKEN = (
    "*waits at the lighthouse* Nobody may hear of the thimble that Brunhilde Okonkwo sold for eighty crowns."
)
ANSWERED = "Then I shall bring Zebulon Quist and his unpaid debts to the lighthouse, at midnight!"
CANARIES = (
    "Ottilie",
    "Varga",
    "below the chapel",
    "Brunhilde",
    "Okonkwo",
    "thimble",
    "Zebulon",
    "Quist",
    "unpaid debts",
)
HINT = "with a periwinkle parasol"


async def evening(stage: Stage) -> Room:
    """Talk, pictures in every way, failures, a death in the middle."""
    world = stage.world
    stage.puppeteer.script = Job.finish
    room = await stage.room("Mira", "Kaito", says=SPOKEN)
    said = await world.say(room.member, room.place, SAID)
    answered = await world.say(room.member, room.place, ANSWERED, reply_to=said)

    pictured = await stage.picture(await world.press(room.member, room.spoken, "Instant"))
    await stage.picture(await world.context_menu(room.member, "Picture this", answered))
    await stage.picture(await world.slash(room.member, room.place, "image instant", hint=HINT))
    await stage.picture(await world.press(room.member, pictured, "Again"))
    edit = await world.press(room.member, pictured, "Edit")
    await edit.modal_shown()
    await stage.picture(await world.submit_modal(edit, {"words": "make it snow"}))
    await (await world.context_menu(room.member, "Who is this?", room.spoken)).answered()
    await (await world.slash(room.member, room.place, "gallery")).answered()

    for error in ("refused", "unforeseen"):

        async def fail(job: Job, error: str = error) -> None:
            await job.tell("raise", error=error)

        stage.puppeteer.script = fail
        failed = await world.press(room.member, room.spoken, "Instant")
        await failed.said("Nothing was charged")
    stage.puppeteer.script = Job.finish

    for moment in (
        "RequestDesk.begin after",
        "Settler.hold inside",
        "Settler.hold after",
        "store.put before",
    ):
        await stage.speaks(room.place, "Mira", SPOKEN)
        (stage.folder / "break-at").write_text(moment)
        killed = await world.press(room.member, room.spoken, "Instant")
        bot = world.bot
        assert bot is not None
        await world.wait_until(lambda bot=bot: not bot.running, 20, f"the bot to be killed at {moment}")
        printed(stage)
        await world.restart_bot()
        await stage.picture(killed)
    await stage.settled(room.member)
    exported = await world.slash(room.member, room.place, "privacy export")
    await exported.said("Your data is here")
    nothing_of_it_was_handed_over(exported)
    return room


_PRINTED: list[str] = []


def printed(stage: Stage) -> list[str]:
    """All that every process of this test has printed so far."""
    bot = stage.world.bot
    assert bot is not None
    _PRINTED.extend(line for line in bot.output if line not in _PRINTED)
    return _PRINTED


def nothing_of_it_was_handed_over(exported: Interaction) -> None:
    files: list[Message] = [message for message in exported.followups if message.attachments]
    assert files
    assert found_in(files[0].attachments[0].data) == []


def found_in(data: bytes) -> list[str]:
    """Which canaries are there, however they are written."""
    return [
        word
        for word in CANARIES
        if any(word.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be"))
    ]


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_was_said_is_nowhere_at_rest(tmp_path: Path) -> None:
    async with Stage.open(
        tmp_path, command=LOUD_BOT, IMAGE_BACKENDS="puppet", PRICE_IMAGE="5", PRICE_EDIT="5"
    ) as stage:
        stage.expected_faults |= {"making_failed", "Traceback"}
        await evening(stage)
        lines = printed(stage)
        files = files_under(tmp_path)
        pictures = [path for path in files if "images" in path.parts]
        assert len(pictures) >= 16
        for path in files:
            assert found_in(path.read_bytes()) == [], path
        with stage.raw(readonly=True) as database:
            rows, on_disk = database.everything(), database.on_disk()
        assert found_in(rows.encode()) == []
        assert found_in(on_disk) == []
        assert HINT.encode() in on_disk
        assert found_in("\n".join(lines).encode()) == []
        assert any('"level": "debug"' in line for line in lines), "the logs were not at their loudest"
        # The same search does find what is kept by design, and what was said was really read.
        assert HINT in rows
        assert "make it snow" in rows
        assert "lighthouse" in rows
