"""Listens to what members write: one look at the message, one call of the service."""

from __future__ import annotations

import discord
import structlog
from discord.ext import commands

from bot.domain.errors import DarkroomError
from cogs.base.host import Host
from cogs.conversation._messages import heard_in

log = structlog.get_logger()


class ConversationCog(commands.Cog):
    """Companions who were invited answer when they are addressed."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot
        self._conversations = bot.services.conversations

    async def cog_unload(self) -> None:
        """Stop answering; what is being said is said."""
        await self._conversations.close()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Let companions hear it."""
        user = self._bot.user
        heard = None if user is None else heard_in(message, user.id)
        if heard is None:
            return
        try:
            await self._conversations.hear(heard)
        except DarkroomError as error:
            log.warning("message_not_heard", message_id=message.id, error=type(error).__name__)
        except Exception as error:  # the listener boundary
            log.error("message_not_heard", message_id=message.id, exc_info=error)  # noqa: TRY400  as it is

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Who changed what they wrote did not mean what was heard. Discord also "edits" to show a link's preview."""
        if payload.data.get("edited_timestamp") is not None:
            self._conversations.withdraw(payload.channel_id, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """It is not answered any more."""
        self._conversations.withdraw(payload.channel_id, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """They are not answered any more."""
        for message_id in payload.message_ids:
            self._conversations.withdraw(payload.channel_id, message_id)
