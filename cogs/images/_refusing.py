"""Telling a member that a picture which they asked for in plain words can't be made."""

from __future__ import annotations

import discord
import structlog

from bot.domain.errors import DarkroomError
from bot.services.ports.speaking import Place
from cogs.base.answers import NO_PINGS, text_view
from cogs.base.host import Host
from cogs.images._permissions import missing_to_read
from cogs.images._public_words import public_words
from cogs.images._transport import FAILURES

log = structlog.get_logger()


class DiscordWishRefusals:
    """Implements :class:`bot.services.ports.refusing.WishRefusals`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def tell(self, place: Place, message_id: int, error: DarkroomError) -> None:
        """Answer the message. However often it is told of one, Discord posts one answer: it knows the nonce."""
        text = public_words(error)
        if text is None:
            raise error
        channel = self._host.get_partial_messageable(place.channel_id, guild_id=place.guild_id)
        view, nonce = text_view(f"📸 {text}"), f"w{message_id}"
        asked = discord.MessageReference(
            message_id=message_id, channel_id=place.channel_id, fail_if_not_exists=False
        )
        try:
            if await missing_to_read(self._host, place.channel_id) is None:  # which answering a message takes
                await channel.send(view=view, nonce=nonce, reference=asked, allowed_mentions=NO_PINGS)
            else:
                await channel.send(view=view, nonce=nonce, allowed_mentions=NO_PINGS)
        except FAILURES as failure:
            log.info("refusal_not_told", message_id=message_id, error=type(failure).__name__)
