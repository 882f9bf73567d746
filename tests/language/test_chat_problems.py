"""What keeps an endpoint from working is a sentence that names the setting and says what to do."""

from __future__ import annotations

import json
import socket

import pytest

from bot.language import ChatEndpoint
from tests.language.chat_server import KEY, MODEL, ChatServer, Reply, refused


async def problems(endpoint: ChatEndpoint) -> str:
    return "\n".join(await endpoint.problems())


def listing(*models: str) -> Reply:
    return Reply(raw=json.dumps({"object": "list", "data": [{"id": model} for model in models]}).encode())


@pytest.mark.parametrize("model", [MODEL, f"{MODEL}:latest"])
async def test_a_model_that_is_listed_has_no_problem_and_is_not_asked(
    server: ChatServer, endpoint: ChatEndpoint, model: str
) -> None:
    server.models = listing("another", model)
    assert await problems(endpoint) == ""
    assert server.asked == []


@pytest.mark.parametrize(
    "models", [refused(404), refused(405), Reply(raw=b"[1]"), Reply(raw=b"hm"), listing("x")]
)
async def test_where_no_list_has_it_one_token_is_asked_of_it(
    server: ChatServer, endpoint: ChatEndpoint, models: Reply
) -> None:
    server.models = models
    assert await problems(endpoint) == ""
    assert [asked.body["max_tokens"] for asked in server.asked] == [1]


@pytest.mark.parametrize(
    ("models", "reply", "told"),
    [
        (refused(401), Reply("hi"), ("CHAT_API_KEY", "refuses the key")),
        (refused(404), refused(403), ("CHAT_API_KEY", "refuses the key")),
        (refused(503), Reply("hi"), ("CHAT_BASE_URL", "status 503")),
        (refused(404), refused(404), ("CHAT_MODEL", "does not answer as a-model")),
        (
            listing("one\nCHAT_MODEL: fine", "two"),
            refused(404),
            ("CHAT_MODEL", "it has: one CHAT_MODEL: fine, two."),
        ),
        (listing(), refused(400), ("CHAT_MODEL", "it has: none.")),
        (refused(404), refused(502), ("CHAT_BASE_URL", "status 502")),
        (Reply(raw=b"<html>"), Reply(raw=b"<html>"), ("CHAT_BASE_URL", "no chat endpoint")),
    ],
)
async def test_each_problem_names_its_setting(
    server: ChatServer, endpoint: ChatEndpoint, models: Reply, reply: Reply, told: tuple[str, str]
) -> None:
    server.models = models
    server.answers = lambda _: reply
    (line,) = (await problems(endpoint)).splitlines()
    assert line.startswith(f"{told[0]}: ")
    assert told[1] in line
    assert KEY not in line


async def test_an_address_where_nobody_answers_is_named() -> None:
    with socket.socket() as taken:  # bound but not listening
        taken.bind(("127.0.0.1", 0))
        endpoint = ChatEndpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", MODEL, KEY)
        assert "CHAT_BASE_URL: nothing answers there" in await problems(endpoint)
        await endpoint.close()
