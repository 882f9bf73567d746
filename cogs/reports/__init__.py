"""Reports of pictures, and moderators' decisions about them."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.reports._cog import ReportsCog
from cogs.reports._desk import DiscordReviewDesk

__all__ = ["DiscordReviewDesk", "setup"]


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(ReportsCog(bot))
