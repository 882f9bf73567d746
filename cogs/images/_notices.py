"""What could not be said when it happened is said when its member comes next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord import ui

from bot.services.monthly import MONTHLY, role_grant_of
from bot.services.ports.storage import Notice
from bot.services.purchases import PURCHASED, receipt_of
from bot.services.report_work import VERDICT, outcome_of
from bot.services.requests import delivering
from cogs.base.answers import say, text_view
from cogs.base.candidates import CANDIDATES_WAIT
from cogs.base.host import Host, services_of
from cogs.base.reporting import verdict_text
from cogs.images import _messages
from cogs.images._picture_components import DownloadButton
from cogs.images._transport import FAILURES
from cogs.purchases import receipt_text

log = structlog.get_logger()

WAITS = "A picture of yours **could not be posted** and waits here:"
WAITS_FOR_ANSWER_S = (0.5, 1.0, 2.0, 4.0)
"""How often and how long an answer that is still "thinking…" is waited for; then the member's next visit is."""


async def tell_notices(interaction: discord.Interaction[Host]) -> None:
    """Hand over what waits for this member. Call when the interaction was answered."""
    preferences = services_of(interaction).preferences
    notices = await preferences.take_notices(interaction.user.id)
    untold: Sequence[Notice] = notices
    try:
        if notices and await _is_thinking(interaction):
            return
        for index, notice in enumerate(notices):
            words = _words(notice)
            if words is not None:
                await say(interaction, words)
            untold = notices[index + 1 :]
    except FAILURES as error:
        log.info("notices_not_told", count=len(untold), error=type(error).__name__)
    finally:
        if untold:
            await preferences.keep_notices(untold)


def _words(notice: Notice) -> str | ui.LayoutView | None:
    """What a notice says."""
    if notice.kind == delivering.CANDIDATES_WAIT:
        return CANDIDATES_WAIT
    if notice.kind == delivering.MATURE_WAITS:
        return _messages.HIDDEN_WAITS
    if notice.kind == PURCHASED:
        return receipt_text(receipt_of(notice))
    if notice.kind == MONTHLY:
        grant = role_grant_of(notice)
        return f"**+{grant.moments:,} moments** for your role <@&{grant.role_id}> this month."
    if notice.kind == VERDICT:
        return verdict_text(outcome_of(notice))
    return None if notice.image_id is None else waiting_view(notice.image_id)


async def _is_thinking(interaction: discord.Interaction[Host]) -> bool:
    """Whether a "thinking…" is still there after some seconds: what is said then would fill it, for all to see."""
    try:
        answer: discord.Message = await interaction.original_response()
        for delay_s in WAITS_FOR_ANSWER_S:
            if not answer.flags.loading:
                return False
            await asyncio.sleep(delay_s)
            answer = await interaction.followup.fetch_message(answer.id)
    except discord.NotFound:
        return False
    return answer.flags.loading


def waiting_view(image_id: str, text: str = WAITS) -> ui.LayoutView:
    """A picture that could not be posted, to be downloaded."""
    return text_view(text, ui.ActionRow[Any](DownloadButton(image_id=image_id)))
