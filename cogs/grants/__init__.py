"""Moderators' grants of moments."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.grants._cog import GrantsCog


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(GrantsCog())
