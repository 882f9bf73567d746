"""What Darkroom can do, and where to start."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.help._cog import HelpCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(HelpCog(bot))
