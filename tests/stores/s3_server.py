"""A local S3 server: nanio, which checks signatures and keeps objects as files, behind a door that is stricter still.

The door checks what AWS checks and nanio takes on trust: that the body has the hash that was signed, and that the
region is the bucket's own. It counts what is asked, and turns requests away where a test wants it to.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from nanio.app import build_app
from nanio.auth.credentials import StaticCredentialResolver
from nanio.config import Settings

ACCESS_KEY = "DARKROOMTESTKEY"
SECRET_KEY = "not-a-secret-of-anybodys/at+all"  # noqa: S105  as it says
REGION = "eu-test-1"


@dataclass
class S3Server:
    """A running one.

    ``turn_away`` holds answers that the next requests get, by method; ``on_stored`` what is to happen when an object
    is on disk and nobody has been told.
    """

    folder: Path
    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    turn_away: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    on_stored: list[Callable[[], None]] = field(default_factory=list)
    made: int = 0

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def new_bucket(self) -> str:
        """A bucket that nobody has used."""
        self.made += 1
        name = f"pictures-{self.made}"
        (self.folder / name / ".nanio-meta").mkdir(parents=True)
        return name

    def objects(self, bucket: str) -> list[str]:
        """The names of all objects of a bucket, as files on the server's disk."""
        root = self.folder / bucket
        paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return sorted(str(path) for path in paths if not path.parts[0].startswith("."))

    def settings(self, **others: str) -> Mapping[str, str]:
        """The bot's settings for it."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_REGION": REGION,
            "S3_ACCESS_KEY_ID": ACCESS_KEY,
            "S3_SECRET_ACCESS_KEY": SECRET_KEY,
            **others,
        }


class _Door:
    """An ASGI application before another. See the module."""

    def __init__(self, inner: Any, server: S3Server) -> None:
        self._inner = inner
        self._server = server

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        method, headers = scope["method"], {name.decode(): value.decode() for name, value in scope["headers"]}
        self._server.asked[method] += 1
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # half a request is none
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        refused = self._refused(headers, bytes(body))
        waiting = self._server.turn_away.get(method)
        if refused is None and waiting:
            refused = waiting.pop(0)
        if refused is not None:
            await _refuse(send, *refused, with_body=method != "HEAD")
            return

        whole = iter([{"type": "http.request", "body": bytes(body), "more_body": False}])

        async def receive_again() -> Any:
            return next(whole, None) or await receive()

        if method != "PUT" or not self._server.on_stored:
            await self._inner(scope, receive_again, send)
            return
        answer: list[Any] = []

        async def keep(message: Any) -> None:
            answer.append(message)

        await self._inner(scope, receive_again, keep)
        self._server.on_stored.pop()()
        for message in answer:
            await send(message)

    def _refused(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str] | None:
        region = re.search(
            r"Credential=[^/]+/\d{8}/([^/]+)/s3/aws4_request", headers.get("authorization", "")
        )
        if region is None:
            return self._complain(403, "AccessDenied")
        if region[1] != REGION:
            return self._complain(400, "AuthorizationHeaderMalformed")
        if headers.get("x-amz-content-sha256") != hashlib.sha256(body).hexdigest():
            return self._complain(400, "XAmzContentSHA256Mismatch")
        if len(body) != int(headers.get("content-length", "0")):
            return self._complain(411, "MissingContentLength")
        return None

    def _complain(self, status: int, code: str) -> tuple[int, str]:
        self._server.complaints.append(code)
        return status, code


async def _refuse(send: Any, status: int, code: str, *, with_body: bool) -> None:
    text = f"<Error><Code>{code}</Code><StringToSign>{ACCESS_KEY} {SECRET_KEY}</StringToSign></Error>"
    body = text.encode() if with_body else b""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Run one in a thread of its own, on a free port; its buckets are folders in ``folder``."""
    server = S3Server(folder)
    credentials = StaticCredentialResolver({ACCESS_KEY: SECRET_KEY})
    app = _Door(build_app(Settings(data_dir=folder, region=REGION, credentials=credentials)), server)
    running = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none", loop="asyncio"
        )
    )
    thread = threading.Thread(target=running.run, name="s3", daemon=True)
    thread.start()
    try:
        while not running.started:
            thread.join(0.01)
            assert thread.is_alive(), "the S3 server did not start"
        server.port = running.servers[0].sockets[0].getsockname()[1]
        yield server
    finally:
        running.should_exit = True
        thread.join(30)
