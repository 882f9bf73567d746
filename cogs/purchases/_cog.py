"""What Discord's shop tells while the bot is connected; the rest is found by going through its list."""

from __future__ import annotations

import discord
import structlog
from discord.ext import commands

from cogs.base.host import Host
from cogs.purchases._shop import told

log = structlog.get_logger()


class PurchasesCog(commands.Cog):
    """Purchases become moments. Discord tells of them on the first shard only."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_entitlement_create(self, entitlement: discord.Entitlement) -> None:
        """Something was bought."""
        await self._take_in(entitlement)

    @commands.Cog.listener()
    async def on_entitlement_update(self, entitlement: discord.Entitlement) -> None:
        """Something about it changed: it was used up, it ended, or it was taken back."""
        await self._take_in(entitlement)

    @commands.Cog.listener()
    async def on_entitlement_delete(self, entitlement: discord.Entitlement) -> None:
        """It was taken back."""
        await self._take_in(entitlement, is_deleted=True)

    async def _take_in(self, entitlement: discord.Entitlement, *, is_deleted: bool = False) -> None:
        try:
            await self._bot.services.purchases.take_in(told(entitlement, is_deleted=is_deleted))
        except Exception:  # the listener boundary: the hour's round makes it good
            log.exception("entitlement_event_failed", entitlement_id=entitlement.id)
