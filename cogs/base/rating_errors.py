"""What people read about pictures that a place does not allow: a part of the table of ``cogs.base.errors``.

It says what there is and what to do, not how to come by the rest.
"""

from __future__ import annotations

from bot.domain import errors
from bot.domain.ratings import Lack
from cogs.base.error_words import words

_NOT_HERE: dict[str, str] = {
    Lack.KIND: "Edits and reference pictures are always **general**, and this would be none. Nothing was charged. "
    "Try other words.",
    Lack.OPERATOR: "I make **general pictures only**. Nothing was charged. Try another moment or other words.",
    Lack.GUILD: "On this server, I make **general pictures only**. Nothing was charged. "
    "Try another moment or other words.",
    Lack.CHANNEL: "In this channel, I make and show **general pictures only**. Nothing was charged. "
    "Try another moment or other words.",
    Lack.UNSEEN: "The finished picture **could not be checked**, so it was not kept. Nothing was charged. "
    "Try again in a few minutes.",
    Lack.PICTURE: "The picture turned out **mature**, so it was not kept. Nothing was charged. Try other words.",
}


@words(errors.MatureRefusedError)
def _(error: errors.MatureRefusedError) -> str:
    return _NOT_HERE.get(error.lacks, _NOT_HERE[Lack.CHANNEL])
