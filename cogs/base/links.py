"""Addresses of messages, as Discord links to them."""

from __future__ import annotations


def message_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """Where a message of a guild is."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
