"""One attempt at a request after another: at which backend, how it went, and where the next one is.

Invariants:

* A request stays with its backend where its guild chose that, where a job of it may still be running there, and as
  soon as one of its pictures is on record.
* It moves only to a backend that keeps every promise of its quote, as that can do *now*, and never back to one that
  failed it. The move is one guarded transaction; hold and price stay.
* A refusal is an answer: nobody is asked after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.domain.errors import (
    BackendFailedError,
    BackendRefusedError,
    BackendUnavailableError,
    BadPictureError,
    DarkroomError,
    DeadlineError,
)
from bot.domain.request import Image, ImageRequest
from bot.services.guilds import GuildService
from bot.services.ports.clock import Clock
from bot.services.ports.images import ImageBackend
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.ratings import RatingService, place_of
from bot.services.requests.backends import Backends, Needs
from bot.services.requests.checking import needs_of
from bot.services.requests.health import Trial
from bot.services.requests.making import PictureMaker, StoredPicture
from bot.services.requests.settling import Settler
from bot.services.requests.showing import Showing

log = structlog.get_logger()

RETRY_DELAYS_S = (1.0, 5.0)
"""How long a backend, or a platform that fails, is left alone before it is asked again; then it is the sweep's."""

FAILS_BEFORE_MOVING = 2
"""A job that failed may well be made by the same backend the next time: it comes out as it was quoted."""

_Retryable = BackendUnavailableError | BackendFailedError | BadPictureError


class Attempt:
    """The pictures of one attempt. All but the last of a batch are put on record as they come."""

    def __init__(
        self, settler: Settler, request: ImageRequest, owner: str, showing: Showing, made: Sequence[Image]
    ) -> None:
        self.request = request
        self.showing = showing
        self.made = made
        self.last: StoredPicture | None = None
        self._settler = settler
        self._owner = owner
        self._on_record = len(made)

    @property
    def has_pictures(self) -> bool:
        """Whether there is anything to capture."""
        return self._on_record > 0 or self.last is not None

    async def keep(self, picture: StoredPicture) -> None:
        """Take one more picture, and show it while others are still to come."""
        request = self.request
        if picture.position + 1 == request.options.count:
            self.last = picture
            return
        if await self._settler.keep(request, self._owner, picture):
            self._on_record += 1
            self.showing.add(picture.thumbnail)


class Attempts:
    """Begins attempts, makes them, and says what comes after one that failed."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        settler: Settler,
        maker: PictureMaker,
        backends: Backends,
        ratings: RatingService,
        guilds: GuildService,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._settler = settler
        self._maker = maker
        self._backends = backends
        self._ratings = ratings
        self._guilds = guilds
        self._retry_delays_s = tuple(retry_delays_s)

    async def begin(self, request: ImageRequest, owner: str, showing: Showing) -> Attempt | None:
        """One more attempt on record, with the request as it is now; None when it was ended or taken over.

        Its cast may have changed while it waited; and its backend, where that rests or can't make it any more.

        Raises:
            BackendCannotError: none can make it any more.
            BackendFailedError: attempt after attempt ended without a word.
        """
        running = await self._start(request, owner)
        made = () if running is None else await self._made(running)
        if running is not None and not made and await self._moved_before(running, owner):
            running = await self._start(running, owner)
        if running is None:
            return None
        if running.attempts > len(self._retry_delays_s) + 1:
            raise BackendFailedError(running.backend)
        return Attempt(self._settler, running, owner, showing, made)

    async def make(self, attempt: Attempt) -> DarkroomError | None:
        """Make the pictures; why some are missing, None where none is."""
        request = attempt.request
        seconds_left = (request.deadline_at_ms - self._clock.now_ms()) / 1000
        with self._backends.health.trying(request.backend, request.request_id) as trial:
            limit = asyncio.timeout(max(seconds_left, 0))
            try:
                async with limit:
                    error = await self._maker.make(request, attempt.made, attempt.showing, attempt.keep)
            except StorageError:
                raise  # it says nothing about the backend, nor about the request
            except DarkroomError as begun_nothing:
                return begun_nothing
            except Exception as fault:  # a backend's fault ends one attempt
                if limit.expired():
                    if self._was_slow(request, trial):
                        trial.failed(DeadlineError())
                    return DeadlineError()
                log.exception("making_failed", request_id=request.request_id)
                error = BackendFailedError(request.backend, type(fault).__name__)
            match error:
                case BackendRefusedError():
                    trial.refused()
                case BackendUnavailableError() | BackendFailedError() | BadPictureError():
                    trial.failed(error)
                case _:
                    trial.made()
            return error

    def leave(self) -> None:
        """See :meth:`PictureMaker.leave`."""
        self._maker.leave()

    async def after(self, request: ImageRequest, owner: str, error: DarkroomError) -> float | None:
        """Prepare the attempt after one that failed, with nothing made: its delay in seconds, None for none.

        What is not there is left at once for another backend that keeps the promises, unless a job of the request may
        go on there; what failed is asked once more before. Where there is no other, the same one is asked again.
        """
        log.info(
            "attempt_failed",
            request_id=request.request_id,
            backend=request.backend,
            attempt=request.attempts,
            error=type(error).__name__,
        )
        if not isinstance(error, _Retryable):
            return None
        is_away = isinstance(error, BackendUnavailableError)
        goes_on = is_away and await self._has_job(request.request_id)
        is_last = request.attempts > len(self._retry_delays_s)
        if is_last or (not goes_on and (is_away or request.attempts >= FAILS_BEFORE_MOVING)):
            other = await self._other(request, (*request.given_up, request.backend))
            given_up = tuple(dict.fromkeys((*request.given_up, request.backend)))
            if other is not None and await self._move(request, owner, other.name, given_up):
                return 0.0
        if is_last:
            return None

        async def work(uow: UnitOfWork) -> bool:
            return await uow.requests.back_to_held(request.request_id, owner=owner, keeps_job=goes_on)

        if not await self._storage.write(work):
            return 0.0
        asked_s = error.retry_after_s if isinstance(error, BackendUnavailableError) else None
        return max(self._retry_delays_s[request.attempts - 1], asked_s or 0.0)

    def _was_slow(self, request: ImageRequest, trial: Trial) -> bool:
        """Whether the backend had most of the time, rather than our own queue."""
        had_ms = self._clock.now_ms() - trial.began_ms
        return had_ms * 2 >= request.deadline_at_ms - request.created_at_ms

    async def _start(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        async def work(uow: UnitOfWork) -> ImageRequest | None:
            at_ms = self._clock.now_ms()
            begun = await uow.requests.to_running(request.request_id, owner=owner, at_ms=at_ms) or (
                await uow.requests.run_again(request.request_id, owner=owner)
            )
            return await uow.requests.get(request.request_id) if begun else None

        return await self._storage.write(work)

    async def _made(self, request: ImageRequest) -> tuple[Image, ...]:
        """The pictures of a batch that an earlier attempt, perhaps of a dead process, has put on record."""

        async def work(uow: UnitOfWork) -> tuple[Image, ...]:
            return tuple(await uow.images.of_request(request.request_id))

        return await self._storage.read(work) if request.options.count > 1 else ()

    async def _has_job(self, request_id: str) -> bool:
        """Whether a backend that can be asked about it later has taken it on."""

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await uow.requests.get(request_id)

        current = await self._storage.read(work)
        return current is not None and current.provider_ref is not None

    async def _moved_before(self, request: ImageRequest, owner: str) -> bool:
        """Hand a request on that has its turn, where it is better off elsewhere; whether it was.

        Raises:
            BackendCannotError: it can't stay, and there is no other.
        """
        other = await self._elsewhere(request)
        return other is not None and await self._move(request, owner, other.name, request.given_up)

    async def _elsewhere(self, request: ImageRequest) -> ImageBackend | None:
        """Where a request that has its turn is better off; None: where it is.

        Raises:
            BackendCannotError: it can't stay, and there is no other.
        """
        needs = await self._needs(request)
        if needs is None:
            return None
        name = request.backend
        can = self._backends.can(name, needs)
        if can and (request.provider_ref is not None or self._backends.health.answers(name)):
            return None
        other = await self._other(request, (*request.given_up, name))
        if other is None and not can:
            self._backends.chosen(name).choose(needs)  # which says what is lacking
        return other

    async def _other(self, request: ImageRequest, besides: Sequence[str]) -> ImageBackend | None:
        """Another backend that keeps the promises and answers, where the guild leaves the choice to us."""
        needs = await self._needs(request)
        if needs is None or (await self._guilds.settings(request.guild_id)).backend:
            return None
        return self._backends.other(needs, besides)

    async def _needs(self, request: ImageRequest) -> Needs | None:
        """What was asked for and what was promised; None for a request from before promises were kept."""
        promise = request.promise
        if promise is None:
            return None
        shape, cast_size = request.require_shape(), len(request.require_scene().cast)
        asked = needs_of(request.kind, request.options, shape, cast_size)
        return replace(
            asked,
            rating=request.rating,
            references=max(asked.references, promise.likenesses),
            photo=promise.is_photo,
            filtered=await self._ratings.needs_filter(place_of(request), self._backends),
        )

    async def _move(
        self, request: ImageRequest, owner: str, to_backend: str, given_up: Sequence[str]
    ) -> bool:
        """Hand a running request on; False where its guild chose who makes its pictures, or it is not ours now."""

        async def work(uow: UnitOfWork) -> bool:
            if (await uow.guilds.get(request.guild_id)).backend:
                return False
            return await uow.requests.move(
                request.request_id,
                owner=owner,
                from_backend=request.backend,
                to_backend=to_backend,
                given_up=given_up,
            )

        moved = await self._storage.write(work)
        if moved:
            log.info(
                "request_moved",
                request_id=request.request_id,
                from_backend=request.backend,
                to_backend=to_backend,
            )
        return moved
