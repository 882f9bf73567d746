"""The page of ``/settings`` about companions who answer: a channel is chosen, then when they do there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.errors import InvalidInputError
from bot.domain.talking import USUAL, TalkWhen
from bot.services.guilds import GuildOverview
from cogs.base.components import DurableChannelSelect, DurableSelect
from cogs.base.custom_ids import ID_DIGITS, number_in
from cogs.base.host import Host, services_of
from cogs.setup._components import ROWS, OwnerItem, channel_of, find_channel
from cogs.setup._messages import Step
from cogs.setup._talk_messages import ABOUT_WHEN, WHEN

_Interaction = discord.Interaction[Host]
_CHOSEN = "talk_channel_id"
"""Among the interaction's extras: the channel that was chosen with this press."""


class TalkChannelSelect(OwnerItem, DurableChannelSelect, action="setup-talk-in", fields=("frame",)):
    """The channel for which something is to be chosen."""

    channel_types = (
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.forum,
        discord.ChannelType.voice,
    )
    placeholder = "Choose a channel"

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Show the page for it."""
        del guild_id
        self.values["step"] = Step.TALK
        for channel_id in self.chosen_ids:
            interaction.extras[_CHOSEN] = channel_of(interaction, channel_id).id


class TalkSelect(OwnerItem, DurableSelect, action="setup-talk", fields=("channel", "frame")):
    """When companions answer in a channel."""

    async def press_as_manager(self, interaction: _Interaction, guild_id: int) -> None:
        """Choose it; a channel of another guild can only be forged."""
        self.values["step"] = Step.TALK
        channel = channel_of(interaction, number_in(self.values["channel"], ID_DIGITS))
        interaction.extras[_CHOSEN] = channel.id
        chosen = self.chosen[0]
        if chosen not in set(TalkWhen):
            raise InvalidInputError("When companions answer", "one of those offered")  # a forged select
        talk = services_of(interaction).conversations.talk
        await talk.choose(guild_id, interaction.user.id, channel.id, TalkWhen(chosen))


def _rows(interaction: _Interaction, overview: GuildOverview, frame: str) -> Sequence[Sequence[ui.Item[Any]]]:
    channel = find_channel(interaction, interaction.extras.get(_CHOSEN) or _here(interaction))
    if channel is None:
        return ((TalkChannelSelect(frame=frame),),)
    now = overview.talk.get(channel.id, USUAL)
    options = [
        discord.SelectOption(
            label=WHEN[when].capitalize(), value=when, description=ABOUT_WHEN[when], default=when is now
        )
        for when in TalkWhen
    ]
    select = TalkSelect(
        options, placeholder="When companions answer there", channel=str(channel.id), frame=frame
    )
    return ((TalkChannelSelect([channel.id], frame=frame),), (select,))


def _here(interaction: _Interaction) -> int:
    """The channel where it was asked; of a thread, its channel."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id or 0


ROWS[Step.TALK] = _rows
ITEMS = (TalkChannelSelect, TalkSelect)
