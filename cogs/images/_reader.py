"""Reads the recent talk of a channel or thread from Discord."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp
import discord

from bot.domain.errors import DeliveryDelayedError, MissingPermissionError, NotFoundError
from bot.services.ports.chat import SeenMessage
from cogs.base.host import Host
from cogs.images._text import seen


class DiscordConversationReader:
    """The history of a channel; the messages stay in memory for as long as a scene takes to write."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def read(self, channel_id: int, upto_message_id: int | None, limit: int) -> Sequence[SeenMessage]:
        """See :class:`bot.services.ports.chat.ConversationReader`."""
        channel = self._host.get_partial_messageable(channel_id)
        before = discord.Object(upto_message_id + 1) if upto_message_id is not None else None
        try:
            messages = [message async for message in channel.history(limit=limit, before=before)]
        except discord.Forbidden as error:
            raise MissingPermissionError("Read Message History", channel_id) from error
        except discord.NotFound as error:
            raise NotFoundError from error
        except (discord.DiscordServerError, aiohttp.ClientError, OSError) as error:
            raise DeliveryDelayedError from error
        return [seen(message) for message in reversed(messages) if not _is_progress(message)]


def _is_progress(message: discord.Message) -> bool:
    """Our own pictures and progress messages are no talk; what companions say through a webhook is."""
    return message.webhook_id is None and message.author.bot and message.interaction_metadata is not None
