"""``/privacy delete``: everything about a member goes, however often the process dies meanwhile.

The row in ``erasure`` is the durable job. Its stages, each of which may be done again:

* STOPPING: nothing new is taken from the moment the row stands; requests under way are cancelled, and what is
  stored already is waited for until it is delivered.
* PICTURES: request by request, the posted messages are removed, then the files, then the row is scrubbed.
* REST: who spoke as which companion, companions, choices, notices, written words; the member's row is the
  last to go, in the transaction that ends the stage.
* TELLING: the database overwrites what was deleted, the member is told, and the row goes.

What stays is money without a person: the account has a random id that nothing leads to. The ledger's
once-only grants carry a keyed hash, by which whoever comes back gets no second welcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import (
    AlreadySettledError,
    DeliveryDelayedError,
    NothingKeptError,
)
from bot.services.ports.clock import Clock
from bot.services.ports.images import StoreUnavailableError
from bot.services.ports.privacy import ErasurePost
from bot.services.ports.storage import (
    Erasure,
    ErasureStage,
    KeptRequest,
    Storage,
    StorageError,
    UnitOfWork,
)
from bot.services.privacy.wiping import PAGE_REQUESTS, Wiped, Wiper

log = structlog.get_logger()

SWEEP_EVERY_S = 60.0
WAIT_S = 1.0
"""How soon requests that are still under way are looked at again."""
PAGE_SPOKEN = 500
TELL_FOR_MS = 7 * 24 * 60 * 60 * 1000
"""For how long after the beginning a failing platform is asked again to tell the member that it is done."""

CancelRequest = Callable[[str, int], Awaitable[None]]


class ErasureService:
    """Begins deletions, and carries out those that are under way.

    ``cancel`` ends a request for its member (id, user id), as the member could.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        wiper: Wiper,
        post: ErasurePost,
        cancel: CancelRequest,
        wait_s: float = WAIT_S,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._wiper = wiper
        self._post = post
        self._cancel = cancel
        self._wait_s = wait_s
        self._begun = asyncio.Event()

    async def begin(self, user_id: int, token: str | None, token_until_ms: int) -> bool:
        """Put a member's deletion on record; it is carried out from now on, whatever happens.

        False when it is under way already. ``token`` lets the member be answered when it is done.

        Raises:
            NothingKeptError: nothing is kept about them.
        """
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> bool:
            account_id = await uow.members.account_of(user_id)
            if account_id is None:
                raise NothingKeptError
            erasure = Erasure(account_id, user_id, ErasureStage.STOPPING, token, token_until_ms, now_ms)
            if not await uow.privacy.begin_erasure(erasure):
                return False
            await uow.privacy.set_companions_aside(account_id, now_ms)
            return True

        is_new = await self._storage.write(work)
        if is_new:
            log.info("erasure_begun")
        self._begun.set()
        return is_new

    async def keep_erasing(self, every_s: float = SWEEP_EVERY_S) -> None:
        """Carry out what is under way, now, at every beginning, and every minute; until cancelled."""
        while True:
            self._begun.clear()
            try:
                is_waiting = await self.sweep()
            except Exception:  # the task boundary: the next sweep is soon
                log.exception("erasing_failed")
                is_waiting = False
            try:
                async with asyncio.timeout(self._wait_s if is_waiting else every_s):
                    await self._begun.wait()
            except TimeoutError:
                pass

    async def sweep(self) -> bool:
        """Carry out all deletions as far as possible now; whether one waits for pictures under way."""

        async def work(uow: UnitOfWork) -> tuple[Erasure, ...]:
            return tuple(await uow.privacy.erasures())

        is_waiting = False
        for erasure in await self._storage.read(work):
            try:
                is_waiting |= not await self._carry_out(erasure)
            except (DeliveryDelayedError, StorageError, StoreUnavailableError) as error:
                log.warning(
                    "erasure_delayed",
                    account_id=erasure.account_id,
                    stage=erasure.stage,
                    error=type(error).__name__,
                )
            except Exception:  # one member's fault delays no other's deletion
                log.exception("erasure_failed", account_id=erasure.account_id, stage=erasure.stage)
        return is_waiting

    async def _carry_out(self, erasure: Erasure) -> bool:
        """From the stage where it is to the end; False where something has to be waited for."""
        steps = {
            ErasureStage.STOPPING: self._stop,
            ErasureStage.PICTURES: self._wipe_pictures,
            ErasureStage.REST: self._forget_rest,
            ErasureStage.TELLING: self._tell,
        }
        stages = list(steps)
        for stage in stages[stages.index(erasure.stage) :]:
            if not await steps[stage](erasure):
                return False
        return True

    async def _stop(self, erasure: Erasure) -> bool:
        """Cancel what is under way; whether nothing is any more."""
        account_id = erasure.account_id

        async def under_way(uow: UnitOfWork) -> tuple[str, ...]:
            return tuple(await uow.privacy.unfinished_of(account_id))

        for request_id in await self._storage.read(under_way):
            try:
                await self._cancel(request_id, erasure.user_id)
            except AlreadySettledError:
                log.info("erasure_waits", request_id=request_id)

        async def go_on(uow: UnitOfWork) -> bool:
            if await uow.privacy.unfinished_of(account_id):
                return False
            await uow.privacy.advance(account_id, ErasureStage.PICTURES)
            return True

        return await self._storage.write(go_on)

    async def _wipe_pictures(self, erasure: Erasure) -> bool:
        account_id = erasure.account_id

        async def count(uow: UnitOfWork, wiped: Wiped) -> None:
            await uow.privacy.count_messages(account_id, gone=wiped.messages_gone, left=wiped.messages_left)

        async def page(uow: UnitOfWork) -> tuple[KeptRequest, ...]:
            return tuple(await uow.privacy.kept_of(account_id, PAGE_REQUESTS))

        while requests := await self._storage.read(page):
            await self._wiper.wipe(requests, count)

        async def go_on(uow: UnitOfWork) -> None:
            await uow.privacy.advance(account_id, ErasureStage.REST)

        await self._storage.write(go_on)
        return True

    async def _forget_rest(self, erasure: Erasure) -> bool:
        account_id = erasure.account_id

        async def spoken(uow: UnitOfWork) -> bool:
            return await uow.privacy.forget_spoken(account_id, PAGE_SPOKEN)

        while await self._storage.write(spoken):
            pass

        async def rest(uow: UnitOfWork) -> None:
            await uow.privacy.forget_rest(account_id, self._clock.now_ms())
            await uow.privacy.forget_member(account_id)
            await uow.privacy.advance(account_id, ErasureStage.TELLING)

        await self._storage.write(rest)
        log.info("erasure_done", account_id=account_id)
        return True

    async def _tell(self, erasure: Erasure) -> bool:
        account_id = erasure.account_id

        async def standing(uow: UnitOfWork) -> tuple[Erasure, ...]:
            return tuple(one for one in await uow.privacy.erasures() if one.account_id == account_id)

        async def end(uow: UnitOfWork) -> None:
            await uow.privacy.end_erasure(account_id)

        for counted in await self._storage.read(standing):
            await self._wiper.finish()
            try:
                await self._post.tell(counted)
            except DeliveryDelayedError:
                if self._clock.now_ms() < counted.began_at_ms + TELL_FOR_MS:
                    raise
            await self._storage.write(end)
        return True
