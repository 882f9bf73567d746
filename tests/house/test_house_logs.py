"""What is logged carries no secrets: addresses of interactions and webhooks have their token in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.house.house import run_python

BOT_TOKEN = "MTA1.not-real.but-secret"  # noqa: S105  nobody's
SIGNED_TOKEN = "aW50ZXJhY3Rpb246MTIz_-secret.part"  # noqa: S105  as above

# Every way by which an address comes into a log: discord.py's own lines, a field, a traceback, its cause.
PROGRAM = f"""
import logging, sys
import structlog
from bot.logs import configure_logs
from bot.settings import Settings

configure_logs(Settings(discord_token={BOT_TOKEN!r}, log_format=sys.argv[1]))
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
"""


@pytest.fixture(params=["console", "json"])
def lines(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    told = run_python(str(program), request.param, folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout == ""
    if request.param == "json":
        assert len([json.loads(line) for line in told.stderr.splitlines()]) == 6
    return told.stderr


def test_no_token_is_ever_logged(lines: str) -> None:
    assert SIGNED_TOKEN not in lines
    assert "secret" not in lines
    assert BOT_TOKEN not in lines


def test_what_helps_to_find_the_fault_stays(lines: str) -> None:
    assert lines.count("/webhooks/1234/…/messages/@original") >= 4
    assert lines.count("/interactions/5678/…/callback") >= 4
    assert "cannot connect to" in lines
    assert "RuntimeError" in lines
    assert "event" in lines
