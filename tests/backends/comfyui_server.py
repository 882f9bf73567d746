"""A local server that behaves like ComfyUI 0.3.75 as it was watched: routes, queue, history, websocket.

It runs a graph node by node: a picture of the asked size, coloured by its seed, comes out of every node that saves
one. What was seen on a real server and is kept here:

* ``execution_success`` is told before the history has the prompt; ``executing`` with node null after it;
* a deleted prompt vanishes; an interrupted one ends as an error with ``execution_interrupted`` among its messages;
* ``queue_pending`` is a heap; a prompt id that is sent twice runs twice;
* what was made of the same inputs is not made again, and names the same file;
* ``/interrupt`` with an id is for that prompt alone (``old``: it stops whatever runs, and ids are the server's own).
"""

from __future__ import annotations

import asyncio
import heapq
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from bot.rendering.decoding import Limits
from tests.backends.comfyui_execution import Execution
from tests.backends.comfyui_nodes import KINDS, Graph, node_errors, others_graph
from tests.backends.remote_contract import RETRY_AFTER_S, SECRET, Fault

_CHUNK = b"\0" * 1024 * 1024


async def until(condition: Callable[[], object], what: str) -> None:
    """The server is another party, whose state nobody is told of: it is looked at until it is so."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 10
    while not condition():
        assert loop.time() < deadline, f"waited for this: {what}"
        await asyncio.sleep(0.005)


class ComfyUIServer(Execution):
    """See the module. Begin one with :meth:`start`; ``url`` is where it listens."""

    def __init__(self, *, old: bool = False) -> None:
        super().__init__()
        self.url = ""
        self.old = old
        self.sent_bytes = 0
        #: Every prompt that was accepted, oldest first: its id and graph.
        self.prompts: list[tuple[str, Graph]] = []
        self.interrupted: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.kinds = dict(KINDS)
        #: The header that a proxy before it wants, if any.
        self.authorization: str | None = None
        #: So many requests more are answered by a proxy that does not reach it.
        self.unreachable_for = 0
        self.has_websocket = True
        #: Whether it reads what a client says of itself (ComfyUI of before 2025's summer does not).
        self.knows_flags = True
        self._next_fault: Fault | None = None
        self._runner: web.AppRunner | None = None

    @classmethod
    @asynccontextmanager
    async def start(cls, *, old: bool = False) -> AsyncIterator[ComfyUIServer]:
        """Listen on a free port of the loopback for as long as the context lasts."""
        server = cls(old=old)
        await server.listen()
        worker = asyncio.create_task(server._work())
        try:
            yield server
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
            await server.die()

    async def listen(self, port: int = 0) -> None:
        """Accept connections; at the same port, after :meth:`die`."""
        application = web.Application(client_max_size=1 << 26)
        application.add_routes(
            [
                web.get("/ws", self._ws),
                web.get("/prompt", self._get_prompt),
                web.post("/prompt", self._post_prompt),
                web.get("/queue", self._get_queue),
                web.post("/queue", self._post_queue),
                web.post("/interrupt", self._interrupt),
                web.get("/history/{prompt_id}", self._get_history),
                web.post("/upload/image", self._upload),
                web.get("/view", self._view),
                web.get("/object_info", self._object_info),
                web.get("/object_info/{kind}", self._object_info),
            ]
        )
        application.middlewares.append(self._guard)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def die(self) -> None:
        """Answer nothing any more, as when the machine is gone."""
        runner, self._runner = self._runner, None
        await self.drop_sockets()
        if runner is not None:
            await runner.cleanup()

    async def come_back(self) -> None:
        """Answer again, at the same address."""
        await self.listen(int(self.url.rpartition(":")[2]))

    async def drop_sockets(self) -> None:
        """Every websocket is lost."""
        for socket, _ in tuple(self._sockets.values()):
            await socket.close()

    @property
    def jobs(self) -> int:
        """How many prompts were accepted."""
        return len(self.prompts)

    @property
    def connected(self) -> int:
        """How many websockets there are."""
        return len(self._sockets)

    def misbehave(self, fault: Fault) -> None:
        """Meet the next prompt with this fault, once."""
        self._next_fault = fault

    @property
    def pending_ids(self) -> list[str]:
        """The prompts that wait, the next one first."""
        return [item[1] for item in sorted(self._pending, key=lambda item: item[0])]

    def queue_other(self, number: float | None = None) -> str:
        """Somebody else's prompt, at the end of the queue or at a place of its own."""
        prompt_id = str(uuid.uuid4())
        self._put(prompt_id, others_graph(len(self._history) + len(self._pending)), {}, number)
        return prompt_id

    # ------------------------------------------------------------------ HTTP

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        if self.unreachable_for > 0:
            self.unreachable_for -= 1
            return web.Response(status=502)
        if self.authorization is not None and request.headers.get("Authorization") != self.authorization:
            return web.Response(status=401)
        return await handler(request)

    async def _get_prompt(self, _request: web.Request) -> web.Response:
        waiting = len(self._pending) + (self._running is not None)
        return web.json_response({"exec_info": {"queue_remaining": waiting}})

    async def _post_prompt(self, request: web.Request) -> web.Response:
        fault, self._next_fault = self._next_fault, None
        match fault:
            case Fault.NOT_ALLOWED:
                return web.Response(status=401, text=f"not with {SECRET}")
            case Fault.BUSY:
                return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER_S)})
            case Fault.BROKEN:
                return web.Response(status=503, text="<html>Bad gateway</html>")
            case _:
                pass
        body = await request.json()
        graph: Graph = body["prompt"]
        errors = node_errors(graph, self.kinds, self.uploads)
        if isinstance(errors, str):
            error = {"type": "invalid_prompt", "message": errors, "details": "", "extra_info": {}}
            return web.json_response({"error": error, "node_errors": {}}, status=400)
        if errors:
            error = {
                "type": "prompt_outputs_failed_validation",
                "message": "Prompt outputs failed validation",
                "details": "",
                "extra_info": {},
            }
            return web.json_response({"error": error, "node_errors": errors}, status=400)
        asked = None if self.old else body.get("prompt_id")
        prompt_id = str(asked or uuid.uuid4())
        if fault is not None:
            self._faults[prompt_id] = fault
        self.prompts.append((prompt_id, graph))
        number = self._put(prompt_id, graph, {"client_id": body.get("client_id")}, body.get("number"))
        return web.json_response({"prompt_id": prompt_id, "number": number, "node_errors": {}})

    async def _get_queue(self, _request: web.Request) -> web.Response:
        items = [list(item) for item in self._pending]
        running = [] if self._running is None else [list(self._running)]
        return web.json_response({"queue_running": running, "queue_pending": items})

    async def _post_queue(self, request: web.Request) -> web.Response:
        delete = (await request.json()).get("delete", [])
        self._pending = [item for item in self._pending if item[1] not in delete]
        heapq.heapify(self._pending)
        return web.Response()

    async def _interrupt(self, request: web.Request) -> web.Response:
        wanted = (await request.json()).get("prompt_id")
        if self._running is not None and (self.old or wanted in (None, self._running[1])):
            self.interrupted.append(self._running[1])
            self._stop.set()
            self.stopped.set()
        return web.Response()

    async def _get_history(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["prompt_id"]
        if prompt_id not in self._history:
            return web.json_response({})
        if self._faults.get(prompt_id) is Fault.GARBLED:
            return web.json_response({prompt_id: {"outputs": "none", "status": 5}})
        return web.json_response({prompt_id: self._history[prompt_id]})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        image = form["image"]
        assert isinstance(image, web.FileField)
        folder = str(form.get("subfolder", ""))
        self.uploads[f"{folder}/{image.filename}".lstrip("/")] = image.file.read()
        return web.json_response({"name": image.filename, "subfolder": folder, "type": "input"})

    async def _object_info(self, request: web.Request) -> web.Response:
        kind = request.match_info.get("kind")
        if kind is None:
            return web.json_response(self.kinds)
        return web.json_response({kind: self.kinds[kind]} if kind in self.kinds else {})

    async def _view(self, request: web.Request) -> web.StreamResponse:
        name = request.query["filename"]
        if name not in self._files or request.query.get("type") != "output":
            return web.Response(status=404)
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        match self._faults.get(name.partition("_")[0]):
            case Fault.CUT_OFF:
                data = self._files[name]
                response.content_length = len(data)
                await response.prepare(request)
                await response.write(data[: len(data) // 2])
                assert request.transport is not None
                request.transport.close()
                return response
            case Fault.HUGE:
                await response.prepare(request)
                try:
                    while True:
                        await response.write(_CHUNK)
                        self.sent_bytes += len(_CHUNK)
                        assert self.sent_bytes < 8 * Limits().max_bytes, "it reads and reads"
                except (ConnectionError, asyncio.CancelledError):
                    return response
            case Fault.NOT_A_PICTURE:
                return web.Response(body=b"<html>no</html>", content_type="image/png")
            case _:
                self.sent_bytes += len(self._files[name])
                return web.Response(body=self._files[name], content_type="image/png")

    async def _ws(self, request: web.Request) -> web.StreamResponse:
        if not self.has_websocket:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client_id = request.query.get("clientId") or uuid.uuid4().hex
        flags: dict[str, Any] = {}
        self._sockets[client_id] = (socket, flags)
        try:
            await socket.send_json({"type": "status", "data": {"status": {}, "sid": client_id}})
            async for message in socket:
                told = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
                if self.knows_flags and told.get("type") == "feature_flags":
                    flags.update(told["data"])
        finally:
            if self._sockets.get(client_id, (None,))[0] is socket:
                del self._sockets[client_id]
        return socket
