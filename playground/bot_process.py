"""A bot as a process of its own: start, stop, kill -9, start again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

BotState = Literal["stopped", "starting", "running"]


class BotProcess:
    """One command line; each start is a new process. Its output is kept (the last 2,000 lines) and passed on."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        echo: bool = False,
    ) -> None:
        self.command = list(command)
        self.env = dict(env)
        self.echo = echo
        self.output: deque[str] = deque(maxlen=2_000)
        #: Called when a process has ended.
        self.on_exit: Callable[[], None] = lambda: None
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether there is a live process."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> None:
        """Start it; the environment is this process's with ``env`` laid over it.

        Raises:
            RuntimeError: it runs already.
        """
        if self.running:
            raise RuntimeError("the bot runs already")
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            env={**os.environ, **self.env, "PYTHONUNBUFFERED": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            text = line.decode(errors="replace").rstrip("\n")
            self.output.append(text)
            if self.echo:
                print(text, file=sys.stderr, flush=True)
        await process.wait()
        self.on_exit()

    async def stop(self, timeout_s: float = 10.0) -> int | None:
        """Ask it to end (SIGTERM), insist after ``timeout_s`` (SIGKILL); the exit code, or None if none ran."""
        if self._process is None or self._reader is None:
            return None
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.shield(self._reader)
        except TimeoutError:
            return await self.kill()
        return self._process.returncode

    async def kill(self) -> int | None:
        """Kill -9, at once."""
        if self._process is None or self._reader is None:
            return None
        if self.running:
            self._process.kill()
        await self._reader
        return self._process.returncode
