"""``python -m bot doctor``, as its own process against services on this machine."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from db.engine import SqliteStorage
from tests.backends.horde_server import HordeServer
from tests.house.house import page, run_python
from tests.shards.recommending import answering, gateway

pytestmark = [pytest.mark.process, pytest.mark.sqlite]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def doctor(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """What it says about these settings, started in a folder."""
    told = await asyncio.to_thread(run_python, "-m", "bot", "doctor", folder=folder, env=env)
    assert told.stderr == ""
    lines = told.stdout.splitlines()
    assert all(line.startswith(("ok  ", "!!  ")) for line in lines), told.stdout
    assert told.returncode == any(line.startswith("!!") for line in lines)
    return told


async def wrong(folder: Path, **env: str) -> list[str]:
    """What it says is wrong."""
    told = await doctor(folder, **env)
    return [line.removeprefix("!!  ") for line in told.stdout.splitlines() if line.startswith("!!")]


@pytest.fixture
async def horde() -> AsyncIterator[HordeServer]:
    async with HordeServer.start() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[str]:
    """A Discord that knows the token."""
    async with answering({"a-very-secret-token": gateway()}) as url:
        yield url


@pytest.fixture
async def chat() -> AsyncIterator[str]:
    """An endpoint with one model."""

    async def models(_request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "small", "object": "model"}]})

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    await runner.cleanup()


async def test_a_new_installation_is_well_and_stays_untouched(tmp_path: Path) -> None:
    told = await doctor(tmp_path)
    assert told.returncode == 0
    for about in ("settings", "DISCORD_TOKEN is not set", "database", "pictures", "backend sketch", "safety"):
        assert f"ok  {about}" in told.stdout
    assert names_in(tmp_path) == []


async def test_every_line_of_a_working_bot_says_ok(
    tmp_path: Path, horde: HordeServer, chat: str, discord: str
) -> None:
    async with await SqliteStorage.open(tmp_path / "data" / "darkroom.db"):
        told = await doctor(
            tmp_path,
            DISCORD_TOKEN="a-very-secret-token",  # noqa: S106  made up
            DISCORD_API_URL=discord,
            IMAGE_BACKENDS="sketch,horde",
            HORDE_URL=f"{horde.url}/api",
            CHAT_BASE_URL=chat,
            CHAT_MODEL="small",
        )
    assert told.returncode == 0, told.stdout
    assert "database: data/darkroom.db opens and is up to date" in told.stdout
    assert "ok  backend horde: pictures in 1K, 2K, no likeness, no edits" in told.stdout
    assert f"ok  language model: small answers at {chat}" in told.stdout
    assert "ok  DISCORD_TOKEN is known to Discord" in told.stdout
    assert "secret" not in told.stdout
    assert horde.jobs == 0


async def test_every_wrong_setting_is_named_not_only_the_first(tmp_path: Path) -> None:
    found = await wrong(tmp_path, PRICE_IMAGE="dear", LOG_FORMAT="pretty")
    assert [line.split(":")[0] for line in found] == ["PRICE_IMAGE", "LOG_FORMAT"]


async def test_a_misspelt_name_in_the_file_is_found_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{page('.env.example')}\nIMAGE_BACKEND=sketch\nCOLOUR=blue\n", "utf-8")
    assert await wrong(tmp_path) == [
        ".env: IMAGE_BACKEND is no setting: did you mean IMAGE_BACKENDS?",
        ".env: COLOUR is no setting: take it out",
    ]


async def test_a_database_that_is_none_is_named_and_left_alone(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database at all" * 100)
    (line,) = await wrong(tmp_path, DATABASE_URL="sqlite:///broken.db")
    assert line == "DATABASE_URL: broken.db: file is not a database"
    assert broken.read_bytes() == b"this is no database at all" * 100


async def test_a_database_of_a_newer_program_is_named(tmp_path: Path) -> None:
    async with await SqliteStorage.open(tmp_path / "newer.db"):
        pass
    with closing(sqlite3.connect(tmp_path / "newer.db")) as database, database:
        database.execute("INSERT INTO migration VALUES (9999, 'later', 'x', 0)")
    (line,) = await wrong(tmp_path, DATABASE_URL="sqlite:///newer.db")
    assert line == "DATABASE_URL: newer.db: the database has migration 9999, which this program does not know"


async def test_a_database_of_an_older_program_is_well_and_stays_as_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as database, database:
        database.execute("CREATE TABLE migration (number, name, sha256, applied_at)")
    told = await doctor(tmp_path, DATABASE_URL="sqlite:///old.db")
    assert told.returncode == 0
    assert "ok  database: old.db opens; the next start brings" in told.stdout
    with closing(sqlite3.connect(tmp_path / "old.db")) as database:
        assert database.execute("SELECT name FROM sqlite_schema").fetchall() == [("migration",)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "sqlite:////proc/nowhere/darkroom.db"), ("IMAGE_STORE", "a-file/images")],
)
async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "a-file").touch()
    (line,) = await wrong(tmp_path, **{name: value})
    assert line.startswith(f"{name}: ")
    assert "can't be written" in line


async def test_each_trouble_of_a_backend_is_a_line_and_the_others_are_asked_too(
    tmp_path: Path, horde: HordeServer
) -> None:
    horde.maintenance = True
    found = await wrong(
        tmp_path,
        IMAGE_BACKENDS="horde,wizard,sketch",
        HORDE_URL=f"{horde.url}/api",
        HORDE_API_KEY="a-very-secret-key",
    )
    assert [line.split(":")[0] for line in found] == ["backend horde", "backend horde", "IMAGE_BACKENDS"]
    assert "HORDE_API_KEY" in found[1]
    assert "there is no wizard: choose from sketch" in found[2]
    assert "secret" not in "".join(found)


async def test_a_wrong_setting_of_a_chosen_backend_is_named_and_of_another_is_not_looked_at(
    tmp_path: Path,
) -> None:
    assert await wrong(tmp_path, HORDE_URL="aihorde.net") == []
    (line,) = await wrong(tmp_path, IMAGE_BACKENDS="horde", HORDE_URL="aihorde.net")
    assert line == "HORDE_URL: use an address that begins with https://"


async def test_all_wrong_settings_of_a_chosen_backend_are_named(tmp_path: Path) -> None:
    found = await wrong(tmp_path, IMAGE_BACKENDS="gemini", GEMINI_BASE_URL="x", GEMINI_TIMEOUT_S="0")
    assert [line.split(":")[0] for line in found] == ["GEMINI_BASE_URL", "GEMINI_TIMEOUT_S"]


async def test_a_missing_key_of_a_chosen_backend_is_named(tmp_path: Path) -> None:
    (line,) = await wrong(tmp_path, IMAGE_BACKENDS="gemini")
    assert line.startswith("GEMINI_API_KEY: ")


async def test_half_an_endpoint_is_named(tmp_path: Path, chat: str) -> None:
    (line,) = await wrong(tmp_path, CHAT_BASE_URL=chat)
    assert line.startswith("CHAT_MODEL: ")
    (line,) = await wrong(tmp_path, WRITER="llm")
    assert line.startswith("WRITER: llm needs CHAT_BASE_URL")


async def test_an_endpoint_that_does_not_answer_is_named(tmp_path: Path, chat: str) -> None:
    address = chat.replace("/v1", "/elsewhere")
    found = await wrong(tmp_path, CHAT_BASE_URL=address, CHAT_MODEL="small")
    assert found
    assert all(line.startswith("language model: ") for line in found)
