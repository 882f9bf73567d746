from __future__ import annotations

import asyncio
import json
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.exporting import ZipPress
from bot.services.ports.privacy import PartHead, PictureFiles
from bot.services.ports.storage import Fact, Section, StoredFile

HEAD = PartHead(1, 1, 0)
WORDS = Fact(Section.PREFERENCES, "0", '{"ask_above_moments": 150}')
PICTURE = Fact(
    Section.PICTURES,
    "a_0",
    '{"picture": "abc", "file": "pictures/abc.jpg", "description": "A \\"quoted\\" <b>"}',
    StoredFile("abc", "f" * 64, "e" * 64),
)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


async def test_a_part_is_there_until_it_is_closed_and_then_nothing_is(folder: Path) -> None:
    press = ZipPress(folder)
    async with press.open_part(HEAD) as part:
        await part.add(WORDS, None)
        path = await part.finish()
        assert path.name == "darkroom-data.zip"
        assert zipfile.is_zipfile(path)
    assert names_in(folder) == []
    await press.close()


async def test_a_part_that_is_given_up_leaves_nothing(folder: Path) -> None:
    press = ZipPress(folder)

    async def give_up() -> None:
        async with press.open_part(HEAD) as part:
            await part.add(PICTURE, PictureFiles(b"full", b"thumbnail"))
            assert names_in(folder) != []
            raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        await give_up()
    assert names_in(folder) == []
    await press.close()


async def test_what_a_killed_process_left_is_removed_at_the_next_start(folder: Path) -> None:
    for name in ("export-old", "export-new", "else"):
        (folder / name).mkdir(parents=True)
        (folder / name / "data.json").write_text("{}")
    long_ago = time.time() - 2 * 60 * 60
    os.utime(folder / "export-old", (long_ago, long_ago))
    press = ZipPress(folder)
    assert await press.open() == 1
    assert names_in(folder) == ["else", "export-new"]
    await press.close()


async def test_opening_where_nothing_was_ever_made_makes_nothing(folder: Path) -> None:
    press = ZipPress(folder)
    assert await press.open() == 0
    assert not await asyncio.to_thread(folder.exists)
    await press.close()


@pytest.mark.parametrize("fact", [WORDS, PICTURE])
async def test_a_zip_is_never_larger_than_what_was_weighed(folder: Path, fact: Fact) -> None:
    press = ZipPress(folder)
    files = PictureFiles(os.urandom(50_000), os.urandom(5_000), reduced=True) if fact.file else None
    limit = 400_000
    longest = fact.file and StoredFile("image" + "9" * 21, "f" * 64, "e" * 64)
    weight = press.weigh(replace(fact, file=longest), 55_000 if files else 0)
    async with press.open_part(PartHead(2, 3, 0)) as part:
        for number in range(press.room(limit) // weight):
            named = f"image{number:021}"
            file = StoredFile(named, "f" * 64, "e" * 64) if fact.file else None
            await part.add(replace(fact, file=file), files)
        path = await part.finish()
        assert path.name == "darkroom-data-2-of-3.zip"
        assert path.stat().st_size <= limit
    await press.close()


async def test_a_zip_with_nothing_in_it_is_still_one(folder: Path) -> None:
    press = ZipPress(folder)
    async with press.open_part(HEAD) as part:
        with zipfile.ZipFile(await part.finish()) as zipped:
            assert json.loads(zipped.read("data.json"))["about"]["part"] == 1
            assert zipped.read("index.html").startswith(b"<!doctype html>")
    await press.close()
