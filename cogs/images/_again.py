"""The buttons that make a picture, or a batch, once more."""

from __future__ import annotations

import discord

from bot.domain.request import RequestKind, RequestOptions
from bot.services.requests.desk import Press
from cogs.base.components import DurableButton
from cogs.base.host import Host, services_of
from cogs.images._press import begin, parent_of


class AgainButton(DurableButton, action="again", fields=("image_id",)):
    """The same picture once more, with a new seed. The presser pays."""

    label = "Again"
    emoji = "🔁"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Begin a request of its own."""
        await _again(interaction, self.values["image_id"], f"again:{self.values['image_id']}")


class AgainBatchButton(DurableButton, action="again-batch", fields=("image_id",)):
    """The same batch once more, with new seeds. The presser pays for all of it."""

    label = "All again"
    emoji = "🔁"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Begin a request of its own."""
        image_id = self.values["image_id"]
        await _again(interaction, image_id, f"again-batch:{image_id}", is_whole_batch=True)


async def _again(
    interaction: discord.Interaction[Host], image_id: str, trigger_key: str, *, is_whole_batch: bool = False
) -> None:
    desk = services_of(interaction).requests

    async def start(press: Press) -> str:
        return await desk.again(press, image_id, is_whole_batch=is_whole_batch)

    options = RequestOptions(parent_channel_id=parent_of(interaction))
    await begin(interaction, RequestKind.INSTANT, trigger_key, options, start=start)
