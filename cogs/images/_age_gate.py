"""Which channels are age-restricted now.

Discord gates commands by it and nothing else: whether a button may lead to a mature picture, and whether one
may be posted, is asked here (https://discord.com/developers/docs/interactions/application-commands#agerestricted-commands).
"""

from __future__ import annotations

import discord
import structlog

from bot.domain.errors import DarkroomError
from bot.services.ports.speaking import Place
from cogs.base.host import Host
from cogs.images._transport import FAILURES, sort_error

log = structlog.get_logger()

_Channel = discord.abc.GuildChannel | discord.abc.PrivateChannel | discord.Thread


class DiscordAgeGate:
    """See :class:`bot.services.ports.age_gate.AgeGate`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def is_age_restricted(self, place: Place) -> bool:
        """From what the gateway told; Discord is asked about what it has not told of, such as a thread that slept."""
        known = self._known(place)
        if known is not None:
            return known
        try:
            return await self.is_age_restricted_now(place)
        except DarkroomError as error:
            log.info("age_gate_unknown", channel_id=place.channel_id, error=type(error).__name__)
            return False

    async def is_age_restricted_now(self, place: Place) -> bool:
        """What the gateway told may be old by now: after a broken connection, a minute and more."""
        channel = await self._fetch(place.channel_id)
        if isinstance(channel, discord.Thread):
            channel = await self._fetch(channel.parent_id)
        return _is_restricted(channel, place.guild_id)

    def _known(self, place: Place) -> bool | None:
        guild = self._host.get_guild(place.guild_id)
        channel = None if guild is None else guild.get_channel_or_thread(place.channel_id)
        if guild is None or (channel is None and place.parent_id is None):
            return None
        if channel is None or isinstance(channel, discord.Thread):
            parent_id = place.parent_id if channel is None else channel.parent_id
            channel = guild.get_channel(parent_id or 0)
        return None if channel is None else _is_restricted(channel, place.guild_id)

    async def _fetch(self, channel_id: int) -> _Channel | None:
        """A channel as Discord has it; None where it is gone or not ours to see.

        Raises:
            DeliveryDelayedError: Discord is failing, or can't be reached.
        """
        try:
            return await self._host.fetch_channel(channel_id)
        except discord.InvalidData:
            return None  # of a kind that this version does not know
        except FAILURES as error:
            sort_error(error, None)
            return None


def _is_restricted(channel: _Channel | None, guild_id: int) -> bool:
    """Whatever can't be age-restricted is not."""
    if not isinstance(
        channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel
    ):
        return False
    return channel.guild.id == guild_id and channel.is_nsfw()
