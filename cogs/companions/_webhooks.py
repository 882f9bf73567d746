"""The voice of companions: one webhook of the application's own a channel, name and avatar per message.

Only an application's own webhooks carry working buttons. Cancelling a webhook send while it
sleeps on a rate limit leaves discord.py's lock held for ever, so a send is never cancelled: it
runs as a task of its own, one after another for each webhook.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import discord
import structlog
from discord import ui

from bot.domain.companion import Companion
from bot.domain.errors import InvalidInputError, MissingPermissionError, NotFoundError
from bot.services.companion_speech import CompanionSpeech
from bot.services.ports.speaking import NoRoomForVoiceError, Place
from bot.services.ports.storage import WebhookRow
from cogs.base.answers import NO_PINGS
from cogs.base.host import Host
from cogs.base.instant import InstantButton
from cogs.companions._avatars import Avatars

log = structlog.get_logger()

WEBHOOK_NAME = "Darkroom"

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_UNKNOWN_WEBHOOK = 10015
_WEBHOOK_LIMIT = 30007
_EXPLICIT_CONTENT = 20009
_INVALID_TOKEN = 50027
_ARCHIVED_THREAD = 50083
_LOCKED_THREAD = 160005
_BLOCKED_BY_AUTOMOD = 200000

_WithWebhooks = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel


class WebhookVoice:
    """Implements :class:`bot.services.ports.speaking.CompanionVoice`."""

    def __init__(self, bot: Host, speech: CompanionSpeech, avatars: Avatars) -> None:
        self._bot = bot
        self._speech = speech
        self._avatars = avatars
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._sending: set[asyncio.Task[int]] = set()

    async def say(self, place: Place, companion: Companion, text: str) -> int:
        """Post the text with the 📸 button under it and return the message's id.

        Raises:
            MissingPermissionError: webhooks can't be managed here, or the thread is locked.
            NoRoomForVoiceError: the channel has as many webhooks as Discord allows.
            NotFoundError: the channel or thread is gone.
            InvalidInputError: the server's AutoMod or Discord's filter blocked the text.
        """
        task = asyncio.create_task(self._say_in_turn(place, companion, text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return await asyncio.shield(task)

    async def _say_in_turn(self, place: Place, companion: Companion, text: str) -> int:
        avatar_url = await self._avatars.url_of(companion)
        turn = self._turns.setdefault(place.webhook_channel_id, asyncio.Lock())
        async with turn:
            row = await self._speech.webhook(place.webhook_channel_id)
            if row is not None:
                try:
                    return await self._send(row, place, companion, text, avatar_url)
                except _GoneError:
                    await self._speech.forget_webhook(place.webhook_channel_id)
            row = await self._find_or_create(place.webhook_channel_id)
            await self._speech.keep_webhook(row)
            try:
                return await self._send(row, place, companion, text, avatar_url)
            except _GoneError as error:
                raise NotFoundError from error

    async def _send(
        self, row: WebhookRow, place: Place, companion: Companion, text: str, avatar_url: str | None
    ) -> int:
        webhook = discord.Webhook.partial(row.webhook_id, row.token, client=self._bot)
        view = ui.View(timeout=None)
        view.add_item(InstantButton())
        try:
            message = await webhook.send(
                text,
                username=companion.name,
                avatar_url=avatar_url,
                allowed_mentions=NO_PINGS,
                view=view,
                thread=discord.utils.MISSING if place.parent_id is None else discord.Object(place.channel_id),
                wait=True,
            )
        except discord.HTTPException as error:
            if error.code in {_UNKNOWN_WEBHOOK, _INVALID_TOKEN}:
                raise _GoneError from error
            if error.code in {_BLOCKED_BY_AUTOMOD, _EXPLICIT_CONTENT}:
                raise InvalidInputError("The text", "something that this server's filters allow") from error
            if error.code in {_ARCHIVED_THREAD, _LOCKED_THREAD}:
                raise MissingPermissionError("Manage Threads", place.channel_id) from error
            if isinstance(error, discord.NotFound):
                raise NotFoundError from error
            raise
        return message.id

    async def _find_or_create(self, channel_id: int) -> WebhookRow:
        try:
            channel = self._bot.get_channel(channel_id) or await self._bot.fetch_channel(channel_id)
            if not isinstance(channel, _WithWebhooks):
                raise NotFoundError
            for webhook in await channel.webhooks():
                if webhook.user == self._bot.user and webhook.token is not None:
                    return WebhookRow(channel_id, webhook.id, webhook.token)
            webhook = await channel.create_webhook(name=WEBHOOK_NAME, reason="Companions speak through it")
        except discord.NotFound as error:
            raise NotFoundError from error
        except discord.Forbidden as error:
            raise MissingPermissionError("Manage Webhooks", channel_id) from error
        except discord.HTTPException as error:
            if error.code == _WEBHOOK_LIMIT:
                raise NoRoomForVoiceError(channel_id) from error
            raise
        if webhook.token is None:  # Discord gives its maker the token
            raise MissingPermissionError("Manage Webhooks", channel_id)
        log.info("webhook_created", channel_id=channel_id, webhook_id=webhook.id)
        return WebhookRow(channel_id, webhook.id, webhook.token)


class _GoneError(Exception):
    """The webhook was deleted, or its token changed."""
