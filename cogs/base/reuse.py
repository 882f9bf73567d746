"""The **Reuse prompt** button, which several features put under pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import discord

from cogs.base.components import DurableButton
from cogs.base.host import Host

Press = Callable[[discord.Interaction[Host], str], Awaitable[None]]


class ReuseButton(DurableButton, action="reuse", fields=("image_id",)):
    """Fills the presser's studio with the prompt, companions and options of a picture.

    ``cogs.studio`` says what a press does (``on_press``, with the picture's id); the button itself only
    knows its shape.
    """

    label = "Reuse prompt"
    emoji = "✏️"
    on_press: ClassVar[Press]

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Open the studio with it."""
        await type(self).on_press(interaction, self.values["image_id"])
