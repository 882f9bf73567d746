"""The voice of companions: one webhook of the application's own a channel, name and avatar per message.

Only an application's own webhooks carry working buttons. Cancelling a webhook send while it
sleeps on a rate limit leaves discord.py's lock held for ever, so a send is never cancelled: it
runs as a task of its own, one after another for each webhook. So does an edit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

import aiohttp
import discord
import structlog
from discord import ui

from bot.domain.companion import Companion
from bot.domain.errors import (
    DarkroomError,
    DeliveryDelayedError,
    InvalidInputError,
    MissingPermissionError,
    NotFoundError,
)
from bot.services.companion_speech import CompanionSpeech
from bot.services.companions import CompanionService
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


Result = TypeVar("Result")


class WebhookVoice:
    """Implements :class:`bot.services.ports.speaking.TalkingVoice`. :func:`voice_of` gives a bot's own."""

    def __init__(self, bot: Host, speech: CompanionSpeech, avatars: Avatars) -> None:
        self._bot = bot
        self._speech = speech
        self._avatars = avatars
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._sending: set[asyncio.Task[Any]] = set()

    async def say(self, place: Place, companion: Companion, text: str) -> int:
        """Post the text with the 📸 button under it and return the message's id.

        Raises:
            MissingPermissionError: webhooks can't be managed here, or the thread is locked.
            NoRoomForVoiceError: the channel has as many webhooks as Discord allows.
            NotFoundError: the channel or thread is gone.
            InvalidInputError: the server's AutoMod or Discord's filter blocked the text.
            DeliveryDelayedError: Discord is failing.
        """
        return await self._to_its_end(self._say_in_turn(place, companion, text))

    async def rewrite(self, place: Place, message_id: int, text: str) -> None:
        """Edit the message's text; its button stays.

        Raises:
            NotFoundError: the message was deleted, or the webhook.
            MissingPermissionError, InvalidInputError, DeliveryDelayedError: see :meth:`say`.
        """
        await self._to_its_end(self._rewrite_in_turn(place, message_id, text))

    async def show_typing(self, place: Place) -> None:
        """Show the bot typing: Discord has no such sign for webhooks."""
        try:
            await self._bot.get_partial_messageable(place.channel_id).typing()
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("typing_not_shown", channel_id=place.channel_id, error=type(error).__name__)

    async def _to_its_end(self, work: Coroutine[Any, Any, Result]) -> Result:
        task = asyncio.create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return await asyncio.shield(task)

    async def _say_in_turn(self, place: Place, companion: Companion, text: str) -> int:
        avatar_url = await self._avatars.url_of(companion)
        async with self._turn(place):
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

    async def _rewrite_in_turn(self, place: Place, message_id: int, text: str) -> None:
        async with self._turn(place):
            row = await self._speech.webhook(place.webhook_channel_id)
            if row is None:
                raise NotFoundError
            webhook = discord.Webhook.partial(row.webhook_id, row.token, client=self._bot)
            try:
                await webhook.edit_message(
                    message_id, content=text, allowed_mentions=NO_PINGS, thread=_thread_of(place)
                )
            except _FAILURES as error:
                known = _known(error, place)
                if known is None:
                    raise
                raise known from error

    def _turn(self, place: Place) -> asyncio.Lock:
        return self._turns.setdefault(place.webhook_channel_id, asyncio.Lock())

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
                thread=_thread_of(place),
                wait=True,
            )
        except _FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code in {_UNKNOWN_WEBHOOK, _INVALID_TOKEN}:
                raise _GoneError from error
            known = _known(error, place)
            if known is None:
                raise
            raise known from error
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


_voices: WeakKeyDictionary[Host, WebhookVoice] = WeakKeyDictionary()


def voice_of(bot: Host, companions: CompanionService) -> WebhookVoice:
    """The one voice of a bot, whoever asks: with two of them a webhook would have two queues."""
    voice = _voices.get(bot)
    if voice is None:
        voice = _voices[bot] = WebhookVoice(bot, companions.speech, Avatars(bot, companions))
    return voice


class _GoneError(Exception):
    """The webhook was deleted, or its token changed."""


_FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError)
"""What a webhook call can end with. A connection that is reset is an ``OSError``."""


def _thread_of(place: Place) -> discord.abc.Snowflake:
    return discord.utils.MISSING if place.parent_id is None else discord.Object(place.channel_id)


def _known(error: Exception, place: Place) -> DarkroomError | None:
    """What a failed call means; None where it can only be a fault of ours."""
    if not isinstance(error, discord.HTTPException) or isinstance(error, discord.DiscordServerError):
        return DeliveryDelayedError()
    if error.code in {_BLOCKED_BY_AUTOMOD, _EXPLICIT_CONTENT}:
        return InvalidInputError("The text", "something that this server's filters allow")
    if error.code in {_ARCHIVED_THREAD, _LOCKED_THREAD}:
        return MissingPermissionError("Manage Threads", place.channel_id)
    return NotFoundError() if isinstance(error, discord.NotFound) else None
