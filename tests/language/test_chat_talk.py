"""Talk as it streams, with tools: put together, checked, and ended by whoever stops listening."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from contextlib import aclosing

import pytest
import structlog
from pydantic import BaseModel, Field

from bot.language import ChatEndpoint
from bot.language.endpoint import MOST_SAID
from bot.language.pieces import MOST_ARGUMENTS, MOST_CALLS
from bot.language.remembering import TRY_AGAIN_AFTER
from bot.services.ports.language import LanguageModelError, Line, Role, Said, Tool, ToolUse
from tests.language.chat_server import ChatServer, Reply, refused

TALK = (Line(Role.OTHER, "Send me a photo of Ottilie!", "sam"),)


class Photo(BaseModel):
    of: str
    count: int = Field(default=1, le=8)


PHOTO = Tool("send_photo", "Send a photo.", Photo)


async def heard(endpoint: ChatEndpoint, *tools: Tool) -> list[Said | ToolUse]:
    return [piece async for piece in endpoint.talk("You are Mira.", TALK, tools)]


def words(pieces: Sequence[Said | ToolUse]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Said))


def uses(pieces: Sequence[Said | ToolUse]) -> list[ToolUse]:
    return [piece for piece in pieces if isinstance(piece, ToolUse)]


def call(
    arguments: str, name: str | None = None, index: int | None = 0, **more: object
) -> Mapping[str, object]:
    return {"tool_calls": [{"index": index, **more, "function": {"name": name, "arguments": arguments}}]}


async def test_words_come_as_they_are_said(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["Hel", "lo, ", "sam."])
    assert await heard(endpoint) == [Said("Hel"), Said("lo, "), Said("sam.")]
    asked = server.asked[0].body
    assert asked["stream"] is True
    assert "tools" not in asked
    assert "temperature" not in asked


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        (["<think>no", "t this</think>", "\n\nHello"], "Hello"),
        (["<th", "ink>", "x" * 50, "</thi", "nk>Hello"], "Hello"),
        (["\n<think></think>", " ", "Hello <think>aloud</think>"], "Hello <think>aloud</think>"),
        (["<", "3 you"], "<3 you"),
        (["<thi"], "<thi"),
        (["Hello"], "Hello"),
    ],
)
async def test_thoughts_before_the_words_are_left_out_wherever_the_pieces_break(
    server: ChatServer, endpoint: ChatEndpoint, pieces: list[str], said: str
) -> None:
    server.answers = lambda _: Reply(pieces=pieces)
    assert words(await heard(endpoint)) == said


async def test_a_tool_call_is_put_together_from_its_pieces_and_comes_last(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: Reply(
        pieces=[call('{"of": "the ', "send_photo", id="1"), "Wait a moment.", call('sea"}')],
        finish="tool_calls",
    )
    assert await heard(endpoint, PHOTO) == [
        Said("Wait a moment."),
        ToolUse("send_photo", {"of": "the sea", "count": 1}),
    ]
    (described,) = server.asked[0].body["tools"]
    assert described["function"]["name"] == "send_photo"
    assert described["function"]["parameters"]["properties"].keys() == {"of", "count"}


async def test_calls_without_an_index_are_told_apart_by_their_names(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: Reply(
        pieces=[
            call('{"of": "a"}', "send_photo", None),
            call('{"of": ', "send_photo", None),
            call('"b"}', None, None),
        ]
    )
    assert [use.arguments["of"] for use in uses(await heard(endpoint, PHOTO))] == ["a", "b"]


@pytest.mark.parametrize(
    ("piece", "kind"),
    [
        (call("{}", "grant_moments"), "unknown_tool"),
        (call('{"of": "the sea"', "send_photo"), "not_json"),
        (call("[" * 5_000, "send_photo"), "not_json"),
        (call('{"of": "the sea", "count": 9}', "send_photo"), "wrong_form"),
        (call('["the sea"]', "send_photo"), "wrong_form"),
        (call("", "send_photo"), "wrong_form"),
        (call(json.dumps({"of": "x" * MOST_ARGUMENTS}), "send_photo"), "too_long"),
    ],
)
async def test_a_call_that_is_not_right_is_dropped_and_logged_by_its_kind_alone(
    server: ChatServer, endpoint: ChatEndpoint, piece: Mapping[str, object], kind: str
) -> None:
    server.answers = lambda _: Reply(pieces=["Here.", piece])
    with structlog.testing.capture_logs() as told:
        assert await heard(endpoint, PHOTO) == [Said("Here.")]
    assert [(line["event"], line["kind"]) for line in told] == [("tool_call_dropped", kind)]
    assert "sea" not in repr(told)
    assert "grant" not in repr(told)


async def test_a_flood_of_calls_is_cut_short(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(
        pieces=[call('{"of": "the sea"}', "send_photo", number) for number in range(50)]
    )
    assert len(uses(await heard(endpoint, PHOTO))) == MOST_CALLS


async def test_a_tool_that_was_not_offered_is_not_used(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["Here.", call('{"of": "the sea"}', "send_photo")])
    assert await heard(endpoint) == [Said("Here.")]


@pytest.mark.parametrize("status", [400, 404, 422, 500])
async def test_a_server_that_knows_no_tools_is_asked_without_and_that_is_remembered(
    server: ChatServer, endpoint: ChatEndpoint, status: int
) -> None:
    server.answers = lambda asked: refused(status) if "tools" in asked.body else Reply("Hello.")
    assert words(await heard(endpoint, PHOTO)) == "Hello."
    assert words(await heard(endpoint, PHOTO)) == "Hello."
    assert ["tools" in asked.body for asked in server.asked] == [True, False, False]
    server.answers = lambda _: Reply("Hello.")
    for _ in range(TRY_AGAIN_AFTER + 1):
        await heard(endpoint, PHOTO)
    assert "tools" in server.asked[-1].body


async def test_a_server_that_refuses_everything_has_not_refused_the_tools(
    server: ChatServer, endpoint: ChatEndpoint
) -> None:
    server.answers = lambda _: refused(500)
    with pytest.raises(LanguageModelError):
        await heard(endpoint, PHOTO)
    server.answers = lambda _: Reply("Hello.")
    await heard(endpoint, PHOTO)
    assert ["tools" in asked.body for asked in server.asked] == [True, False, True]


async def test_a_busy_server_is_waited_for_once(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.in_turn(refused(429, **{"Retry-After": "0.05"}), Reply("Hello."))
    assert words(await heard(endpoint)) == "Hello."


async def test_what_was_said_before_it_broke_off_was_said(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["I was just"], breaks=True)
    said: list[str] = []

    async def listen() -> None:
        async for piece in endpoint.talk("You are Mira.", TALK):
            said.append(words([piece]))  # noqa: PERF401  each as it comes: an error loses none

    with pytest.raises(LanguageModelError) as raised:
        await listen()
    assert said == ["I was just"]
    assert raised.value.reason == "unreachable"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"data: {nonsense\n\n", "malformed"),
        (b'data: ["Ottilie"]\n\n', "malformed"),
        (b'data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\n', "malformed"),
        (b'data: {"choices": "Ottilie"}\n\n', "malformed"),
        (b'data: {"error": {"message": "Ottilie"}}\n\n', "malformed"),
        (b"data: [DONE]\n\n", "nothing_said"),
        (b'{"choices": [{"message": {"content": "not streamed"}}]}', "nothing_said"),
        (b"", "nothing_said"),
    ],
)
async def test_a_stream_that_makes_no_sense_is_an_error_that_repeats_nothing(
    server: ChatServer, endpoint: ChatEndpoint, raw: bytes, reason: str
) -> None:
    server.answers = lambda _: Reply(raw=raw, headers={"Content-Type": "text/event-stream"})
    with pytest.raises(LanguageModelError, match=reason) as raised:
        await heard(endpoint)
    assert "Ottilie" not in "".join(traceback.format_exception(raised.value))


async def test_odd_but_harmless_events_are_borne(server: ChatServer, endpoint: ChatEndpoint) -> None:
    events: list[object] = [
        {"choices": None},
        {"choices": [{"delta": {"role": "assistant", "content": None, "tool_calls": None}}]},
        {"choices": [{"delta": {"content": [{"type": "text", "text": "Hel"}], "reasoning_content": "hm"}}]},
        {"choices": [{"delta": {"content": "lo"}, "finish_reason": 7}]},
    ]
    raw = b": comment\n\n" + b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events[:3])
    server.answers = lambda _: Reply(raw=raw, headers={"Content-Type": "text/event-stream"})
    assert words(await heard(endpoint)) == "Hel"


async def test_a_model_that_never_ends_is_cut_off(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["blah " * 100] * 100)
    assert len(words(await heard(endpoint))) == MOST_SAID


async def test_silence_ends_the_talk(server: ChatServer, hasty: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["I was just"], hangs=True)
    with pytest.raises(LanguageModelError) as raised:
        await heard(hasty)
    assert raised.value.reason == "timeout"
    await asyncio.wait_for(server.hung_up.wait(), 5)


async def test_cancelling_who_listens_ends_the_call(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["I was just"], hangs=True)
    listening = asyncio.create_task(heard(endpoint))
    await asyncio.wait_for(server.hanging.wait(), 5)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    await asyncio.wait_for(server.hung_up.wait(), 5)


async def test_no_longer_listening_ends_the_call(server: ChatServer, endpoint: ChatEndpoint) -> None:
    server.answers = lambda _: Reply(pieces=["I was just"], hangs=True)
    async with aclosing(endpoint.talk("You are Mira.", TALK)) as pieces:
        assert await anext(pieces) == Said("I was just")
    await asyncio.wait_for(server.hung_up.wait(), 5)


async def test_no_log_says_what_was_talked_about(
    server: ChatServer, endpoint: ChatEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = lambda _: Reply("Ottilie is here.")
    with structlog.testing.capture_logs() as told:
        assert words(await heard(endpoint, PHOTO)) == "Ottilie is here."
    assert "Ottilie" not in caplog.text + repr(told)
