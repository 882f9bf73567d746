"""Members' own defaults."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.me._cog import MeCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(MeCog())
