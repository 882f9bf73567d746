"""One's own GPU: any diffusers pipeline, in a worker process of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from bot.backends.diffusers.answers import pictures_of
from bot.backends.diffusers.checking import missing_packages, problems_of
from bot.backends.diffusers.line import Line
from bot.backends.diffusers.orders import MAX_BATCH, order_of
from bot.backends.diffusers.settings import DiffusersSettings
from bot.backends.diffusers.worker import Worker, WorkerHangsError, WorkerLostError
from bot.backends.registry import Entry
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from bot.domain.picture import Aspect, Rating, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress
from bot.settings import SettingsError

__all__ = ["ENTRY", "DiffusersBackend"]


class DiffusersBackend:
    """Makes pictures with a diffusers pipeline, one job after another.

    The model is loaded with the first job, by a process of its own: the bot never imports torch, and a process
    that dies or hangs is replaced with the next job.
    """

    def __init__(self, settings: DiffusersSettings) -> None:
        self._settings = settings
        self._worker = Worker(settings)
        self._line = Line()

    @property
    def name(self) -> str:
        """The name used in ``IMAGE_BACKENDS``."""
        return "diffusers"

    @property
    def capabilities(self) -> Capabilities:
        """What the settings say that the pipeline can do."""
        return Capabilities(
            max_references=self._settings.max_references,
            max_batch=MAX_BATCH,
            aspects=frozenset(Aspect),
            resolutions=frozenset(Resolution),
            edit=bool(self._settings.diffusers_edit_model),
            progress=True,
            cancel=True,
            seed=True,
            filters_output=self._settings.diffusers_filtered,
            max_rating=Rating.MATURE if self._settings.diffusers_mature else Rating.GENERAL,
        )

    @property
    def worker_pid(self) -> int | None:
        """The id of the worker process, None while there is none."""
        return self._worker.pid

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Wait for the worker, then make the pictures one after another.

        Raises:
            BackendRefusedError: the pipeline's safety checker will not let a picture through.
            BackendUnavailableError: the model can't be loaded, or the worker hung and was killed.
            BackendFailedError: the pipeline failed, or the worker died.
        """
        order = order_of(job)
        async with self._line.turn(lambda place: watcher.progress(Progress(queue_position=place))):
            try:
                async with (
                    aclosing(self._worker.make(order)) as answers,
                    aclosing(pictures_of(answers, job, watcher, self.name)) as pictures,
                ):
                    async for picture in pictures:
                        yield picture
            except WorkerLostError as error:
                raise BackendFailedError(self.name, "the worker process died") from error
            except WorkerHangsError as error:
                raise BackendUnavailableError(self.name) from error

    async def problems(self) -> Sequence[str]:
        """What is missing of packages, files and devices. The model itself is not loaded."""
        return await problems_of(self._settings)

    async def close(self) -> None:
        """End the worker process, whatever it is doing."""
        await self._worker.close()


def _make(settings: DiffusersSettings) -> DiffusersBackend:
    if not settings.diffusers_model:
        raise SettingsError("DIFFUSERS_MODEL: name the model, an id of the Hugging Face hub or a folder")
    missing = missing_packages()
    if missing:
        raise SettingsError(
            f"IMAGE_BACKENDS: diffusers needs its extra ({missing[0]} is missing): docs/own-gpu.md says how"
        )
    return DiffusersBackend(settings)


ENTRY = Entry(DiffusersSettings, _make)
