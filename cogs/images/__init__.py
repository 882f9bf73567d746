"""Instant pictures of the conversation, and what can be done with a picture."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.images._age_gate import DiscordAgeGate
from cogs.images._cog import ImagesCog
from cogs.images._courier import DiscordCourier
from cogs.images._reader import DiscordConversationReader
from cogs.images._refusing import DiscordWishRefusals
from cogs.images._transport import Transport

__all__ = [
    "DiscordAgeGate",
    "DiscordConversationReader",
    "DiscordCourier",
    "DiscordWishRefusals",
    "Transport",
    "setup",
]


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(ImagesCog(bot))
