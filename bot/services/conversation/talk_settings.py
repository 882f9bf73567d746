"""When companions answer, channel by channel: read, changed, and every change on record.

Every message asks, and owners change it hardly ever, so it is kept in memory, a guild at a time.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.domain.talking import USUAL, TalkWhen
from bot.services.ports.clock import Clock
from bot.services.ports.speaking import Place
from bot.services.ports.storage import AuditLine, Storage, UnitOfWork

log = structlog.get_logger()

AUDITED_AS = "talk"
"""What a change is called in the audit log; its values are (channel id, when)."""


class TalkSettings:
    """What owners chose. Whoever changes something was checked by the caller: only Discord knows who may."""

    def __init__(self, *, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._known: dict[int, Mapping[int, TalkWhen]] = {}
        self._changes = 0

    async def when(self, place: Place) -> TalkWhen:
        """When companions answer in a place; a thread is what its channel is."""
        return (await self.of_guild(place.guild_id)).get(place.webhook_channel_id, USUAL)

    async def of_guild(self, guild_id: int) -> Mapping[int, TalkWhen]:
        """The channels of a guild for which something else than the usual was chosen."""
        known = self._known.get(guild_id)
        if known is not None:
            return known
        changes = self._changes

        async def work(uow: UnitOfWork) -> Mapping[int, TalkWhen]:
            return await uow.channels.talk(guild_id)

        found = await self._storage.read(work)
        if changes == self._changes:  # else what was read may be older than what was changed meanwhile
            self._known[guild_id] = found
        return found

    async def choose(self, guild_id: int, user_id: int, channel_id: int, when: TalkWhen) -> None:
        """Choose for a channel of the guild, with a line in the audit log where it is a change."""
        now_ms = self._clock.now_ms()

        async def work(uow: UnitOfWork) -> None:
            before = (await uow.channels.talk(guild_id)).get(channel_id, USUAL)
            if before is when:
                return
            await uow.channels.set_talk(guild_id, channel_id, when)
            account_id = await uow.members.require_account(user_id)
            was, becomes = (str(channel_id), before.value), (str(channel_id), when.value)
            await uow.audit_log.add(AuditLine(guild_id, account_id, AUDITED_AS, was, becomes, now_ms))

        try:
            await self._storage.write(work)
        finally:
            self._changes += 1
            self._known.pop(guild_id, None)
        log.info("talk_chosen", guild_id=guild_id, channel_id=channel_id, when=when.value)
