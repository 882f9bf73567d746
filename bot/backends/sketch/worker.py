"""The processes that draw, away from the event loop."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from bot.processes import ProcessDiedError, Processes
from bot.services.ports.images import PictureJob

if TYPE_CHECKING:
    from bot.backends.sketch.drawing import Made


def _make(folder: Path, job: PictureJob, index: int) -> Made:
    """Draw one picture; runs in a worker process, which alone pays for the drawing library's memory."""
    drawing = importlib.import_module("bot.backends.sketch.drawing")
    return drawing.make(folder, job, index)


class WorkerDiedError(Exception):
    """The process that made the picture ended; the next picture starts another."""


class Workers:
    """A few worker processes, started with the first picture and ended by :meth:`close`."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._processes = Processes(count)

    async def make(self, job: PictureJob, index: int) -> Made:
        """One picture. When the caller is cancelled, a picture that has not begun is never begun.

        Raises:
            WorkerDiedError: the worker process died, or the workers are closed.
        """
        try:
            return await self._processes.run(_make, self._folder, job, index)
        except ProcessDiedError as error:
            raise WorkerDiedError from error

    async def close(self) -> None:
        """End the processes; whatever they were drawing is dropped."""
        await self._processes.close()
