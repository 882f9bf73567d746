"""What is logged in the course of an interaction names it, whoever logs it."""

from __future__ import annotations

from typing import Any

import discord
from structlog.contextvars import bind_contextvars


def follow(interaction: discord.Interaction[Any]) -> None:
    """From here on, in this task and in those that it begins, every line carries the interaction's number.

    Call where discord.py hands an interaction over: each has a task of its own, with which this ends. The number is
    Discord's for this one press; it says nothing about who pressed.
    """
    bind_contextvars(interaction_id=interaction.id)
