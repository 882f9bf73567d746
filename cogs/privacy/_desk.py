"""Where one member waits for their data: the answer to their press."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import discord
from discord import ui

from bot.domain.errors import UploadTooLargeError
from bot.services.ports.privacy import ExportProgress, PartHead
from bot.services.privacy.exporting import ExportEnd, ExportOutcome
from cogs.base.answers import NO_PINGS, ack, fill, text_view
from cogs.base.components import DurableButton
from cogs.base.custom_ids import number_in
from cogs.base.host import Host, services_of
from cogs.images._transport import FAILURES, is_too_large
from cogs.privacy import _messages as messages

TOKEN_LIFETIME_MS = 14 * 60 * 1000
"""A minute less than Discord promises."""
SHOW_EVERY_S = 3.0
"""Discord takes five edits in five seconds, and a member no more than one in three."""


class CancelExportButton(DurableButton, action="privacy-cancel"):
    """Stops one's own export."""

    label = "Cancel"

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Stop it at the next picture."""
        is_stopping = services_of(interaction).privacy.exports.cancel(interaction.user.id)
        text = messages.CANCELLING if is_stopping else messages.NOTHING_UNDER_WAY
        await interaction.response.edit_message(view=text_view(text), allowed_mentions=NO_PINGS)


class ExportRestButton(DurableButton, action="privacy-rest", fields=("rest", "handed")):
    """The parts that were not handed over yet."""

    label = "Get the rest"
    style = discord.ButtonStyle.primary

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Go on where it ended."""
        await ack(interaction)
        handed = number_in(self.values["handed"])
        await hand_over(interaction, cursor=self.values["rest"], handed=handed)


def token_until_ms() -> int:
    """Until when an interaction that has just come can be answered, by our clock: Discord's may differ."""
    return int(time.time() * 1000) + TOKEN_LIFETIME_MS


ITEMS = (CancelExportButton, ExportRestButton)


class InteractionDesk:
    """See :class:`bot.services.ports.privacy.ExportDesk`. Its answer is acknowledged and private."""

    def __init__(self, interaction: discord.Interaction[Host]) -> None:
        self._interaction = interaction
        self._until_ms = token_until_ms()
        self._shown_at_s = asyncio.get_running_loop().time()

    @property
    def limit_bytes(self) -> int:
        """What Discord takes here."""
        return self._interaction.filesize_limit

    @property
    def until_ms(self) -> int:
        """When the interaction's token dies."""
        return self._until_ms

    async def show(self, progress: ExportProgress) -> None:
        """Edit the answer, not too often."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._shown_at_s < SHOW_EVERY_S:
            return
        self._shown_at_s = now_s
        try:
            await fill(self._interaction, under_way_view(messages.progress_text(progress)))
        except FAILURES:
            return  # the next one shows more anyway

    async def hand_over(self, path: Path, head: PartHead) -> None:
        """Follow up with the file, for the member alone."""
        file = discord.File(path)
        view = text_view(messages.part_text(head.number, head.count), ui.File(file))
        try:
            await self._interaction.followup.send(
                view=view, file=file, ephemeral=True, allowed_mentions=NO_PINGS
            )
        except discord.HTTPException as error:
            if is_too_large(error):
                raise UploadTooLargeError(self.limit_bytes) from error
            raise


def under_way_view(text: str) -> ui.LayoutView:
    """An export under way."""
    return text_view(text, ui.ActionRow[Any](CancelExportButton()))


async def hand_over(interaction: discord.Interaction[Host], *, cursor: str = "", handed: int = 0) -> None:
    """Fill an acknowledged answer with a member's data, as far as there is time."""
    await fill(interaction, under_way_view(messages.EXPORT_BEGUN))
    exports = services_of(interaction).privacy.exports
    try:
        outcome = await exports.run(
            interaction.user.id, InteractionDesk(interaction), cursor=cursor, handed=handed
        )
    except Exception:
        await fill(interaction, messages.EXPORT_STOPPED)
        raise
    await fill(interaction, _outcome_view(outcome))


def _outcome_view(outcome: ExportOutcome) -> ui.LayoutView:
    text = messages.outcome_text(outcome)
    if outcome.end is ExportEnd.DONE:
        return text_view(text)
    rest = ExportRestButton(rest=outcome.cursor, handed=str(outcome.handed))
    return text_view(text, ui.ActionRow[Any](rest))
