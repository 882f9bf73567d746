"""A backup of a bot that is under way with many requests: restored elsewhere, books are right and pictures open."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image

from tests.container.backup_parts import House
from tests.e2e.stage import Room, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"MAX_CONCURRENT_REQUESTS": "3"}
MEMBERS = 4
PRESSES = 5


async def keep_pressing(stage: Stage, room: Room) -> None:
    """One picture after another, of a member of their own."""
    member = stage.new_member()
    for _ in range(PRESSES):
        await stage.picture(await stage.world.slash(member, room.place, "image instant"))


async def test_a_backup_beside_a_busy_bot_can_be_restored(stage: Stage, tmp_path: Path) -> None:
    beside = House.at(tmp_path, stage.env["DATABASE_URL"], stage.env["IMAGE_STORE"])
    room = await stage.room()
    await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    pressing = asyncio.gather(*[keep_pressing(stage, room) for _ in range(MEMBERS)])
    saved = [await beside.save("0.tar")]
    while not pressing.done():
        saved.append(await beside.save(f"{len(saved)}.tar"))
        await asyncio.wait([pressing], timeout=0.2)
    await pressing
    saved.append(await beside.save("last.tar"))
    assert saved[0].manifest.counts.images < saved[-1].manifest.counts.images == 1 + MEMBERS * PRESSES
    for backup in (saved[0], saved[len(saved) // 2], saved[-1]):
        assert backup.is_whole
        async with House.build(tmp_path / backup.path.stem) as elsewhere:
            report = await elsewhere.restore(backup.path)
            assert report.audit.lines()[0].startswith("audit clean")
            pictures = await elsewhere.pictures()
        assert len(pictures) == backup.manifest.counts.images
        for files in pictures.values():
            for data in files:
                with Image.open(io.BytesIO(data)) as picture:
                    picture.load()
