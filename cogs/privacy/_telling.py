"""Telling a member that everything about them is deleted."""

from __future__ import annotations

import discord
import structlog

from bot.services.ports.clock import Clock
from bot.services.ports.storage import Erasure
from cogs.base.answers import NO_PINGS, text_view
from cogs.base.host import Host
from cogs.images._transport import FAILURES, sort_error
from cogs.privacy._messages import done_text

log = structlog.get_logger()


class DiscordErasurePost:
    """See :class:`bot.services.ports.privacy.ErasurePost`."""

    def __init__(self, host: Host, clock: Clock) -> None:
        self._host = host
        self._clock = clock

    async def tell(self, erasure: Erasure) -> None:
        """Follow up on the form, or send a direct message."""
        text = done_text(erasure)
        if not await self._answered(erasure, text):
            await self._written(erasure.user_id, text)

    async def _answered(self, erasure: Erasure, text: str) -> bool:
        application_id = self._host.application_id
        is_alive = self._clock.now_ms() < erasure.token_until_ms
        if erasure.token is None or application_id is None or not is_alive:
            return False
        webhook = discord.Webhook.partial(application_id, erasure.token, client=self._host)
        webhook.type = discord.WebhookType.application  # which may send what only one person sees
        try:
            await webhook.send(view=text_view(text), ephemeral=True, allowed_mentions=NO_PINGS)
        except FAILURES as error:
            sort_error(error, None)
            return False
        return True

    async def _written(self, user_id: int, text: str) -> None:
        try:
            channel = await self._host.create_dm(discord.Object(user_id))
            await channel.send(view=text_view(text), allowed_mentions=NO_PINGS)
        except FAILURES as error:
            sort_error(error, None)
            log.info("erasure_not_told", code=getattr(error, "code", None))
