"""The processes that draw, away from the event loop."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from bot.services.ports.images import PictureJob

if TYPE_CHECKING:
    from bot.backends.sketch.drawing import Made


def _make(folder: Path, job: PictureJob, index: int) -> Made:
    """Draw one picture; runs in a worker process, which alone pays for the drawing library's memory."""
    drawing = importlib.import_module("bot.backends.sketch.drawing")
    return drawing.make(folder, job, index)


def _end_with_the_bot() -> None:
    """End this worker when the process that began it is gone, kill -9 included; its pool can't tell it then."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_exit, args=(parent,), daemon=True).start()


def _wait_and_exit(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class WorkerDiedError(Exception):
    """The process that made the picture ended; the next picture starts another."""


class Workers:
    """A few worker processes, started with the first picture and ended by :meth:`close`."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    async def make(self, job: PictureJob, index: int) -> Made:
        """One picture. When the caller is cancelled, a picture that has not begun is never begun.

        Raises:
            WorkerDiedError: the worker process died, or the workers are closed.
        """
        pool = self._require_pool()
        try:
            return await asyncio.wrap_future(pool.submit(_make, self._folder, job, index))
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
                pool.shutdown(wait=False)
            raise WorkerDiedError from error

    def _require_pool(self) -> ProcessPoolExecutor:
        if self._closed:
            raise WorkerDiedError
        if self._pool is None:
            # A spawned process shares no threads, sockets or locks with the bot.
            self._pool = ProcessPoolExecutor(
                self._count, multiprocessing.get_context("spawn"), initializer=_end_with_the_bot
            )
        return self._pool

    async def close(self) -> None:
        """End the processes; whatever they were drawing is dropped."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is None:
            return
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
