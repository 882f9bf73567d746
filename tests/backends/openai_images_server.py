"""A local OpenAI for pictures: ``images/generations``, ``images/edits`` and ``models/*``, with its stream.

Written from https://platform.openai.com/docs/api-reference/images and its streaming events. Fields that it does not
have are refused, as the real one does, so that nothing is sent that nobody reads.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.backends.hosted_server import NOT_A_PICTURE, HostedServer, base64_of, picture, serving
from tests.backends.remote_contract import RETRY_AFTER_S, SECRET, Fault

MODEL = "gpt-image-2"
QUALITIES = {"auto", "low", "medium", "high"}
FIELDS = {
    "model",
    "n",
    "output_format",
    "partial_images",
    "prompt",
    "quality",
    "size",
    "stream",
}
USAGE = {
    "input_tokens": 50,
    "input_tokens_details": {"image_tokens": 40, "text_tokens": 10},
    "output_tokens": 1000,
    "total_tokens": 1050,
}


@dataclass
class OpenAiImagesServer(HostedServer):
    """``bodies`` are the fields of each job; ``pictures`` what came with the last one, as (name, kind, bytes)."""

    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    endpoints: list[str] = field(default_factory=list[str])
    pictures: list[tuple[str, str, bytes]] = field(default_factory=list[tuple[str, str, bytes]])
    asked_for: list[str] = field(default_factory=list[str])
    #: How many pictures of a batch it makes, when not all.
    makes: int | None = None
    #: Written into the stream before the picture, as they are.
    events: list[str] = field(default_factory=list[str])
    #: A stream waits for it before its last event.
    last_event: asyncio.Event | None = None
    #: The bytes of previews; small pictures when there are none.
    previews: list[bytes] = field(default_factory=list[bytes])
    sends_picture: bool = True

    async def generate(self, request: web.Request) -> web.StreamResponse:
        fault = self.begin(request)
        return await self._answer(request, "generation", await request.json(), fault)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        fault = self.begin(request)
        fields: dict[str, Any] = {}
        self.pictures.clear()
        async for part in await request.multipart():
            if part.filename is not None:
                assert part.name == "image[]", part.name
                kind = part.headers["Content-Type"]
                self.pictures.append((part.filename, kind, bytes(await part.read())))
            else:
                fields[part.name] = await part.text()
        numbers = {name: int(fields[name]) for name in ("n", "partial_images") if name in fields}
        return await self._answer(
            request, "edit", fields | numbers | {"stream": fields.get("stream") == "true"}, fault
        )

    async def model(self, request: web.Request) -> web.StreamResponse:
        self.note(request)
        name = request.match_info["name"]
        self.asked_for.append(name)
        if (scripted := self.scripted()) is not None:
            return scripted
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return _wrong_key()
        if name != MODEL:
            return error(
                404, "invalid_request_error", "model_not_found", f"The model '{name}' does not exist"
            )
        return web.json_response(
            {"id": MODEL, "object": "model", "created": 1776000000, "owned_by": "system"}
        )

    async def _answer(
        self, request: web.Request, what: str, body: dict[str, Any], fault: Fault | None
    ) -> web.StreamResponse:
        self.bodies.append(body)
        self.endpoints.append(what)
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return _wrong_key()
        wrong = _wrong(body)
        if wrong:
            return error(400, "invalid_request_error", "invalid_value", f"Invalid value: '{wrong}'", wrong)
        if (scripted := self.scripted()) is not None:
            return scripted
        if fault is not None:
            return await self._misbehaved(request, what, body, fault)
        if body.get("stream"):
            return await self._streamed(request, what, body)
        count = body.get("n", 1) if self.makes is None else self.makes
        made = [picture(size_of(body), number) for number in range(count)]
        return web.json_response(with_pictures(body, *made))

    async def _streamed(self, request: web.Request, what: str, body: dict[str, Any]) -> web.StreamResponse:
        response = await _begin_stream(request)
        for event in self.events:
            await response.write(event.encode())
        small = picture((64, 64), 200)
        for index in range(body["partial_images"]):
            data = self.previews[index] if index < len(self.previews) else small
            partial = _event(f"image_{what}.partial_image", body, data, partial_image_index=index)
            await response.write(partial.encode())
        if self.last_event is not None:
            await self.last_event.wait()
        if self.sends_picture:
            made = _event(f"image_{what}.completed", body, picture(size_of(body), 1), usage=USAGE)
            await response.write(made.encode())
        await response.write_eof()
        return response

    async def _misbehaved(  # noqa: C901, PLR0911 -- one case a fault
        self, request: web.Request, what: str, body: dict[str, Any], fault: Fault
    ) -> web.StreamResponse:
        match fault:
            case Fault.REFUSED:
                return error(400, "image_generation_user_error", "moderation_blocked", "It was rejected")
            case Fault.NOT_ALLOWED:
                return _wrong_key()
            case Fault.BUSY:
                response = error(429, "requests", "rate_limit_exceeded", "Rate limit reached")
                response.headers["Retry-After"] = str(RETRY_AFTER_S)
                return response
            case Fault.BROKEN:
                return error(500, "server_error", None, "The server had an error")
            case Fault.HANGING:
                return await self.hang()
            case Fault.CUT_OFF:
                whole = _whole(what, body, picture(size_of(body), 1))
                return await self.cut_off(request, whole.encode(), _kind(body))
            case Fault.NOT_A_PICTURE:
                return _answered(body, _whole(what, body, NOT_A_PICTURE))
            case Fault.OTHER_FORMAT:
                return _answered(body, _whole(what, body, picture(size_of(body), 1, "WEBP")))
            case Fault.HUGE:
                before, _, _ = _whole(what, body, b"x").partition(base64_of(b"x"))
                return await self.without_end(request, before, _kind(body))
            case Fault.NO_PICTURE:
                return _answered(body, "" if body.get("stream") else json.dumps(with_pictures(body)))
            case Fault.GARBLED:
                return _answered(body, _whole(what, body, b"")[:-40])


def _kind(body: Mapping[str, Any]) -> str:
    return "text/event-stream" if body.get("stream") else "application/json"


def _whole(what: str, body: Mapping[str, Any], data: bytes) -> str:
    """All of an answer with one picture, as it is on the wire."""
    if body.get("stream"):
        return _event(f"image_{what}.completed", body, data, usage=USAGE)
    return json.dumps(with_pictures(body, data))


def _answered(body: Mapping[str, Any], text: str) -> web.Response:
    return web.Response(text=text, content_type=_kind(body))


def size_of(body: Mapping[str, Any]) -> tuple[int, int]:
    """The pixels of what is asked for."""
    width, _, height = str(body["size"]).partition("x")
    return int(width), int(height)


def with_pictures(body: Mapping[str, Any], *pictures: bytes) -> dict[str, Any]:
    """An answer that comes whole."""
    return {
        "created": 1776000000,
        "background": "opaque",
        "data": [{"b64_json": base64_of(data)} for data in pictures],
        "output_format": body["output_format"],
        "quality": "high",
        "size": body["size"],
        "usage": USAGE,
    }


def error(status: int, kind: str, code: str | None, message: str, param: str | None = None) -> web.Response:
    """An error's body."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return web.json_response(body, status=status)


def error_event(kind: str, code: str) -> str:
    """An error in the middle of a stream."""
    data = {"type": "error", "error": {"type": kind, "code": code, "message": "It says why.", "param": None}}
    return f"event: error\ndata: {json.dumps(data)}\n\n"


def _event(kind: str, body: Mapping[str, Any], data: bytes, **more: object) -> str:
    """One event of a stream, as it is on the wire."""
    fields = {
        "type": kind,
        "b64_json": base64_of(data),
        "background": "opaque",
        "created_at": 1776000000,
        "output_format": body["output_format"],
        "quality": "high",
        "size": body["size"],
    }
    return f"event: {kind}\ndata: {json.dumps(fields | more)}\n\n"


async def _begin_stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = "text/event-stream"
    await response.prepare(request)
    return response


def _wrong_key() -> web.Response:
    """The real one shows a part of the key; what is between us and it may show more."""
    return error(401, "invalid_request_error", "invalid_api_key", f"Incorrect API key provided: {SECRET}")


def _wrong(body: Mapping[str, Any]) -> str:
    """The first field that the interface does not have, or that has a value which it does not take."""
    width, height = size_of(body)
    wrong = [
        *({*body} - FIELDS),
        *(() if body.get("model") == MODEL else ["model"]),
        *(() if body.get("prompt") else ["prompt"]),
        *(() if 1 <= body.get("n", 1) <= 10 else ["n"]),
        *(() if body.get("quality") in QUALITIES else ["quality"]),
        *(() if body.get("output_format") in {"png", "jpeg", "webp"} else ["output_format"]),
        *(() if "partial_images" not in body or body.get("stream") else ["partial_images"]),
        *(() if width % 16 == 0 and height % 16 == 0 and max(width, height) <= 3840 else ["size"]),
        *(() if 655_360 <= width * height <= 8_294_400 else ["size"]),
        # Nothing says what a stream of several pictures looks like: its events do not tell which one they are of.
        *(["stream"] if body.get("stream") and body.get("n", 1) != 1 else ()),
    ]
    return next(iter(wrong), "")


@asynccontextmanager
async def openai_images_server() -> AsyncIterator[OpenAiImagesServer]:
    """The server on a free port of this machine; its address ends in ``/v1``."""
    server = OpenAiImagesServer()
    routes = (
        web.post("/v1/images/generations", server.generate),
        web.post("/v1/images/edits", server.edit),
        web.get("/v1/models/{name}", server.model),
    )
    async with serving(server, *routes) as running:
        running.url += "/v1"
        yield running
