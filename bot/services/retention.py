"""Pictures and prompts are kept as long as the operator and the guild's owner say, and not a day longer.

Once a day what is older is wiped (:mod:`bot.services.privacy.wiping`): posted messages where they can be
reached, files, and every word in the rows. The references of living companions stay with their candidates, and
so does a picture that moderators still have to decide about.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.errors import DeliveryDelayedError
from bot.services.ports.clock import Clock
from bot.services.ports.images import StoreUnavailableError
from bot.services.ports.storage import KeptRequest, Storage, UnitOfWork
from bot.services.privacy.wiping import PAGE_REQUESTS, Wiper

log = structlog.get_logger()

DAY_MS = 24 * 60 * 60 * 1000
PURGE_EVERY_S = 24 * 60 * 60.0
RETRY_AFTER_S = 60 * 60.0
"""How long a failing platform or store is left alone."""
FOR_EVER = 0
_BEFORE_ALL = (-1, "")


class RetentionService:
    """``days`` is the operator's: 0 keeps for ever. A guild may choose fewer, never more."""

    def __init__(self, *, storage: Storage, clock: Clock, wiper: Wiper, days: int) -> None:
        self._storage = storage
        self._clock = clock
        self._wiper = wiper
        self._days = days

    async def days_of(self, guild_id: int) -> int | None:
        """For how many days pictures of a guild are kept; None for ever."""

        async def work(uow: UnitOfWork) -> int | None:
            return await self._days_of(uow, guild_id)

        return await self._storage.read(work)

    @property
    def operators_days(self) -> int | None:
        """For how many days pictures are kept at most, wherever they were made; None for ever."""
        return None if self._days == FOR_EVER else self._days

    async def keep_purging(
        self, *, every_s: float = PURGE_EVERY_S, retry_after_s: float = RETRY_AFTER_S
    ) -> None:
        """Purge now and every day until cancelled."""
        while True:
            try:
                await self.purge()
            except (DeliveryDelayedError, StoreUnavailableError):
                log.warning("purge_delayed")
                delay_s = min(retry_after_s, every_s)
            except Exception:  # the task boundary: the next purge makes it good
                log.exception("purge_failed")
                delay_s = every_s
            else:
                delay_s = every_s
            await asyncio.sleep(delay_s)

    async def purge(self) -> int:
        """Wipe what is too old, guild by guild; how many requests that were.

        Raises:
            DeliveryDelayedError: the platform fails; what was done stays done.
            StoreUnavailableError: the store fails; as above.
        """
        wiped, guild_id = 0, await self._next_guild(-1)
        while guild_id is not None:
            wiped += await self._purge_guild(guild_id)
            guild_id = await self._next_guild(guild_id)
        if wiped:
            await self._wiper.finish()
            log.info("purged", requests=wiped)
        return wiped

    async def _purge_guild(self, guild_id: int) -> int:
        days = await self.days_of(guild_id)
        if days is None:
            return 0
        before_ms = self._clock.now_ms() - days * DAY_MS
        wiped, after = 0, _BEFORE_ALL
        while page := await self._page(guild_id, before_ms, after):
            await self._wiper.wipe(page)
            wiped += len(page)
            after = (page[-1].created_at_ms, page[-1].request_id)
        return wiped

    async def _page(self, guild_id: int, before_ms: int, after: tuple[int, str]) -> tuple[KeptRequest, ...]:
        async def work(uow: UnitOfWork) -> tuple[KeptRequest, ...]:
            return tuple(await uow.privacy.kept_in_guild(guild_id, before_ms, after, PAGE_REQUESTS))

        return await self._storage.read(work)

    async def _next_guild(self, after_guild_id: int) -> int | None:
        async def work(uow: UnitOfWork) -> int | None:
            return await uow.privacy.next_guild(after_guild_id)

        return await self._storage.read(work)

    async def _days_of(self, uow: UnitOfWork, guild_id: int) -> int | None:
        owners = (await uow.guilds.get(guild_id)).retention_days
        chosen = [days for days in (self.operators_days, owners) if days is not None]
        return min(chosen, default=None)
