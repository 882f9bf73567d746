"""The local ComfyUI's queue, history and worker: how prompts run, and what its clients are told meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import io
import json
import struct
from collections.abc import Callable
from typing import Any

from aiohttp import web
from PIL import Image

from tests.backends.comfyui_nodes import Graph, asked, in_order
from tests.backends.remote_contract import Fault


class PromptInterruptedError(Exception):
    """The prompt that runs was told to stop."""


class NodeFailedError(Exception):
    """A node failed."""

    def __init__(self, node_id: str, message: str) -> None:
        super().__init__(message)
        self.node_id = node_id


class Execution:
    """One worker over one queue. What samplers wait for, and the faults, are the test's to set."""

    def __init__(self) -> None:
        self.working = asyncio.Event()
        self.stopped = asyncio.Event()
        self.made = 0
        #: Cleared, a sampler waits at its every step; ``stepping`` is set when one does.
        self.may_step = asyncio.Event()
        self.may_step.set()
        self.stepping = asyncio.Event()
        self.steps_left: int | None = None
        #: The kinds of binary frames that were sent.
        self.frames: set[int] = set()
        self._faults: dict[str, Fault] = {}
        self._pending: list[tuple[float, str, Graph, dict[str, Any]]] = []
        self._running: tuple[float, str, Graph, dict[str, Any]] | None = None
        self._history: dict[str, dict[str, Any]] = {}
        self._files: dict[str, bytes] = {}
        self._cache: dict[str, list[dict[str, str]]] = {}
        self._number = 0
        self._telling: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._more = asyncio.Event()
        self._sockets: dict[str, tuple[web.WebSocketResponse, dict[str, Any]]] = {}

    def hold(self, after_steps: int = 0) -> None:
        """Let samplers take so many steps more, all in all, and then wait."""
        self.stepping.clear()
        self.steps_left = after_steps
        if not after_steps:
            self.may_step.clear()

    def go_on(self) -> None:
        """Let samplers run again."""
        self.steps_left = None
        self.may_step.set()

    def ended(self, prompt_id: str) -> bool:
        """Whether the history has it."""
        return prompt_id in self._history

    def remove_files(self) -> None:
        """Its folder of pictures is emptied."""
        self._files.clear()

    def forget(self) -> None:
        """What a restart leaves of queue and history: nothing."""
        self._pending.clear()
        self._history.clear()
        self._stop.set()
        self._running = None

    async def _work(self) -> None:
        while True:
            while not self._pending:
                self._more.clear()
                await self._more.wait()
            self._running = heapq.heappop(self._pending)
            self._stop.clear()
            _, prompt_id, graph, extra = self._running
            messages: list[list[Any]] = []
            outputs: dict[str, Any] = {}
            status = "error"
            about = {"prompt_id": prompt_id}
            try:
                await self._run(prompt_id, graph, extra, outputs)
                status = "success"
                await self._tell(extra, "execution_success", about, messages)
            except PromptInterruptedError:
                await self._tell(extra, "execution_interrupted", about, messages)
            except NodeFailedError as error:
                kind = graph[error.node_id]["class_type"]
                details = {
                    **about,
                    "node_id": error.node_id,
                    "node_type": kind,
                    "exception_type": "ValueError",
                    "exception_message": f"{error}\n",
                }
                await self._tell(extra, "execution_error", details, messages)
            if self._running is None or self._running[1] != prompt_id:  # forgotten meanwhile
                continue
            await asyncio.sleep(0.01)  # what is told comes before what is on record, as on the real one
            self._running = None
            self._history[prompt_id] = {
                "prompt": [0, prompt_id, graph, extra, []],
                "outputs": outputs,
                "status": {"status_str": status, "completed": status == "success", "messages": messages},
            }
            await self._tell(extra, "executing", {"node": None, **about})

    async def _run(
        self, prompt_id: str, graph: Graph, extra: dict[str, Any], outputs: dict[str, Any]
    ) -> None:
        fault = self._faults.get(prompt_id)
        await self._tell(extra, "execution_start", {"prompt_id": prompt_id})
        states: dict[str, Any] = {}
        for node_id in in_order(graph):
            node = graph[node_id]
            about = {"prompt_id": prompt_id, "node": node_id}
            await self._tell(extra, "executing", about)
            if node["class_type"] == "KSampler":
                if fault is Fault.HANGING:
                    self.working.set()
                    await self._stop.wait()
                await self._sample(prompt_id, node_id, node["inputs"]["steps"], extra, states)
            if self._stop.is_set():
                raise PromptInterruptedError
            if node["class_type"] == "SafetyChecker" and fault is Fault.REFUSED:
                raise NodeFailedError(node_id, "this is not safe")
            if node["class_type"] == "SaveImage" and fault is not Fault.NO_PICTURE:
                images = self._save(prompt_id, graph, fault)
                outputs[node_id] = {"images": images}
                await self._tell(extra, "executed", {**about, "output": {"images": images}})
            states[node_id] = {"value": 1.0, "max": 1.0, "state": "finished"}
            await self._tell(extra, "progress_state", {"prompt_id": prompt_id, "nodes": states})

    async def _sample(
        self, prompt_id: str, node_id: str, steps: int, extra: dict[str, Any], states: dict[str, Any]
    ) -> None:
        for step in range(1, steps + 1):
            await self._may_step()
            if self._stop.is_set():
                return
            states[node_id] = {"value": step, "max": steps, "state": "running"}
            await self._tell(extra, "progress_state", {"prompt_id": prompt_id, "nodes": states})
            await self._tell_preview(extra, prompt_id, node_id)
            told = {"value": step, "max": steps, "prompt_id": prompt_id, "node": node_id}
            await self._tell(extra, "progress", told)

    async def _may_step(self) -> None:
        if not self.may_step.is_set():
            self.stepping.set()
            stop = asyncio.create_task(self._stop.wait())
            go = asyncio.create_task(self.may_step.wait())
            try:
                await asyncio.wait({stop, go}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stop.cancel()
                go.cancel()
        elif self.steps_left is not None:
            self.steps_left -= 1
            if not self.steps_left:
                self.may_step.clear()

    async def _tell(
        self, extra: dict[str, Any], kind: str, data: dict[str, Any], kept: list[list[Any]] | None = None
    ) -> None:
        if kept is not None:
            kept.append([kind, data])
        await self._send(extra, lambda socket: socket.send_str(json.dumps({"type": kind, "data": data})))

    def _tell_soon(self, extra: dict[str, Any], kind: str, data: dict[str, Any]) -> None:
        task = asyncio.create_task(self._tell(extra, kind, data))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_preview(self, extra: dict[str, Any], prompt_id: str, node_id: str) -> None:
        file = io.BytesIO()
        Image.new("RGB", (64, 64), (120, 80, 40)).save(file, "JPEG")
        _, flags = self._sockets.get(extra.get("client_id") or "", (None, {}))
        if flags.get("supports_preview_metadata"):
            about = json.dumps(
                {"node_id": node_id, "prompt_id": prompt_id, "image_type": "image/jpeg"}
            ).encode()
            frame = struct.pack(">II", 4, len(about)) + about + file.getvalue()
        else:
            frame = struct.pack(">II", 1, 1) + file.getvalue()
        self.frames.add(frame[3])
        await self._send(extra, lambda socket: socket.send_bytes(frame))

    async def _send(self, extra: dict[str, Any], send: Callable[[web.WebSocketResponse], Any]) -> None:
        """To the client that the prompt is of, as long as it listens."""
        socket, _ = self._sockets.get(extra.get("client_id") or "", (None, {}))
        if socket is not None and not socket.closed:
            with contextlib.suppress(ConnectionError):
                await send(socket)
        await asyncio.sleep(0)

    def _save(self, prompt_id: str, graph: Graph, fault: Fault | None) -> list[dict[str, str]]:
        inputs = json.dumps({key: node["inputs"] for key, node in graph.items()}, sort_keys=True)
        if inputs in self._cache:
            return self._cache[inputs]
        width, height, count, seed = asked(graph)
        images: list[dict[str, str]] = []
        for index in range(count):
            name = f"{prompt_id}_{index:05}_.png"
            file = io.BytesIO()
            colour = ((seed * 37 + index * 91) % 256, (seed * 11) % 256, (seed + index) % 256)
            kind = "WEBP" if fault is Fault.OTHER_FORMAT else "PNG"
            Image.new("RGB", (width, height), colour).save(file, kind)
            self._files[name] = file.getvalue()
            images.append({"filename": name, "subfolder": "darkroom", "type": "output"})
        self.made += count
        self._cache[inputs] = images
        return images

    def _put(self, prompt_id: str, graph: Graph, extra: dict[str, Any], number: float | None) -> float:
        if number is None:
            number = self._number
            self._number += 1
        heapq.heappush(self._pending, (number, prompt_id, graph, extra))
        self._more.set()
        for client_id in self._sockets:  # everybody is told of every change of the queue
            self._tell_soon({"client_id": client_id}, "status", {"status": {"exec_info": {}}})
        return number
