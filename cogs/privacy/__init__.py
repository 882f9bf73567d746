"""``/privacy``: see, take along or delete what is kept about you."""

from __future__ import annotations

from cogs.base.host import Host
from cogs.privacy._cog import PrivacyCog
from cogs.privacy._posted import DiscordPostedMessages
from cogs.privacy._telling import DiscordErasurePost

__all__ = ["DiscordErasurePost", "DiscordPostedMessages", "setup"]


async def setup(bot: Host) -> None:
    """Add the feature."""
    await bot.add_cog(PrivacyCog(bot))
