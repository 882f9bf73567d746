"""The 📸 button, which several features put under their messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import discord

from cogs.base.components import DurableButton
from cogs.base.host import Host

Press = Callable[[discord.Interaction[Host]], Awaitable[None]]


class InstantButton(DurableButton, action="instant"):
    """📸: a picture of the conversation up to the message that it hangs on. The presser pays.

    ``cogs.images`` says what a press does (``on_press``); the button itself only knows its shape,
    so that any feature can put one under a message.
    """

    label = "Instant"
    emoji = "📸"
    on_press: ClassVar[Press]

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Make the picture."""
        await type(self).on_press(interaction)
