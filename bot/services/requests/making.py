"""From a held request to stored pictures: the backend, the lab, the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.companion import Companion
from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    BadPictureError,
)
from bot.domain.picture import size_px
from bot.domain.prompts import scene_text
from bot.domain.request import ImageRequest
from bot.domain.scene import Scene
from bot.services.companions import CompanionService
from bot.services.ports.images import (
    CastMember,
    ImageBackend,
    JobKind,
    PictureJob,
    PictureLab,
    PictureNotes,
    PictureStore,
    Progress,
)
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.requests.backends import Backends
from bot.services.requests.composing import Composer

NO_LIKENESS = "no likeness"

MakingError = BackendRefusedError | BackendUnavailableError | BackendFailedError | BadPictureError


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """One picture whose files are durably stored, not yet in the database."""

    file_key: str
    thumbnail_key: str
    width_px: int
    height_px: int
    alt_text: str
    labels: tuple[str, ...]
    not_drawn: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a backend made of a job before it ended, and the error that ended it, if any."""

    pictures: tuple[StoredPicture, ...]
    error: MakingError | None = None


class _Watcher:
    """Passes progress on, and keeps the provider's job id before the work goes on."""

    def __init__(self, request_id: str, storage: Storage, progress: Callable[[Progress], None]) -> None:
        self._request_id = request_id
        self._storage = storage
        self._progress = progress

    def progress(self, progress: Progress) -> None:
        self._progress(progress)

    async def accepted(self, provider_ref: str) -> None:
        async def work(uow: UnitOfWork) -> bool:
            return await uow.requests.set_provider_ref(self._request_id, provider_ref)

        await self._storage.write(work)


class PictureMaker:
    """Runs jobs on backends and stores what comes back."""

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        composer: Composer,
        backends: Backends,
        lab: PictureLab,
        store: PictureStore,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._composer = composer
        self._backends = backends
        self._lab = lab
        self._store = store

    async def make(self, request: ImageRequest, progress: Callable[[Progress], None]) -> Outcome:
        """Make and store the pictures of a running request.

        What was made before an error is kept: the caller captures it.

        Raises:
            NotFoundError: a companion of the cast is gone.
            BackendCannotError: the backend is configured no more.
        """
        backend = self._backends.require(request.backend)
        scene = request.require_scene()
        cast = await self._composer.cast_of(scene)
        job = await self._job(request, scene, cast, backend)
        alt_text = scene_text(scene, {companion.companion_id: companion.name for companion in cast})
        notes = PictureNotes(alt_text, backend.name, request.request_id)
        with_likeness = all(member.reference is not None for member in job.cast)
        own_labels = () if with_likeness else (NO_LIKENESS,)
        pictures: list[StoredPicture] = []
        watcher = _Watcher(request.request_id, self._storage, progress)
        try:
            async for made in backend.generate(job, watcher):
                developed = await self._lab.develop(made.data, job.width_px, job.height_px, notes)
                full, thumbnail = await asyncio.gather(
                    self._store.put(developed.full), self._store.put(developed.thumbnail)
                )
                pictures.append(
                    StoredPicture(
                        file_key=full,
                        thumbnail_key=thumbnail,
                        width_px=developed.width_px,
                        height_px=developed.height_px,
                        alt_text=alt_text,
                        labels=(*made.labels, *own_labels),
                        not_drawn=made.not_drawn,
                        seed=made.seed,
                    )
                )
                if len(pictures) == job.count:
                    break
        except (BackendRefusedError, BackendUnavailableError, BackendFailedError, BadPictureError) as error:
            return Outcome(tuple(pictures), error)
        if not pictures:
            return Outcome((), BackendFailedError(backend.name, "it returned no picture"))
        return Outcome(tuple(pictures))

    async def _job(
        self, request: ImageRequest, scene: Scene, cast: tuple[Companion, ...], backend: ImageBackend
    ) -> PictureJob:
        references = await self._references(cast, backend.capabilities.max_references)
        aspect = request.require_shape()
        width_px, height_px = size_px(aspect, request.options.resolution)
        return PictureJob(
            request_id=request.request_id,
            kind=JobKind.PICTURE,
            prompt=request.prompt,
            scene=scene,
            cast=tuple(
                CastMember(companion.companion_id, companion.name, companion.look, reference)
                for companion, reference in zip(cast, references, strict=True)
            ),
            aspect=aspect,
            resolution=request.options.resolution,
            width_px=width_px,
            height_px=height_px,
            seed=request.seed,
            count=request.options.count,
            rating=request.rating,
            provider_ref=request.provider_ref,
        )

    async def _references(self, cast: tuple[Companion, ...], most: int) -> list[bytes | None]:
        """Everyone's reference, or nobody's: a group in which only some are alike misleads."""
        if len(cast) > most or not all(companion.advanced_ready for companion in cast):
            return [None] * len(cast)
        return [await self._companions.reference(companion) for companion in cast]
