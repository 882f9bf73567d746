"""What is logged carries no secrets: addresses of interactions and webhooks have their token in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.house.house import run_python

BOT_TOKEN = "MTA1.not-real.but-secret"  # noqa: S105  nobody's
SIGNED_TOKEN = "aW50ZXJhY3Rpb246MTIz_-secret.part"  # noqa: S105  as above

DATABASE = "postgresql://darkroom:p%40ss%22wo%2Frd-secret@db.example/darkroom"
PASSWORD = 'p@ss"wo/rd-secret'  # noqa: S105  as above
OTHER_KEY = "AIza-key-of-a-backend-secret"

# Every way by which an address comes into a log: discord.py's own lines, a field, a traceback, its cause.
PROGRAM = f"""
import logging, sys
import structlog
from bot.backends.registry import entry_of
from bot.logs import configure_logs
from bot.settings import Settings

configure_logs(Settings(discord_token={BOT_TOKEN!r}, log_format=sys.argv[1], database_url={DATABASE!r}))
entry_of("gemini").settings(gemini_api_key={OTHER_KEY!r})
base = "https://discord.com/api/v10"
webhook = base + "/webhooks/1234/{SIGNED_TOKEN}/messages/@original"
callback = base + "/interactions/5678/{SIGNED_TOKEN}/callback"
logging.getLogger("discord.webhook.async_").warning("Webhook ID %s is rate limited: %s", 1234, webhook)
logging.getLogger("library").error("asked %(address)s", {{"address": callback}})
structlog.get_logger().info("event", address=webhook, nested={{"addresses": [callback]}})
try:
    try:
        raise OSError(f"cannot connect to {{webhook}}")
    except OSError as error:
        raise RuntimeError(callback) from error
except RuntimeError:
    structlog.get_logger().exception("ours")
    logging.getLogger("library").exception("theirs")
logging.getLogger("library").error("header Authorization: Bot {BOT_TOKEN}")
logging.getLogger("library").error("cannot connect to {DATABASE}")
structlog.get_logger().info("event", given={PASSWORD!r}, key={OTHER_KEY!r}, nested=[dict(key={OTHER_KEY!r})])
"""


@pytest.fixture(params=["console", "json"])
def lines(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    told = run_python(str(program), request.param, folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout == ""
    if request.param == "json":
        assert len([json.loads(line) for line in told.stderr.splitlines()]) == 8
    return told.stderr


def test_no_token_is_ever_logged(lines: str) -> None:
    assert SIGNED_TOKEN not in lines
    assert "secret" not in lines
    for secret in (BOT_TOKEN, PASSWORD, OTHER_KEY, DATABASE):
        assert secret not in lines


def test_what_helps_to_find_the_fault_stays(lines: str) -> None:
    assert lines.count("/webhooks/1234/…/messages/@original") >= 4
    assert lines.count("/interactions/5678/…/callback") >= 4
    assert "cannot connect to" in lines
    assert "RuntimeError" in lines
    assert "event" in lines


# What Python prints by itself, and what asyncio and threads have to say.
ENDING = """
import asyncio, sys, threading, warnings
from bot.logs import configure_logs
from bot.settings import Settings

configure_logs(Settings(log_format="json"))

async def work():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    asyncio.create_task(asyncio.sleep(0)).add_done_callback(lambda _: {}["gone"])
    await asyncio.sleep(0.01)

class Dying:
    def __del__(self):
        raise OSError("while it was thrown away")

def fail():
    raise ValueError("in a thread")

asyncio.run(work())
Dying()
thread = threading.Thread(target=fail)
thread.start()
thread.join()
warnings.warn("old ways", DeprecationWarning)
raise RuntimeError("the last word\\nin two lines")
"""


def test_in_json_every_line_is_an_object_also_what_python_itself_has_to_say(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(ENDING, encoding="utf-8")
    told = run_python("-W", "always", str(program), folder=tmp_path)
    assert (told.returncode, told.stdout) == (1, "")
    lines = [json.loads(line) for line in told.stderr.splitlines()]
    assert all({"event", "level", "timestamp", "logger"} <= set(line) for line in lines)
    told_of = [line.get("exception", line["event"]).splitlines()[-1] for line in lines]
    for word in ("ZeroDivisionError", "KeyError", "while it was thrown away", "in a thread", "in two lines"):
        assert any(word in line for line in told_of), (word, told_of)
    assert any("old ways" in line["event"] for line in lines)
