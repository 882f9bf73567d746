"""What the local servers of hosted image services share: pictures, the troubles of a wire, and what they have seen."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web
from PIL import Image

from bot.backends.hosted.http import ANSWER_BYTES
from tests.backends.remote_contract import Fault

MEGABYTE = 1 << 20
NOT_A_PICTURE = b"<html><body>502 Bad Gateway</body></html>"


def picture(size: tuple[int, int], shade: int, kind: str = "JPEG") -> bytes:
    """A picture of one colour; another number is another colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (shade * 37 % 256, shade * 101 % 256, 120)).save(out, kind)
    return out.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass
class HostedServer:
    """What stands in a field is what the server knows, or does when it is asked."""

    url: str = ""
    jobs: int = 0
    sent_bytes: int = 0
    working: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    headers: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    addresses: list[str] = field(default_factory=list[str])
    #: What the next jobs are answered with instead: status and body, and headers beside the usual ones.
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list[Any])
    _fault: Fault | None = None

    def misbehave(self, fault: Fault) -> None:
        self._fault = fault

    def answer(self, status: int, body: object, **headers: str) -> None:
        """Meet one more of the next jobs with this."""
        self.answers.append((status, body, headers))

    def begin(self, request: web.Request) -> Fault | None:
        """Note a job; its fault, if it has one."""
        self.jobs += 1
        fault, self._fault = self._fault, None
        self.note(request)
        return fault

    def note(self, request: web.Request) -> None:
        self.headers.append(dict(request.headers))
        self.addresses.append(str(request.rel_url))

    def scripted(self) -> web.Response | None:
        """What stands next in ``answers``."""
        if not self.answers:
            return None
        status, body, headers = self.answers.pop(0)
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="application/json", headers=headers)
        return web.json_response(body, status=status, headers=headers)

    async def hang(self) -> web.Response:
        """Work for ever; whoever asked has to go away."""
        self.working.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()
        raise AssertionError

    async def cut_off(
        self, request: web.Request, whole: bytes, content_type: str = "application/json"
    ) -> web.StreamResponse:
        """Half an answer that promised to be whole."""
        response = web.StreamResponse()
        response.content_type = content_type
        response.content_length = len(whole)
        await response.prepare(request)
        await response.write(whole[: len(whole) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    async def without_end(
        self, request: web.Request, beginning: str, content_type: str = "application/json"
    ) -> web.StreamResponse:
        """A picture that goes on and on, up to four times what is read."""
        response = web.StreamResponse()
        response.content_type = content_type
        await response.prepare(request)
        await response.write(beginning.encode())
        with suppress(ConnectionError):
            while self.sent_bytes < 4 * ANSWER_BYTES:
                await response.write(b"A" * MEGABYTE)
                self.sent_bytes += MEGABYTE
        return response


Served = TypeVar("Served", bound=HostedServer)


@asynccontextmanager
async def serving(server: Served, *routes: web.RouteDef) -> AsyncIterator[Served]:
    """The server on a free port of this machine; its handlers are cancelled when their connection closes."""
    application = web.Application(client_max_size=64 * MEGABYTE)
    application.add_routes(routes)
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
