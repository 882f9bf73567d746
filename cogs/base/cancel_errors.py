"""What people read about errors around cancelling: a part of the table of ``cogs.base.errors``."""

from __future__ import annotations

from bot.domain.cancelling import BilledCancelCapError
from cogs.base.error_words import words


@words(BilledCancelCapError)
def _(error: BilledCancelCapError) -> str:
    pictures = "a picture" if error.limit == 1 else f"{error.limit} pictures"
    return (
        f"You cancelled **{pictures}** within an hour that the picture service bills all the same, so this one "
        f"**goes on** and costs what it says. You can cancel another <t:{int(error.next_at_s) + 1}:R>."
    )
