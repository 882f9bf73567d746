"""Members' own defaults, and what is still to be told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import InvalidInputError
from bot.domain.picture import Aspect
from bot.services.ports.storage import Notice, Preferences, Storage, UnitOfWork

MOST_ASK_ABOVE = 100_000


class PreferenceService:
    """``/me``, and notices that wait for their member."""

    def __init__(self, *, storage: Storage) -> None:
        self._storage = storage

    async def get(self, user_id: int) -> Preferences:
        """The member's defaults, or the general ones."""

        async def work(uow: UnitOfWork) -> Preferences:
            account_id = await uow.members.account_of(user_id)
            return Preferences() if account_id is None else await uow.preferences.get(account_id)

        return await self._storage.read(work)

    async def change(
        self,
        user_id: int,
        *,
        aspect_solo: Aspect | None = None,
        aspect_group: Aspect | None = None,
        ask_above: int | None = None,
        show_alt_text: bool | None = None,
    ) -> Preferences:
        """Change what is given, keep the rest; the defaults as they are now.

        Raises:
            InvalidInputError: ``ask_above`` is negative or absurd.
        """
        if ask_above is not None and not 0 <= ask_above <= MOST_ASK_ABOVE:
            raise InvalidInputError("ask above", f"between 0 and {MOST_ASK_ABOVE:,} moments")

        async def work(uow: UnitOfWork) -> Preferences:
            account_id = await uow.members.require_account(user_id)
            now = await uow.preferences.get(account_id)
            wanted = replace(
                now,
                aspect_solo=aspect_solo or now.aspect_solo,
                aspect_group=aspect_group or now.aspect_group,
                ask_above=now.ask_above if ask_above is None else ask_above,
                show_alt_text=now.show_alt_text if show_alt_text is None else show_alt_text,
            )
            await uow.preferences.set(account_id, wanted)
            return wanted

        return await self._storage.write(work)

    async def take_notices(self, user_id: int) -> Sequence[Notice]:
        """What waited to be told to the member; each is handed out once."""

        async def look(uow: UnitOfWork) -> bool:
            account_id = await uow.members.account_of(user_id)
            return account_id is not None and await uow.notices.any_for(account_id)

        async def take(uow: UnitOfWork) -> Sequence[Notice]:
            account_id = await uow.members.account_of(user_id)
            return [] if account_id is None else await uow.notices.take(account_id)

        return await self._storage.write(take) if await self._storage.read(look) else []

    async def keep_notices(self, notices: Sequence[Notice]) -> None:
        """Put back what was taken and could not be told after all."""

        async def work(uow: UnitOfWork) -> None:
            for notice in notices:
                await uow.notices.add(notice)

        await self._storage.write(work)
