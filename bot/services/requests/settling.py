"""The steps of a request that move money: each is one unit of work, guarded by the state it expects."""

from __future__ import annotations

import enum

from bot.domain.cancelling import BilledCancelCapError
from bot.domain.errors import (
    AlreadySettledError,
    AlreadyStartedError,
    CancelledByMemberError,
    NotFoundError,
    NotYoursError,
)
from bot.domain.money import Entry, EntryKind, Split, share_of, split_cost
from bot.domain.picture import Rating
from bot.domain.request import EndReason, Image, ImageRequest, RequestState
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.metrics import NO_METRICS, Metrics
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.requests.backends import Backends
from bot.services.requests.budgets import require_budgets
from bot.services.requests.composing import Quote
from bot.services.requests.ends import end_of
from bot.services.requests.insisting import insist
from bot.services.requests.leases import LEASE_MS
from bot.services.requests.making import StoredPicture

HOUR_MS = 3_600_000

BEFORE_STORED = frozenset({RequestState.RECEIVED, RequestState.HELD, RequestState.RUNNING})


class HoldOutcome(enum.Enum):
    """What came of an attempt to hold."""

    HELD = enum.auto()
    ASK = enum.auto()
    LOST = enum.auto()


class Settler:
    """Holds, captures and releases."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        backends: Backends,
        metrics: Metrics = NO_METRICS,
        lease_ms: int = LEASE_MS,
    ) -> None:
        self._storage = storage
        self._lease_ms = lease_ms
        self._metrics = metrics
        self._clock = clock
        self._ids = ids
        self._backends = backends

    async def hold(
        self, request: ImageRequest, quote: Quote | None
    ) -> tuple[HoldOutcome, ImageRequest | None]:
        """Keep the quote, if it is new, and hold its price: together with the step to *held*.

        With what came of it comes the request as it is then.

        ASK: the price is above the member's own limit and they have not agreed yet; nothing is held.

        Raises:
            NotEnoughMomentsError: the member can't pay; nothing was kept.
            BudgetSpentError: it is over a budget of the guild's day; nothing was kept.
        """

        async def work(uow: UnitOfWork) -> tuple[HoldOutcome, ImageRequest | None]:
            if quote is not None and not await _keep_quote(uow, request.request_id, quote):
                raise AlreadySettledError
            cost = request.cost if quote is None else quote.cost
            rating = request.rating if quote is None else quote.rating
            preferences = await uow.preferences.get(request.account_id)
            if cost > preferences.ask_above and not request.confirmed:
                return HoldOutcome.ASK, await uow.requests.get(request.request_id)
            paid = await self._hold(uow, request, cost, rating, _next_hold(request))
            held = await uow.requests.to_held(
                request.request_id, hold_ref=_next_hold(request), paid=paid, at_ms=self._clock.now_ms()
            )
            if not held:
                raise AlreadySettledError
            return HoldOutcome.HELD, await uow.requests.get(request.request_id)

        try:
            return await self._storage.write(work)
        except AlreadySettledError:
            return HoldOutcome.LOST, None

    async def recast(self, request_id: str, user_id: int, quote: Quote) -> ImageRequest:
        """Another cast: release what was held and hold the new price, together.

        Raises:
            NotFoundError: there is no such request.
            NotYoursError: somebody else asked for it.
            AlreadyStartedError: the backend has begun.
            AlreadySettledError: it has ended.
            NotEnoughMomentsError, BudgetSpentError: the new price can't be paid; the old hold stays.
        """

        async def work(uow: UnitOfWork) -> ImageRequest:
            request = await _own_request(uow, request_id, user_id)
            if request.state is RequestState.RUNNING:
                raise AlreadyStartedError
            if request.state is RequestState.RECEIVED:
                await _keep_quote(uow, request_id, quote)
            elif request.state is RequestState.HELD:
                await self._release(uow, request)
                hold_ref = _next_hold(request)
                paid = await self._hold(uow, request, quote.cost, quote.rating, hold_ref)
                await uow.requests.requote(
                    request_id,
                    scene=quote.scene,
                    prompt=quote.prompt,
                    cost=quote.cost,
                    hold_ref=hold_ref,
                    paid=paid,
                    backend=quote.backend,
                    rating=quote.rating,
                    options=quote.options,
                    promise=quote.promise,
                )
            else:
                raise AlreadySettledError
            return await _require(uow, request_id)

        return await self._storage.write(work)

    async def cancel(self, request_id: str, user_id: int, *, most_billed: int | None = None) -> None:
        """End a request for its member and release what was held; of a batch, the pictures made so far stay.

        Where a backend that bills it all the same is at it, the moments that are released count against the day's
        budgets, and a member may do so ``most_billed`` times an hour; None for as often as they like.

        Raises:
            NotFoundError: there is no such request.
            NotYoursError: somebody else asked for it.
            AlreadySettledError: it has ended, or its pictures are made.
            BilledCancelCapError: they did so often enough within the hour; it goes on.
        """

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            request = await _own_request(uow, request_id, user_id)
            if request.state is not RequestState.RUNNING or not self._backends.bills_on_cancel(
                request.backend
            ):
                return await self._end(
                    uow, request, RequestState.CANCELLED, *end_of(CancelledByMemberError())
                )
            now_ms = self._clock.now_ms()
            if most_billed is not None:
                times = await uow.requests.billed_times(request.account_id, now_ms - HOUR_MS)
                if len(times) >= most_billed:
                    raise BilledCancelCapError(most_billed, (times[-most_billed] + HOUR_MS) / 1000)
            images = await uow.images.of_request(request_id)
            billed = request.cost - sum(image.share.total for image in images)
            ended = await self._end(
                uow, request, RequestState.CANCELLED, *end_of(CancelledByMemberError(billed))
            )
            await uow.requests.bill(request_id, moments=billed, at_ms=now_ms)
            return ended

        self._count(await self._storage.write(work), RequestState.CANCELLED, EndReason.CANCELLED)

    async def end(self, request_id: str, state: RequestState, reason: EndReason, detail: str) -> bool:
        """End a request and release what was held; False when it has ended already.

        One that has pictures on record is stored with these instead: they are captured and will be delivered.
        """

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await self._end(uow, await _require(uow, request_id), state, reason, detail)

        try:
            ended = await self._storage.write(work)
        except AlreadySettledError:
            return False
        self._count(ended, state, reason)
        return True

    async def keep(self, request: ImageRequest, owner: str, picture: StoredPicture) -> bool:
        """Put one picture of a running batch on record; its share is captured when the batch is settled.

        False when the request was ended or taken over in the meantime.
        """
        image = self._image(request, picture)

        async def work(uow: UnitOfWork) -> bool:
            until_ms = self._clock.now_ms() + self._lease_ms
            current = await _require(uow, request.request_id)
            is_ours = await uow.requests.renew(request.request_id, owner=owner, until_ms=until_ms)
            if not is_ours or current.state is not RequestState.RUNNING:
                return False
            await uow.images.add(image, request.require_scene().cast)
            return True

        async def is_there(uow: UnitOfWork) -> bool | None:
            return True if await uow.images.get(image.image_id) is not None else None

        return await insist(self._storage, work, is_there)

    async def store(
        self, request: ImageRequest, owner: str, last: StoredPicture | None
    ) -> ImageRequest | None:
        """Settle a running request by the pictures on record and the ``last`` one, which is put there too.

        Their share is captured and the rest released, together with the step to *stored*. Returns the
        stored request; None when it was ended or taken over in the meantime.
        """
        image = None if last is None else self._image(request, last)

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            until_ms = self._clock.now_ms() + self._lease_ms
            if not await uow.requests.renew(request.request_id, owner=owner, until_ms=until_ms):
                raise AlreadySettledError
            if image is not None:
                await uow.images.add(image, request.require_scene().cast)
            at_ms = self._clock.now_ms()
            if not await uow.requests.to_stored(request.request_id, owner=owner, at_ms=at_ms):
                raise AlreadySettledError
            await self._capture(uow, request)
            return await uow.requests.get(request.request_id)

        async def stored(uow: UnitOfWork) -> ImageRequest | None:
            current = await _require(uow, request.request_id)
            return current if current.state is RequestState.STORED else None

        try:
            return await insist(self._storage, work, stored)
        except AlreadySettledError:
            return None

    def _image(self, request: ImageRequest, picture: StoredPicture) -> Image:
        options = request.options
        return Image(
            image_id=self._ids.new_id(),
            request_id=request.request_id,
            account_id=request.account_id,
            position=picture.position,
            file_key=picture.file_key,
            thumbnail_key=picture.thumbnail_key,
            width_px=picture.width_px,
            height_px=picture.height_px,
            share=share_of(request.paid, options.count, picture.position),
            rating=request.rating,
            alt_text=picture.alt_text,
            labels=picture.labels,
            not_drawn=picture.not_drawn,
            seed=picture.seed,
            created_at_ms=self._clock.now_ms(),
            guild_id=request.guild_id,
            kind=request.kind,
            parent_image_id=options.parent_image_id or options.edit_of_image_id,
        )

    async def _capture(self, uow: UnitOfWork, request: ImageRequest) -> None:
        """Capture the share of every picture on record and release the rest."""
        images = await uow.images.of_request(request.request_id)
        captured = sum((image.share for image in images), Split())
        await self._settle(uow, request, EntryKind.CAPTURE, released=request.paid - captured)

    async def _hold(
        self, uow: UnitOfWork, request: ImageRequest, cost: int, rating: Rating, hold_ref: str
    ) -> Split:
        now_ms = self._clock.now_ms()
        await require_budgets(uow, request.account_id, request.guild_id, cost, now_ms)
        balance = await uow.ledger.balance(request.account_id, request.guild_id)
        paid = split_cost(balance, cost, purchased_allowed=rating is Rating.GENERAL)
        await uow.ledger.append(
            Entry(
                account_id=request.account_id,
                guild_id=request.guild_id,
                kind=EntryKind.HOLD,
                ref=hold_ref,
                moved=-paid,
                held=paid,
                at_ms=now_ms,
            )
        )
        return paid

    def _count(self, ended: ImageRequest | None, state: RequestState, reason: EndReason) -> None:
        if ended is not None:
            self._metrics.request_ended(ended.kind, state, reason)

    async def _end(
        self, uow: UnitOfWork, request: ImageRequest, state: RequestState, reason: EndReason, detail: str
    ) -> ImageRequest | None:
        """End it; None where it has pictures, with which it goes on to be delivered instead."""
        if await uow.images.of_request(request.request_id) and await uow.requests.to_stored_early(
            request.request_id, at_ms=self._clock.now_ms()
        ):
            await self._capture(uow, request)
            return None
        ended = await uow.requests.end(
            request.request_id, expected=BEFORE_STORED, state=state, reason=reason, detail=detail
        )
        if not ended:
            raise AlreadySettledError
        if request.hold_ref is not None:
            await self._release(uow, request)
        return request

    async def _release(self, uow: UnitOfWork, request: ImageRequest) -> None:
        await self._settle(uow, request, EntryKind.RELEASE, released=request.paid)

    async def _settle(
        self, uow: UnitOfWork, request: ImageRequest, kind: EntryKind, *, released: Split
    ) -> None:
        hold_ref = request.require_hold_ref()
        await uow.ledger.append(
            Entry(
                account_id=request.account_id,
                guild_id=request.guild_id,
                kind=kind,
                ref=hold_ref,
                hold_ref=hold_ref,
                moved=released,
                held=-request.paid,
                at_ms=self._clock.now_ms(),
            )
        )


def _next_hold(request: ImageRequest) -> str:
    made = 0 if request.hold_ref is None else int(request.hold_ref.rpartition(":")[2])
    return f"{request.request_id}:{made + 1}"


async def _keep_quote(uow: UnitOfWork, request_id: str, quote: Quote) -> bool:
    return await uow.requests.set_quote(
        request_id,
        scene=quote.scene,
        prompt=quote.prompt,
        cost=quote.cost,
        seed=quote.seed,
        backend=quote.backend,
        rating=quote.rating,
        options=quote.options,
        promise=quote.promise,
    )


async def _require(uow: UnitOfWork, request_id: str) -> ImageRequest:
    request = await uow.requests.get(request_id)
    if request is None:
        raise NotFoundError
    return request


async def _own_request(uow: UnitOfWork, request_id: str, user_id: int) -> ImageRequest:
    request = await _require(uow, request_id)
    if request.user_id != user_id:
        raise NotYoursError
    return request
