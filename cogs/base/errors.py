"""The one table that turns errors into words, and the boundary that uses it."""

from __future__ import annotations

import secrets
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands

from bot.domain import errors
from bot.services.ports.images import StoreUnavailableError
from cogs.base import cancel_errors, owner_errors, rating_errors, report_errors
from cogs.base.answers import ALREADY_ACKNOWLEDGED, LostInteractionError, TooLateError, say
from cogs.base.error_words import words as _words
from cogs.base.error_words import words_for
from cogs.base.permissions import NAMES
from cogs.base.plain import plain

__all__ = ["answer_error", "cancel_errors", "owner_errors", "rating_errors", "report_errors", "words_for"]
"""``…_errors`` fill their parts of the table by being imported."""

log = structlog.get_logger()

_NOT_MADE = "The picture **could not be made**. Nothing was charged. Try again."


@_words(errors.NotEnoughMomentsError)
def _(error: errors.NotEnoughMomentsError) -> str:
    if error.owed:
        return (
            f"**{error.owed} moments are owed** for a purchase that was taken back, so nothing new can be made yet. "
            "Your next purchase settles it."
        )
    if error.granted_only:
        return (
            f"This costs **{error.needed} moments**, and only granted ones pay for such a picture: you have "
            f"**{error.available}** of these. Nothing was charged. Get some with `/moments daily`."
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
    return (
        f"Nobody here is called **{_name(error.name)}**. Nothing was charged. "
        "Pick one from the list, or bring them in with `/companion invite`."
    )


@_words(errors.NameTakenError)
def _(error: errors.NameTakenError) -> str:
    return f"Another companion here already answers to **{_name(error.name)}**. Choose another name."


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
def _(error: errors.BackendCannotError) -> str:
    cannot = _CANNOT.get(error.lacks, "No picture service here **can make that**")
    works = _WORKS.get(error.lacks, "") if error.nearest not in {"", "0"} else ""
    return (
        f"{cannot.format(error.wanted)}. Nothing was charged. "
        f"{works.format(error.nearest) or _ELSE.get(error.lacks, 'Try another size or shape.')}"
    )


_CANNOT = {
    "backend": "**{}**, which makes the pictures of this server, **is not offered any more**",
    "resolution": "**{}** is not possible here",
    "aspect": "The shape **{}** is not possible here",
    "count": "**{} pictures at once** are not possible here",
    "references": "No picture service here takes the **likeness of {}** at once",
    "edit": "No picture service here **can edit**",
    "rating": "The picture services here make **general pictures only**",
    "filter": "What could make that works **in age-restricted channels only**",
}
_WORKS = {
    "resolution": "**{}** works.",
    "aspect": "**{}** works.",
    "count": "**{}** works.",
    "references": "**{}** works.",
}
_ELSE = {
    "backend": "Somebody who manages the server can choose another with `/settings`.",
    "references": "A premium picture needs none: `/image premium`.",
    "edit": "Make a new picture with `/image studio`.",
    "rating": "Try another moment or other words.",
    "filter": "Ask for it in another channel.",
}
"""By what stands in the way: that it does, the nearest that works, and what to do where nothing is near."""


@_words(errors.PresetsNeedPremiumError)
def _(_error: errors.PresetsNeedPremiumError) -> str:
    return (
        "Presets are for **premium** pictures. Nothing was charged. Use premium, or say it in your own words."
    )


@_words(errors.BatchNeedsPremiumError)
def _(error: errors.BatchNeedsPremiumError) -> str:
    return (
        f"**{error.count} pictures at once** are for premium only. Nothing was charged. "
        "Make one, or use `/image premium`."
    )


@_words(errors.ResolutionNeedsAdvancedError)
def _(_error: errors.ResolutionNeedsAdvancedError) -> str:
    return "Premium pictures are **2K**. Nothing was charged. Take 2K, or make it 4K with `/image advanced`."


@_words(errors.CastSizeError)
def _(error: errors.CastSizeError) -> str:
    if error.most == 1:
        chosen = "nobody is chosen yet" if error.count == 0 else f"{error.count} are chosen"
        way = "Choose one." if error.count == 0 else "Choose one, or use `/image group`."
        return f"This picture shows **one companion**, and {chosen}. Nothing was charged. {way}"
    chosen = {0: "nobody is chosen yet", 1: "one is chosen"}.get(error.count, f"{error.count} are chosen")
    over = error.count - error.most
    return (
        f"A group picture shows **{error.least} to {error.most} different companions**, and {chosen}. "
        f"Nothing was charged. {f'Leave {over} out.' if over > 0 else 'Add somebody, or make it a solo picture.'}"
    )


@_words(errors.NotAdvancedReadyError)
def _(error: errors.NotAdvancedReadyError) -> str:
    names = " and ".join(f"**{_name(name)}**" for name in error.names[:3])
    return (
        f"Not enabled for Advanced yet: {names}. Nothing was charged. "
        "An owner enables their companion with `/companion settings`; premium works now."
    )


@_words(errors.NotSharedError)
def _(error: errors.NotSharedError) -> str:
    return (
        f"**{_name(error.name)}** belongs to somebody who does not share them. Nothing was charged. "
        "Choose another companion, or ask their owner."
    )


@_words(errors.PromptTooLongError)
def _(error: errors.PromptTooLongError) -> str:
    over = error.length - error.limit
    return (
        f"The prompt has **{error.length:,} characters**, and {error.limit:,} is the most here. Nothing was charged. "
        f"Leave out {over:,}."
    )


@_words(errors.PromptMissingError)
def _(error: errors.PromptMissingError) -> str:
    instead = "Write a prompt, or choose a preset." if error.preset_would_do else "Write a prompt."
    return f"Nothing says **what to picture** yet. Nothing was charged. {instead}"


@_words(errors.UnknownPresetError)
def _(error: errors.UnknownPresetError) -> str:
    return f"There is no preset called **{_name(error.name)}**. Nothing was charged. Pick one from the list."


@_words(errors.PresetUnfitError)
def _(error: errors.PresetUnfitError) -> str:
    return (
        f"The preset **{_name(error.preset)}** is not made for **{_name(error.companion)}**. Nothing was charged. "
        "Choose another preset, or another companion."
    )


@_words(errors.MatureNoEditError)
def _(_error: errors.MatureNoEditError) -> str:
    return "Only **general** pictures can be edited, and this is none. Nothing was charged. Edit another one."


@_words(errors.PanelChangedError)
def _(_error: errors.PanelChangedError) -> str:
    return "Something **was changed** since this panel was shown. Nothing was charged. Press 🔄 on it and look again."


def _name(text: str) -> str:
    return plain(text, 60)


@_words(errors.DeadlineError)
def _(_error: errors.DeadlineError) -> str:
    return "This **took too long** and was stopped. Nothing was charged. Try again in a few minutes."


@_words(errors.NotConfirmedError)
def _(_error: errors.NotConfirmedError) -> str:
    return "Nobody agreed to the price in time. Nothing was charged. Press again when you like."


@_words(errors.CancelledByMemberError)
def _(error: errors.CancelledByMemberError) -> str:
    billed = (
        f" The picture service bills it all the same: it counts **{error.billed}** against today's budget."
    )
    return f"**Cancelled.** Nothing was charged.{billed if error.billed else ''}"


@_words(errors.InternalError)
def _(_error: errors.InternalError) -> str:
    return "Something went wrong on our side. Nothing was charged. Please try again."


@_words(errors.PictureMissingError)
def _(_error: errors.PictureMissingError) -> str:
    return "That picture's file **is gone**, so it can't be shown any more."


@_words(StoreUnavailableError)
def _(_error: StoreUnavailableError) -> str:
    return "The pictures **can't be reached** right now. Nothing was charged. Try again in a few minutes."


@_words(errors.BeingErasedError)
def _(_error: errors.BeingErasedError) -> str:
    return (
        "That member's data **is being deleted** right now. Nothing was charged. Try again in a few minutes."
    )


@_words(errors.NothingKeptError)
def _(_error: errors.NothingKeptError) -> str:
    return "**Nothing is kept about you**, so there is nothing to hand over or to delete."


@_words(errors.ExportUnderWayError)
def _(_error: errors.ExportUnderWayError) -> str:
    return "Your data **is being put together** already. Wait until it is here, or cancel it there."


def _permission_words(error: app_commands.AppCommandError) -> str | None:
    if isinstance(error, app_commands.MissingPermissions):
        names = ", ".join(
            NAMES.get(name, name.replace("_", " ").title()) for name in error.missing_permissions
        )
        return f"You need the permission **{names}** for this."
    if isinstance(error, app_commands.NoPrivateMessage):
        return "This works **in a server**, not in direct messages."
    if isinstance(error, app_commands.TransformerError):
        return f"“{plain(str(error.value), 80)}” is not possible here. Pick one from the list."
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "That command **has changed** meanwhile. Nothing was charged. Reload Discord and use it again."
    return None


_LOST_ON_THE_WAY = (discord.DiscordServerError, discord.NotFound, aiohttp.ClientError, ConnectionError)
"""What an answer to Discord dies of when it is well with us. Services say DeliveryDelayedError of what they send."""

_ANSWER_LOST = (
    "Discord **lost my answer**. What you asked for may be done all the same: look before you try again."
)


async def answer_error(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person what went wrong and what to do; log what is ours to mend, with an id that they see."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original  # what the command raised
    answered_before = isinstance(error, discord.HTTPException) and error.code == ALREADY_ACKNOWLEDGED
    if isinstance(error, LostInteractionError) or answered_before:
        if isinstance(error, TooLateError):
            interaction.client.was_too_late()
        log.info("interaction_lost", interaction_id=interaction.id)
        return
    if interaction.type is discord.InteractionType.autocomplete:
        log.info("autocomplete_failed", interaction_id=interaction.id, error=type(error).__name__)
        return  # which takes suggestions for an answer, and no words
    text: str | None = None
    if isinstance(error, (*_LOST_ON_THE_WAY, errors.DeliveryDelayedError)):
        log.warning("answer_lost", interaction_id=interaction.id, error=type(error).__name__)
        text = _ANSWER_LOST
    elif isinstance(error, errors.DarkroomError):
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
