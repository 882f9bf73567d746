"""The requests that this process works on: claimed for a while, and claimed on while it works.

A process that died stops renewing, and its requests are anybody's when the lease has run out. One that was
frozen for longer wakes up without its lease: it finds out at the next look, and its guarded steps fail before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.domain.request import ImageRequest
from bot.services.ports.clock import Clock
from bot.services.ports.storage import Storage, StorageError, UnitOfWork

log = structlog.get_logger()

LEASE_MS = 60_000
"""How long a driver that does not renew its lease counts as alive."""

RENEW_EVERY_S = 20.0


class Leases:
    """``look_every_s`` is how soon a driver notices what another process did to its request, such as a cancel."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        lease_ms: int = LEASE_MS,
        renew_every_s: float = RENEW_EVERY_S,
        look_every_s: float = RENEW_EVERY_S,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self.lease_ms = lease_ms
        self._look_every_s = min(look_every_s, renew_every_s)
        self._looks_a_renewal = round(renew_every_s / self._look_every_s)
        self._mine: dict[str, tuple[str, int]] = {}

    def holds(self, request_id: str) -> bool:
        """Whether a request is certainly nobody else's now."""
        _, until_ms = self._mine.get(request_id, ("", 0))
        return self._clock.now_ms() < until_ms

    async def claim(self, request_id: str, owner: str) -> ImageRequest | None:
        """Take a request that nobody works on; None where there is nothing to do about it, or it is another's."""
        now_ms = self._clock.now_ms()
        until_ms = now_ms + self.lease_ms

        async def work(uow: UnitOfWork) -> ImageRequest | None:
            claimed = await uow.requests.claim(request_id, owner=owner, now_ms=now_ms, until_ms=until_ms)
            return await uow.requests.get(request_id) if claimed else None

        request = await self._storage.write(work)
        if request is not None:
            self._mine[request_id] = owner, until_ms
        return request

    async def extend(self, request_id: str, owner: str, for_ms: int) -> bool:
        """Have a request for so long from now; False where it is not ours any more."""
        until_ms = self._clock.now_ms() + for_ms

        async def work(uow: UnitOfWork) -> bool:
            return await uow.requests.renew(request_id, owner=owner, until_ms=until_ms)

        is_ours = await self._storage.write(work)
        if is_ours and self._is_of(request_id, owner):
            self._mine[request_id] = owner, until_ms
        return is_ours

    async def give_back(self, request_id: str, owner: str) -> None:
        """Leave a request to whoever comes next."""

        async def work(uow: UnitOfWork) -> None:
            await uow.requests.unclaim(request_id, owner=owner)

        self.forget(request_id, owner)
        await self._storage.write(work)

    def forget(self, request_id: str, owner: str) -> None:
        """This drive does not work on it any more; another one of this process may."""
        if self._is_of(request_id, owner):
            del self._mine[request_id]

    def _is_of(self, request_id: str, owner: str) -> bool:
        return request_id in self._mine and self._mine[request_id][0] == owner

    async def keep(self, request_id: str, owner: str, lost: Callable[[], None]) -> None:
        """Renew until cancelled. ``lost`` is called when the request has ended, or may be another's by now."""
        looks = 0
        while True:
            await asyncio.sleep(self._look_every_s)
            looks += 1
            try:
                is_ours = await self._is_ours(request_id, owner)
                if is_ours and looks % self._looks_a_renewal == 0:  # counted: a clock may be set back
                    is_ours = await self.extend(request_id, owner, self.lease_ms)
            except StorageError as error:
                log.warning("lease_not_renewed", request_id=request_id, reason=error.reason)
                is_ours = self.holds(request_id)
            if not is_ours:
                lost()

    async def _is_ours(self, request_id: str, owner: str) -> bool:
        async def work(uow: UnitOfWork) -> ImageRequest | None:
            return await uow.requests.get(request_id)

        request = await self._storage.read(work)
        return request is not None and request.state.is_open and request.lease_owner == owner
