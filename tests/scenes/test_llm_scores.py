"""The evaluation and the scene command ask the model of the settings: the same conversations, the same marks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bot.writers.llm.form import label
from tests.house.house import run_python
from tests.language.chat_server import MODEL, ChatServer, Reply, form, refused
from tests.scenes.records import Conversation, load_set
from tests.scenes.score import MEASURES


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with ChatServer.start() as started:
        yield started


async def run(server: ChatServer, folder: Path, *arguments: str, **settings: str) -> CompletedProcess[str]:
    """Python beside the server."""
    env = {"CHAT_BASE_URL": server.url, "CHAT_MODEL": MODEL, **settings}
    return await asyncio.to_thread(run_python, *arguments, folder=folder, env=env)


async def scored(server: ChatServer, folder: Path, *arguments: str) -> Mapping[str, Any]:
    told = await run(
        server,
        folder,
        "-m",
        "tests.scenes.score",
        "--set",
        "holdout",
        "--json",
        *arguments,
        LOG_FORMAT="json",
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def right_answer(conversation: Conversation) -> Reply:
    """What somebody would say who has understood the conversation."""
    gold, companions = conversation.gold, [companion.name for companion in conversation.companions]

    def first(words: list[str] | None) -> str:
        return words[0].rstrip("*") if words else ""

    cast = [
        {
            "id": label(companions.index(name)),
            "action": first(gold.actions.get(name)),
            "outfit": first(gold.outfits.get(name)),
        }
        for name in gold.cast
    ]
    return form(
        cast=cast, setting=first(gold.setting), time_of_day=first(gold.time), weather=first(gold.weather)
    )


async def test_a_model_that_reads_well_scores_well(server: ChatServer, tmp_path: Path) -> None:
    answers = [right_answer(conversation) for _, conversation in load_set("holdout")]
    server.in_turn(*answers)
    told = await scored(server, tmp_path, "--writer", "llm", "--failures")
    total = next(row for row in told["rows"] if row["language"] == "total" and row["writer"] == "llm")
    assert total["n"] == len(server.asked) == len(answers)
    assert {measure: total[measure] for measure in MEASURES if total[measure] < 97} == {}, told["failures"]


async def test_where_the_model_fails_the_rules_are_scored(server: ChatServer, tmp_path: Path) -> None:
    server.answers = lambda _: refused(503)
    by_model = (await scored(server, tmp_path, "--writer", "llm"))["rows"]
    by_rules = (await scored(server, tmp_path))["rows"]
    assert [{**row, "writer": "writer"} for row in by_model if row["writer"] == "llm"] == [
        row for row in by_rules if row["writer"] == "writer"
    ]


RECORD = {
    "id": "a",
    "companions": [{"name": "Mira", "gender": "female"}],
    "messages": [
        {"speaker": "Mira", "is_companion": True, "text": "*leans on the railing of the lighthouse*"}
    ],
}


@pytest.mark.parametrize(
    ("writer", "setting", "requests"), [("llm", "zeppelin", 1), ("rules", "lighthouse", 0)]
)
async def test_the_scene_command_has_the_writer_of_the_settings(
    writer: str, setting: str, requests: int, server: ChatServer, tmp_path: Path
) -> None:
    (tmp_path / "talk.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    server.answers = lambda _: form(cast=[{"id": "c1", "action": "waving"}], setting="zeppelin")
    told = await run(server, tmp_path, "-m", "bot", "scene", "talk.jsonl", WRITER=writer)
    assert json.loads(told.stdout)["setting"] == setting
    assert len(server.asked) == requests


async def test_its_answers_are_lines_of_json_whatever_is_logged(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "talk.jsonl").write_text(json.dumps(RECORD), encoding="utf-8")
    server.answers = lambda _: refused(500, "lighthouse")
    told = await run(server, tmp_path, "-m", "bot", "scene", "talk.jsonl", WRITER="llm", LOG_FORMAT="json")
    (line,) = told.stdout.splitlines()
    assert json.loads(line)["setting"] == "lighthouse"
    assert '"scene_by_rules"' in told.stderr
    assert "lighthouse" not in told.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"CHAT_BASE_URL": ""}, "Wrong setting: CHAT_BASE_URL: "),
        ({"CHAT_MODEL": " "}, "Wrong setting: CHAT_MODEL: "),
        (
            {"CHAT_BASE_URL": "", "CHAT_MODEL": ""},
            "Wrong setting: WRITER: llm needs CHAT_BASE_URL and CHAT_MODEL",
        ),
        (
            {"CHAT_BASE_URL": "127.0.0.1:8000"},
            "Wrong setting: CHAT_BASE_URL: use an address that begins with https://",
        ),
        ({"CHAT_TIMEOUT_S": "0"}, "Wrong setting: CHAT_TIMEOUT_S: "),
        ({"CHAT_TIMEOUT_S": "10", "REQUEST_DEADLINE_S": "10"}, "Wrong setting: CHAT_TIMEOUT_S: choose less"),
    ],
)
async def test_what_is_missing_for_a_model_is_one_line(
    settings: Mapping[str, str], told: str, server: ChatServer, tmp_path: Path
) -> None:
    done = await run(server, tmp_path, "-m", "bot", "scene", "-", WRITER="llm", **settings)
    (line,) = done.stderr.splitlines()
    assert line.startswith(told)
    assert done.returncode == 2
    assert server.asked == []


WITHOUT_THE_EXTRA = """\
import sys
sys.modules["openai"] = None
from bot.__main__ import main
sys.exit(main(["scene", "-"]))
"""


async def test_without_the_extra_it_is_one_line_that_says_what_to_install(
    server: ChatServer, tmp_path: Path
) -> None:
    done = await run(server, tmp_path, "-c", WITHOUT_THE_EXTRA, WRITER="llm")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Wrong setting: CHAT_BASE_URL: this needs the extra openai")
    assert "darkroom[openai]" in line
    assert done.returncode == 2
