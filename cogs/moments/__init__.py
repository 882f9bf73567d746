"""Members' moments: balance, history, the daily claim and gifts."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.moments._cog import MomentsCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(MomentsCog(bot))
