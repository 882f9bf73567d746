"""Lists of names as members type them into one option. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.companion import fold_name

LONGEST = 100
"""Characters of a choice: https://discord.com/developers/docs/interactions/application-commands"""


def split_names(text: str) -> tuple[str, ...]:
    """The names in a comma list, in order, blanks left out."""
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def completed_lists(typed: str, names: Sequence[str]) -> list[str]:
    """What was typed with its last name completed by each of ``names``; who is in the list already is left out.

    Names with a comma can't stand in a comma list; they are left to the studio's panel.
    """
    before = split_names(typed.rpartition(",")[0])
    taken = {fold_name(name) for name in before}
    lists = (", ".join((*before, name)) for name in names if fold_name(name) not in taken and "," not in name)
    return [text for text in lists if len(text) <= LONGEST]
