"""Where an interaction begins to be worked on."""

from __future__ import annotations

import discord
from structlog.contextvars import bind_contextvars

from cogs.base.host import Host


def begins(interaction: discord.Interaction[Host]) -> bool:
    """Call where discord.py hands an interaction over; False: leave it, nobody can be told any more.

    From here on, in this task and in those that it begins, every line that is logged carries the interaction's
    number, whoever logs it. Each interaction has a task of its own, with which this ends. The number is Discord's for
    this one press; it says nothing about who pressed.
    """
    bind_contextvars(interaction_id=interaction.id)
    return interaction.client.is_in_time(interaction)
