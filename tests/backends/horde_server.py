"""A local AI Horde: the part of its interface that pictures need, with its words, and the troubles it can make.

Written from https://aihorde.net/api and the server's sources. A job moves on with every check: first it waits, then
it is worked on, then with each check one more picture is there.
"""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from tests.backends.remote_contract import RETRY_AFTER_S, SECRET, Fault

CHECKS_IN_QUEUE = 2
MOST_STATUSES = 10
"""A job's in a minute; no test takes that long, so at all."""

MEGABYTE = 1 << 20


@dataclass
class Job:
    """One job. ``finished`` are the numbers of its pictures that are there, in the order in which they came."""

    id: str
    body: dict[str, Any]
    fault: Fault | None
    checks: int = 0
    statuses: int = 0
    finished: list[int] = field(default_factory=list)
    dropped: bool = False
    faulted: bool = False
    possible: bool = True

    @property
    def params(self) -> dict[str, Any]:
        return self.body["params"]

    @property
    def done(self) -> bool:
        return self.faulted or self.dropped or len(self.finished) == self.params["n"]


@dataclass
class HordeServer:
    """What stands in a field is what the server knows, or does when it is asked."""

    url: str = ""
    orders: dict[str, Job] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    working: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    sent_bytes: int = 0
    #: Answers to the next orders: (status, rc).
    answers: list[tuple[int, str]] = field(default_factory=list)
    #: How many of the next checks are answered by a broken gateway.
    lost_checks: int = 0
    #: Numbers of the pictures in the order in which they get ready; as they come, when it is empty.
    ready_order: list[int] = field(default_factory=list)
    #: Numbers of pictures that a filter looked at, and how it says so.
    censored: dict[int, dict[str, Any]] = field(default_factory=dict)
    #: What stands where a picture's address would.
    img: str = ""
    as_base64: bool = False
    keys: set[str] = field(default_factory=lambda: {"0000000000", SECRET})
    maintenance: bool = False
    models: dict[str, int] = field(default_factory=lambda: {"Deliberate": 12, "Asleep": 0})
    _fault: Fault | None = None

    @property
    def jobs(self) -> int:
        return len(self.orders)

    @property
    def last(self) -> Job:
        return list(self.orders.values())[-1]

    def misbehave(self, fault: Fault) -> None:
        self._fault = fault

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[HordeServer]:
        server = cls()
        app = web.Application(middlewares=[server._noted])
        app.router.add_post("/api/v2/generate/async", server._order)
        app.router.add_get("/api/v2/generate/check/{id}", server._check)
        app.router.add_get("/api/v2/generate/status/{id}", server._status)
        app.router.add_delete("/api/v2/generate/status/{id}", server._delete)
        app.router.add_get("/api/v2/status/modes", server._modes)
        app.router.add_get("/api/v2/status/models", server._models)
        app.router.add_get("/api/v2/find_user", server._user)
        app.router.add_get("/r2/{id}/{number}.webp", server._picture)
        app.router.add_get("/elsewhere", server._elsewhere)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield server
        finally:
            await runner.cleanup()

    # ------------------------------------------------------------------ jobs

    @web.middleware
    async def _noted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.headers.append((request.path, dict(request.headers)))
        return await handler(request)

    async def _order(self, request: web.Request) -> web.StreamResponse:
        fault, self._fault = self._fault, None
        trouble = _trouble_with_an_order(fault, request.headers["apikey"])
        if trouble is not None:
            return trouble
        if request.headers["apikey"] not in self.keys:
            return _no(401, "InvalidAPIKey", "No user matching sent API Key")
        body = await request.json()
        self.bodies.append(body)
        if self.answers:
            status, code = self.answers.pop(0)
            if status != 202:
                return _no(status, code, "as it says")
        params = body["params"]
        assert params["width"] % 64 == params["height"] % 64 == 0
        assert isinstance(params["seed"], str)
        job = Job(f"9a7f-{len(self.orders)}", body, fault)
        self.orders[job.id] = job
        return web.json_response({"id": job.id, "kudos": 10.5, "warnings": []}, status=202)

    async def _check(self, request: web.Request) -> web.StreamResponse:
        job = self.orders.get(request.match_info["id"])
        if job is None:
            return _no(404, "RequestNotFound", "Image Waiting Prompt not found")
        if self.lost_checks > 0:
            self.lost_checks -= 1
            return web.Response(status=502, text="Bad gateway")
        if job.fault is Fault.GARBLED:
            return web.json_response({"surprise": True})
        if job.fault is Fault.HANGING:
            self.working.set()
        else:
            self._move(job)
        return web.json_response(self._state(job))

    def _move(self, job: Job) -> None:
        job.checks += 1
        if not job.done and job.checks > CHECKS_IN_QUEUE:
            order = self.ready_order or list(range(job.params["n"]))
            job.finished.append(order[len(job.finished)])

    def _state(self, job: Job) -> dict[str, Any]:
        waits = job.checks < CHECKS_IN_QUEUE
        return {
            "finished": len(job.finished),
            "processing": 0 if waits else job.params["n"] - len(job.finished),
            "restarted": 0,
            "waiting": job.params["n"] if waits else 0,
            "done": job.done,
            "faulted": job.faulted,
            "wait_time": max(0, 40 - 20 * job.checks),
            "queue_position": CHECKS_IN_QUEUE - job.checks if waits else 0,
            "kudos": 10.5,
            "is_possible": job.possible,
        }

    async def _status(self, request: web.Request) -> web.StreamResponse:
        job = self.orders.get(request.match_info["id"])
        if job is None:
            return _no(404, "RequestNotFound", "Image Waiting Prompt not found")
        job.statuses += 1
        if job.statuses > MOST_STATUSES:
            return _no(429, "", "10 per 1 minute")
        generations = (
            [] if job.fault is Fault.NO_PICTURE else [self._generation(job, n) for n in job.finished]
        )
        return web.json_response({**self._state(job), "generations": generations, "shared": False})

    def _generation(self, job: Job, number: int) -> dict[str, Any]:
        img = self.img or f"{self.url}/r2/{job.id}/{number}.webp?X-Amz-Signature=abc"
        if self.as_base64:
            img = base64.b64encode(picture(job, number)).decode()
        seed = int(job.params["seed"]) + number * job.params["seed_variation"]
        return {
            "img": img,
            "seed": str(seed),
            "id": f"c{number}",
            "censored": False,
            "gen_metadata": [],
            "worker_id": "w",
            "worker_name": "A worker",
            "model": "Deliberate",
            "state": "ok",
            **self.censored.get(number, {}),
        }

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        job = self.orders.get(request.match_info["id"])
        if job is None:
            return _no(404, "RequestNotFound", "Image Waiting Prompt not found")
        job.dropped = True
        self.stopped.set()
        return await self._status(request)

    # ------------------------------------------------------------------ pictures

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        job, number = self.orders[request.match_info["id"]], int(request.match_info["number"])
        match job.fault:
            case Fault.NOT_A_PICTURE:
                return web.Response(body=b"<html>Not today</html>" * 100, content_type="image/png")
            case Fault.CUT_OFF:
                return await self._cut_off(request, picture(job, number))
            case Fault.HUGE:
                return await self._endless(request)
            case Fault.OTHER_FORMAT:
                return web.Response(body=picture(job, number), content_type="image/png")
            case _:
                data = picture(job, number)
                self.sent_bytes += len(data)
                return web.Response(body=data, content_type="image/webp")

    async def _cut_off(self, request: web.Request, data: bytes) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(data))})
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        assert request.transport is not None
        request.transport.abort()
        return response

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/webp"})
        await response.prepare(request)
        try:
            while self.sent_bytes < 400 * MEGABYTE:
                await response.write(bytes(MEGABYTE))
                self.sent_bytes += MEGABYTE
        except ConnectionError:
            self.stopped.set()
        return response

    async def _elsewhere(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{self.url}/api/v2/find_user")

    # ------------------------------------------------------------------ about itself

    async def _modes(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"maintenance_mode": self.maintenance, "invite_only_mode": False, "raid_mode": False}
        )

    async def _models(self, _request: web.Request) -> web.StreamResponse:
        offered = [
            {"name": name, "count": count, "performance": 1.5, "queued": 3.0, "eta": 4, "type": "image"}
            for name, count in self.models.items()
        ]
        return web.json_response(offered)

    async def _user(self, request: web.Request) -> web.StreamResponse:
        if request.headers["apikey"] not in self.keys:
            return _no(404, "UserNotFound", f"User with API key '{request.headers['apikey']}' not found.")
        return web.json_response({"username": "Anonymous#0", "id": 0, "kudos": -50})


def picture(job: Job, number: int) -> bytes:
    """The picture of a number: always the same, of the ordered size, as a WebP like theirs."""
    seed = int(job.params["seed"]) + number
    image = Image.new("RGB", (job.params["width"], job.params["height"]), (seed % 256, 90, 160))
    image.putpixel((number, 0), (255, 255, 255))
    target = io.BytesIO()
    image.save(target, "WEBP", quality=40, method=0)
    return target.getvalue()


def _no(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"message": message, "rc": code}, status=status)


def _trouble_with_an_order(fault: Fault | None, key: str) -> web.Response | None:
    match fault:
        case Fault.REFUSED:
            return _no(400, "CorruptPrompt", "This prompt appears to violate our terms of service")
        case Fault.NOT_ALLOWED:
            return _no(401, "InvalidAPIKey", f"No user matching sent API Key {key}")
        case Fault.BUSY:
            busy = _no(429, "TooManyPrompts", "Parallel requests exceeded user limit")
            busy.headers["Retry-After"] = str(RETRY_AFTER_S)
            return busy
        case Fault.BROKEN:
            return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
        case _:
            return None
