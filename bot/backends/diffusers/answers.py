"""What a pipeline says of an order → pictures, progress and errors, wherever the pipeline runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import structlog

from bot.backends.diffusers.orders import Answer, Failed, Loading, Painted, Refused, Stepped
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.services.ports.images import JobWatcher, MadePicture, PictureJob, Progress

_log = structlog.get_logger(__name__)


async def pictures_of(
    answers: AsyncIterator[Answer], job: PictureJob, watcher: JobWatcher, backend: str
) -> AsyncGenerator[MadePicture]:
    """The pictures of a job out of what is said about it.

    Raises:
        BackendRefusedError: the safety checker let the next picture not through.
        BackendUnavailableError: the model can't be loaded.
        BackendFailedError: the pipeline failed, or there are not as many pictures as were asked for.
    """
    made, reached = 0, 0.0
    async for answer in answers:
        match answer:
            case Loading():
                _log.info("backend.loading", backend=backend)
                watcher.progress(Progress())
            case Stepped():
                reached = max(reached, answer.fraction)
                watcher.progress(Progress(fraction=reached))
            case Painted() if made < job.count:
                yield MadePicture(answer.data, job.seed + made)
                made += 1
            case Refused():
                raise BackendRefusedError(backend)
            case Failed(is_down=True):
                _log.warning("backend.down", backend=backend, reason=answer.reason)
                raise BackendUnavailableError(backend)
            case Failed():
                raise BackendFailedError(backend, answer.reason)
            case _:
                pass
    if made < job.count:
        raise BackendFailedError(backend, f"it made {made} of {job.count} pictures")
