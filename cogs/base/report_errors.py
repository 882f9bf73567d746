"""What people read about errors around reports: a part of the table of ``cogs.base.errors``."""

from __future__ import annotations

from bot.domain import errors
from cogs.base.error_words import words


@words(errors.AlreadyReportedError)
def _(_error: errors.AlreadyReportedError) -> str:
    return (
        "You have **reported that already**. The moderators see it; you hear from me when they have decided."
    )


@words(errors.TooManyReportsError)
def _(error: errors.TooManyReportsError) -> str:
    return (
        f"You have made **many reports** in a short time. The next one is possible <t:{int(error.next_at_s) + 1}:R>. "
        "For anything urgent, write to a moderator."
    )


@words(errors.OwnReportError)
def _(error: errors.OwnReportError) -> str:
    why = "You reported this yourself" if error.whose == "report" else "This is **your own picture**"
    return f"{why}, so **another moderator** has to decide. Nothing was changed."


@words(errors.AlreadyDecidedError)
def _(error: errors.AlreadyDecidedError) -> str:
    who = f"<@{error.user_id}>" if error.user_id is not None else "Another moderator"
    did = {
        "refund": "refunded it",
        "reject": "rejected it",
        "remove": "removed the picture",
        "refund-remove": "refunded it and removed the picture",
    }.get(error.decision, "decided it")
    return f"This is **already decided**: {who} {did} <t:{error.at_ms // 1000}:R>. Nothing was changed."


@words(errors.NothingToRefundError)
def _(error: errors.NothingToRefundError) -> str:
    why = "was **refunded before**" if error.is_refunded else "**cost nothing**"
    return f"That picture {why}, so nothing can be given back. Nothing was changed. Choose another decision."


@words(errors.ModeratorsOnlyError)
def _(_error: errors.ModeratorsOnlyError) -> str:
    return "Only **moderators** decide on reports: that needs the permission **Time out members**."
