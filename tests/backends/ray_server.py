"""A local stand-in for ``deploy/ray`` without Ray: the same lines, and the troubles that a service can make."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from PIL import Image
from pydantic import BaseModel

from bot.backends.diffusers.orders import Finished, Loading, Offer, Order, Painted, Refused, Stepped
from tests.backends.remote_contract import RETRY_AFTER_S, SECRET, Fault

LINES = "application/x-ndjson"
HTML = b"<html><body>It works!</body></html>"
CHUNK = b"A" * (1 << 20)


def line(answer: BaseModel) -> bytes:
    """An answer as it is sent."""
    return answer.model_dump_json().encode() + b"\n"


def picture(order: Order, index: int, kind: str = "PNG") -> bytes:
    """A picture in the shape that was ordered, of a colour of its own."""
    size = order.width_px // 8, order.height_px // 8
    encoded = io.BytesIO()
    Image.new("RGB", size, ((order.seed + index) % 256, 80, 120)).save(encoded, kind)
    return encoded.getvalue()


@dataclass
class RayServer:
    """What stands in a field is what the server was told, or tells."""

    url: str = ""
    orders: list[Order] = field(default_factory=list)
    working: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    sent_bytes: int = 0
    offer: Offer = field(default_factory=lambda: Offer(max_references=3, edit=True, is_filtered=True))
    #: Lines that answer the next order instead of pictures.
    instead: list[bytes] = field(default_factory=list)
    #: A status that answers the next call.
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    _fault: Fault | None = None

    @property
    def jobs(self) -> int:
        return len(self.orders)

    def misbehave(self, fault: Fault) -> None:
        self._fault = fault

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[RayServer]:
        server = cls()
        app = web.Application(client_max_size=1 << 28)
        app.router.add_get("/offer", server._tell_offer)
        app.router.add_post("/pictures", server._pictures)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield server
        finally:
            await runner.cleanup()

    async def _tell_offer(self, request: web.Request) -> web.Response:
        return self._trouble(request) or web.Response(text=self.offer.model_dump_json())

    async def _pictures(self, request: web.Request) -> web.StreamResponse:
        fault, self._fault = self._fault, None
        trouble = self._trouble(request) or _no(fault)
        if trouble is not None:
            return trouble
        order = Order.model_validate_json(await request.read())
        self.orders.append(order)
        response = web.StreamResponse(headers={"Content-Type": LINES})
        await response.prepare(request)
        if self.instead:
            for told in self.instead:
                await response.write(told)
            self.instead = []
        elif fault is None:
            await _all(response, order)
        else:
            await self._fail(fault, order, request, response)
        return response

    def _trouble(self, request: web.Request) -> web.Response | None:
        status, self.status = self.status, 0
        if status:
            return web.Response(status=status, headers=self.headers)
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response(
                {"error": f"wrong key {request.headers.get('Authorization')}"}, status=401
            )
        return None

    async def _fail(
        self, fault: Fault, order: Order, request: web.Request, response: web.StreamResponse
    ) -> None:
        match fault:
            case Fault.REFUSED:
                await response.write(line(Loading()) + line(Refused()))
            case Fault.HANGING:
                await response.write(line(Loading()))
                self.working.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    self.stopped.set()
            case Fault.CUT_OFF:
                await response.write(line(Painted(data=picture(order, 0)))[:200])
                assert request.transport is not None
                request.transport.abort()
            case Fault.NOT_A_PICTURE:
                await response.write(line(Painted(data=HTML)) + line(Finished()))
            case Fault.OTHER_FORMAT:
                await response.write(line(Painted(data=picture(order, 0, "WEBP"))) + line(Finished()))
            case Fault.HUGE:
                await response.write(b'{"event":"picture","data":"')
                while True:
                    await response.write(CHUNK)
                    self.sent_bytes += len(CHUNK)
            case Fault.NO_PICTURE:
                await response.write(line(Finished()))
            case _:
                await response.write(b'{"event":"pic')


async def _all(response: web.StreamResponse, order: Order) -> None:
    """What the real one says: each picture after its steps, then that it is over."""
    await response.write(line(Loading()))
    for index in range(order.count):
        await response.write(line(Stepped(fraction=(index + 0.5) / order.count)))
        await response.write(line(Stepped(fraction=(index + 1) / order.count)))
        await response.write(line(Painted(data=picture(order, index))))
    await response.write(line(Finished()))


def _no(fault: Fault | None) -> web.Response | None:
    """An answer before anything was begun."""
    match fault:
        case Fault.NOT_ALLOWED:
            return web.json_response({"error": f"wrong key {SECRET}"}, status=401)
        case Fault.BUSY:  # Ray Serve says 503 of a full queue, a proxy before it 429
            return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER_S)})
        case Fault.BROKEN:
            return web.Response(status=500, text="Internal Server Error")
        case _:
            return None
