"""The REST and CDN face: requests in, simcord's handlers or ours, faults, a record of all of it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import mimetypes
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import hdrs, web
from multidict import CIMultiDict

from playground._simcord import BackendError, RequestContext, RouteTable
from playground.backend import LiveBackend
from playground.faults import FaultKind, FaultList
from playground.records import Request
from playground.rules import replacements, too_large

_log = logging.getLogger("playground.rest")
_NOT_IMPLEMENTED = 501
_JSON = {"Content-Type": "application/json"}
#: Paths that carry their own token instead of the bot's.
_TOKEN_PATHS = ("/webhooks/", "/interactions/")


@dataclass(slots=True)
class Upload:
    """A file of a multipart request, in the shape that simcord's handlers read."""

    fp: io.BytesIO
    filename: str
    size_bytes: int
    description: str | None = None


def _ignore(*_: object) -> None:
    """Listen to nothing."""


class RestFace:
    """Answers ``/api/v*/…`` and ``/cdn/…``."""

    def __init__(self, backend: LiveBackend, token: str) -> None:
        self.backend = backend
        self.token = token
        self.faults = FaultList()
        self.requests: deque[Request] = deque(maxlen=20_000)
        #: Called with each finished request and the arguments of its route.
        self.on_request: Callable[[Request, dict[str, str]], None] = _ignore
        self._routes = RouteTable(replacements())

    async def handle(self, http: web.Request) -> web.StreamResponse:
        """Answer one API request."""
        body, uploads, size_bytes = await _read(http)
        path = "/" + http.match_info["path"]
        found = self._routes.match(http.method, path)
        request = Request(
            method=http.method,
            path=path,
            template=found[0] if found is not None else "",
            query=dict(http.query),
            body=body,
            files=[(upload.filename, upload.size_bytes) for upload in uploads],
            at=time.perf_counter(),
        )
        kind = self.faults.find(request)
        headers = _JSON
        if kind is not None:
            request.fault = kind.name
            if kind.name == "late":
                await asyncio.sleep(kind.delay_s)
        if kind is not None and kind.acts_before:
            request.status, request.answer, headers = _refusal(kind)
        elif not path.startswith(_TOKEN_PATHS) and http.headers.get("Authorization") != f"Bot {self.token}":
            request.status, request.answer = 401, {"message": "401: Unauthorized", "code": 0}
        elif found is None:
            request.status, request.answer = 404, {"message": "404: Not Found", "code": 0}
            _log.warning("no route for %s %s", http.method, path)
        else:
            self._run(found, request, uploads, size_bytes, http.headers.get("X-Audit-Log-Reason"))
        if kind is not None:
            _spoil(request, kind)
        self.requests.append(request)
        self.on_request(request, found[1] if found is not None else {})
        if kind is not None and kind.name == "late_answer":
            await asyncio.sleep(kind.delay_s)
        return _respond(http, request, headers)

    def _run(
        self,
        found: tuple[str, dict[str, str], Callable[[RequestContext], Any]],
        request: Request,
        uploads: list[Upload],
        size_bytes: int,
        reason: str | None,
    ) -> None:
        template, arguments, handler = found
        try:
            if size_bytes > self.backend.limits.request_bytes:
                raise too_large()
            context = RequestContext(
                self.backend,
                arguments,
                json=request.body,
                params=dict(request.query),
                files=uploads,
                reason=reason,
                method=request.method,
                path=request.path,
                message_content_access=self.backend.limits.message_content,
            )
            request.answer = handler(context)
            request.status = 204 if request.answer is None else 200
            request.took_effect = True
        except BackendError as error:
            request.status, request.answer = error.status, error.to_json()
            if error.status == _NOT_IMPLEMENTED:
                _log.warning("%s", error.message)
        except (KeyError, TypeError, ValueError) as error:
            _log.exception("%s %s could not be handled", request.method, template)
            request.status = 400
            request.answer = {"code": 50035, "message": f"Invalid Form Body: {error!r}"}

    async def serve_file(self, http: web.Request) -> web.StreamResponse:
        """The bytes of an attachment."""
        data = self.backend.cdn.get(f"{self.backend.cdn.base_url}/{http.match_info['path']}")
        if data is None:
            return web.Response(status=404, text="This file is not here.")
        kind = mimetypes.guess_type(http.path)[0] or "application/octet-stream"
        safe = kind.startswith(("image/", "video/", "audio/")) and kind != "image/svg+xml"
        headers = CIMultiDict({hdrs.CONTENT_TYPE: kind, "X-Content-Type-Options": "nosniff"})
        headers["Cache-Control"] = "private, max-age=86400, immutable"
        if not safe or "download" in http.query:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=data, headers=headers)


def _spoil(request: Request, kind: FaultKind) -> None:
    """Change the answer to what the fault lets the bot see of it."""
    if kind.name == "server_error_after_success":
        request.status, request.answer = kind.status, _server_error()
    elif kind.name.startswith("drop_connection"):
        request.status = 0


def _respond(http: web.Request, request: Request, headers: dict[str, str]) -> web.Response:
    if request.status == 0:
        if http.transport is not None:
            http.transport.abort()
        return web.Response(status=500)
    if request.answer is None:
        return web.Response(status=request.status)
    return web.Response(body=json.dumps(request.answer).encode(), status=request.status, headers=headers)


def _server_error() -> dict[str, Any]:
    return {"message": "500: Internal Server Error", "code": 0}


def _refusal(kind: FaultKind) -> tuple[int, Any, dict[str, str]]:
    if kind.name == "rate_limit":
        scope = "global" if kind.everywhere else "user"
        headers = {
            **_JSON,
            "Via": "1.1 google",
            "Retry-After": f"{kind.delay_s:.3f}",
            "X-RateLimit-Scope": scope,
        }
        answer = {
            "message": "You are being rate limited.",
            "retry_after": kind.delay_s,
            "global": kind.everywhere,
        }
        return 429, answer, headers
    if kind.name == "status":
        return kind.status, {"code": kind.code, "message": kind.message}, _JSON
    return kind.status, _server_error(), _JSON


async def _read(http: web.Request) -> tuple[Any, list[Upload], int]:
    """The JSON body, the uploaded files in order, and the size of all of it."""
    if not http.can_read_body:
        return None, [], 0
    if not http.content_type.startswith("multipart/"):
        raw = await http.read()
        return (json.loads(raw) if raw else None), [], len(raw)
    body: Any = None
    scalars: dict[str, str] = {}
    numbered: list[tuple[int, Upload]] = []
    size_bytes = 0
    reader = await http.multipart()
    while (part := await reader.next()) is not None:
        data = bytes(await part.read())  # type: ignore[union-attr]
        size_bytes += len(data)
        name = part.name or ""  # type: ignore[union-attr]
        if name == "payload_json":
            body = json.loads(data)
        elif part.filename is not None:  # type: ignore[union-attr]
            number = int(name[6:-1]) if name.startswith("files[") else len(numbered)
            numbered.append((number, Upload(io.BytesIO(data), part.filename, len(data))))  # type: ignore[union-attr]
        else:
            scalars[name] = data.decode()
    numbered.sort(key=lambda entry: entry[0])
    _describe(body, numbered)
    return (body if body is not None else scalars or None), [upload for _, upload in numbered], size_bytes


def _describe(body: Any, numbered: list[tuple[int, Upload]]) -> None:
    """Give uploads the alt text that the body's ``attachments`` (or its ``data``'s) state."""
    if not isinstance(body, dict):
        return
    declared = (body.get("data") or body).get("attachments") or ()
    by_id = {str(item.get("id")): item for item in declared if isinstance(item, dict)}
    for number, upload in numbered:
        upload.description = by_id.get(str(number), {}).get("description")
