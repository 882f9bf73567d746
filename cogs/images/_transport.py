"""One attempt to edit or post a message, with Discord's answers sorted into what they mean."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.domain.errors import DeliveryDelayedError, UploadTooLargeError
from bot.domain.request import ImageRequest, SourceKind
from bot.services.ports.clock import Clock
from cogs.base.answers import NO_PINGS
from cogs.base.host import Host
from cogs.images._permissions import missing_to_read
from cogs.images._text import custom_ids_of

LOOK_BACK = 1000
"""How many messages since the request are looked through for a picture that was posted already."""

TOO_LARGE = 40005

FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError)
"""All that a call to Discord can die of: it said no, or it could not be reached."""


class CannotLookError(Exception):
    """The channel's recent messages can't be read, so nobody can say whether the picture is there."""


class Attempt(enum.Enum):
    """What came of an edit."""

    DONE = enum.auto()
    GONE = enum.auto()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be shown. Views and files can be sent once each, so both are made for every attempt."""

    make_files: Callable[[], Sequence[discord.File]]
    make_view: Callable[[Sequence[discord.File]], ui.LayoutView]
    size_bytes: int = 0

    def fresh(self) -> tuple[ui.LayoutView, list[discord.File]]:
        """A new view with new files."""
        files = list(self.make_files())
        return self.make_view(files), files


class Transport:
    """Talks to Discord for one request at a time. Sends are never cancelled."""

    def __init__(self, host: Host, clock: Clock) -> None:
        self._host = host
        self._clock = clock

    def webhook(self, request: ImageRequest) -> discord.Webhook | None:
        """The interaction's own webhook, while its token lives."""
        reply = request.reply
        application_id = self._host.application_id
        if reply.token is None or application_id is None or self._clock.now_ms() >= reply.token_until_ms:
            return None
        webhook = discord.Webhook.partial(application_id, reply.token, client=self._host)
        webhook.type = discord.WebhookType.application  # which may send what only one person sees
        return webhook

    async def edit(self, request: ImageRequest, outgoing: Outgoing) -> Attempt:
        """Replace the request's own progress message: by token while it lives, else by the bot.

        Raises:
            UploadTooLargeError, DeliveryDelayedError: see :func:`sort_error`.
        """
        message_id = request.reply.message_id
        if message_id is None:
            return Attempt.GONE
        webhook = self.webhook(request)
        if webhook is not None:

            async def by_token(view: ui.LayoutView, files: list[discord.File]) -> None:
                await webhook.edit_message(
                    message_id, view=view, attachments=files, allowed_mentions=NO_PINGS
                )

            if await _attempt(by_token, outgoing) is Attempt.DONE:
                return Attempt.DONE
            # The token is dead or the message gone: ask as the bot.
        message = self._host.get_partial_messageable(request.reply.channel_id).get_partial_message(message_id)

        async def by_bot(view: ui.LayoutView, files: list[discord.File]) -> None:
            await message.edit(view=view, attachments=files, allowed_mentions=NO_PINGS)

        return await _attempt(by_bot, outgoing)

    async def find_posted(
        self, channel: discord.abc.Messageable, request: ImageRequest, carried_id: str
    ) -> discord.Message | None:
        """A message of ours since the request with this id on its buttons; None also where the channel is gone.

        Raises:
            CannotLookError: the history can't be read, or is too long to be sure.
            DeliveryDelayedError: Discord is failing.
        """
        channel_id = channel.id if isinstance(channel, discord.PartialMessageable) else None
        if self._host.user is None or (channel_id and await missing_to_read(self._host, channel_id)):
            raise CannotLookError
        since = discord.Object(request.source_id)  # Discord's own id: our clock may be wrong
        looked_at = 0
        try:
            async for message in channel.history(limit=LOOK_BACK, after=since, oldest_first=True):
                looked_at += 1
                if message.author.id == self._host.user.id and _carries(message, carried_id):
                    return message
        except discord.NotFound:
            return None
        except FAILURES as error:
            sort_error(error, None)
            raise CannotLookError from error
        if looked_at >= LOOK_BACK:
            raise CannotLookError
        return None

    async def post(
        self,
        channel: discord.abc.Messageable,
        request: ImageRequest,
        outgoing: Outgoing,
        *,
        is_opening: bool = False,
    ) -> discord.Message | None:
        """Post to a channel with a nonce of the request's; None where it is not possible there.

        ``is_opening``: it is the request's own message, which what comes later must not be taken for.

        Raises:
            UploadTooLargeError, DeliveryDelayedError: see :func:`sort_error`.
        """
        view, files = outgoing.fresh()
        nonce = opening_nonce_of(request) if is_opening else nonce_of(request)
        reference: Any = await self._answered(
            channel, request
        )  # may be None; discord.py's types do not say so
        try:
            return await channel.send(
                view=view,
                files=files,
                nonce=nonce,
                reference=reference,
                allowed_mentions=NO_PINGS,
            )
        except FAILURES as error:
            sort_error(error, outgoing)
            return None

    async def _answered(
        self, channel: discord.abc.Messageable, request: ImageRequest
    ) -> discord.MessageReference | None:
        """The message that asked for it, in its own channel. Answering one takes *Read Message History*."""
        channel_id = request.reply.channel_id
        is_there = isinstance(channel, discord.PartialMessageable) and channel.id == channel_id
        if request.source_kind is not SourceKind.MESSAGE or not is_there:
            return None
        if await missing_to_read(self._host, channel_id) is not None:
            return None
        return discord.MessageReference(
            message_id=request.source_id, channel_id=channel_id, fail_if_not_exists=False
        )


async def _attempt(
    edit: Callable[[ui.LayoutView, list[discord.File]], Awaitable[None]], outgoing: Outgoing
) -> Attempt:
    """One edit, and once more when the connection broke: it is the same when done twice."""
    try:
        return await _attempt_once(edit, outgoing)
    except (aiohttp.ClientError, OSError):
        pass
    try:
        return await _attempt_once(edit, outgoing)
    except (aiohttp.ClientError, OSError) as error:
        raise DeliveryDelayedError from error


async def _attempt_once(
    edit: Callable[[ui.LayoutView, list[discord.File]], Awaitable[None]], outgoing: Outgoing
) -> Attempt:
    try:
        await edit(*outgoing.fresh())
    except discord.HTTPException as error:
        sort_error(error, outgoing)
        return Attempt.GONE
    return Attempt.DONE


def nonce_of(request: ImageRequest) -> str:
    """Discord takes 25 characters and honours them for minutes; a request id has 26, the first of them time."""
    return request.request_id[1:]


def opening_nonce_of(request: ImageRequest) -> str:
    """Another one, for the message that a request begins with: a picture posted in its place is not the same."""
    return f"o{request.request_id[2:]}"


def sort_error(error: Exception, outgoing: Outgoing | None) -> None:
    """Raise what changes the plan; return where this way is simply closed.

    Raises:
        UploadTooLargeError: Discord takes only smaller files (40005, HTTP 413).
        DeliveryDelayedError: Discord fails or can't be reached.
    """
    if not isinstance(error, discord.HTTPException):
        raise DeliveryDelayedError from error
    if outgoing is not None and is_too_large(error):
        raise UploadTooLargeError(outgoing.size_bytes) from error
    if error.status >= 500 or error.status == 429:  # noqa: PLR2004  HTTP
        raise DeliveryDelayedError from error


def is_too_large(error: discord.HTTPException) -> bool:
    """Whether Discord takes only smaller files (40005, HTTP 413)."""
    return error.code == TOO_LARGE or error.status == 413  # noqa: PLR2004  HTTP


def _carries(message: discord.Message, carried_id: str) -> bool:
    return any(carried_id in custom_id for custom_id in custom_ids_of(message))
