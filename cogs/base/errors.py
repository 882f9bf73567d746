"""The one table that turns errors into words, and the boundary that uses it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.domain import errors
from cogs.base.answers import LostInteractionError, say

log = structlog.get_logger()

ErrorT = TypeVar("ErrorT", bound=errors.DarkroomError)

_NOT_MADE = "The picture **could not be made**. Nothing was charged. Try again."

_WORDS: dict[type[errors.DarkroomError], Callable[[Any], str]] = {}


def _words(kind: type[ErrorT]) -> Callable[[Callable[[ErrorT], str]], Callable[[ErrorT], str]]:
    def keep(render: Callable[[ErrorT], str]) -> Callable[[ErrorT], str]:
        _WORDS[kind] = render
        return render

    return keep


def words_for(error: errors.DarkroomError) -> str | None:
    """What a person reads about an error; None where the error is ours to mend, not theirs to know."""
    for kind in type(error).__mro__:
        if kind in _WORDS:
            return _WORDS[kind](error)
    return None


@_words(errors.NotEnoughMomentsError)
def _(error: errors.NotEnoughMomentsError) -> str:
    if error.owed:
        return (
            f"**{error.owed} moments are owed** for a purchase that was taken back, so nothing new can be made yet. "
            "Your next purchase settles it."
        )
    return (
        f"This costs **{error.needed} moments** and you have **{error.available}**. Nothing was charged. "
        "Get some with `/moments daily`, as a gift from a friend, or ask a moderator for a grant."
    )


@_words(errors.DuplicateRequestError)
def _(_error: errors.DuplicateRequestError) -> str:
    return "That picture is **already on its way**. You are charged once."


@_words(errors.TooManyRequestsError)
def _(error: errors.TooManyRequestsError) -> str:
    return (
        f"You have **{error.open_count} pictures on the way**, and {error.limit} is the most at once. "
        "Wait for one, or cancel one."
    )


@_words(errors.NoCastError)
def _(_error: errors.NoCastError) -> str:
    return (
        "**No companions are here** to be pictured. Nothing was charged. "
        "Bring one in with `/companion invite`, then try again."
    )


@_words(errors.ContextUnreadableError)
def _(_error: errors.ContextUnreadableError) -> str:
    return (
        "I **can't read the messages** here: the *message content* intent is off. Nothing was charged. "
        "Use **Picture this** on a message, or say what to picture with `/image instant hint:`."
    )


@_words(errors.MissingPermissionError)
def _(error: errors.MissingPermissionError) -> str:
    return (
        f"I am **missing the permission “{error.permission}”** in <#{error.channel_id}>. Nothing was charged. "
        "Ask somebody who manages the server to allow it."
    )


@_words(errors.NotYoursError)
def _(_error: errors.NotYoursError) -> str:
    return "Only the member who asked for this (or a moderator) can do that."


@_words(errors.NotFoundError)
def _(_error: errors.NotFoundError) -> str:
    return "That is **not there any more**. Nothing was charged."


@_words(errors.UnknownCompanionError)
def _(error: errors.UnknownCompanionError) -> str:
    name = discord.utils.escape_markdown(error.name)[:60]
    return f"Nobody here is called **{name}**. Pick one from the list, or bring them in with `/companion invite`."


@_words(errors.NameTakenError)
def _(error: errors.NameTakenError) -> str:
    return (
        f"Another companion here already answers to **{discord.utils.escape_markdown(error.name)}**. "
        "Choose another name."
    )


@_words(errors.InvalidInputError)
def _(error: errors.InvalidInputError) -> str:
    return f"**{error.field}** needs to be {error.limit}. Nothing was changed; try again with that."


@_words(errors.AlreadyStartedError)
def _(_error: errors.AlreadyStartedError) -> str:
    return "The picture is **already being made**, so its cast can't change. You can cancel it instead."


@_words(errors.AlreadySettledError)
def _(_error: errors.AlreadySettledError) -> str:
    return "That request has **already ended**; there is nothing left to change."


@_words(errors.GrantCapError)
def _(error: errors.GrantCapError) -> str:
    return f"That is over the limit of **{error.cap} moments**; **{error.left}** are still possible today."


@_words(errors.SelfTransferError)
def _(_error: errors.SelfTransferError) -> str:
    return "Moments can't be given to yourself or to a bot. Choose another member."


@_words(errors.AlreadyClaimedError)
def _(error: errors.AlreadyClaimedError) -> str:
    return f"Today's moments are **already yours**. The next ones come <t:{int(error.next_at_s)}:R>."


@_words(errors.UnsafeRequestError)
def _(_error: errors.UnsafeRequestError) -> str:
    return "That **can't be pictured here**. Nothing was charged. Try another moment or other words."


@_words(errors.BackendRefusedError)
def _(_error: errors.BackendRefusedError) -> str:
    return "The picture service **declined this one**. Nothing was charged. Try other words."


@_words(errors.BackendUnavailableError)
def _(_error: errors.BackendUnavailableError) -> str:
    return (
        "The picture service **is not reachable** right now. Nothing was charged. Try again in a few minutes."
    )


@_words(errors.BackendFailedError)
def _(_error: errors.BackendFailedError) -> str:
    return _NOT_MADE


@_words(errors.BadPictureError)
def _(_error: errors.BadPictureError) -> str:
    return _NOT_MADE


@_words(errors.BackendCannotError)
def _(_error: errors.BackendCannotError) -> str:
    return "No picture service here **can make that**. Nothing was charged. Try another size or shape."


@_words(errors.DeadlineError)
def _(_error: errors.DeadlineError) -> str:
    return "This **took too long** and was stopped. Nothing was charged. Try again in a few minutes."


@_words(errors.NotConfirmedError)
def _(_error: errors.NotConfirmedError) -> str:
    return "Nobody agreed to the price in time. Nothing was charged. Press again when you like."


@_words(errors.CancelledByMemberError)
def _(_error: errors.CancelledByMemberError) -> str:
    return "**Cancelled.** Nothing was charged."


@_words(errors.InternalError)
def _(_error: errors.InternalError) -> str:
    return "Something went wrong on our side. Nothing was charged. Please try again."


@_words(errors.PictureMissingError)
def _(_error: errors.PictureMissingError) -> str:
    return "That picture's file **is gone**, so it can't be shown any more."


def _permission_words(error: app_commands.AppCommandError) -> str | None:
    if isinstance(error, app_commands.MissingPermissions):
        names = ", ".join(name.replace("_", " ").title() for name in error.missing_permissions)
        return f"You need the permission **{names}** for this command."
    if isinstance(error, app_commands.NoPrivateMessage):
        return "This works **in a server**, not in direct messages."
    if isinstance(error, app_commands.TransformerError):
        return f"“{discord.utils.escape_markdown(str(error.value))[:80]}” is not possible here. Pick one from the list."
    return None


async def answer_error(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person what went wrong and what to do; log what is ours to mend, with an id that they see."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original  # what the command raised
    if isinstance(error, LostInteractionError):
        log.info("interaction_lost", interaction_id=interaction.id)
        return
    text: str | None = None
    if isinstance(error, errors.DarkroomError):
        text = words_for(error)
    elif isinstance(error, app_commands.AppCommandError):
        text = _permission_words(error)
    if text is None:
        error_id = secrets.token_hex(4)
        log.error("unexpected_error", error_id=error_id, interaction_id=interaction.id, exc_info=error)
        text = (
            f"Something went wrong on our side (error `{error_id}`). Nothing was charged. Please try again."
        )
    try:
        await say(interaction, text)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        code = getattr(failure, "code", None)
        log.info("error_not_told", interaction_id=interaction.id, error=type(failure).__name__, code=code)
