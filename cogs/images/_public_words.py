"""What everybody may read about a picture that was asked for in plain words: nothing about anybody's moments."""

from __future__ import annotations

from bot.domain import errors
from cogs.base.errors import words_for


def public_words(error: errors.DarkroomError) -> str | None:
    """As :func:`words_for`, without balances and budgets: these are shown to their member alone."""
    if isinstance(error, errors.NotEnoughMomentsError):
        if error.owed:
            return "That **can't be paid for** right now, so nothing was charged. `/moments balance` tells you why."
        return (
            f"This costs **{error.needed} moments**, which is more than you can spend on it here. Nothing was "
            "charged. `/moments balance` shows what you have, `/moments daily` brings more."
        )
    if isinstance(error, errors.BudgetSpentError):
        whose = "Your budget" if error.whose == "member" else "This server's budget"
        return (
            f"{whose} for today is **used up**. Nothing was charged. "
            f"It is full again <t:{int(error.next_at_s)}:R>."
        )
    return words_for(error)
