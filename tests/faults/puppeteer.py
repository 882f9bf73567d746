"""The test's end of the ``puppet`` image backend: it sees each job and says what the backend does."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any


class Job:
    """One job that the bot gave to its backend. Nothing happens until a method here says so."""

    def __init__(
        self, described: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.cast: list[str] = described["cast"]
        self.request_id: str = described["request_id"]
        self.backend: str = described["backend"]
        self.described = described
        self._reader = reader
        self._writer = writer

    async def tell(self, do: str, **details: Any) -> None:
        """One order, in the words of ``PuppetBackend.generate``."""
        self._writer.write(json.dumps({"do": do, **details}).encode() + b"\n")
        await self._writer.drain()

    async def tell_and_hear(self, do: str, **details: Any) -> None:
        """One order that the bot says it has carried out."""
        await self.tell(do, **details)
        async with asyncio.timeout(10):
            if not await self._reader.readline():
                raise ConnectionError("the bot has let go of the job")

    async def finish(self, *, pictures: int = 1) -> None:
        """Make the pictures."""
        for _ in range(pictures):
            await self.tell("picture")
        await self.tell("end")

    async def give_bytes(self, data: bytes) -> None:
        """Return these bytes as the picture."""
        await self.tell("picture", base64=base64.b64encode(data).decode())
        await self.tell("end")

    async def stopped(self, timeout_s: float = 10.0) -> None:
        """Until the bot has let go of the job.

        Raises:
            TimeoutError: it did not.
        """
        async with asyncio.timeout(timeout_s):
            try:
                while await self._reader.readline():
                    pass
            except ConnectionError:
                pass  # killed


class Puppeteer:
    """Listens for the bot's jobs. Begin with :meth:`start`."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        #: Set, it answers every job by itself, and none is left for ``next_job``.
        self.script: Callable[[Job], Awaitable[None]] | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.address = ""

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Puppeteer]:
        """Listen on a free port of the loopback for as long as the context lasts."""
        puppeteer = cls()
        server = await asyncio.start_server(puppeteer._take, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        puppeteer.address = f"{host}:{port}"
        try:
            yield puppeteer
        finally:
            server.close()
            for writer in tuple(puppeteer._writers):
                writer.close()

    async def next_job(self, timeout_s: float = 20.0) -> Job:
        """The next job that the bot starts, in order.

        Raises:
            TimeoutError: none came.
        """
        async with asyncio.timeout(timeout_s):
            return await self._jobs.get()

    @property
    def waiting(self) -> int:
        """How many jobs were started that no test has looked at."""
        return self._jobs.qsize()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        line = await reader.readline()
        if not line:
            return
        job = Job(json.loads(line), reader, writer)
        if self.script is None:
            self._jobs.put_nowait(job)
        else:
            with contextlib.suppress(ConnectionError):  # killed
                await self.script(job)
