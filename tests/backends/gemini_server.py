"""A local Gemini: ``models/*:generateContent`` and ``models/*``, as https://ai.google.dev/api describes them.

It knows the fields that a picture needs and refuses others, as the real one does, so that nothing is sent that nobody
reads. Sizes are those of https://ai.google.dev/gemini-api/docs/image-generation.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.backends.hosted_server import NOT_A_PICTURE, HostedServer, base64_of, picture, serving
from tests.backends.remote_contract import RETRY_AFTER_S, SECRET, Fault

MODEL = "gemini-nano-banana-2.1"
SIZES = {
    "1:1": (1024, 1024),
    "16:9": (1376, 768),
    "9:16": (768, 1376),
    "4:3": (1200, 896),
    "3:4": (896, 1200),
}
"""In pixels at 1K; 2K and 4K have twice and four times as many on each edge."""

PLAIN = str.maketrans("-_", "+/")
TIMES = {"1K": 1, "2K": 2, "4K": 4}


@dataclass
class GeminiServer(HostedServer):
    """``bodies`` are the requests; ``of_seed`` answers a seed in a way of its own, ``gates`` makes it wait."""

    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    of_seed: dict[int, tuple[int, Any]] = field(default_factory=dict[int, tuple[int, Any]])
    gates: dict[int, asyncio.Event] = field(default_factory=dict[int, asyncio.Event])
    at_work: int = 0
    most_at_work: int = 0
    asked_for: list[str] = field(default_factory=list[str])
    #: Whether it takes a job and closes the connection without a word.
    breaks: bool = False

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The parts of the last request."""
        (content,) = self.bodies[-1]["contents"]
        assert content["role"] == "user"
        return content["parts"]

    @property
    def pictures(self) -> list[bytes]:
        """The pictures of the last request, in their order."""
        found = [part["inlineData"] for part in self.parts if "inlineData" in part]
        # Google's interfaces take names of fields in both ways, and base64 in both alphabets.
        assert all((blob.get("mimeType") or blob.get("mime_type")) == "image/jpeg" for blob in found)
        return [base64.b64decode(blob["data"].translate(PLAIN), validate=True) for blob in found]

    async def generate(self, request: web.Request) -> web.StreamResponse:
        fault = self.begin(request)
        body = await request.json()
        self.bodies.append(body)
        if self.breaks:
            assert request.transport is not None
            request.transport.close()
        if request.headers.get("x-goog-api-key") != SECRET:
            return _wrong_key()
        name, _, action = request.match_info["call"].partition(":")
        if action != "generateContent" or name != MODEL:
            return _error(404, "NOT_FOUND", f"models/{name} is not found for API version v1beta")
        unknown = _unknown(body)
        if unknown:
            return _error(400, "INVALID_ARGUMENT", f'Unknown name "{unknown}": Cannot find field.')
        if (scripted := self.scripted()) is not None:
            return scripted
        if fault is not None:
            return await self._misbehaved(request, body, fault)
        return await self._made(body)

    async def model(self, request: web.Request) -> web.StreamResponse:
        self.note(request)
        self.asked_for.append(request.match_info["call"])
        if request.headers.get("x-goog-api-key") != SECRET:
            return _wrong_key()
        if (scripted := self.scripted()) is not None:
            return scripted
        if request.match_info["call"] != MODEL:
            return _error(404, "NOT_FOUND", "Model is not found")
        return web.json_response(
            {
                "name": f"models/{MODEL}",
                "version": "001",
                "displayName": "Nano Banana 2.1",
                "inputTokenLimit": 65536,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            }
        )

    async def _made(self, body: dict[str, Any]) -> web.Response:
        config = body["generationConfig"]
        seed = config["seed"]
        self.at_work += 1
        self.most_at_work = max(self.at_work, self.most_at_work)
        try:
            if seed in self.gates:
                await self.gates[seed].wait()
        finally:
            self.at_work -= 1
        if seed in self.of_seed:
            status, answer = self.of_seed[seed]
            return web.json_response(answer, status=status)
        return web.json_response(with_picture(picture(size_of(config), seed)))

    async def _misbehaved(  # noqa: C901, PLR0911 -- one case a fault
        self, request: web.Request, body: dict[str, Any], fault: Fault
    ) -> web.StreamResponse:
        size = size_of(body["generationConfig"])
        match fault:
            case Fault.REFUSED:
                return web.json_response(blocked("PROHIBITED_CONTENT"))
            case Fault.NOT_ALLOWED:
                return _wrong_key()
            case Fault.BUSY:
                response = _error(
                    429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."
                )
                response.headers["Retry-After"] = str(RETRY_AFTER_S)
                return response
            case Fault.BROKEN:
                return _error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
            case Fault.HANGING:
                return await self.hang()
            case Fault.CUT_OFF:
                return await self.cut_off(request, json.dumps(with_picture(picture(size, 1))).encode())
            case Fault.NOT_A_PICTURE:
                return web.json_response(with_picture(NOT_A_PICTURE, "image/png"))
            case Fault.OTHER_FORMAT:
                return web.json_response(with_picture(picture(size, 1, "WEBP"), "image/png"))
            case Fault.HUGE:
                before, _, _ = json.dumps(with_picture(b"")).partition('"data": "')
                return await self.without_end(request, f'{before}"data": "')
            case Fault.NO_PICTURE:
                return web.json_response(ended("NO_IMAGE"))
            case Fault.GARBLED:
                return web.Response(text='{"candidates": [{"content"', content_type="application/json")


def size_of(config: Mapping[str, Any]) -> tuple[int, int]:
    """The pixels of what is asked for."""
    image = config["imageConfig"]
    width, height = SIZES[image["aspectRatio"]]
    times = TIMES[image["imageSize"]]
    return width * times, height * times


def with_picture(data: bytes, mime_type: str = "image/jpeg") -> dict[str, Any]:
    """A success: what the model thought, in words and as a picture, then the picture."""
    thought = {
        "thought": True,
        "inlineData": {"mimeType": "image/jpeg", "data": base64_of(b"half a thought")},
    }
    made = {
        "inlineData": {"mimeType": mime_type, "data": base64_of(data)},
        "thoughtSignature": base64_of(b"x"),
    }
    return answer(
        {
            "content": {"role": "model", "parts": [thought, {"text": "Here you are."}, made]},
            "finishReason": "STOP",
            "index": 0,
        }
    )


def ended(reason: str) -> dict[str, Any]:
    """A success without a picture, and why."""
    return answer(
        {"finishReason": reason, "finishMessage": "Unable to show the generated image.", "index": 0}
    )


def blocked(reason: str) -> dict[str, Any]:
    """A prompt that its filter stopped: there are no candidates then."""
    return answer() | {"promptFeedback": {"blockReason": reason}}


def answer(*candidates: Mapping[str, Any]) -> dict[str, Any]:
    more = {"candidates": list(candidates)} if candidates else {}
    usage = {"promptTokenCount": 21, "candidatesTokenCount": 1120, "totalTokenCount": 1141}
    return more | {"usageMetadata": usage, "modelVersion": MODEL, "responseId": "made-up"}


def failed(status: int, code: str, message: str, *details: Mapping[str, Any]) -> dict[str, Any]:
    """An error's body, a google.rpc.Status."""
    return {"error": {"code": status, "message": message, "status": code, "details": list(details)}}


def quota(quota_id: str, retry_delay: str) -> Sequence[Mapping[str, Any]]:
    """The details of an answer 429."""
    return (
        {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            "violations": [
                {
                    "quotaMetric": "generativelanguage.googleapis.com/generate_requests",
                    "quotaId": quota_id,
                    "quotaDimensions": {"location": "global", "model": MODEL},
                }
            ],
        },
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": retry_delay},
    )


def _error(status: int, code: str, message: str, *details: Mapping[str, Any]) -> web.Response:
    return web.json_response(failed(status, code, message, *details), status=status)


def _wrong_key() -> web.Response:
    """The real one does not quote the key; what is between us and it may."""
    reason = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    return _error(400, "INVALID_ARGUMENT", f"API key not valid: {SECRET}", reason)


def _unknown(body: Mapping[str, Any]) -> str:
    """The first field that the interface does not have, or that has a value which it does not take."""
    config = body.get("generationConfig", {})
    image = config.get("imageConfig", {})
    strange = [*({*body} - {"contents", "generationConfig"})]
    strange += {*config} - {"responseModalities", "imageConfig", "seed"}
    strange += {*image} - {"aspectRatio", "imageSize"}
    strange += [] if config.get("responseModalities") == ["IMAGE"] else ["responseModalities"]
    strange += [] if image.get("aspectRatio") in SIZES else ["aspectRatio"]
    strange += [] if image.get("imageSize") in TIMES else ["imageSize"]
    strange += [] if 0 <= config.get("seed", -1) < 2**31 else ["seed"]
    return next(iter(strange), "")


@asynccontextmanager
async def gemini_server() -> AsyncIterator[GeminiServer]:
    """The server on a free port of this machine."""
    server = GeminiServer()
    routes = (
        web.post("/v1beta/models/{call}", server.generate),
        web.get("/v1beta/models/{call}", server.model),
    )
    async with serving(server, *routes) as running:
        yield running
