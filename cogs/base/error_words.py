"""The table of what people read about errors; ``cogs.base.errors`` and its neighbours fill it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.domain.errors import DarkroomError

ErrorT = TypeVar("ErrorT", bound=DarkroomError)

_WORDS: dict[type[DarkroomError], Callable[[Any], str]] = {}


def words(kind: type[ErrorT]) -> Callable[[Callable[[ErrorT], str]], Callable[[ErrorT], str]]:
    """Decorates the function that puts this kind of error into words."""

    def keep(render: Callable[[ErrorT], str]) -> Callable[[ErrorT], str]:
        _WORDS[kind] = render
        return render

    return keep


def words_for(error: DarkroomError) -> str | None:
    """What a person reads about an error; None where the error is ours to mend, not theirs to know."""
    for kind in type(error).__mro__:
        if kind in _WORDS:
            return _WORDS[kind](error)
    return None
