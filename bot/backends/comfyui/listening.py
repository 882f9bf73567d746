"""Listening to a server's websocket for as long as a job of ours is there; lost, it is connected again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self, cast

import aiohttp

from bot.backends.comfyui.host import Host, HostDownError

Heard = Callable[[str, Mapping[str, object]], None]
"""Kind and data of one message."""


class Listener:
    """A context. ``heard`` and ``seen`` are called for each message and each binary frame while it lasts.

    A message may be missed while the connection is lost: whoever must know asks the server as well.
    """

    def __init__(
        self, host: Host, client_id: str, heard: Heard, seen: Callable[[bytes], None], again_after_s: float
    ) -> None:
        self._host = host
        self._client_id = client_id
        self._heard = heard
        self._seen = seen
        self._again_after_s = again_after_s
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connected, or tried to: what is queued from now on is heard from its beginning."""
        self._task = asyncio.create_task(self._listen())
        try:
            await self._tried.wait()
        except asyncio.CancelledError:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (HostDownError, aiohttp.ClientError, OSError, TimeoutError):
                pass  # polling goes on meanwhile
            finally:
                self._tried.set()
            await asyncio.sleep(self._again_after_s)

    async def _listen_once(self) -> None:
        async with self._host.socket(self._client_id) as socket:
            flags = {"supports_preview_metadata": True}
            await socket.send_json({"type": "feature_flags", "data": flags})
            self._tried.set()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._read(message.data)
                elif message.type is aiohttp.WSMsgType.BINARY:
                    self._seen(message.data)

    def _read(self, text: str) -> None:
        try:
            message: object = json.loads(text)
        except (ValueError, RecursionError):
            return
        fields = cast("dict[str, object]", message) if isinstance(message, dict) else {}
        kind, data = fields.get("type"), fields.get("data")
        if isinstance(kind, str) and isinstance(data, dict):
            self._heard(kind, cast("dict[str, object]", data))
