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
from structlog.contextvars import bound_contextvars

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
from bot.services.ports.chat import Courier, Phase, SeenMessage, Status
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.metrics import NO_METRICS, Metrics
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from bot.services.requests.attempting import RETRY_DELAYS_S, Attempts
from bot.services.requests.composing import Composer
from bot.services.requests.delivering import Deliverer
from bot.services.requests.ends import end_of
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.leases import Leases
from bot.services.requests.line import Line
from bot.services.requests.opening import RequestOpener, nowhere_to_ask
from bot.services.requests.settling import HoldOutcome, Settler
from bot.services.requests.showing import Showing
from bot.services.requests.triggers import OpenTriggers

log = structlog.get_logger()

Result = TypeVar("Result")

RETRY_DELIVERY_MS = 20_000
SHOW_LINE_AFTER_S = 1.0
"""Who has a turn sooner needs no message about the line."""
LAST_WORDS_S = 5.0
"""How long a process that ends may take to leave a request to the others."""


class RequestDriver:
    """Carries requests through their life. See the module's invariants.

    Where several processes drive there is a ``line``: :meth:`prepare` goes as far as the making, and whoever has a
    slot free makes what is next. ``keeps_carried``: messages that come with presses are kept until they are read.
    """

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
        leases: Leases,
        line: Line | None = None,
        keeps_carried: bool = True,
        metrics: Metrics = NO_METRICS,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
        show_line_after_s: float = SHOW_LINE_AFTER_S,
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
        self._leases = leases
        self._line = line
        self._keeps_carried = keeps_carried
        self._show_line_after_s = show_line_after_s
        self._retry_delays_s = tuple(retry_delays_s)
        self._working: dict[tuple[str, str | None], asyncio.Task[Any]] = {}
        self._carried: dict[str, SeenMessage] = {}
        self._showing: dict[str, Showing] = {}

    def carry(self, request_id: str, message: SeenMessage) -> None:
        """Keep, in memory only, the message that came with a press until the scene is written."""
        if self._keeps_carried:
            self._carried[request_id] = message

    def is_carrying(self, request_id: str) -> bool:
        """Whether something that only this process knows is needed for the scene of a request."""
        return request_id in self._carried

    async def show_recast(self, request: ImageRequest) -> None:
        """A request that waits got another cast: show that. Where it is made by now, its maker does."""
        showing = self._showing.get(request.request_id)
        if showing is not None:
            showing.recast(request, await self._composer.names_of(request.require_scene()))
        elif self._line is not None:
            await self._show_in_line(request.request_id, self._ids.new_id(), self._line)

    def interrupt(self, request_id: str) -> None:
        """Stop writing the scene of, waiting for, or making a picture; the request's state says why."""
        for work in [work for (of, _), work in self._working.items() if of == request_id]:
            work.cancel()

    def _lose(self, request_id: str, owner: str) -> None:
        """Stop what was done under a lease that is lost; who has it now may be another drive of this process."""
        with suppress(KeyError):
            self._working[request_id, owner].cancel()

    async def drive(self, request_id: str) -> bool:
        """Do everything that there is to do about a request now; whether it was ours to do."""
        with bound_contextvars(request_id=request_id):  # every line that is logged in its course names it
            return await self._drive(request_id, None)

    async def prepare(self, request_id: str) -> bool:
        """The same but for the making, for which a request is left in line."""
        with bound_contextvars(request_id=request_id):  # as above
            return await self._drive(request_id, self._line)

    async def _drive(self, request_id: str, line: Line | None) -> bool:
        owner = self._ids.new_id()
        request = await self._leases.claim(request_id, owner)
        if request is None:
            return False
        keeper = asyncio.create_task(
            self._leases.keep(request_id, owner, lambda: self._lose(request_id, owner))
        )
        try:
            await self._take_steps(request, owner, line)
        except DeliveryDelayedError:
            log.warning("delivery_delayed", request_id=request_id)
            with suppress(StorageError):  # then the lease runs out by itself
                await self._leases.extend(request_id, owner, RETRY_DELIVERY_MS)
        except StorageError as error:  # as above
            log.warning("drive_delayed", request_id=request_id, reason=error.reason)
        except asyncio.CancelledError:
            await self._leave(request_id, owner)
            raise
        finally:
            self._leases.forget(request_id, owner)
            self._carried.pop(request_id, None)
            self._triggers.finish(request_id)
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
        return True

    async def _leave(self, request_id: str, owner: str) -> None:
        """The program ends: another one goes on with the request at once, where there are others."""
        if self._line is None:
            return
        try:
            async with asyncio.timeout(LAST_WORDS_S):
                await self._leases.give_back(request_id, owner)
                self._line.join(request_id)
        except (DarkroomError, TimeoutError) as error:
            log.info("request_not_left", request_id=request_id, error=type(error).__name__)

    async def _take_steps(self, request: ImageRequest, owner: str, line: Line | None) -> None:
        """Step by step until nothing is left; what fails around us is asked again soon, for a while.

        Raises:
            DeliveryDelayedError: the platform went on failing.
            StorageError: the database did.
        """
        delays_s = iter(self._retry_delays_s)
        current: ImageRequest | None = request
        while current is not None and current.lease_owner == owner:  # else somebody took over while we slept
            try:
                current = await self._step(current, owner, line)
            except (DeliveryDelayedError, StorageError):
                delay_s = next(delays_s, None)
                if delay_s is None:
                    raise
                await asyncio.sleep(delay_s)
                current = await self._get(request.request_id)

    async def _step(self, request: ImageRequest, owner: str, line: Line | None) -> ImageRequest | None:
        """Take one step; the request as it is then, or None when there is nothing left to do now."""
        request = await self._opener.open(request, is_new=request.request_id in self._carried)
        match request.state:
            case RequestState.RECEIVED:
                return await self._compose_and_hold(request, owner)
            case RequestState.HELD | RequestState.RUNNING if line is not None:
                return await self._wait_in_line(request, owner, line)
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
        except (DeliveryDelayedError, StorageError):
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
        await self._leases.give_back(request.request_id, owner)
        return None

    async def _wait_in_line(self, request: ImageRequest, owner: str, line: Line) -> ImageRequest | None:
        """Leave it to whoever has a slot free; where nobody has one soon, its message says that it waits."""
        request_id = request.request_id
        if self._seconds_left(request) <= 0:
            return await self._end(request, RequestState.FAILED, DeadlineError())
        await self._leases.give_back(request_id, owner)
        line.join(request_id)
        await asyncio.sleep(self._show_line_after_s)
        await self._show_in_line(request_id, owner, line)
        return None

    async def _show_in_line(self, request_id: str, owner: str, line: Line) -> None:
        """Have its message say that it waits, as it is now; nothing where it does not wait any more."""
        place = await line.place_of(request_id)
        if place is None:
            return
        # Nobody else has it while this is shown: what comes late must not take the place of the picture.
        current = await self._leases.claim(request_id, owner)
        if current is None:
            return
        try:
            if current.state.is_open:
                names = await self._composer.names_of(current.require_scene())
                with suppress(DeliveryDelayedError):  # it is not worth a picture that comes later
                    await self._courier.show_place(current, Status(Phase.WAITING, names, position=place))
        finally:
            await self._leases.give_back(request_id, owner)
            line.join(request_id)

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
        mine = request.request_id, request.lease_owner
        self._working[mine] = work
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:  # the program ends; a member's cancel comes by interrupt()
            self._attempts.leave()
            work.cancel()
            raise
        finally:
            del self._working[mine]
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
            if self._showing.get(request.request_id) is showing:
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
