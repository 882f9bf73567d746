"""The built-in backend: offline illustrations from layered vector parts in assets/sketch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from bot.backends.registry import Entry
from bot.backends.sketch.worker import WorkerDiedError, Workers
from bot.domain.errors import BackendFailedError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress
from bot.settings import SettingsGroup

__all__ = ["ENTRY", "SketchBackend"]

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "sketch"
MAX_BATCH = 8
_CAPABILITIES = Capabilities(
    max_references=3,
    max_batch=MAX_BATCH,
    aspects=frozenset(Aspect),
    resolutions=frozenset(Resolution),
    edit=True,
    progress=True,
    cancel=True,
    seed=True,
    filters_output=True,  # its parts show nothing mature, so there is nothing to be filtered out
    max_rating=Rating.GENERAL,
    is_illustration=True,
)


class SketchBackend:
    """Draws scenes from words, looks and a seed: the same job gives the same bytes.

    It draws everyone from their look, so likeness always holds and references are not read. Everybody is grown-up
    and clothed. Pictures are made in worker processes; the event loop only waits.
    """

    def __init__(self, assets: Path = ASSETS, workers: int = 1) -> None:
        self._workers = Workers(assets, workers)

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return "sketch"

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; always the same."""
        return _CAPABILITIES

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Draw the pictures one after another.

        Raises:
            BackendFailedError: the worker process failed or died.
        """
        watcher.progress(Progress(fraction=0.0))
        for index in range(job.count):
            try:
                made = await self._workers.make(job, index)
            except WorkerDiedError as error:
                raise BackendFailedError(self.name, "the drawing process died") from error
            except Exception as error:
                raise BackendFailedError(self.name, type(error).__name__) from error
            watcher.progress(Progress(fraction=(index + 1) / job.count))
            yield MadePicture(made.data, job.seed + index, made.not_drawn, ("sketch",))

    async def problems(self) -> tuple[str, ...]:
        """Nothing can be missing: what it draws with is part of the bot."""
        return ()

    async def close(self) -> None:
        """End the worker processes."""
        await self._workers.close()


class SketchSettings(SettingsGroup):
    """It needs none."""


ENTRY = Entry(SketchSettings, lambda _settings: SketchBackend())
