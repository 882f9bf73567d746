"""What the owner of a server decides."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.setup._cog import SetupCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(SetupCog(bot))
