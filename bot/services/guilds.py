"""A guild's settings from its owner's side: read, changed, and every change on record.

Presses ask for settings all the time and owners change them hardly ever, so they are kept in memory: a
press costs no read but the first of its guild. Every change goes through this service, so a change is seen by
the very next press in its process; where several share a database, the others see it within ``FRESH_S``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.errors import MatureSettingError
from bot.domain.guild import GuildLimits, GuildSettings, changes_between, require_sound
from bot.domain.talking import TalkWhen
from bot.services.moments import DAY_MS
from bot.services.ports.clock import Clock
from bot.services.ports.storage import AuditLine, ReadAuditLine, Storage, UnitOfWork

LATEST_CHANGES = 10

FRESH_S = 2.0
"""How old settings may be that another process may have changed."""

Change = Callable[[GuildSettings], GuildSettings]


@dataclass(frozen=True, slots=True)
class GuildOverview:
    """All that an owner sees at once. ``spent_today`` is in moments, None where the guild has no budget.

    ``talk`` has the channels where companions answer otherwise than when addressed.
    """

    settings: GuildSettings
    limits: GuildLimits
    latest: Sequence[ReadAuditLine]
    spent_today: int | None
    talk: Mapping[int, TalkWhen] = field(default_factory=dict[int, TalkWhen])


class GuildService:
    """What owners have set. Whoever changes something was checked by the caller: only Discord knows who may.

    ``is_alone``: no other process changes anything in this database.
    """

    def __init__(self, *, storage: Storage, clock: Clock, limits: GuildLimits, is_alone: bool = True) -> None:
        self._storage = storage
        self._clock = clock
        self.limits = limits
        self._known: dict[int, tuple[GuildSettings, float]] = {}
        self._fresh_s = math.inf if is_alone else FRESH_S
        self._changes = 0

    async def settings(self, guild_id: int) -> GuildSettings:
        """A guild's settings as they are now."""
        known, until_s = self._known.get(guild_id, (None, 0.0))
        if known is not None and time.monotonic() < until_s:
            return known
        changes = self._changes

        async def work(uow: UnitOfWork) -> GuildSettings:
            return await uow.guilds.get(guild_id)

        settings = await self._storage.read(work)
        if changes == self._changes:  # else what was read may be older than what was changed meanwhile
            self._known[guild_id] = settings, time.monotonic() + self._fresh_s
        return settings

    async def overview(self, guild_id: int) -> GuildOverview:
        """The settings, the latest changes and what was spent today."""
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> GuildOverview:
            settings = await uow.guilds.get(guild_id)
            spent = None
            if settings.guild_budget is not None:
                spent = await uow.guilds.spent_by_guild(guild_id, now_ms - now_ms % DAY_MS)
            latest = await uow.audit_log.latest(guild_id, LATEST_CHANGES)
            return GuildOverview(settings, self.limits, latest, spent, await uow.channels.talk(guild_id))

        return await self._storage.read(work)

    async def change(self, guild_id: int, user_id: int, change: Change) -> GuildSettings:
        """Change settings, with one line of the audit log for each that became another; as they are then.

        ``change`` runs inside the unit of work: pure and quick. What allows mature pictures is not its
        business: see :meth:`set_mature` and :meth:`set_mod_channel`.

        Raises:
            InvalidInputError: a value is outside its bounds; nothing was changed.
        """

        def changed(before: GuildSettings) -> GuildSettings:
            after = change(before)
            return replace(after, allow_mature=before.allow_mature, mod_channel_id=before.mod_channel_id)

        return await self._change(guild_id, user_id, changed)

    async def set_mod_channel(
        self, guild_id: int, user_id: int, channel_id: int | None, *, is_restricted: bool
    ) -> GuildSettings:
        """Choose where moderators work, None for nowhere. ``is_restricted``: it is age-restricted now.

        Raises:
            MatureSettingError: mature pictures are on here, and need one that is age-restricted.
        """

        def changed(before: GuildSettings) -> GuildSettings:
            if before.allow_mature and self.limits.allow_mature:
                self._require_mature(channel_id, is_restricted=is_restricted)
            # Where the operator took them back, they don't come back with another channel than was agreed to.
            allow = before.allow_mature and channel_id is not None and is_restricted
            return replace(before, mod_channel_id=channel_id, allow_mature=allow)

        return await self._change(guild_id, user_id, changed)

    async def set_mature(
        self, guild_id: int, user_id: int, *, is_allowed: bool, restricted_channel_id: int | None
    ) -> GuildSettings:
        """Allow mature pictures in this guild, or no longer.

        ``restricted_channel_id`` is the mod channel, as the caller knows it, where it is age-restricted now.

        Raises:
            MatureSettingError: the operator allows none, or the mod channel is missing or not age-restricted.
        """

        def changed(before: GuildSettings) -> GuildSettings:
            if is_allowed:
                mod_channel_id = before.mod_channel_id
                self._require_mature(mod_channel_id, is_restricted=restricted_channel_id == mod_channel_id)
            return replace(before, allow_mature=is_allowed)

        return await self._change(guild_id, user_id, changed)

    async def _change(self, guild_id: int, user_id: int, change: Change) -> GuildSettings:
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> GuildSettings:
            before = await uow.guilds.get(guild_id)
            after = change(before)
            require_sound(after, self.limits)
            if after == before:
                return before
            await uow.guilds.set(guild_id, after)
            account_id = await uow.members.require_account(user_id)
            for what in changes_between(before, after):
                await uow.audit_log.add(
                    AuditLine(guild_id, account_id, what.what, what.before, what.after, now_ms)
                )
            return after

        try:
            return await self._storage.write(work)
        finally:
            # Forgotten rather than kept: of two changes at once nobody knows here which came last.
            self._changes += 1
            self._known.pop(guild_id, None)

    def _require_mature(self, mod_channel_id: int | None, *, is_restricted: bool) -> None:
        if not self.limits.allow_mature:
            raise MatureSettingError("operator")
        if mod_channel_id is None:
            raise MatureSettingError("mod_channel")
        if not is_restricted:
            raise MatureSettingError("restriction")
