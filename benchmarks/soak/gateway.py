"""The gateway of the soak's loopback Discord: sessions that are cut, and resumed without losing an event."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from collections.abc import Callable, Sequence

from aiohttp import WSMsgType, web

from benchmarks.soak.payloads import BOT_ID, Json, bot_user

_REMEMBERED = 20_000
_HEARTBEAT_MS = 41_250


class Gateway:
    """One bot's connection. Events that come while it is away are told when it resumes."""

    def __init__(self, guilds: Callable[[], Sequence[Json]]) -> None:
        self.identified = asyncio.Event()
        self.resumed = 0
        self.address = ""
        self._guilds = guilds
        self._socket: web.WebSocketResponse | None = None
        self._request: web.Request | None = None
        self._squeeze = zlib.compressobj()
        self._turn = asyncio.Lock()
        self._told: deque[tuple[int, Json]] = deque(maxlen=_REMEMBERED)
        self._sequence = 0

    async def dispatch(self, name: str, data: object) -> None:
        """Tell the bot of an event, now or when it is back."""
        async with self._turn:
            self._sequence += 1
            frame = {"op": 0, "t": name, "s": self._sequence, "d": data}
            self._told.append((self._sequence, frame))
            await self._send(frame)

    async def ask_to_reconnect(self) -> None:
        """Discord's own way: opcode 7."""
        async with self._turn:
            await self._send({"op": 7, "d": None})

    def cut(self) -> None:
        """The connection breaks without a word."""
        if self._request is not None and self._request.transport is not None:
            self._request.transport.abort()

    async def _send(self, frame: object) -> None:
        socket = self._socket
        if socket is None or socket.closed:
            return
        try:
            await self._send_to(socket, frame)
        except (ConnectionError, RuntimeError):
            self._socket = None  # the bot comes back and asks for what it missed

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """HELLO, then READY or what was missed; then heartbeats."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        async with self._turn:
            self._socket, self._request = None, request
            self._squeeze = zlib.compressobj()
        hello = {"op": 10, "d": {"heartbeat_interval": _HEARTBEAT_MS}}
        await self._send_to(socket, hello)
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                frame = json.loads(message.data)
                if frame["op"] == 1:
                    async with self._turn:
                        await self._send_to(socket, {"op": 11})
                elif frame["op"] == 2:
                    await self._welcome(socket, frame["d"].get("shard") or [0, 1])
                elif frame["op"] == 6:
                    await self._catch_up(socket, frame["d"]["seq"])
        finally:
            if self._socket is socket:
                self._socket = None
        return socket

    async def _send_to(self, socket: web.WebSocketResponse, frame: object) -> None:
        data = self._squeeze.compress(json.dumps(frame).encode()) + self._squeeze.flush(zlib.Z_SYNC_FLUSH)
        await socket.send_bytes(data)

    async def _welcome(self, socket: web.WebSocketResponse, shard: Sequence[int]) -> None:
        guilds = self._guilds()
        async with self._turn:
            self._socket = socket
        ready = {
            "v": 10,
            "user": bot_user(),
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "session_id": "soak",
            "shard": shard,
            "resume_gateway_url": self.address,
            "application": {"id": str(BOT_ID), "flags": 0},
        }
        await self.dispatch("READY", ready)
        for guild in guilds:
            await self.dispatch("GUILD_CREATE", guild)
        self.identified.set()

    async def _catch_up(self, socket: web.WebSocketResponse, heard: int) -> None:
        async with self._turn:
            self._socket = socket
            missed = [frame for sequence, frame in self._told if sequence > heard]
            for frame in missed:
                await self._send(frame)
            self._sequence += 1
            await self._send({"op": 0, "t": "RESUMED", "s": self._sequence, "d": {}})
            self.resumed += 1
