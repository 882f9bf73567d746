"""Reads the recent talk of a channel or thread from Discord."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp
import discord

from bot.domain.errors import DeliveryDelayedError, MissingPermissionError, NotFoundError
from bot.services.ports.chat import SeenMessage
from cogs.base.host import Host
from cogs.images._permissions import VIEW, missing_to_read
from cogs.images._text import seen

PAGE = 100
"""Messages that one request to Discord gives at most; pictures among them don't count as talk."""


class DiscordConversationReader:
    """The history of a channel; the messages stay in memory for as long as a scene takes to write."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def read(self, channel_id: int, upto_message_id: int | None, limit: int) -> Sequence[SeenMessage]:
        """See :class:`bot.services.ports.chat.ConversationReader`."""
        missing = await missing_to_read(self._host, channel_id)
        if missing is not None:
            raise MissingPermissionError(missing, channel_id)
        channel = self._host.get_partial_messageable(channel_id)
        before = discord.Object(upto_message_id + 1) if upto_message_id is not None else None
        talk: list[SeenMessage] = []
        try:
            async for message in channel.history(limit=PAGE, before=before):
                if not self._is_ours(message):
                    talk.append(seen(message))
                if len(talk) == limit:
                    break
        except discord.Forbidden as error:
            raise MissingPermissionError(
                VIEW, channel_id
            ) from error  # the history is empty for who may not read
        except discord.NotFound as error:
            raise NotFoundError from error
        except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
            raise DeliveryDelayedError from error
        return talk[::-1]

    def _is_ours(self, message: discord.Message) -> bool:
        """Our own pictures and notices are no talk; what companions say through a webhook is.

        The author tells them apart: Discord gives answers to interactions a webhook id as well.
        """
        return self._host.user is not None and message.author.id == self._host.user.id
