"""Members' galleries: pages of pictures, one of them at full size, favourites, and what others may see."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.gallery._cog import GalleryCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(GalleryCog(bot))
