"""Bots as processes: Darkroom with its null backend, and the bare one, each with a loopback Discord of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.loopback import Loopback, loopback
from benchmarks.samples import sample_picture

START_TIMEOUT_S = 180.0
ANSWER_TIMEOUT_S = 60.0
LIGHT = "moments balance"
"""A command that reads one row and answers in private."""
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Picture:
    """What the null backend returns."""

    width_px: int
    height_px: int
    file_format: str


TINY = Picture(64, 64, "PNG")


@dataclass
class RunningBot:
    """A bot that is connected and has answered once. ``answered_after_s`` counts from its start.

    ``environment`` and ``folder`` are what it was started with, and in.
    """

    world: Loopback
    process: asyncio.subprocess.Process
    output: deque[str]
    answered_after_s: float
    environment: Mapping[str, str]
    folder: Path

    def cpu_s(self) -> float:
        """CPU time it has used with the processes that work for it, all threads, user and system."""
        own = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
        return sum(time.user + time.system for time in times)

    def resident_mb(self) -> float:
        """Memory in RAM now, MB of 10⁶ bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6

    def peak_resident_mb(self) -> float:
        """The most that it ever had in RAM, MB of 10⁶ bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


@asynccontextmanager
async def bare_bot(*arguments: str, idle_guilds: int = 0) -> AsyncIterator[RunningBot]:
    """The bare bot; see :mod:`benchmarks.bare_bot` for its arguments."""
    async with loopback(idle_guilds) as world, _running(world, "bare_bot", arguments, {}, PROJECT) as bot:
        yield bot


@asynccontextmanager
async def null_bot(
    picture: Picture = TINY, settings: Mapping[str, str] | None = None, idle_guilds: int = 0
) -> AsyncIterator[RunningBot]:
    """Darkroom with fresh data, no limits and members who can pay for everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "picture"
        made.write_bytes(sample_picture(picture.width_px, picture.height_px, picture.file_format))
        environment = {
            "BENCHMARK_PICTURE": str(made),
            "BENCHMARK_SIZE": f"{picture.width_px}x{picture.height_px}",
            "DATABASE_URL": f"sqlite:///{folder}/darkroom.db",
            "IMAGE_STORE": str(folder / "images"),
            "IMAGE_BACKENDS": "null",
            "GRANT_WELCOME": "1000000000",
            "MAX_CONCURRENT_REQUESTS": "64",
            "MAX_PER_MEMBER": "1000",
            "LOG_FORMAT": "json",
            **(settings or {}),
        }
        async with (
            loopback(idle_guilds) as world,
            _running(world, "null_bot", (), environment, folder) as bot,
        ):
            yield bot


@asynccontextmanager
async def _running(
    world: Loopback, module: str, arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path
) -> AsyncIterator[RunningBot]:
    begun = time.perf_counter()
    whole = {**os.environ, "PYTHONPATH": str(PROJECT), **world.environment(), **environment}
    process = await started(module, arguments, whole, folder)
    output: deque[str] = deque(maxlen=10_000)
    reading = asyncio.create_task(_read(process, output))
    try:
        await _answered(world, process, output)
        yield RunningBot(world, process, output, time.perf_counter() - begun, whole, folder)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def started(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> asyncio.subprocess.Process:
    """A process of one of the benchmarks' programs; what it says on either stream comes by its standard output."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"benchmarks.{module}",
        *arguments,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def _answered(world: Loopback, process: asyncio.subprocess.Process, output: deque[str]) -> None:
    """Wait for the first ack; events are handled in order, so all guilds are known then."""

    async def first_ack() -> None:
        await world.identified.wait()
        await (await world.click(0, LIGHT)).acked

    waits = (asyncio.create_task(first_ack()), asyncio.create_task(process.wait()))
    await asyncio.wait(waits, timeout=START_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits[1:]:
        wait.cancel()
    if not waits[0].done():
        waits[0].cancel()
        raise RuntimeError(f"the bot did not answer:\n{''.join(list(output)[-30:])}")
    waits[0].result()


async def _read(process: asyncio.subprocess.Process, output: deque[str]) -> None:
    if process.stdout is not None:
        async for line in process.stdout:
            output.append(line.decode(errors="replace"))
