"""The studio: a panel on which a picture is put together, and its commands."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.studio._cog import StudioCog


async def setup(bot: Host) -> None:
    """Add the feature; ``cogs.images``, whose ``/image`` it adds to, comes before."""
    await bot.add_cog(StudioCog(bot))
