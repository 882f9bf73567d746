"""From an interaction to a request on record: ack first, then everything else."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.domain.errors import DarkroomError, DuplicateRequestError
from bot.domain.request import ReplyTarget, RequestKind, RequestOptions, SourceKind
from bot.services.ports.speaking import Place
from bot.services.requests.desk import Press
from bot.services.requests.triggers import Reserved
from cogs.base.answers import AlreadyAnsweredError, LostInteractionError, ack, fill, say_privately_instead
from cogs.base.errors import words_for
from cogs.base.host import Host, require_guild, services_of
from cogs.base.roles import claim_monthly
from cogs.images._notices import tell_notices
from cogs.images._text import seen

TOKEN_LIFETIME_MS = 14 * 60 * 1000
"""A little less than the 15 minutes that Discord gives an interaction's token."""


async def begin(
    interaction: discord.Interaction[Host],
    kind: RequestKind,
    trigger_key: str,
    options: RequestOptions,
    *,
    companion_names: tuple[str, ...] = (),
    carried: discord.Message | None = None,
    start: Callable[[Press], Awaitable[object]] | None = None,
    is_private: bool = False,
    is_agreed: bool = False,
) -> None:
    """Acknowledge with a "thinking…" and put the request on record, by ``start`` or else as it is.

    It is public, unless the request ``is_private``. ``is_agreed``: its price was on the button.

    A press on a button whose request is under way is told so at once; every other refusal takes
    the "thinking…" back and is told to the presser alone.
    """
    require_guild(interaction)
    services = services_of(interaction)
    user_id = interaction.user.id
    triggers = services.requests.triggers
    reserved = triggers.reserve(user_id, trigger_key, interaction.id)
    if reserved is Reserved.SAME_PRESS:
        raise LostInteractionError
    if reserved is Reserved.TAKEN:
        raise DuplicateRequestError
    try:
        message_id, answered_before = await _ack(interaction, is_private=is_private)
        await claim_monthly(interaction)  # before the price is held, so that it can pay
        press = Press(
            kind=kind,
            source_kind=SourceKind.INTERACTION,
            source_id=interaction.id,
            user_id=user_id,
            requester=interaction.user.display_name,
            trigger_key=trigger_key,
            reply=_reply_target(interaction, message_id),
            options=options,
            companion_names=companion_names,
            carried=None if carried is None else seen(carried),
            is_agreed=is_agreed,
            role_ids=roles_of(interaction),
        )
        try:
            await (start or services.requests.begin)(press)
        except DarkroomError as error:
            if answered_before and isinstance(error, DuplicateRequestError):
                return  # the same press, delivered twice: the first one speaks for both
            text = words_for(error)
            if text is None:
                raise
            await (fill if is_private else say_privately_instead)(interaction, text)
    finally:
        triggers.release(user_id, trigger_key)
    await tell_notices(interaction)


async def _ack(interaction: discord.Interaction[Host], *, is_private: bool) -> tuple[int | None, bool]:
    """The id of the "thinking…", and whether the interaction was answered before.

    That may have been ourselves, when Discord took our answer and its own was lost: then "thinking…"
    stands there. To go on is safe: one interaction can't make two requests.

    Raises:
        LostInteractionError: it was too late, or another answer stands there, or none any more.
    """
    try:
        message_id = await ack(interaction, private=is_private)
        if message_id is not None or not is_private:
            return message_id, False
        return (await interaction.original_response()).id, False
    except AlreadyAnsweredError as answered:
        try:
            standing = await interaction.original_response()
        except discord.HTTPException as error:
            raise LostInteractionError from error
        if not standing.flags.loading:
            raise LostInteractionError from answered
        return standing.id, True


def parent_of(interaction: discord.Interaction[Any]) -> int | None:
    """The channel of the thread in which the interaction happened, if it was a thread."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def place_of(interaction: discord.Interaction[Any]) -> Place:
    """Where the interaction happened.

    Raises:
        NoPrivateMessage: outside a guild.
    """
    return Place(require_guild(interaction), interaction.channel_id or 0, parent_of(interaction))


def roles_of(interaction: discord.Interaction[Any]) -> tuple[int, ...]:
    """The roles of whoever did it, in this guild; the one that everybody has is among them."""
    user = interaction.user
    return tuple(role.id for role in user.roles) if isinstance(user, discord.Member) else ()


def _reply_target(interaction: discord.Interaction[Any], message_id: int | None) -> ReplyTarget:
    return ReplyTarget(
        guild_id=require_guild(interaction),
        channel_id=interaction.channel_id or 0,
        message_id=message_id,
        token=interaction.token,
        token_until_ms=int(time.time() * 1000) + TOKEN_LIFETIME_MS,
        upload_limit_bytes=interaction.filesize_limit,
    )
