"""``drive(request_id)``: read the state, do one step, commit one guarded transition, again.

Invariants:

* Only the driver that holds the lease of a request works on it; a lease is renewed while it
  works and runs out when it dies.
* Every step may be done again after a crash at any instant: what it changed outside (a file in
  the store, an edited message) is the same when done twice, and what must happen once (money,
  states) is one guarded transaction.
* Nothing external is awaited inside a transaction.
* Sending to the platform is never cancelled; writing the scene, waiting in the queue and making are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, TypeVar

import structlog

from bot.domain.errors import (
    BackendRefusedError,
    DarkroomError,
    DeadlineError,
    DeliveryDelayedError,
    InternalError,
    MatureRefusedError,
    NotConfirmedError,
    UnsafeRequestError,
)
from bot.domain.request import ImageRequest, RequestState
from bot.services.ports.chat import Courier, SeenMessage
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.metrics import NO_METRICS, Metrics
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.requests.attempting import RETRY_DELAYS_S, Attempts
from bot.services.requests.composing import Composer
from bot.services.requests.delivering import Deliverer
from bot.services.requests.ends import end_of
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.opening import RequestOpener, nowhere_to_ask
from bot.services.requests.settling import LEASE_MS, HoldOutcome, Settler
from bot.services.requests.showing import Showing
from bot.services.requests.triggers import OpenTriggers

log = structlog.get_logger()

Result = TypeVar("Result")

RENEW_EVERY_S = 20.0
RETRY_DELIVERY_MS = 20_000


class RequestDriver:
    """Carries requests through their life. See the module's invariants."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        composer: Composer,
        settler: Settler,
        attempts: Attempts,
        deliverer: Deliverer,
        courier: Courier,
        queue: FairQueue,
        triggers: OpenTriggers,
        metrics: Metrics = NO_METRICS,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
        renew_every_s: float = RENEW_EVERY_S,
    ) -> None:
        self._metrics = metrics
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._composer = composer
        self._settler = settler
        self._attempts = attempts
        self._deliverer = deliverer
        self._courier = courier
        self._opener = RequestOpener(storage=storage, courier=courier)
        self._queue = queue
        self._triggers = triggers
        self._retry_delays_s = tuple(retry_delays_s)
        self._renew_every_s = renew_every_s
        self._working: dict[str, asyncio.Task[Any]] = {}
        self._carried: dict[str, SeenMessage] = {}
        self._showing: dict[str, Showing] = {}

    def carry(self, request_id: str, message: SeenMessage) -> None:
        """Keep, in memory only, the message that came with a press until the scene is written."""
        self._carried[request_id] = message

    async def show_recast(self, request: ImageRequest) -> None:
        """A request that waits in the queue here got another cast: show that."""
        showing = self._showing.get(request.request_id)
        if showing is not None:
            showing.recast(request, await self._composer.names_of(request.require_scene()))

    def interrupt(self, request_id: str) -> None:
        """Stop writing the scene of, waiting for, or making a picture; the request's state says why."""
        work = self._working.get(request_id)
        if work is not None:
            work.cancel()

    async def drive(self, request_id: str) -> None:
        """Do everything that there is to do about a request now."""
        owner = self._ids.new_id()
        request = await self._claim(request_id, owner)
        if request is None:
            return
        keeper = asyncio.create_task(self._keep_lease(request_id, owner))
        try:
            await self._take_steps(request, owner)
        except DeliveryDelayedError:
            log.warning("delivery_delayed", request_id=request_id)
            await self._renew(request_id, owner, RETRY_DELIVERY_MS)
        finally:
            self._carried.pop(request_id, None)
            self._triggers.finish(request_id)
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper

    async def _take_steps(self, request: ImageRequest, owner: str) -> None:
        """Step by step until nothing is left; a platform that fails is asked again soon, for a while.

        Raises:
            DeliveryDelayedError: it went on failing.
        """
        delays_s = iter(self._retry_delays_s)
        current: ImageRequest | None = request
        while current is not None and current.lease_owner == owner:  # else somebody took over while we slept
            try:
                current = await self._step(current, owner)
            except DeliveryDelayedError:
                delay_s = next(delays_s, None)
                if delay_s is None:
                    raise
                await asyncio.sleep(delay_s)
                current = await self._get(request.request_id)

    async def _step(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        """Take one step; the request as it is then, or None when there is nothing left to do now."""
        request = await self._opener.open(request, is_new=request.request_id in self._carried)
        match request.state:
            case RequestState.RECEIVED:
                return await self._compose_and_hold(request, owner)
            case RequestState.HELD | RequestState.RUNNING:
                return await self._make_interruptibly(request, owner)
            case RequestState.STORED:
                await self._deliver(request)
                return None
            case _:  # refused, failed or cancelled: a delivered one can't be claimed
                await self._tell_end(request)
                return None

    async def _compose_and_hold(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        quoted = request.scene is not None
        if self._seconds_left(request) <= 0:
            return await self._end(
                request, RequestState.FAILED, NotConfirmedError() if quoted else DeadlineError()
            )
        try:
            quote = None
            if not quoted:
                carried = self._carried.get(request.request_id)
                composing = await self._interruptibly(request, self._composer.compose(request, carried))
                if composing.cancelled():
                    return await self._get(request.request_id)  # interrupted: the next step reads why
                quote = composing.result()
            else:  # they have just agreed: much may have changed since they were asked
                await self._composer.check_quoted(request)
            outcome, after = await self._settler.hold(request, quote)
        except DeliveryDelayedError:
            raise
        except DarkroomError as error:
            return await self._end(request, RequestState.REFUSED, error)
        except Exception:  # one request's fault ends that request
            log.exception("composing_failed", request_id=request.request_id)
            return await self._end(request, RequestState.FAILED, InternalError())
        log.info("request_step", request_id=request.request_id, outcome=outcome.name)
        if outcome is HoldOutcome.ASK and after is not None:
            return await self._ask(after, owner)
        return after or await self._get(request.request_id)

    async def _ask(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        silenced = nowhere_to_ask(request)
        if silenced is not None:
            return await self._end(request, RequestState.REFUSED, silenced)
        await self._courier.ask(request, await self._composer.names_of(request.require_scene()))
        await self._unclaim(request.request_id, owner)
        return None

    async def _make_interruptibly(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        work = await self._interruptibly(request, self._make(request, owner))
        if work.cancelled():
            return await self._get(request.request_id)  # as above
        return work.result()

    async def _interruptibly(
        self, request: ImageRequest, steps: Coroutine[None, None, Result]
    ) -> asyncio.Task[Result]:
        """Work that :meth:`interrupt` stops; it is done, or was cancelled."""
        work = asyncio.create_task(steps)
        self._working[request.request_id] = work
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:  # the program ends; a member's cancel comes by interrupt()
            self._attempts.leave()
            work.cancel()
            raise
        finally:
            del self._working[request.request_id]
        return work

    async def _make(self, request: ImageRequest, owner: str) -> ImageRequest | None:
        if self._seconds_left(request) <= 0:
            return await self._end(request, RequestState.FAILED, DeadlineError())
        names = await self._composer.names_of(request.require_scene())
        showing = Showing(self._courier, request, names)
        self._showing[request.request_id] = showing
        try:
            return await self._make_in_turn(request, owner, showing)
        finally:
            showing.close()
            del self._showing[request.request_id]

    async def _make_in_turn(self, request: ImageRequest, owner: str, showing: Showing) -> ImageRequest | None:
        async with AsyncExitStack() as slot:
            try:
                async with asyncio.timeout(self._seconds_left(request)):
                    await slot.enter_async_context(
                        self._queue.slot(request.account_id, request.guild_id, showing.moved)
                    )
            except TimeoutError:
                return await self._end(request, RequestState.FAILED, DeadlineError())
            try:
                attempt = await self._attempts.begin(request, owner, showing)
            except DarkroomError as error:
                return await self._end(request, RequestState.FAILED, error)
            if attempt is None:
                return await self._get(request.request_id)
            request = attempt.request
            showing.began(request, await self._composer.names_of(request.require_scene()))
            error = await self._attempts.make(attempt)
            if attempt.has_pictures:
                stored = await self._settler.store(request, owner, attempt.last)
                log.info("request_stored", request_id=request.request_id, stored=stored is not None)
                return stored or await self._get(request.request_id)
        return await self._after_failure(request, owner, error or InternalError())

    async def _after_failure(
        self, request: ImageRequest, owner: str, error: DarkroomError
    ) -> ImageRequest | None:
        delay_s = await self._attempts.after(request, owner, error)
        if delay_s is None:
            refused = isinstance(error, BackendRefusedError | MatureRefusedError | UnsafeRequestError)
            return await self._end(request, RequestState.REFUSED if refused else RequestState.FAILED, error)
        await asyncio.sleep(min(delay_s, max(self._seconds_left(request), 0)))
        return await self._get(request.request_id)

    async def _deliver(self, request: ImageRequest) -> None:
        balance = await self._deliverer.deliver(request)
        if balance is not None:
            log.info("request_delivered", request_id=request.request_id)
            self._metrics.request_ended(request.kind, RequestState.DELIVERED, None)
            self._triggers.finish(request.request_id)  # its button is free before the cost is told
            await self._courier.tell_cost(request, balance)

    async def _tell_end(self, request: ImageRequest) -> None:
        self._triggers.finish(request.request_id)
        await self._courier.tell_end(request)

        async def work(uow: UnitOfWork) -> None:
            await uow.requests.mark_told(request.request_id)

        await self._storage.write(work)

    async def _end(
        self, request: ImageRequest, state: RequestState, error: DarkroomError
    ) -> ImageRequest | None:
        reason, detail = end_of(error)
        await self._settler.end(request.request_id, state, reason, detail)
        log.info("request_ended", request_id=request.request_id, state=state.value, reason=reason.value)
        return await self._get(request.request_id)

    def _seconds_left(self, request: ImageRequest) -> float:
        return (request.deadline_at_ms - self._clock.now_ms()) / 1000

    async def _get(self, request_id: str) -> ImageRequest | None:
        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await uow.requests.get(request_id)

        return await self._storage.read(work)

    async def _claim(self, request_id: str, owner: str) -> ImageRequest | None:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            claimed = await uow.requests.claim(
                request_id, owner=owner, now_ms=now_ms, until_ms=now_ms + LEASE_MS
            )
            return await uow.requests.get(request_id) if claimed else None

        return await self._storage.write(work)

    async def _renew(self, request_id: str, owner: str, for_ms: int) -> bool:
        until_ms = self._clock.now_ms() + for_ms

        async def work(uow: UnitOfWork) -> bool:
            return await uow.requests.renew(request_id, owner=owner, until_ms=until_ms)

        return await self._storage.write(work)

    async def _unclaim(self, request_id: str, owner: str) -> None:
        async def work(uow: UnitOfWork) -> None:
            await uow.requests.unclaim(request_id, owner=owner)

        await self._storage.write(work)

    async def _keep_lease(self, request_id: str, owner: str) -> None:
        """Renew the lease; stop the work when the request was ended or taken over elsewhere."""
        while True:
            await asyncio.sleep(self._renew_every_s)
            request = await self._get(request_id)
            ours = await self._renew(request_id, owner, LEASE_MS)
            if not ours or request is None or not request.state.is_open:
                self.interrupt(request_id)
