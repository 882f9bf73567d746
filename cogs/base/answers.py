"""The one way to answer a person."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import aiohttp
import discord
import structlog
from discord import ui

log = structlog.get_logger()

NO_PINGS = discord.AllowedMentions.none()
ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_MESSAGE = 10008
TAKEN_BACK = "📸 …"
"""What stands for a moment where a public "thinking…" is about to be taken back."""


class LostInteractionError(Exception):
    """Discord no longer takes an answer: too late, or another process answered. There is nothing to do."""


def text_view(text: str, *rows: ui.Item[Any]) -> ui.LayoutView:
    """A message of text with optional rows of components under it."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(text))
    for row in rows:
        view.add_item(row)
    return view


def row_of(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Components side by side."""
    row: ui.ActionRow[Any] = ui.ActionRow()
    for item in items:
        row.add_item(item)
    return row


class AlreadyAnsweredError(LostInteractionError):
    """Somebody answered this interaction before: perhaps ourselves, in an attempt whose answer was lost."""


class TooLateError(LostInteractionError):
    """Discord refused the first answer: its time was over."""


async def ack(interaction: discord.Interaction[Any], *, private: bool = True) -> int | None:
    """Answer within Discord's 3 s with "thinking…", before anything else is done.

    Returns the id of the message that the answer will fill, where Discord says it.

    Raises:
        TooLateError: its time was over (10062).
        LostInteractionError: Discord can't be reached.
        AlreadyAnsweredError: it was answered before (40060).
    """
    is_first = _is_first(interaction.id)
    try:
        return await _defer(interaction, private=private)
    except AlreadyAnsweredError:
        if not private or not is_first or not await _is_thinking(interaction):
            raise
        return None  # Discord took it and answered 5xx, so discord.py asked again by itself
    except (aiohttp.ClientError, OSError):
        pass  # nobody knows whether it arrived: again, at once
    try:
        return await _defer(interaction, private=private)
    except AlreadyAnsweredError:
        if not private:
            raise
        return None  # by our own first attempt
    except (aiohttp.ClientError, OSError) as error:
        raise LostInteractionError from error


_acknowledged: OrderedDict[int, None] = OrderedDict()
_REMEMBERED = 10_000


def _is_first(interaction_id: int) -> bool:
    """Whether this process acknowledges it for the first time: the gateway may deliver an interaction twice."""
    is_first = interaction_id not in _acknowledged
    _acknowledged[interaction_id] = None
    if len(_acknowledged) > _REMEMBERED:
        _acknowledged.popitem(last=False)
    return is_first


async def _is_thinking(interaction: discord.Interaction[Any]) -> bool:
    try:
        return (await interaction.original_response()).flags.loading
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        return False


async def ack_silently(interaction: discord.Interaction[Any]) -> None:
    """Answer a press within Discord's 3 s with nothing to see: what it was pressed on will change.

    For work that is the same when done twice: an interaction that was answered before is let through.

    Raises:
        TooLateError: its time was over (10062).
        LostInteractionError: Discord can't be reached.
    """
    for is_last in (False, True):
        try:
            await interaction.response.defer()
        except discord.NotFound as error:
            raise TooLateError from error
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        except (aiohttp.ClientError, OSError) as error:
            if is_last:
                raise LostInteractionError from error
            continue
        return


async def _defer(interaction: discord.Interaction[Any], *, private: bool) -> int | None:
    try:
        response = await interaction.response.defer(ephemeral=private, thinking=True)
    except discord.NotFound as error:
        raise TooLateError from error
    except discord.InteractionResponded as error:
        raise AlreadyAnsweredError from error
    except discord.HTTPException as error:
        if error.code == ALREADY_ACKNOWLEDGED:
            raise AlreadyAnsweredError from error
        raise
    return response.message_id if response is not None else None


async def say(
    interaction: discord.Interaction[Any], content: str | ui.LayoutView, *, private: bool = True
) -> None:
    """Answer, whatever was answered before: the first answer, the deferred one, or one more message."""
    view = text_view(content) if isinstance(content, str) else content
    view.stop()  # or discord.py keeps it, and a task, for a quarter of an hour: all that is clickable is durable
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(view=view, ephemeral=private, allowed_mentions=NO_PINGS)
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        else:
            return
    await interaction.followup.send(view=view, ephemeral=private, allowed_mentions=NO_PINGS)


async def fill(interaction: discord.Interaction[Any], content: str | ui.LayoutView) -> None:
    """Replace the "thinking…" of :func:`ack`; once more where the connection broke: it is the same when done twice.

    Where the "thinking…" is gone, since somebody dismissed it, it is said in a message for the presser alone.
    """
    view = text_view(content) if isinstance(content, str) else content
    view.stop()  # as above
    try:
        await _edit(interaction, view)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        await interaction.followup.send(view=view, ephemeral=True, allowed_mentions=NO_PINGS)


async def _edit(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
    try:
        await interaction.edit_original_response(view=view, allowed_mentions=NO_PINGS)
    except (aiohttp.ClientError, OSError):
        await interaction.edit_original_response(view=view, allowed_mentions=NO_PINGS)


async def say_privately_instead(interaction: discord.Interaction[Any], content: str | ui.LayoutView) -> None:
    """Take back a public "thinking…" and say this to the presser alone.

    In this order: the first follow-up after a deferral fills it and is as public as it, and where an
    unfilled deferral was deleted there may be nothing left to follow up (10008;
    https://github.com/discord/discord-api-docs/issues/2739 and 3087). So it is filled, then followed, then deleted.
    """
    try:
        await _edit(interaction, text_view(TAKEN_BACK))
    except discord.HTTPException as error:
        # It is gone, or what follows fills it: better said in public than deleted unread.
        log.info("deferral_not_filled", code=error.code)
        await say(interaction, content, private=True)
        return
    await say(interaction, content, private=True)
    try:
        await interaction.delete_original_response()
    except discord.HTTPException as error:
        log.info("deferral_not_deleted", code=error.code)
