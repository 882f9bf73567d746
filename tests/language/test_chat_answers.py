"""Answers in a form: down the ladder, within one time, and whatever the server does."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import traceback
from collections.abc import Callable

import pytest
import structlog
from pydantic import BaseModel

from bot.language import ChatEndpoint
from bot.language.connecting import MOST_BYTES
from bot.language.remembering import TRY_AGAIN_AFTER
from bot.services.ports.language import LanguageModelError, Line, Role
from tests.language.chat_server import KEY, MODEL, Asked, ChatServer, Reply, form, refused

CANARY = "Ottilie hid her letters below the chapel"
TALK = (Line(Role.OTHER, CANARY, "sam"),)
RUNGS = ["json_schema", "json_object", "text"]


class Weather(BaseModel):
    sky: str
    degrees: int


RIGHT = form(sky="clear", degrees=21)


async def ask(endpoint: ChatEndpoint) -> Weather:
    return await endpoint.answer("Tell the weather.", TALK, Weather)


async def failing(endpoint: ChatEndpoint) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as raised:
        await ask(endpoint)
    return raised.value


def knows_only(*rungs: str, status: int = 400) -> Callable[[Asked], Reply]:
    return lambda asked: RIGHT if asked.rung in rungs else refused(status)


async def test_the_strictest_way_is_asked_first_and_the_answer_is_read(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: RIGHT
    assert await ask(endpoint) == Weather(sky="clear", degrees=21)
    (asked,) = server.asked
    wanted = asked.body["response_format"]["json_schema"]
    assert (asked.rung, wanted["strict"]) == ("json_schema", True)
    assert asked.schema["required"] == ["sky", "degrees"]
    assert asked.schema["additionalProperties"] is False
    assert "title" not in json.dumps(asked.schema)
    assert asked.body["model"] == MODEL
    assert 0 < asked.body["max_tokens"] <= 4_000
    assert asked.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [400, 415, 422, 500, 501])
async def test_a_form_that_a_server_refuses_is_asked_for_in_another_way(
    server: ChatServer, endpoint: ChatEndpoint, status: int
) -> None:
    server.answers = knows_only("json_object", status=status)
    assert (await ask(endpoint)).degrees == 21
    assert server.rungs == RUNGS[:2]
    assert server.asked[1].schema["properties"].keys() == {"sky", "degrees"}


async def test_in_the_end_the_form_is_asked_for_in_words(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = knows_only("text", status=500)
    assert (await ask(endpoint)).sky == "clear"
    assert server.rungs == RUNGS
    assert '"degrees"' in server.asked[2].instructions
    assert '"degrees"' not in server.asked[0].instructions


@pytest.mark.parametrize(
    "text",
    [
        "It is clear.",
        '{"sky": "clear"}',
        '{"sky": "clear", "degrees": "many"}',
        "[]",
        "",
        "{" * 5_000,
        "[" * 5_000,
    ],
)
async def test_an_answer_without_the_form_is_asked_for_again_a_rung_lower(
    server: ChatServer, endpoint: ChatEndpoint, text: str
) -> None:
    server.answers = lambda asked: RIGHT if asked.rung == "text" else Reply(text)
    assert (await ask(endpoint)).degrees == 21
    assert server.rungs == RUNGS


async def test_the_way_that_works_is_remembered_and_the_better_one_tried_again_later(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = knows_only("text")
    for _ in range(3):
        await ask(endpoint)
    assert server.rungs == [*RUNGS, "text", "text"]
    server.asked.clear()
    server.answers = lambda _: RIGHT
    for _ in range(TRY_AGAIN_AFTER):
        await ask(endpoint)
    assert server.rungs[-1] == "json_schema"
    assert server.rungs.count("json_schema") == 2


async def test_a_failure_on_every_rung_changes_nothing_that_is_remembered(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: Reply("no")
    assert (await failing(endpoint)).reason == "wrong_form"
    assert server.rungs == RUNGS
    server.answers = lambda _: RIGHT
    await ask(endpoint)
    assert server.rungs == [*RUNGS, "json_schema"]


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"sky": "clear", "degrees": 21}\n```',
        'Sure! Here it is:\n```\n{"sky": "clear", "degrees": 21}\n```\nAnything else?',
        'The weather {as asked} is {"sky": "clear", "degrees": 21}, I think.',
        '<think>{"sky": "dark", "degrees": 1}</think>{"sky": "clear", "degrees": 21}',
        'some thought {"sky": "dark", "degrees": 1}</think>\n\n{"sky": "clear", "degrees": 21}',
        '{"note": "first"} {"sky": "clear", "degrees": 21}',
        '{"sky": "clear", "degrees": 21, "price": 0, "rating": "mature"}',
        '{"sky": "clear", "degrees": "21"}',
    ],
)
async def test_json_is_dug_out_of_whatever_stands_around_it(
    server: ChatServer, endpoint: ChatEndpoint, text: str
) -> None:
    server.answers = lambda _: Reply(text)
    assert await ask(endpoint) == Weather(sky="clear", degrees=21)
    assert len(server.asked) == 1


async def test_an_answer_in_parts_is_read(server: ChatServer, endpoint: ChatEndpoint) -> None:
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": RIGHT.text}]
    body = {"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]}
    server.answers = lambda _: Reply(raw=json.dumps(body).encode())
    assert (await ask(endpoint)).degrees == 21


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (refused(401), "key_refused 401"),
        (refused(403), "key_refused 403"),
        (refused(404), "no_such_model 404"),
        (refused(413), "status 413"),
        (refused(502), "status 502"),
        (refused(503), "status 503"),
        (Reply(status=503, raw=b"<html>down</html>"), "status 503"),
        (Reply(status=302, raw=b"", headers={"Location": "http://127.0.0.1:1/v1"}), "status 302"),
        (Reply("{", finish="length"), "cut_off"),
        (Reply("", finish="content_filter"), "refused"),
        (Reply(raw=b'{"choices": [{"message": {"refusal": "I will not."}}]}'), "refused"),
        (Reply(raw=b"<html>hello</html>"), "malformed answer"),
        (Reply(raw=b'{"choices": []}'), "malformed answer"),
        (Reply(raw=b'{"error": {"message": "upstream"}}'), "malformed answer"),
        (Reply(raw=b""), "malformed answer"),
        (Reply("x" * 300_000), "too_long"),
        (Reply(raw=b"x" * (MOST_BYTES + 1)), "too_long"),
        (Reply(status=500, raw=b"x" * (MOST_BYTES + 1)), "too_long"),
        (Reply(raw=gzip.compress(b"x" * 1000), headers={"Content-Encoding": "gzip"}), "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_no_other_rung_could_mend_is_one_request_and_a_reason(
    server: ChatServer, endpoint: ChatEndpoint, reply: Reply, reason: str
) -> None:
    server.answers = lambda _: reply
    assert (await failing(endpoint)).reason == reason
    assert len(server.asked) == 1


async def test_a_refusal_on_every_rung_is_three_requests_and_no_more(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: refused(500)
    assert (await failing(endpoint)).reason == "status 500"
    assert server.rungs == RUNGS


async def test_a_busy_server_is_waited_for_once(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.in_turn(refused(429, **{"Retry-After": "0.05"}), RIGHT)
    assert (await ask(endpoint)).degrees == 21
    assert server.rungs == ["json_schema", "json_schema"]
    server.asked.clear()
    server.in_turn(refused(429, **{"Retry-After": "0"}))
    assert (await failing(endpoint)).reason == "status 429"
    assert len(server.asked) == 2


@pytest.mark.parametrize("wait", ["3600", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_server_that_is_busy_for_longer_is_not_waited_for(
    server: ChatServer, endpoint: ChatEndpoint, wait: str
) -> None:
    server.in_turn(refused(429, **{"Retry-After": wait}), RIGHT)
    assert (await failing(endpoint)).reason == "status 429"
    assert len(server.asked) == 1


async def test_one_time_is_for_the_whole_ladder(server: ChatServer, hasty: ChatEndpoint) -> None:
    server.answers = lambda asked: Reply(hangs=True) if asked.rung == "text" else refused(500)
    assert (await failing(hasty)).reason == "timeout"
    await asyncio.wait_for(server.hung_up.wait(), 5)
    assert server.rungs == RUNGS


async def test_cancelling_who_waits_ends_the_call(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(hangs=True)
    waiting = asyncio.create_task(ask(endpoint))
    await asyncio.wait_for(server.hanging.wait(), 5)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.wait_for(server.hung_up.wait(), 5)


async def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as taken:  # bound but not listening
        taken.bind(("127.0.0.1", 0))
        endpoint = ChatEndpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", MODEL)
        assert (await failing(endpoint)).reason == "unreachable"
        await endpoint.close()


async def test_fields_that_a_model_does_not_know_are_left_out_from_then_on(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    def like_a_reasoning_model(asked: Asked) -> Reply:
        if "max_tokens" in asked.body:
            return refused(400, "Unsupported parameter: 'max_tokens': use 'max_completion_tokens' instead.")
        if "temperature" in asked.body:
            return refused(400, "Unsupported value: 'temperature' does not support 0.3 with this model.")
        return RIGHT

    server.answers = like_a_reasoning_model
    assert (await ask(endpoint)).degrees == 21
    assert server.rungs == ["json_schema"] * 3
    await ask(endpoint)
    assert len(server.asked) == 4
    assert server.asked[-1].body["max_completion_tokens"] > 0


async def test_a_refusal_that_goes_on_about_a_field_is_no_endless_loop(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: refused(400, "max_tokens and temperature are wrong, max_completion_tokens too")
    assert (await failing(endpoint)).reason == "status 400"
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    "reply",
    [
        refused(401, f"wrong key {KEY}"),
        refused(500, f"template error in: {CANARY}"),
        Reply(f'{{"sky": "{CANARY}", "degrees": "{CANARY}"}}'),
        Reply(raw=CANARY.encode()),
        Reply(CANARY, finish="length"),
        Reply(raw=b"", status=200, headers={"X-Echo": CANARY}),
    ],
)
async def test_no_error_and_no_log_says_what_was_talked_about_or_the_key(
    server: ChatServer, endpoint: ChatEndpoint, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = lambda _: reply
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as told:
        error = await failing(endpoint)
    printed = "".join(traceback.format_exception(error)) + repr(error) + str(error) + repr(told) + caplog.text
    assert "LanguageModelError" in printed
    assert not [secret for secret in ("Ottilie", "chapel", KEY) if secret in printed]


async def test_nothing_that_is_set_for_openai_is_sent_to_another_endpoint(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "for-openai-alone")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    server.answers = lambda _: RIGHT
    endpoint = ChatEndpoint(server.url, MODEL)
    await ask(endpoint)
    await endpoint.close()
    assert "for-openai-alone" not in repr(server.asked[0].headers)


async def test_answers_at_the_same_time_do_not_disturb_each_other(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = knows_only("text")
    answers = await asyncio.gather(*(ask(endpoint) for _ in range(8)))
    assert [answer.degrees for answer in answers] == [21] * 8
