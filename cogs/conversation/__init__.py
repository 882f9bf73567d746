"""Companions hear what members write, and answer."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.conversation._cog import ConversationCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(ConversationCog(bot))
