"""Settings: ``.env.example`` is complete, and a wrong setting is one line that names it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from pydantic_settings import BaseSettings

from bot.__main__ import main
from bot.backends.registry import BACKENDS, entry_of
from bot.settings import Settings
from bot.stores.s3 import S3Settings
from tests.house.house import page, run_python

TOKEN = {"DISCORD_TOKEN": "not-a-real-token"}


def _example() -> dict[str, str]:
    lines = [line for line in page(".env.example").splitlines() if line and not line.startswith("#")]
    pairs = dict(line.split("=", 1) for line in lines)
    assert len(pairs) == len(lines), "a setting stands there twice"
    return pairs


GROUPS = (Settings, S3Settings, *(entry_of(name).settings for name in BACKENDS))


def test_the_example_lists_exactly_the_settings_there_are() -> None:
    assert set(_example()) == {name.upper() for group in GROUPS for name in group.model_fields}


@pytest.mark.parametrize("group", GROUPS)
def test_the_example_shows_the_defaults(
    group: type[BaseSettings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in group.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    bare = group()
    (tmp_path / ".env").write_text(page(".env.example"), encoding="utf-8")
    assert group() == bare


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_API_URL", "nonsense"),
        ("DISCORD_API_URL", ""),
        ("DISCORD_API_URL", "http://[::1"),
        ("DISCORD_GATEWAY_URL", "https://gateway.discord.gg"),
        ("MESSAGE_CONTENT", "perhaps"),
        ("DATABASE_URL", "postgres://db/darkroom"),
        ("DATABASE_URL", "postgresql://db"),
        ("DATABASE_URL", "postgresql://db:none/darkroom"),
        ("DATABASE_URL", "sqlite:///"),
        ("IMAGE_STORE", ""),
        ("IMAGE_STORE", "s3://"),
        ("IMAGE_STORE", "s3://Bucket"),
        ("IMAGE_STORE", "s3://key:secret@bucket"),
        ("IMAGE_STORE", "s3://bucket/../other"),
        ("IMAGE_STORE", "gs://bucket"),
        ("WRITER", "oracle"),
        ("CONTEXT_MESSAGES", "0"),
        ("PRICE_IMAGE", "-1"),
        ("GRANT_DAILY", "many"),
        ("SKU_MOMENTS", "500"),
        ("SKU_MOMENTS", "[500]"),
        ("SKU_MOMENTS", "{1: 500}"),
        ("SKU_MOMENTS", '{"film": 500}'),
        ("SKU_MOMENTS", '{"1": 0}'),
        ("SKU_MOMENTS", '{"1": "500"}'),
        ("SKU_MOMENTS", '{"1": true}'),
        ("SKU_MOMENTS", '{"1": 5, "01": 6}'),
        ("SKU_MOMENTS", '{"9223372036854775808": 5}'),
        ("SKU_MOMENTS", json.dumps({str(sku): 5 for sku in range(1, 27)})),
        ("MAX_CONCURRENT_REQUESTS", "0"),
        ("REQUEST_DEADLINE_S", "1"),
        ("LOG_FORMAT", "pretty"),
        ("PLAYGROUND_PORT", "70000"),
    ],
)
def test_a_value_that_cannot_be_is_one_line_that_names_its_setting(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for key, text in {**TOKEN, name: value}.items():
        monkeypatch.setenv(key, text)
    for job in ([], ["start"], ["audit"]):
        assert main(job) == 2
        told = capsys.readouterr()
        (line,) = told.err.splitlines()
        assert line.startswith(f"Wrong setting: {name}: ")
        assert told.out == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRICE_IMAGE", "-1"),
        ("DATABASE_URL", "sqlite:////proc/nowhere/darkroom.db"),
        ("DATABASE_URL", "sqlite:///broken.db"),
        ("IMAGE_STORE", "broken.db/images"),
        ("IMAGE_BACKENDS", "sketch,wizard"),
        ("IMAGE_BACKENDS", ""),
        ("IMAGE_BACKENDS", "sketch,sketch"),
    ],
)
def test_a_value_that_names_nothing_usable_is_one_line_and_exit_code_2(
    name: str, value: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database at all" * 100)
    told = run_python("-m", "bot", folder=tmp_path, env={**TOKEN, name: value})
    assert told.returncode == 2, told.stderr
    (line,) = told.stderr.splitlines()
    assert line.startswith(f"Wrong setting: {name}: ")
    assert told.stdout == ""


def test_the_price_list_is_read_from_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SKU_MOMENTS", ' {"1234567890123456789": 500, "2": 1200} ')
    assert Settings().sku_moments == {1234567890123456789: 500, 2: 1200}
    monkeypatch.setenv("SKU_MOMENTS", " ")
    assert Settings().sku_moments == {}


def test_settings_are_read_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PRICE_IMAGE=dear\n", encoding="utf-8")
    told = run_python("-m", "bot", folder=tmp_path)
    assert (told.returncode, told.stderr.startswith("Wrong setting: PRICE_IMAGE: ")) == (2, True)


def test_the_bot_alone_says_what_it_misses_without_a_token(tmp_path: Path) -> None:
    told = run_python("-m", "bot", folder=tmp_path, env={"DISCORD_TOKEN": "  "})
    assert told.returncode == 2
    assert "DISCORD_TOKEN is not set" in told.stderr
    assert "python -m bot start" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
async def refusing_discord() -> AsyncIterator[str]:
    """A Discord that accepts no token."""

    async def refuse(_request: web.Request) -> web.Response:
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    await runner.cleanup()


async def test_a_token_that_discord_refuses_is_named(refusing_discord: str, tmp_path: Path) -> None:
    told = await asyncio.to_thread(
        run_python, "-m", "bot", folder=tmp_path, env={**TOKEN, "DISCORD_API_URL": refusing_discord}
    )
    assert told.returncode == 2
    assert told.stderr == "Wrong setting: DISCORD_TOKEN: Discord does not accept this token\n"


@pytest.mark.parametrize("job", [(), ("worker",), ("audit",)])
def test_a_database_server_that_is_not_there_is_worth_another_start(
    job: tuple[str, ...], tmp_path: Path
) -> None:
    """Exit code 2 would keep a service manager from trying again when the server is only slower to start."""
    with socket.socket() as taken:  # bound but not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}/darkroom"
        url = f"postgresql://darkroom:not-real@{address}"
        told = run_python("-m", "bot", *job, folder=tmp_path, env={**TOKEN, "DATABASE_URL": url})
    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert line.startswith(f"Not reached: DATABASE_URL: {address}: ")


def test_a_discord_that_is_not_there_is_one_line_and_not_a_traceback(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound but not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/api/v10"
        told = run_python("-m", "bot", folder=tmp_path, env={**TOKEN, "DISCORD_API_URL": address})
    assert told.returncode == 1
    assert told.stderr == f"Discord can't be reached at {address} (DISCORD_API_URL)\n"


def test_help_names_every_job(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    text = capsys.readouterr().out
    assert all(job in text for job in ("start", "scene", "audit", "doctor"))


def test_an_unknown_job_is_refused_with_the_jobs_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["dance"])
    assert "scene" in capsys.readouterr().err


def test_an_audit_of_nothing_says_so_and_makes_nothing(tmp_path: Path) -> None:
    told = run_python("-m", "bot", "audit", folder=tmp_path, env={"DATABASE_URL": "sqlite:///gone/x.db"})
    assert told.returncode == 2
    assert told.stderr == "Wrong setting: DATABASE_URL: there is no database at gone/x.db\n"
    assert list(tmp_path.iterdir()) == []


def test_an_audit_of_something_else_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database" * 100, encoding="utf-8")
    told = run_python("-m", "bot", "audit", folder=tmp_path, env={"DATABASE_URL": "sqlite:///notes.db"})
    assert told.returncode == 2
    assert told.stderr == "Wrong setting: DATABASE_URL: notes.db: file is not a database\n"


def test_the_playground_takes_its_port_from_the_file(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / ".env").write_text(f"PLAYGROUND_PORT={port}\n", encoding="utf-8")
        told = run_python("-m", "bot", "start", folder=tmp_path)
    assert told.returncode == 1
    assert (
        told.stderr.splitlines()[-1]
        == f"port {port} is taken: set PLAYGROUND_PORT to another one (0 = any free one)"
    )
