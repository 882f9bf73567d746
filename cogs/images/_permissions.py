"""What the bot may do in a channel: from what the gateway told it, and where it told nothing, by asking.

Discord does not say so when a channel is read: without *Read Message History* its history is simply empty
(https://discord.com/developers/docs/resources/message#get-channel-messages).
"""

from __future__ import annotations

import time
from weakref import WeakKeyDictionary

import aiohttp
import discord

from cogs.base.host import Host

VIEW, HISTORY = "View Channel", "Read Message History"

ASK_EVERY_S = 60.0
"""Permissions change hardly ever, and asking takes three or four calls."""

MOST_ASKED = 10_000

_asked: WeakKeyDictionary[Host, dict[int, tuple[float, str | None]]] = WeakKeyDictionary()


async def missing_to_read(host: Host, channel_id: int) -> str | None:
    """The permission that the bot lacks to read a guild's channel or thread; None where it may, or nobody knows."""
    channel = host.get_channel(channel_id) if host.has_gateway else None
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        try:
            return _missing(channel.permissions_for(channel.guild.me))
        except discord.ClientException:
            pass  # a thread whose channel is not known
    elif channel is not None:
        return None
    # Another process has its guild, or it is a thread that slept.
    asked = _asked.setdefault(host, {})
    until_s, missing = asked.get(channel_id, (0.0, None))
    if time.monotonic() >= until_s:
        missing = await _ask(host, channel_id)
        if len(asked) >= MOST_ASKED:
            asked.clear()
        asked[channel_id] = time.monotonic() + ASK_EVERY_S, missing
    return missing


async def _ask(host: Host, channel_id: int) -> str | None:
    try:
        channel = await host.fetch_channel(channel_id)
        if isinstance(channel, discord.Thread):
            channel = await host.fetch_channel(channel.parent_id)
        if not isinstance(channel, discord.abc.GuildChannel) or host.user is None:
            return None
        # A channel that was asked for knows its guild by id alone, without the roles.
        channel.guild = await host.fetch_guild(channel.guild.id, with_counts=False)
        return _missing(channel.permissions_for(await channel.guild.fetch_member(host.user.id)))
    except discord.Forbidden:
        return VIEW
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        return None


def _missing(permissions: discord.Permissions) -> str | None:
    if not permissions.view_channel:
        return VIEW
    return None if permissions.read_message_history else HISTORY
