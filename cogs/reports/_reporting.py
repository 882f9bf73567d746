"""Reporting a picture: the button, the entry in a message's menu, and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.errors import InvalidInputError, NotFoundError
from bot.domain.reporting import MAX_WORDS, ReportReason
from cogs.base.answers import ack, fill, say
from cogs.base.host import Host, require_guild, services_of
from cogs.base.modals import DurableModal
from cogs.reports import _messages as messages

_Interaction = discord.Interaction[Host]

_REASON, _WORDS, _WHICH = "reason", "words", "which"


class ReportForm(DurableModal, action="report-form", fields=("image_id",)):
    """What is wrong. ``image_id`` is empty where the form itself asks which picture is meant."""

    def __init__(self, *choices: tuple[str, str]) -> None:
        """``choices`` are (image id, what it is called); one of them needs no name."""
        is_one = len(choices) == 1
        super().__init__(title="Report this picture", image_id=choices[0][0] if is_one else "")
        if not is_one:
            options = [discord.SelectOption(label=name, value=image_id) for image_id, name in choices]
            which: ui.Select[Any] = ui.Select(custom_id=_WHICH, options=options, required=True)
            self.add_item(ui.Label(text="Which picture", component=which))
        reasons = [
            discord.SelectOption(
                label=messages.REASONS[reason], description=messages.REASON_NOTES[reason], value=reason.value
            )
            for reason in ReportReason
        ]
        reason_box: ui.Select[Any] = ui.Select(custom_id=_REASON, options=reasons, required=True)
        self.add_item(ui.Label(text="What went wrong?", component=reason_box))
        words: ui.TextInput[Any] = ui.TextInput(
            custom_id=_WORDS, style=discord.TextStyle.paragraph, required=False, max_length=MAX_WORDS
        )
        note = "Only the moderators of this server read it."
        self.add_item(ui.Label(text="In your words (optional)", description=note, component=words))

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Make the report; everything is checked again."""
        await ack(interaction)
        image_id = values["image_id"] or _first(answers.get(_WHICH))
        filed = await services_of(interaction).reports.report(
            image_id,
            interaction.guild_id,
            interaction.user.id,
            _reason(_first(answers.get(_REASON))),
            str(answers.get(_WORDS) or ""),
        )
        await fill(interaction, messages.filed_text(filed))


async def report_pressed(interaction: _Interaction, image_id: str) -> None:
    """Open the form, after one local read: nobody fills it in for nothing."""
    await services_of(interaction).reports.check_reportable(
        image_id, interaction.guild_id, interaction.user.id
    )
    await interaction.response.send_modal(ReportForm((image_id, "")))


async def report_message(interaction: _Interaction, message: discord.Message) -> None:
    """Open the form for the pictures of a message, after one local read."""
    try:
        images = await services_of(interaction).reports.reportable_in(
            require_guild(interaction), message.channel.id, message.id, interaction.user.id
        )
    except NotFoundError:
        await say(interaction, messages.NO_PICTURE_THERE)
        return
    choices = [(image.image_id, f"Picture {image.position + 1}") for image in images]
    await interaction.response.send_modal(ReportForm(*choices))


def _first(chosen: Sequence[str] | None) -> str:
    return str(chosen[0]) if chosen else ""


def _reason(text: str) -> ReportReason:
    try:
        return ReportReason(text)
    except ValueError as error:
        raise InvalidInputError("What went wrong", "one of those offered") from error
