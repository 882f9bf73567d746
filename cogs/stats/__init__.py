"""Statistics for owners and moderators."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.stats._cog import StatsCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(StatsCog())
