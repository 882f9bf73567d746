"""From a member's message to a picture that it asks for; for whoever listens to messages."""

from __future__ import annotations

from collections.abc import Sequence

import discord
import structlog

from bot.domain.companion import Companion
from bot.domain.errors import DarkroomError
from bot.services.asked_pictures import HeardMessage
from bot.services.ports.speaking import Place
from bot.services.ports.wishes import Wish
from cogs.base.answers import NO_PINGS, text_view
from cogs.base.host import Host
from cogs.images._public_words import public_words
from cogs.images._text import seen
from cogs.images._transport import FAILURES

log = structlog.get_logger()


async def hear_wish(
    host: Host,
    message: discord.Message,
    addressed: Sequence[Companion],
    present: Sequence[Companion],
    wish: Wish | None = None,
) -> bool:
    """Have the picture made that a member's message asks companions for; whether it asks for one.

    ``wish`` is given by who has read it otherwise, such as a language model by its tool. What can't be made is
    said in an answer to the message.
    """
    heard = _heard(message, addressed, present)
    if heard is None:
        return False
    asked = host.services.asked
    wish = wish or asked.wish_in(heard)
    if wish is None:
        return False
    try:
        await asked.ask(heard, wish)
    except DarkroomError as error:
        text = public_words(error)
        if text is None:
            raise
        await _answer(message, text)
    return True


def _heard(
    message: discord.Message, addressed: Sequence[Companion], present: Sequence[Companion]
) -> HeardMessage | None:
    """None for what no member of a guild wrote."""
    author, guild = message.author, message.guild
    if guild is None or author.bot or not isinstance(author, discord.Member):
        return None
    channel = message.channel
    return HeardMessage(
        message=seen(message),
        place=Place(guild.id, channel.id, channel.parent_id if isinstance(channel, discord.Thread) else None),
        addressed=tuple(addressed),
        present=tuple(present),
        role_ids=tuple(role.id for role in author.roles),
        upload_limit_bytes=guild.filesize_limit,
    )


async def _answer(message: discord.Message, text: str) -> None:
    """Say so once, however often the message is heard: Discord knows the nonce for some minutes."""
    try:
        await message.channel.send(
            view=text_view(f"📸 {text}"),
            reference=message.to_reference(fail_if_not_exists=False),
            nonce=f"w{message.id}",
            allowed_mentions=NO_PINGS,
        )
    except FAILURES as error:
        log.info("wish_not_answered", message_id=message.id, error=type(error).__name__)
