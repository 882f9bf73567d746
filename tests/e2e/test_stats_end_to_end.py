"""/stats of a bot that runs: real pictures, refusals and times, drawn by a process that leaves nothing behind."""

from __future__ import annotations

import io

import psutil
import pytest
from PIL import Image

from playground import Interaction, Message
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


async def asked(stage: Stage, **options: int) -> tuple[Interaction, Message]:
    place = stage.world.create_channel(f"office-{len(stage.world.interactions)}")
    pressed = await stage.world.slash(stage.kim, place, "stats", **options)
    ack = await pressed.acknowledged()
    assert (ack.kind, ack.ephemeral) == ("deferred", True)
    return pressed, await pressed.answered()


async def test_a_moderator_sees_what_was_made_and_how_long_it_took(stage: Stage) -> None:
    _, empty = await asked(stage, days=7)
    assert "No pictures" in empty.text
    assert not empty.attachments

    room = await stage.room("Mira")
    for _ in range(2):
        await stage.picture(await stage.world.slash(room.member, room.place, "image instant"))
    assert await stage.settled(room.member) == ["delivered"] * 2
    poor = stage.new_member()
    for _ in range(10):
        await stage.picture(await stage.world.slash(poor, room.place, "image instant"))
        await stage.settled(poor)
    await (await stage.world.slash(poor, room.place, "image instant")).said("costs")
    await stage.settled(poor)

    _, shown = await asked(stage)
    assert shown.ephemeral
    assert "**12 pictures**: Instant 12" in shown.text
    assert "**600** spent, **1,000** handed out" in shown.text
    assert "of 13 requests: too few moments 1" in shown.text
    assert "Making: half within" in shown.text
    assert "not measured" not in shown.text
    (file,) = shown.attachments
    assert file.filename == "darkroom-stats.png"
    with Image.open(io.BytesIO(file.data)) as chart:
        assert (chart.format, chart.size) == ("PNG", (1400, 1700))
    assert stage.world.bot is not None
    drawing = [
        child
        for child in psutil.Process(stage.world.bot.pid).children(recursive=True)
        if "chart_drawing" in " ".join(child.cmdline())
    ]
    assert drawing == []


async def test_where_discord_takes_no_such_file_the_numbers_stand_alone(stage: Stage) -> None:
    room = await stage.room("Mira")
    await stage.picture(await stage.world.slash(room.member, room.place, "image instant"))
    stage.world.set_upload_limit(20_000)
    try:
        pressed, _ = await asked(stage)
        shown = await pressed.said("could not be shown")
    finally:
        stage.world.set_upload_limit(10 * 1024 * 1024)
    assert "pictures**" in shown.text
    assert not shown.attachments
