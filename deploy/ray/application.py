"""Darkroom's pictures on a Ray cluster: a door that checks, and replicas of the pipeline behind it.

``serve run deploy/ray/config.yaml`` from the root of the clone, on the head of a cluster. docs/own-gpu.md tells more.
"""

# ruff: noqa: INP001  a package of this name would stand before Ray's own

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from ray import serve
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.backends.diffusers.orders import (
    MAX_ORDER_BYTES,
    Answer,
    Failed,
    Finished,
    Offer,
    Order,
    Painted,
    Refused,
)
from bot.backends.diffusers.painter import Painter
from bot.backends.diffusers.settings import DiffusersSettings
from bot.settings import Secret, SettingsGroup, read_settings

RETRY_AFTER_S = 15

_log = logging.getLogger("ray.serve")  # in the replica's own log, as everything of Ray Serve's


class DoorSettings(SettingsGroup):
    """The key that callers must have; without one anybody who reaches the port may call."""

    ray_api_key: Secret = None


@serve.deployment
class Pipeline:
    """One model on one device. One order at a time, so that each gets all of the device."""

    def __init__(self) -> None:
        self._painter = Painter(read_settings(DiffusersSettings))
        self._painter.load()  # a replica that is not ready is given no orders
        self._thread = ThreadPoolExecutor(1)
        self._is_broken = False

    async def make(self, order: Order) -> AsyncIterator[bytes]:
        """What is said about an order, each a line of JSON. Cancelled, it stops within a step."""
        if self._is_broken:
            yield _line(Failed(reason="the replica is being replaced", is_down=True))
            return
        loop = asyncio.get_running_loop()
        answers: asyncio.Queue[Answer] = asyncio.Queue()
        is_unwanted = threading.Event()
        painted = 0

        def say(answer: Answer) -> None:
            nonlocal painted
            painted += isinstance(answer, Painted)
            loop.call_soon_threadsafe(answers.put_nowait, answer)

        def note_end(work: asyncio.Future[None]) -> None:
            self._is_broken |= not work.cancelled() and work.exception() is not None
            _log.info("order ended: %d of %d pictures", painted, order.count)

        work = loop.run_in_executor(self._thread, self._painter.make, order, say, is_unwanted.is_set)
        work.add_done_callback(note_end)
        try:
            while True:
                answer = await answers.get()
                yield _line(answer)
                if isinstance(answer, Finished | Failed | Refused):
                    return
        finally:
            is_unwanted.set()

    def check_health(self) -> None:
        """Called by Ray Serve every few seconds; a replica that raises is replaced."""
        if self._is_broken:
            raise RuntimeError("the pipeline failed in a way that may have broken its device")


@serve.deployment
class Door:
    """What callers reach: ``GET /offer`` and ``POST /pictures``. Orders wait here for a free replica."""

    def __init__(self, pipeline: Any) -> None:
        settings = read_settings(DiffusersSettings)
        self._key = read_settings(DoorSettings).ray_api_key
        self._make = pipeline.options(stream=True).make
        self._offer = Offer(
            max_references=settings.max_references,
            edit=bool(settings.diffusers_edit_model),
            is_filtered=settings.diffusers_filtered,
        )

    async def __call__(self, request: Request) -> Response:
        """Answer a call; what is not known is 404."""
        if not self._lets_in(request):
            return JSONResponse({"error": "wrong key"}, 401)
        match request.method, request.url.path:
            case "GET", "/offer":
                return Response(self._offer.model_dump_json(), media_type="application/json")
            case "POST", "/pictures":
                return await self._pictures(request)
            case _:
                return JSONResponse({"error": "there is GET /offer and POST /pictures"}, 404)

    def _lets_in(self, request: Request) -> bool:
        if self._key is None:
            return True
        said = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(said, f"Bearer {self._key.get_secret_value()}".encode())

    async def _pictures(self, request: Request) -> Response:
        try:
            order = await _order_in(request)
        except _WrongOrderError as error:
            return JSONResponse({"error": error.why}, error.status)
        if len(order.references) > self._offer.max_references or (order.source and not self._offer.edit):
            return JSONResponse({"error": "this pipeline does not do that"}, 400)
        lines = self._make.remote(order)
        try:
            # the first line comes when a replica has taken the order: before it nothing is promised
            first = await anext(lines)
        except (BackPressureError, DeploymentUnavailableError):
            return JSONResponse({"error": "busy"}, 503, {"Retry-After": str(RETRY_AFTER_S)})
        except asyncio.CancelledError:
            lines.cancel()
            raise
        return _Lines(first, lines)


class _Lines(StreamingResponse):
    """The answer to an order, line by line; when nobody listens any more, the replica is told."""

    def __init__(self, first: bytes, lines: Any) -> None:
        super().__init__(_all(first, lines), media_type="application/x-ndjson")
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. The listener may go while a line is on its way: the lines' own end would come too late then."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with contextlib.suppress(Exception):
                self._lines.cancel()


@dataclass
class _WrongOrderError(Exception):
    """What came is no order; ``status`` and ``why`` are told."""

    status: int
    why: str


async def _order_in(request: Request) -> Order:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_ORDER_BYTES:
                raise _WrongOrderError(413, f"an order has at most {MAX_ORDER_BYTES} bytes")
        return Order.model_validate_json(bytes(body))
    except ClientDisconnect:
        raise _WrongOrderError(400, "half an order") from None
    except ValidationError as error:
        wrong = sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)})
        raise _WrongOrderError(400, f"not an order: {', '.join(wrong)}") from None


async def _all(first: bytes, lines: Any) -> AsyncIterator[bytes]:
    yield first
    async for line in lines:
        yield line


def _line(answer: Answer) -> bytes:
    return answer.model_dump_json().encode() + b"\n"


application = Door.bind(Pipeline.bind())
