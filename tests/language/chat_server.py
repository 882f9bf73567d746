"""A chat endpoint as the real ones are: it knows some of the protocol, refuses, streams, breaks off and hangs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

MODEL = "a-model"
KEY = "sk-canary-of-a-key"


@dataclass(frozen=True)
class Asked:
    """One request for a completion."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def rung(self) -> str:
        """json_schema, json_object or text."""
        return self.body.get("response_format", {}).get("type", "text")

    @property
    def instructions(self) -> str:
        return self.body["messages"][0]["content"]

    @property
    def said(self) -> str:
        """All that is not instructions."""
        return "\n".join(message["content"] for message in self.body["messages"][1:])

    @property
    def schema(self) -> Mapping[str, Any]:
        """The form that is asked for, on the first two rungs."""
        wanted = self.body["response_format"]
        return wanted["schema"] if "schema" in wanted else wanted["json_schema"]["schema"]


@dataclass(frozen=True)
class Reply:
    """What the endpoint does with one request."""

    text: str | None = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    error: object = "refused"
    finish: str = "stop"
    raw: bytes | None = None
    pieces: Sequence[object] = ()
    """Of a stream: texts, or whole ``delta`` objects."""
    breaks: bool = False
    """The connection is cut before the end."""
    hangs: bool = False
    """Nothing comes (any more)."""


def form(**fields: object) -> Reply:
    """An answer in JSON."""
    return Reply(json.dumps(fields, ensure_ascii=False))


def refused(status: int, message: str = "not known here", **headers: str) -> Reply:
    """An error as OpenAI words it."""
    return Reply(status=status, error={"message": message, "type": "invalid_request_error"}, headers=headers)


class ChatServer:
    """``answers`` decides on every request; what was asked is in ``asked``."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.answers: Callable[[Asked], Reply] = lambda _asked: Reply("Hello.")
        self.models: Reply | None = None
        """What ``GET /models`` says; None: the model is listed."""
        self.hanging = asyncio.Event()
        self.hung_up = asyncio.Event()
        """Somebody who was kept waiting has gone."""

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[ChatServer]:
        server = cls()
        app = web.Application(client_max_size=16 << 20)
        app.router.add_post("/v1/chat/completions", server._complete)
        app.router.add_get("/v1/models", server._list)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield server
        finally:
            await runner.cleanup()

    @property
    def rungs(self) -> list[str]:
        """The rungs that were asked for, in order."""
        return [asked.rung for asked in self.asked]

    def in_turn(self, *replies: Reply) -> None:
        """Answer with these, one after the other, and with the last for ever."""
        waiting = list(replies)
        self.answers = lambda _asked: waiting.pop(0) if len(waiting) > 1 else waiting[0]

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if self.models is not None:
            return await self._whole(self.models, lambda text: text)
        assert request.headers["Authorization"]
        return web.json_response({"object": "list", "data": [{"id": MODEL}, {"id": "another"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(await request.json(), dict(request.headers))
        self.asked.append(asked)
        reply = self.answers(asked)
        if asked.body.get("stream") and reply.status == 200 and reply.raw is None:
            return await self._stream(request, reply)

        def whole(text: str | None) -> object:
            message = {"role": "assistant", "content": text}
            return {"choices": [{"index": 0, "message": message, "finish_reason": reply.finish}]}

        return await self._whole(reply, whole)

    async def _whole(self, reply: Reply, shape: Callable[[Any], object]) -> web.StreamResponse:
        if reply.hangs:
            await self._hang()
        if reply.raw is not None:
            return web.Response(status=reply.status, body=reply.raw, headers=reply.headers)
        if reply.status != 200:
            return web.json_response({"error": reply.error}, status=reply.status, headers=reply.headers)
        return web.json_response(shape(reply.text), headers=reply.headers)

    async def _stream(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **reply.headers})
        await response.prepare(request)
        for piece in reply.pieces or [reply.text]:
            delta = {"content": piece} if isinstance(piece, str) else piece
            await _send(response, {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        if reply.hangs:
            await self._hang()
        if reply.breaks:
            assert request.transport is not None
            request.transport.close()
            return response
        await _send(response, {"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        await _send(response, {"choices": [], "usage": {"total_tokens": 1}})
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _hang(self) -> None:
        self.hanging.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.hung_up.set()
            raise


async def _send(response: web.StreamResponse, event: object) -> None:
    await response.write(f"data: {json.dumps(event)}\n\n".encode())
