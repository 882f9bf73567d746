"""The **Report** button, which several features put under pictures, and what people are told of a verdict."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import discord

from bot.domain.reporting import Decision
from bot.services.ports.review import Outcome
from cogs.base.components import DurableButton
from cogs.base.host import Host
from cogs.base.plain import plain

Press = Callable[[discord.Interaction[Host], str], Awaitable[None]]


class ReportButton(DurableButton, action="report", fields=("image_id",)):
    """Tells the moderators that something is wrong with a picture.

    ``cogs.reports`` says what a press does (``on_press``, with the picture's id); the button itself only
    knows its shape.
    """

    label = "Report"
    emoji = "🚩"
    on_press: ClassVar[Press]

    async def press(self, interaction: discord.Interaction[Host]) -> None:
        """Ask what is wrong."""
        await type(self).on_press(interaction, self.values["image_id"])


def verdict_text(outcome: Outcome) -> str:
    """What a member reads about a decision, in a direct message or when they come next."""
    whose = "your picture" if outcome.is_requester else "the picture"
    *others, last = [f"**{plain(name)}**" for name in outcome.cast_names] or [""]
    names = f"{', '.join(others)} and {last}" if others else last
    of_whom = f" of {names}" if names else ""
    where = f" on **{plain(outcome.guild_name)}**" if outcome.guild_name else ""
    about = f"{whose}{of_whom}{where}"
    thanks = "Thank you for your report. " if outcome.is_reporter else ""
    lines = [f"🚩 {thanks}{_what_happened(outcome, about)}"]
    if outcome.note:
        lines.append(f"The moderators' note:\n> {plain(outcome.note)}")
    return "\n".join(lines)


def _what_happened(outcome: Outcome, about: str) -> str:
    decision = outcome.decision
    if decision is Decision.REJECT:
        return f"The moderators looked at {about} and **left it as it is**."
    back = f"**{outcome.refunded:,} moment{'' if outcome.refunded == 1 else 's'}** are back in your balance"
    if outcome.refunded == 1:
        back = back.replace(" are ", " is ")
    if decision is Decision.REFUND:
        if outcome.is_requester:
            return f"The moderators **refunded** {about}: {back}."
        return f"The moderators agreed: {about} was **refunded** to the member who asked for it."
    if not outcome.is_requester:
        return f"The moderators agreed: {about} was **removed**."
    ending = f" {back[0].upper()}{back[1:]}." if decision.refunds else ""
    return f"The moderators **removed** {about}.{ending}"
