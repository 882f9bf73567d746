"""A chat endpoint that says what a test wants, piece by piece and when it wants, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

MODEL = "a-talker"
Piece = str | Mapping[str, Any]
"""Text, or a whole ``delta`` of the protocol."""


@dataclass(frozen=True)
class Asked:
    """One request for a completion."""

    body: Mapping[str, Any]

    @property
    def instructions(self) -> str:
        return self.body["messages"][0]["content"]

    @property
    def name(self) -> str:
        """Who is to speak."""
        return self.instructions.removeprefix("You are ").split(" (")[0]

    @property
    def said(self) -> str:
        """The talk."""
        return "\n".join(message["content"] for message in self.body["messages"][1:])

    @property
    def has_tools(self) -> bool:
        return bool(self.body.get("tools"))


Says = Callable[[Asked], AsyncIterator[Piece]]


def calls_send_picture(**arguments: Any) -> Piece:
    """The model uses its tool."""
    function = {"name": "send_picture", "arguments": json.dumps(arguments)}
    return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}


async def hello(asked: Asked) -> AsyncIterator[Piece]:
    """What it says by default."""
    yield f"{asked.name} is listening."


class TalkingModel:
    """``says`` decides on every answer; ``is_down`` answers 503 instead."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.says: Says = hello
        self.is_down = False
        self.was_asked = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[TalkingModel]:
        model = cls()
        app = web.Application(client_max_size=16 << 20)
        app.router.add_post("/v1/chat/completions", model._complete)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield model
        finally:
            await runner.cleanup()

    @property
    def settings(self) -> dict[str, str]:
        """For the bot."""
        return {"CHAT_BASE_URL": self.url, "CHAT_MODEL": MODEL}

    async def until_asked(self, count: int, timeout_s: float = 20.0) -> None:
        """Wait until so many answers were asked for."""
        async with asyncio.timeout(timeout_s), self.was_asked:
            await self.was_asked.wait_for(lambda: len(self.asked) >= count)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(await request.json())
        async with self.was_asked:
            self.asked.append(asked)
            self.was_asked.notify_all()
        if self.is_down:
            return web.json_response({"error": {"message": "down"}}, status=503)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        finish = "stop"
        async for piece in self.says(asked):
            delta = {"content": piece} if isinstance(piece, str) else piece
            finish = "tool_calls" if "tool_calls" in delta else finish
            await _send(response, {"index": 0, "delta": delta, "finish_reason": None})
        await _send(response, {"index": 0, "delta": {}, "finish_reason": finish})
        await response.write(b"data: [DONE]\n\n")
        return response


async def _send(response: web.StreamResponse, choice: object) -> None:
    event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
    await response.write(f"data: {json.dumps(event)}\n\n".encode())
