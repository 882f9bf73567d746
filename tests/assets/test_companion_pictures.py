from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from bot.companion_pictures import draw_pictures
from bot.companion_shelf import COMPANIONS_FOLDER
from bot.rendering.marking import read_marking


async def test_a_new_companions_pictures_are_drawn_once_whole_and_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(COMPANIONS_FOLDER / "mira.toml", tmp_path)
    assert await draw_pictures(tmp_path, anew=False) == 0
    assert capsys.readouterr().out.splitlines() == ["references/mira.jpg", "avatars/mira.jpg"]
    for folder, size in (("references", (768, 1024)), ("avatars", (256, 256))):
        path = tmp_path / folder / "mira.jpg"
        with Image.open(path) as picture:
            assert picture.size == size
        assert b"Mira: 27-year-old woman" in read_marking(path.read_bytes())
    assert await draw_pictures(tmp_path, anew=False) == 0
    assert capsys.readouterr().out == ""
