"""What the bot lacks in the channels that matter, as Discord says now."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.services.guilds import GuildOverview
from cogs.base.host import Host, services_of
from cogs.base.permissions import TO_PICTURE, TO_REPORT, missing_in
from cogs.setup._messages import ChannelState, PermissionReport
from cogs.setup._talk_messages import hindrances


def report_on(interaction: discord.Interaction[Host], overview: GuildOverview) -> PermissionReport:
    """Look at every channel where pictures are made (where none is chosen, at this one), and at the mod channel."""
    guild, settings, limits = interaction.guild, overview.settings, overview.limits
    chosen = settings.channel_ids or _here(interaction)
    mod = None if guild is None else guild.get_channel(settings.mod_channel_id or 0)
    return PermissionReport(
        channels=tuple(_state(guild, channel_id, TO_PICTURE) for channel_id in chosen),
        mod=None if settings.mod_channel_id is None else _state(guild, settings.mod_channel_id, TO_REPORT),
        everywhere=not settings.channel_ids,
        mod_is_public=mod is not None and mod.permissions_for(mod.guild.default_role).view_channel,
        mod_is_open=settings.allow_mature
        and limits.allow_mature
        and isinstance(mod, discord.TextChannel)
        and not mod.is_nsfw(),
        reads_messages=interaction.client.can_read_messages(),
        hindered=hindrances(services_of(interaction).conversations.troubles(interaction.guild_id or 0)),
    )


def _here(interaction: discord.Interaction[Host]) -> Sequence[int]:
    """The channel where it was asked; of a thread, its channel."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return (channel.parent_id,)
    return () if interaction.channel_id is None else (interaction.channel_id,)


def _state(guild: discord.Guild | None, channel_id: int, needed: Sequence[str]) -> ChannelState:
    channel = None if guild is None else guild.get_channel(channel_id)
    if channel is None:
        return ChannelState(channel_id, is_gone=True)
    return ChannelState(channel_id, missing_in(channel, needed))
