"""A picture service in a bad mood: it refuses, hangs, limits its rate, fails and sends garbage, by a seed."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution
from bot.services.ports.images import Capabilities, JobWatcher, MadePicture, PictureJob, Progress


class Mood(enum.StrEnum):
    """How a job goes."""

    WELL = "made"
    SLOWLY = "made slowly"
    REFUSED = "refused"
    LIMITED = "429"
    FAILED = "failed"
    GARBAGE = "garbage"
    HANGS = "hangs"


_WEIGHTS = {
    Mood.WELL: 80,
    Mood.SLOWLY: 8,
    Mood.REFUSED: 3,
    Mood.LIMITED: 3,
    Mood.FAILED: 2,
    Mood.GARBAGE: 2,
    Mood.HANGS: 1,
}


class MoodyBackend:
    """Implements :class:`bot.services.ports.images.ImageBackend`; the mood of a job hangs on its own seed."""

    capabilities = Capabilities(
        max_references=3,
        max_batch=8,
        aspects=frozenset(Aspect),
        resolutions=frozenset(Resolution),
        edit=True,
        progress=True,
        cancel=True,
        seed=True,
        filters_output=True,
    )

    def __init__(self, name: str, picture: Path, seed: int, *, is_moody: bool) -> None:
        self.name = name
        self._picture = picture
        self._seed = seed
        self._is_moody = is_moody

    def _mood(self, job: PictureJob) -> Mood:
        if not self._is_moody:
            return Mood.WELL
        rng = random.Random(f"{self._seed} {job.seed}")
        return rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]

    async def generate(self, job: PictureJob, watcher: JobWatcher) -> AsyncIterator[MadePicture]:
        """Make all of them, or have a mood after some."""
        mood = self._mood(job)
        for number in range(job.already, job.count):
            if number == job.count - 1:
                await self._suffer(mood)
            watcher.progress(Progress(fraction=(number + 1) / job.count))
            data = await asyncio.to_thread(self._picture.read_bytes)
            if mood is Mood.GARBAGE:
                data = data[: len(data) // 2]
            yield MadePicture(data, seed=job.seed + number)

    async def _suffer(self, mood: Mood) -> None:
        match mood:
            case Mood.REFUSED:
                raise BackendRefusedError(self.name)
            case Mood.LIMITED:
                raise BackendUnavailableError(self.name, retry_after_s=1.0)
            case Mood.FAILED:
                raise BackendFailedError(self.name, "a mood")
            case Mood.HANGS:
                await asyncio.Event().wait()
            case Mood.SLOWLY:
                await asyncio.sleep(1.5)
            case _:
                return

    async def problems(self) -> Sequence[str]:
        """None: it may not be asked."""
        return ()

    async def close(self) -> None:
        """Nothing to close."""
