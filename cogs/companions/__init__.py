"""Companions: making, inviting, speaking as them, and who is behind their messages."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.companions._cog import Companions
from cogs.companions._webhooks import voice_of

__all__ = ["setup", "voice_of"]


async def setup(bot: Host) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Companions(bot))
