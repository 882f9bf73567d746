"""What the bot needs on a server, and what it lacks where."""

from __future__ import annotations

from collections.abc import Sequence

import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
    manage_webhooks=True,
)
"""What the bot needs on a server, and no more."""

NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
    "manage_webhooks": "Manage Webhooks",
    "manage_guild": "Manage Server",
    "moderate_members": "Time out members",
}
"""By discord.py's name: what Discord calls a permission on the page where it is given."""

TO_REPORT = ("view_channel", "send_messages", "attach_files", "embed_links", "read_message_history")
"""What cards for moderators take."""
TO_PICTURE = (*TO_REPORT[:2], "send_messages_in_threads", *TO_REPORT[2:], "manage_webhooks")
"""What pictures, and companions who speak, take."""


def missing_in(channel: discord.abc.GuildChannel, needed: Sequence[str]) -> tuple[str, ...]:
    """The permissions that the bot lacks in a channel, as Discord names them.

    Without *View Channel* or *Send Messages* others count for nothing, so that they alone are named.
    """
    allowed = channel.permissions_for(channel.guild.me)
    missing = [name for name in needed if not getattr(allowed, name)]
    for first in ("view_channel", "send_messages"):
        if first in missing:
            others = {"send_messages", "send_messages_in_threads", "attach_files", "embed_links"}
            implied = set(needed) if first == "view_channel" else others
            missing = [name for name in missing if name == first or name not in implied]
    return tuple(NAMES[name] for name in missing)
