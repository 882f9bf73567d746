"""What the bot may do in a channel, from what the gateway told it.

Discord does not say so when asked: without *Read Message History* the history of a channel is
simply empty (https://discord.com/developers/docs/resources/message#get-channel-messages).
"""

from __future__ import annotations

import discord

from cogs.base.host import Host

VIEW, HISTORY = "View Channel", "Read Message History"


def missing_to_read(host: Host, channel_id: int) -> str | None:
    """The permission that the bot lacks to read a guild's channel or thread; None where it may, or nobody knows."""
    channel = host.get_channel(channel_id)
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    try:
        permissions = channel.permissions_for(channel.guild.me)
    except discord.ClientException:
        return None  # a thread whose channel is not known
    if not permissions.view_channel:
        return VIEW
    return None if permissions.read_message_history else HISTORY
