"""``/privacy show``: what is kept about a member, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import NothingKeptError
from bot.services.ports.storage import Holdings, Storage, UnitOfWork
from bot.services.privacy.erasing import ErasureService
from bot.services.privacy.exporting import ExportService
from bot.services.retention import RetentionService


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator and the guild chose: for how many days pictures are kept, None for ever."""

    kept_days: int | None


class PrivacyService:
    """What members can do about what is kept of them. Everything is about who asks, and nobody else."""

    def __init__(
        self,
        *,
        storage: Storage,
        exports: ExportService,
        erasures: ErasureService,
        retention: RetentionService,
    ) -> None:
        self._storage = storage
        self.exports = exports
        self.erasures = erasures
        self.retention = retention

    async def policy(self, guild_id: int | None) -> Policy:
        """What holds in a guild; in a direct message (None), what holds everywhere."""
        if guild_id is None:
            return Policy(self.retention.operators_days)
        return Policy(await self.retention.days_of(guild_id))

    async def holdings(self, user_id: int) -> Holdings:
        """What is kept about a member; nothing opens an account."""

        async def work(uow: UnitOfWork) -> Holdings:
            account_id = await uow.members.account_of(user_id)
            return Holdings() if account_id is None else await uow.holdings.of(account_id)

        return await self._storage.read(work)

    async def require_holdings(self, user_id: int) -> Holdings:
        """What would be deleted.

        Raises:
            NothingKeptError: nothing is kept about this member.
        """

        async def work(uow: UnitOfWork) -> Holdings:
            account_id = await uow.members.account_of(user_id)
            if account_id is None:
                raise NothingKeptError
            return await uow.holdings.of(account_id)

        return await self._storage.read(work)
