"""Editing a picture: the button, the entry in a message's menu, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.errors import NotFoundError
from bot.domain.request import Image, RequestKind, RequestOptions
from bot.domain.studio import EDIT_PROMPT
from cogs.base.answers import say
from cogs.base.components import DurableButton
from cogs.base.host import Host, services_of
from cogs.base.modals import DurableModal
from cogs.base.plain import as_typed
from cogs.images import _messages
from cogs.images._press import begin, parent_of, place_of

_WORDS, _WHICH = "words", "which"


class EditForm(DurableModal, action="edit-form", fields=("image_id",)):
    """What is to change. ``image_id`` is empty where the form itself asks which picture is meant."""

    def __init__(self, images: Sequence[Image], price: int) -> None:
        is_one = len(images) == 1
        super().__init__(title="Edit this picture", image_id=images[0].image_id if is_one else "")
        if not is_one:
            which: ui.Select[Any] = ui.Select(
                custom_id=_WHICH, options=_messages.picture_options(images), required=True
            )
            self.add_item(ui.Label(text="Which picture", component=which))
        words: ui.TextInput[Any] = ui.TextInput(
            custom_id=_WORDS,
            style=discord.TextStyle.paragraph,
            placeholder="same setting, change dress to red, evening lighting",
            max_length=EDIT_PROMPT,
        )
        note = _messages.edit_note(price)
        self.add_item(ui.Label(text="What should change?", description=note, component=words))

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Ask for the edit; everything is checked again."""
        chosen = answers.get(_WHICH) or [""]
        image_id = values["image_id"] or str(chosen[0])
        options = RequestOptions(
            prompt=as_typed(str(answers.get(_WORDS) or "")),
            edit_of_image_id=image_id,
            parent_channel_id=parent_of(interaction),
        )
        await begin(interaction, RequestKind.EDIT, f"edit:{values['opening']}", options)


class EditButton(DurableButton, action="edit", fields=("image_id",)):
    """A new picture that is this one with a change. The presser pays."""

    label = "Edit"
    emoji = "🪄"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Open the form, after one local read: nobody fills it in for a picture that can't be edited."""
        services = services_of(interaction)
        image = await services.requests.check_editable(self.values["image_id"], place_of(interaction))
        await interaction.response.send_modal(EditForm([image], services.prices.edit))


async def edit_message(interaction: discord.Interaction[Host], message: discord.Message) -> None:
    """Open the form for the pictures of a message, after one local read."""
    services = services_of(interaction)
    try:
        images = await services.requests.editable_in(place_of(interaction), message.id)
    except NotFoundError:
        await say(interaction, _messages.NO_PICTURE_THERE)
        return
    await interaction.response.send_modal(EditForm(images, services.prices.edit))
