"""From a held request to stored pictures: the backend, the lab, the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion
from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    BadPictureError,
    NotFoundError,
)
from bot.domain.picture import size_px
from bot.domain.prompts import scene_text
from bot.domain.request import Image, ImageRequest, RequestKind
from bot.domain.scene import Scene
from bot.services.companions import CompanionService
from bot.services.ports.images import (
    Capabilities,
    CastMember,
    DevelopedPicture,
    ImageBackend,
    JobKind,
    PictureJob,
    PictureLab,
    PictureNotes,
    PictureStore,
)
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.ratings import PictureRefusedError, RatingService
from bot.services.requests.backends import Backends
from bot.services.requests.composing import Composer, likenesses_of
from bot.services.requests.showing import Showing
from bot.services.requests.watching import PREVIEW_EVERY_S, JobWatch

NO_LIKENESS = "no likeness"

_JOB_KINDS = {RequestKind.EDIT: JobKind.EDIT, RequestKind.REFERENCE: JobKind.REFERENCE}

MakingError = (
    BackendRefusedError | BackendUnavailableError | BackendFailedError | BadPictureError | PictureRefusedError
)


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """One picture whose files are durably stored, not yet in the database.

    ``position`` counts from 0 in its request; ``thumbnail`` is a small JPEG of it, to be shown meanwhile.
    """

    position: int
    file_key: str
    thumbnail_key: str
    thumbnail: bytes
    width_px: int
    height_px: int
    alt_text: str
    labels: tuple[str, ...]
    not_drawn: tuple[str, ...]
    seed: int


class PictureMaker:
    """Runs jobs on backends and stores what comes back."""

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        composer: Composer,
        backends: Backends,
        ratings: RatingService,
        lab: PictureLab,
        store: PictureStore,
        preview_every_s: float = PREVIEW_EVERY_S,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._composer = composer
        self._backends = backends
        self._ratings = ratings
        self._lab = lab
        self._store = store
        self._preview_every_s = preview_every_s
        self._is_leaving = False

    def leave(self) -> None:
        """The program ends: what is cancelled from now on goes on at its provider, where that can be resumed."""
        self._is_leaving = True

    async def make(
        self,
        request: ImageRequest,
        made: Sequence[Image],
        showing: Showing,
        keep: Callable[[StoredPicture], Awaitable[None]],
    ) -> MakingError | None:
        """Make and store the pictures of a running request that are not there yet.

        Each is handed to ``keep`` as soon as its files are durable; one that may not be what it is leaves its
        place in the batch empty. Returns the error that ended it, or why a place is empty, if any: what was
        made before is kept.

        Raises:
            MatureRefusedError: what this rating needs is missing by now, so nothing was begun.
            NotFoundError: a companion of the cast, or the picture to be edited, is gone.
            BackendCannotError: the backend is configured no more.
        """
        await self._ratings.require_request(request.rating, request)
        backend = self._backends.require(request.backend)
        scene = request.require_scene()
        cast = await self._composer.cast_of(scene)
        job = await self._job(request, scene, cast, backend)
        alt_text = scene_text(scene, {companion.companion_id: companion.name for companion in cast})
        notes = PictureNotes(alt_text, backend.name, request.request_id)
        with_likeness = all(member.reference is not None for member in job.cast)
        own_labels = () if with_likeness or job.kind is not JobKind.PICTURE else (NO_LIKENESS,)
        watch = JobWatch(
            request,
            notes,
            showing,
            is_filtered=backend.capabilities.filters_output,
            storage=self._storage,
            lab=self._lab,
            ratings=self._ratings,
            is_leaving=lambda: self._is_leaving,
            preview_every_s=self._preview_every_s,
        )
        done = made[-1].position + 1 if made else 0
        refused: PictureRefusedError | None = None
        try:
            while done < job.count:
                part = _part(job, done, backend.capabilities)
                before, end = done, done + part.count - part.already
                async for picture in backend.generate(part, watch):
                    developed = await self._lab.develop(picture.data, job.width_px, job.height_px, notes)
                    why_not = await self._ratings.why_not_kept(
                        request, developed.full, is_filtered=backend.capabilities.filters_output
                    )
                    if why_not is None:
                        full, thumbnail = await asyncio.gather(
                            self._store.put(developed.full), self._store.put(developed.thumbnail)
                        )
                        await keep(
                            StoredPicture(
                                position=done,
                                file_key=full,
                                thumbnail_key=thumbnail,
                                thumbnail=developed.thumbnail,
                                width_px=developed.width_px,
                                height_px=developed.height_px,
                                alt_text=alt_text,
                                labels=(*picture.labels, *own_labels, *_enlarged(developed)),
                                not_drawn=picture.not_drawn,
                                seed=picture.seed,
                            )
                        )
                    refused = why_not or refused
                    done += 1
                    if done == end:
                        break
                if done == before:
                    return BackendFailedError(backend.name, "it returned no picture")
        except (BackendRefusedError, BackendUnavailableError, BackendFailedError, BadPictureError) as error:
            return error
        finally:
            await watch.close()
        return refused

    async def _job(
        self, request: ImageRequest, scene: Scene, cast: tuple[Companion, ...], backend: ImageBackend
    ) -> PictureJob:
        references = await self._references(request.kind, cast, backend.capabilities.max_references)
        aspect = request.require_shape()
        width_px, height_px = size_px(aspect, request.options.resolution)
        source: bytes | None = None
        if request.kind is RequestKind.EDIT:
            source, width_px, height_px = await self._edited(request.options.edit_of_image_id or "")
        return PictureJob(
            request_id=request.request_id,
            kind=_JOB_KINDS.get(request.kind, JobKind.PICTURE),
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
            source=source,
            provider_ref=request.provider_ref,
        )

    async def _edited(self, image_id: str) -> tuple[bytes, int, int]:
        """The picture to be edited, and its size in pixels."""

        async def work(uow: UnitOfWork) -> Image | None:
            return await uow.images.get(image_id)

        image = await self._storage.read(work)
        if image is None or image.deleted_at_ms is not None:
            raise NotFoundError
        return await self._store.get(image.file_key), image.width_px, image.height_px

    async def _references(
        self, kind: RequestKind, cast: tuple[Companion, ...], most: int
    ) -> list[bytes | None]:
        """Everyone's reference, or nobody's."""
        if not likenesses_of(kind, cast, most):
            return [None] * len(cast)
        return [await self._companions.reference(companion) for companion in cast]


def _part(job: PictureJob, done: int, can: Capabilities) -> PictureJob:
    """The next pictures of a job of which ``done`` are kept.

    One that the provider knows is picked up there as it was given, so that nothing is made twice.
    """
    if job.provider_ref is not None and done < can.max_batch:
        return replace(job, count=min(job.count, can.max_batch), already=done)
    return replace(job, seed=job.seed + done, count=min(job.count - done, can.max_batch), provider_ref=None)


def _enlarged(picture: DevelopedPicture) -> tuple[str, ...]:
    long_edge_px = picture.enlarged_from_px
    return () if long_edge_px is None else (f"enlarged from {long_edge_px} px",)
