"""What CONTRIBUTING says about adding an image backend is all it takes: one file, one settings class, one line."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from bot.backends.registry import BACKENDS, entry_of, make_backend
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.settings import SettingsError
from tests.backends.contract import job, made
from tests.e2e.stage import Stage
from tests.house.house import ROOT, page, run_python

NAME = "atelier"
KEY = "a-key-for-the-atelier"

# What the line in the registry would do: the page's own line, put in before the bot starts.
PROGRAM = """
import sys
from bot.backends.registry import BACKENDS
BACKENDS.update({line})
if __name__ == "__main__":
    from bot.__main__ import main
    sys.exit(main(sys.argv[1:]))
"""


@dataclass
class Atelier:
    """The service that the page speaks of."""

    url: str = ""
    status: int = 200
    wishes: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.Response(status=401)
        if self.status != 200 or request.method == "GET":
            return web.Response(status=self.status)
        wish = await request.json()
        self.wishes.append(wish)
        target = io.BytesIO()
        Image.new("RGB", tuple(wish["size"]), (20, 90, 160)).save(target, "JPEG")
        return web.Response(body=target.getvalue(), content_type="image/jpeg")

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Atelier]:
        service = cls()
        app = web.Application()
        app.router.add_post("/pictures", service.answer)
        app.router.add_get("/me", service.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield service
        await runner.cleanup()


@pytest.fixture
async def atelier() -> AsyncIterator[Atelier]:
    async with Atelier.open() as service:
        yield service


def _blocks() -> list[str]:
    text = page("CONTRIBUTING.md").partition("### … an image backend\n")[2].partition("\n### … ")[0]
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def added(tmp_path: Path) -> Path:
    """A folder with the page's file, of the page's name, and a program that is the bot with the page's line."""
    file, line = _blocks()
    module = line.strip().rstrip(",").partition(": ")[2].strip('"')
    assert module == f"bot.backends.{NAME}"
    folder = tmp_path / "added"
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(file, encoding="utf-8")
    here = line.strip().replace(module, NAME)  # beside the package instead of in it
    (folder / "program.py").write_text(PROGRAM.replace("line", here), encoding="utf-8")
    return folder


@pytest.fixture
def registered(added: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in this process."""
    monkeypatch.syspath_prepend(str(added))
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    monkeypatch.setitem(BACKENDS, NAME, NAME)


@pytest.mark.process
async def test_the_real_bot_makes_a_picture_with_it(added: Path, atelier: Atelier, tmp_path: Path) -> None:
    async with Stage.open(
        tmp_path,
        command=(sys.executable, str(added / "program.py")),
        PYTHONPATH=f"{ROOT}:{added}",
        IMAGE_BACKENDS=NAME,
        ATELIER_URL=atelier.url,
        ATELIER_KEY=KEY,
    ) as stage:
        room = await stage.room("Mira")
        picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
        with Image.open(io.BytesIO(picture.attachments[0].data)) as image:
            assert image.size == (1536, 2048)
        assert await stage.settled(room.member) == ["delivered"]
        assert stage.rows("SELECT DISTINCT backend FROM request") == [NAME]
    (wish,) = atelier.wishes
    assert "Mira" in wish["prompt"]


@pytest.mark.process
async def test_the_doctor_and_the_start_read_its_settings(
    added: Path, atelier: Atelier, tmp_path: Path
) -> None:
    env = {"IMAGE_BACKENDS": NAME, "PYTHONPATH": f"{ROOT}:{added}", "ATELIER_URL": atelier.url}
    program = str(added / "program.py")
    well = await asyncio.to_thread(
        run_python, program, "doctor", folder=tmp_path, env={**env, "ATELIER_KEY": KEY}
    )
    assert "ok  backend atelier: pictures in 1K, 2K, no likeness, no edits" in well.stdout
    strange = await asyncio.to_thread(
        run_python, program, "doctor", folder=tmp_path, env={**env, "ATELIER_KEY": "x"}
    )
    assert f"!!  backend atelier: ATELIER_URL, ATELIER_KEY: no answer from {atelier.url}" in strange.stdout
    started = await asyncio.to_thread(
        run_python, program, folder=tmp_path, env={**env, "DISCORD_TOKEN": "none"}
    )
    assert (started.returncode, started.stdout) == (2, "")
    assert started.stderr == "Wrong setting: ATELIER_KEY: the backend atelier needs a key\n"


@pytest.mark.usefixtures("registered")
def test_a_missing_key_and_a_wrong_address_are_each_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^ATELIER_KEY: the backend atelier needs a key$"):
        make_backend(NAME)
    monkeypatch.setenv("ATELIER_URL", "atelier")
    with pytest.raises(SettingsError, match=r"^ATELIER_URL: use an address that begins with https://$"):
        make_backend(NAME)


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (422, BackendRefusedError),
        (429, BackendUnavailableError),
        (503, BackendUnavailableError),
        (404, BackendFailedError),
    ],
)
async def test_it_tells_refusals_being_down_and_failures_apart(
    atelier: Atelier, status: int, error: type[Exception]
) -> None:
    atelier.status = status
    entry = entry_of(NAME)
    backend = entry.make(entry.settings(atelier_url=atelier.url, atelier_key=KEY))
    with pytest.raises(error):
        await made(backend, job())
    atelier.status = 200
    assert [picture.seed for picture in await made(backend, job(count=3, already=1))] == [8, 9]
    assert list(await backend.problems()) == []


async def test_nothing_but_its_file_and_its_line_was_needed() -> None:
    file, line = _blocks()
    assert NAME not in BACKENDS
    assert file.count("(SettingsGroup)") == 1
    assert len(line.splitlines()) == 1
