"""A Discord message as companions hear it. Pure."""

from __future__ import annotations

import discord

from bot.services.conversation.hearing import Heard
from bot.services.ports.speaking import Place

_SAID = {discord.MessageType.default, discord.MessageType.reply}


def heard_in(message: discord.Message, bot_user_id: int) -> Heard | None:
    """What a member of a guild said; None for whatever else it is.

    Webhooks and apps are never heard, so that no companion answers a companion, itself included.
    """
    author, guild, channel = message.author, message.guild, message.channel
    if message.webhook_id is not None or author.bot or message.type not in _SAID:
        return None
    if guild is None or not isinstance(author, discord.Member):
        return None
    reference = message.reference
    answers_here = reference is not None and reference.channel_id == channel.id
    return Heard(
        message_id=message.id,
        place=Place(guild.id, channel.id, channel.parent_id if isinstance(channel, discord.Thread) else None),
        user_id=author.id,
        user_name=author.display_name,
        text=_without_mention(message, bot_user_id),
        replied_to_id=reference.message_id if reference is not None and answers_here else None,
        mentions_bot=any(user.id == bot_user_id for user in message.mentions),
        role_ids=tuple(role.id for role in author.roles),
        upload_limit_bytes=guild.filesize_limit,
    )


def _without_mention(message: discord.Message, bot_user_id: int) -> str:
    """What is said, without a mention of the bot itself: nobody calls it by that."""
    text = message.clean_content
    for user in message.mentions:
        if user.id == bot_user_id:
            text = text.replace(f"@{user.display_name}", "")
    return text.strip()
