"""Deciding on a case: the buttons of its card, and the form for a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.domain.errors import ModeratorsOnlyError, NotFoundError
from bot.domain.reporting import MAX_WORDS, Decision
from bot.services.ports.review import CaseFile
from cogs.base.answers import ack, fill
from cogs.base.components import DurableButton
from cogs.base.host import Host, require_guild, services_of
from cogs.base.modals import DurableModal
from cogs.reports import _messages as messages

_Interaction = discord.Interaction[Host]

_NOTE = "note"
_STYLES = {
    Decision.REFUND: discord.ButtonStyle.success,
    Decision.REJECT: discord.ButtonStyle.secondary,
    Decision.REMOVE: discord.ButtonStyle.danger,
    Decision.REFUND_REMOVE: discord.ButtonStyle.danger,
}


class DecideButton(DurableButton, action="report-decide", fields=("case_id", "decision")):
    """One of the four ways to end a case. Asks for a note, then decides."""

    @classmethod
    def of(cls, file: CaseFile, decision: Decision) -> DecideButton:
        """The one for this decision, with what it costs on it."""
        button = cls(case_id=file.case.case_id, decision=decision.value)
        button.item.label = messages.decision_label(decision, file.image.share)
        button.item.style = _STYLES[decision]
        return button

    async def press(self, interaction: _Interaction) -> None:
        """Open the form, after one local read: nobody writes a note for what is decided already."""
        guild_id = require_moderator(interaction)
        decision = decision_of(self.values["decision"])
        file = await services_of(interaction).reports.check_decidable(
            self.values["case_id"], guild_id, interaction.user.id, decision
        )
        await interaction.response.send_modal(NoteForm(file, decision))


class NoteForm(DurableModal, action="report-note", fields=("case_id", "decision")):
    """A note for a decision, which may stay empty. Submitting it is the decision."""

    def __init__(self, file: CaseFile, decision: Decision) -> None:
        super().__init__(
            title=messages.form_title(decision, file.image.share),
            case_id=file.case.case_id,
            decision=decision.value,
        )
        note: ui.TextInput[Any] = ui.TextInput(
            custom_id=_NOTE, style=discord.TextStyle.paragraph, required=False, max_length=MAX_WORDS
        )
        self.add_item(
            ui.Label(text="Note (optional)", description=messages.note_description(decision), component=note)
        )

    @classmethod
    async def submitted(
        cls, interaction: _Interaction, values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Decide, if nobody was quicker; everything is checked again."""
        guild_id = require_moderator(interaction)
        decision = decision_of(values["decision"])
        await ack(interaction)
        decided = await services_of(interaction).reports.decide(
            values["case_id"], guild_id, interaction.user.id, decision, str(answers.get(_NOTE) or "")
        )
        await fill(interaction, messages.decided_text(decided))


def require_moderator(interaction: _Interaction) -> int:
    """The guild in which a moderator acts.

    Raises:
        NoPrivateMessage: this is a direct message.
        ModeratorsOnlyError: they lack *Time out members*.
    """
    guild_id = require_guild(interaction)
    if not interaction.permissions.moderate_members:
        raise ModeratorsOnlyError
    return guild_id


def decision_of(text: str) -> Decision:
    """The decision that a custom id names.

    Raises:
        NotFoundError: there is none such; it was forged.
    """
    try:
        return Decision(text)
    except ValueError as error:
        raise NotFoundError from error
