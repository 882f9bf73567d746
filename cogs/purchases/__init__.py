"""Purchases from Discord's shop: what it tells of them, and how it is asked."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.purchases._cog import PurchasesCog
from cogs.purchases._messages import receipt_text
from cogs.purchases._shop import DiscordBuyerPost, DiscordShop

__all__ = ["DiscordBuyerPost", "DiscordShop", "receipt_text", "setup"]


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(PurchasesCog(bot))
