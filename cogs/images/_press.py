"""From an interaction to a request on record: ack first, then everything else."""

from __future__ import annotations

import time
from typing import Any

import discord
from discord import ui

from bot.domain.errors import DarkroomError, DuplicateRequestError
from bot.domain.request import ReplyTarget, RequestKind, RequestOptions, SourceKind
from bot.services.requests.desk import Press
from cogs.base.answers import ack, say, say_privately_instead, text_view
from cogs.base.errors import words_for
from cogs.base.host import Host, services_of
from cogs.images._picture_components import DownloadButton
from cogs.images._text import seen

TOKEN_LIFETIME_MS = 14 * 60 * 1000
"""A little less than the 15 minutes that Discord gives an interaction's token."""


async def begin(
    interaction: discord.Interaction[Host],
    kind: RequestKind,
    trigger_key: str,
    options: RequestOptions,
    *,
    companion_name: str | None = None,
    carried: discord.Message | None = None,
) -> None:
    """Acknowledge with a public "thinking…" and put the request on record.

    A press on a button whose request is under way is told so at once; every other refusal takes
    the "thinking…" back and is told to the presser alone.
    """
    services = services_of(interaction)
    user_id = interaction.user.id
    triggers = services.requests.triggers
    if not triggers.reserve(user_id, trigger_key):
        raise DuplicateRequestError
    try:
        message_id = await ack(interaction, private=False)
        press = Press(
            kind=kind,
            source_kind=SourceKind.INTERACTION,
            source_id=interaction.id,
            user_id=user_id,
            requester=interaction.user.display_name,
            trigger_key=trigger_key,
            reply=_reply_target(interaction, message_id),
            options=options,
            companion_name=companion_name,
            carried=None if carried is None else seen(carried),
        )
        try:
            await services.requests.begin(press)
        except DarkroomError as error:
            text = words_for(error)
            if text is None:
                raise
            await say_privately_instead(interaction, text)
    finally:
        triggers.release(user_id, trigger_key)
    for notice in await services.preferences.take_notices(user_id):
        if notice.image_id is not None:
            row = ui.ActionRow[Any](DownloadButton(image_id=notice.image_id))
            await say(
                interaction, text_view("A picture of yours **could not be posted** and waits here:", row)
            )


def parent_of(interaction: discord.Interaction[Any]) -> int | None:
    """The channel of the thread in which the interaction happened, if it was a thread."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def _reply_target(interaction: discord.Interaction[Any], message_id: int | None) -> ReplyTarget:
    return ReplyTarget(
        guild_id=interaction.guild_id or 0,
        channel_id=interaction.channel_id or 0,
        message_id=message_id,
        token=interaction.token,
        token_until_ms=int(time.time() * 1000) + TOKEN_LIFETIME_MS,
        upload_limit_bytes=interaction.filesize_limit,
    )
