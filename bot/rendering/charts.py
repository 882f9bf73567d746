"""Charts as :class:`bot.services.ports.charts.Charts`: each is drawn by a process that lives for that alone.

matplotlib would cost the bot some 45 MB for ever and half a second at its start; a process that draws costs a
second when somebody asks. It gets no more of the bot's environment than it needs, and no secrets.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.domain.stats import GuildStats
from bot.services.ports.charts import ChartNotDrawnError, ChartWords

PROGRAM = (sys.executable, "-m", "bot.rendering.chart_drawing")
TIMEOUT_S = 30.0
"""Some 1 to 3 s is usual; the first of a bot also looks through the machine's fonts."""

MOST_BYTES = 4 * 1024 * 1024
_BLOCK_BYTES = 256 * 1024
_TOLD_BYTES = 80
PNG = b"\x89PNG\r\n\x1a\n"

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")


class MatplotlibCharts:
    """Draws with ``program``, one chart at a time; the others wait in line.

    A drawing that takes longer than ``timeout_s``, or whose caller is cancelled, is killed.
    """

    def __init__(self, *, program: Sequence[str] = PROGRAM, timeout_s: float = TIMEOUT_S) -> None:
        self._program = program
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._drawing: asyncio.subprocess.Process | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._closed = False

    async def draw(self, stats: GuildStats, words: ChartWords) -> bytes:
        """A PNG of all charts of a guild.

        Raises:
            ChartNotDrawnError: the process failed or took too long, or this is closed.
        """
        async with self._turn:
            if self._closed:
                raise ChartNotDrawnError("closed")
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await self._draw(pickle.dumps((stats, words)))
            except TimeoutError as error:
                raise ChartNotDrawnError("too slow") from error
            except OSError as error:
                raise ChartNotDrawnError(type(error).__name__) from error

    async def close(self) -> None:
        """End a drawing that is under way, and take no more."""
        self._closed = True
        if self._drawing is not None:
            _kill(self._drawing)
        async with self._turn:  # whoever was drawing has left
            if self._folder is not None:
                await asyncio.to_thread(self._folder.cleanup)

    async def _draw(self, asked: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=self._environment(),
        )
        self._drawing = process
        try:
            if process.stdin is None or process.stdout is None:
                raise ChartNotDrawnError("no pipes")
            with suppress(BrokenPipeError, ConnectionResetError):  # it died early: its exit says so
                process.stdin.write(asked)
                await process.stdin.drain()
            # Its input stays open as long as the bot lives: the end of it is what ends a process left behind.
            drawn = await _read(process.stdout)
            status = await process.wait()
        finally:
            await _end(process)
            self._drawing = None
        if status != 0 or not drawn.startswith(PNG):
            raise ChartNotDrawnError(f"exit {status}: {drawn[:_TOLD_BYTES]!r}")
        return drawn

    def _environment(self) -> dict[str, str]:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="darkroom-charts-")
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]),
            "MPLCONFIGDIR": self._folder.name,  # where it keeps which fonts there are
            "OPENBLAS_NUM_THREADS": "1",
        }


async def _read(output: asyncio.StreamReader) -> bytes:
    """All that a process has to say, up to where it would be too much."""
    said = b""
    while more := await output.read(_BLOCK_BYTES):
        said += more
        if len(said) > MOST_BYTES:
            raise ChartNotDrawnError("too large")
    return said


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill it, if it is still there, and let go of its pipes."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        _kill(process)
        await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
