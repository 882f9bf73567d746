"""One ComfyUI server: what is asked of it over HTTP, and its websocket.

Routes as in ComfyUI's ``server.py``. Errors that may be cured by waiting, or by another server, are
:class:`HostDownError`; all others are :class:`bot.domain.errors.BackendFailedError`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import quote

import aiohttp

from bot.backends.comfyui.answers import (
    File,
    Queue,
    Record,
    UnreadableAnswerError,
    kinds_of,
    queue_of,
    record_of,
    rejection_of,
    waiting_of,
)
from bot.backends.comfyui.pruning import NodeKinds
from bot.backends.comfyui.workflows import Graph, as_json
from bot.domain.errors import BackendFailedError
from bot.http_answers import BodyTooLongError, read_body

Answer = TypeVar("Answer")

NAME = "comfyui"
SUBFOLDER = "darkroom"

_PICTURE_BYTES = 48 * 1024 * 1024
_ANSWER_BYTES = 64 * 1024 * 1024
_MESSAGE_BYTES = 4 * 1024 * 1024
_LARGE_JSON_BYTES = 256 * 1024
_LONGEST_WAIT_S = 3600.0
_UPLOADED = re.compile(r"[\w .()-]{1,200}")
_PROMPT_ID = re.compile(r"[\w-]{1,100}")
_RETRY_LATER = (408, 425, 429)
_SERVER_FAULT = 500
_GOOD = range(200, 300)
_BAD_REQUEST = 400
_NOT_FOUND = 404


class HostDownError(Exception):
    """A server can't be reached, is too busy or broken. ``retry_after_s`` when it said so."""

    def __init__(self, retry_after_s: float | None = None) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a server may take, in seconds.

    ``connect_s`` to be reached, ``answer_s`` for each thing that is asked of it.
    """

    connect_s: float = 5.0
    answer_s: float = 30.0


class Host:
    """One server. ``url`` has no slash at its end and holds no secret; ``authorization`` is sent as the header."""

    def __init__(self, url: str, authorization: str | None = None, waits: Waits | None = None) -> None:
        self.url = url
        self._headers = {} if authorization is None else {"Authorization": authorization}
        self._waits = waits or Waits()
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False
        self._kinds: dict[str, NodeKinds] = {}

    async def waiting(self) -> int:
        """How many prompts wait or run there."""
        return _read(waiting_of, await self._get("/prompt"))

    async def queue(self) -> Queue:
        """What runs and waits there."""
        return _read(queue_of, await self._get("/queue"))

    async def record(self, prompt_id: str) -> Record | None:
        """How a prompt has ended; None while it has not, or when the server has forgotten it."""
        answer = await self._get(f"/history/{prompt_id}")
        return _read(lambda raw: record_of(raw, prompt_id), answer)

    async def kinds(self) -> NodeKinds:
        """Every class of nodes that the server has now."""
        return _read(kinds_of, await self._get("/object_info"))

    async def kinds_named(self, names: Sequence[str]) -> NodeKinds:
        """Some classes of nodes; those that it does not have are missing. Asked once each."""
        for name in names:
            if name not in self._kinds:
                self._kinds[name] = _read(kinds_of, await self._get(f"/object_info/{quote(name, safe='')}"))
        return {name: kind for found in self._kinds.values() for name, kind in found.items()}

    async def post(self, graph: Graph, prompt_id: str, client_id: str) -> str:
        """Queue a prompt under an id of ours. Returns its id: servers of before 2025's summer choose one themselves.

        Raises:
            BackendFailedError: it was rejected; the reason names nodes and values.
        """
        body = {"prompt": as_json(graph), "prompt_id": prompt_id, "client_id": client_id}
        answer = await self._ask("POST", "/prompt", json=body)
        return _text(answer, "prompt_id", _PROMPT_ID)

    async def upload(self, jpeg: bytes) -> str:
        """Hand over a picture; returns how a LoadImage node names it. Its own name says nothing but its content."""
        form = aiohttp.FormData()
        form.add_field(
            "image", jpeg, filename=f"{hashlib.sha256(jpeg).hexdigest()[:40]}.jpg", content_type="image/jpeg"
        )
        form.add_field("subfolder", SUBFOLDER)
        form.add_field("type", "input")
        answer = await self._ask("POST", "/upload/image", data=form)
        return f"{SUBFOLDER}/{_text(answer, 'name', _UPLOADED)}"

    async def view(self, file: File) -> bytes:
        """The bytes of a picture, as they are.

        Raises:
            BackendFailedError: it is larger than a picture may be, or not there any more.
        """
        asked = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        return await self._send("GET", "/view", _PICTURE_BYTES, params=asked)

    async def stop(self, prompt_ids: Sequence[str]) -> None:
        """End prompts of ours, waiting or running, and nobody else's."""
        await self._ask("POST", "/queue", json={"delete": list(prompt_ids)})
        for prompt_id in prompt_ids:
            # Servers of before 2025's summer do not read the id and interrupt whatever runs: look first.
            if prompt_id in (await self.queue()).running:
                await self._ask("POST", "/interrupt", json={"prompt_id": prompt_id})

    def socket(self, client_id: str) -> AbstractAsyncContextManager[aiohttp.ClientWebSocketResponse]:
        """Its websocket, on which it tells this client how its prompts go."""
        return self._opened().ws_connect(
            f"{self.url}/ws",
            params={"clientId": client_id},
            headers=self._headers,
            max_msg_size=_MESSAGE_BYTES,
            heartbeat=self._waits.answer_s,
            timeout=aiohttp.ClientWSTimeout(ws_close=self._waits.connect_s),  # pyright: ignore[reportCallIssue]
        )

    async def close(self) -> None:
        """Close its connections, for ever."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._is_closed:
            raise HostDownError
        if self._session is None:
            waits = aiohttp.ClientTimeout(
                total=None, connect=self._waits.connect_s, sock_read=self._waits.answer_s
            )
            self._session = aiohttp.ClientSession(timeout=waits)
        return self._session

    async def _get(self, path: str) -> object:
        return await self._ask("GET", path)

    async def _ask(
        self, method: str, path: str, *, json: object = None, data: aiohttp.FormData | None = None
    ) -> object:
        body = await self._send(method, path, _ANSWER_BYTES, json=json, data=data)
        if not body:
            return None
        return await asyncio.to_thread(_parsed, body) if len(body) > _LARGE_JSON_BYTES else _parsed(body)

    async def _send(
        self,
        method: str,
        path: str,
        most_bytes: int,
        *,
        json: object = None,
        data: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
    ) -> bytes:
        try:
            async with self._opened().request(
                method,
                f"{self.url}{path}",
                json=json,
                data=data,
                params=params,
                headers=self._headers,
                allow_redirects=False,
            ) as response:
                body = await _limited(response, most_bytes)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise HostDownError from error
        if response.status in _RETRY_LATER or response.status >= _SERVER_FAULT:
            raise HostDownError(_retry_after_s(response))
        if response.status == _BAD_REQUEST and path == "/prompt":
            raise BackendFailedError(NAME, rejection_of(_parsed(body)))
        if response.status == _NOT_FOUND and path == "/view":
            raise BackendFailedError(
                NAME, "the picture is gone from the server; {{job}} in its file's name helps"
            )
        if response.status not in _GOOD:
            raise BackendFailedError(
                NAME, f"{method} {path.rpartition('/')[0] or path}: HTTP {response.status}"
            )
        return body


def _not_understood() -> BackendFailedError:
    return BackendFailedError(NAME, "the answer is not ComfyUI's")


def _text(answer: object, field: str, form: re.Pattern[str]) -> str:
    """A text of an answer that is as it may be."""
    value = cast("dict[str, object]", answer).get(field) if isinstance(answer, dict) else None
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise _not_understood()
    return value


def _read(reader: Callable[[object], Answer], answer: object) -> Answer:
    try:
        return reader(answer)
    except UnreadableAnswerError:
        raise _not_understood() from None


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _not_understood() from None


async def _limited(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    try:
        return await read_body(response, most_bytes)
    except BodyTooLongError:
        raise BackendFailedError(NAME, f"an answer of more than {most_bytes} bytes") from None


def _retry_after_s(response: aiohttp.ClientResponse) -> float | None:
    """In seconds; a date is not read: whoever is limited by ComfyUI's proxies is told a number."""
    said = response.headers.get("Retry-After", "")
    return min(float(said), _LONGEST_WAIT_S) if said.isascii() and said.isdecimal() else None
