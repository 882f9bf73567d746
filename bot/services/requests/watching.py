"""What a backend tells while it is at a job: how far it is, its own id for the job, previews."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from bot.domain.request import ImageRequest
from bot.services.ports.images import PictureLab, PictureNotes, Progress
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.ratings import RatingService, Sight
from bot.services.requests.showing import Showing

log = structlog.get_logger()

PREVIEW_EVERY_S = 1.0
"""The progress message is edited less often still, so more would be decoded for nobody."""

MOST_BAD_PREVIEWS = 3
"""After so many that were no pictures, a job's previews are not looked at any more."""


class JobWatch:
    """Passes progress on, and keeps the provider's job id before the work goes on.

    A preview is untrusted bytes that nobody has looked at: it is decoded and encoded anew, small, one at a time,
    the newest first, and shown as far as :meth:`RatingService.sight_of_previews` allows then. A bad one is dropped.
    A backend is not trusted to be silent when its job is over either: see :meth:`close`.
    """

    def __init__(
        self,
        request: ImageRequest,
        notes: PictureNotes,
        showing: Showing,
        *,
        is_filtered: bool,
        storage: Storage,
        lab: PictureLab,
        ratings: RatingService,
        is_leaving: Callable[[], bool],
        preview_every_s: float = PREVIEW_EVERY_S,
    ) -> None:
        self._request = request
        self._notes = notes
        self._showing = showing
        self._is_filtered = is_filtered
        self._storage = storage
        self._lab = lab
        self._ratings = ratings
        self._is_leaving = is_leaving
        self._preview_every_s = preview_every_s
        self._is_closed = False
        self._bad_previews = 0
        self._newest: bytes | None = None
        self._developing: asyncio.Task[None] | None = None

    def progress(self, progress: Progress) -> None:
        """See :class:`bot.services.ports.images.JobWatcher`."""
        if self._is_closed:
            return
        self._showing.progress(replace(progress, preview=None))
        if progress.preview is not None and self._bad_previews < MOST_BAD_PREVIEWS:
            self._newest = progress.preview
            if self._developing is None:
                self._developing = asyncio.create_task(self._develop())

    async def accepted(self, provider_ref: str) -> None:
        """See :class:`bot.services.ports.images.JobWatcher`."""
        if self._is_closed:
            return

        async def work(uow: UnitOfWork) -> bool:
            return await uow.requests.set_provider_ref(
                self._request.request_id, provider_ref, backend=self._request.backend
            )

        noting = asyncio.ensure_future(self._storage.write(work))
        try:
            await asyncio.shield(noting)
        except asyncio.CancelledError:
            # The provider is at the job already: what is not written down now would be ordered again.
            await asyncio.wait([noting])
            raise

    @property
    def is_leaving(self) -> bool:
        """See :class:`bot.services.ports.images.JobWatcher`."""
        return self._is_leaving()

    async def close(self) -> None:
        """The job is over: nothing more is listened to, and a preview in work is thrown away."""
        self._is_closed = True
        if self._developing is not None:
            self._developing.cancel()
            await asyncio.wait([self._developing])

    async def _develop(self) -> None:
        while self._newest is not None:
            data, self._newest = self._newest, None
            try:
                await self._show(data)
            except Exception as error:  # noqa: BLE001 - whatever a preview is, the picture goes on
                self._bad_previews += 1
                log.info("preview_dropped", request_id=self._request.request_id, error=type(error).__name__)
            await asyncio.sleep(self._preview_every_s)
        self._developing = None

    async def _show(self, data: bytes) -> None:
        sight = await self._ratings.sight_of_previews(self._request, is_filtered=self._is_filtered)
        if sight is not Sight.NONE:
            preview = await self._lab.preview(data, self._notes)
            self._showing.preview(preview, is_covered=sight is Sight.COVERED)
