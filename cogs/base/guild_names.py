"""What guilds are called, also those that another process of the bot has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import aiohttp
import discord
import structlog

from cogs.base.host import Host

log = structlog.get_logger()


async def names_of_guilds(host: Host, guild_ids: Iterable[int]) -> Mapping[int, str]:
    """The names, as Discord has them; those that the bot is on no more, and those that can't be asked, are missing."""
    names: dict[int, str] = {}
    for guild_id in guild_ids:
        try:
            guild = host.get_guild(guild_id) or await host.fetch_guild(guild_id, with_counts=False)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("guild_not_known", guild_id=guild_id, code=getattr(error, "code", None))
            continue
        names[guild_id] = guild.name
    return names
