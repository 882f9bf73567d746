"""Whether a text repeats the instructions."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

_WORD = re.compile(r"[^\W_]+")


class Instructed:
    """Instructions as runs of words. Case, accents and what stands between words make no difference."""

    def __init__(self, instructions: str, run: int) -> None:
        self._run = run
        self._runs = frozenset(_runs(instructions, run))

    def repeats(self, text: str) -> bool:
        """Whether so many words in a row stand in the instructions as well."""
        return not self._runs.isdisjoint(_runs(text, self._run))


def _runs(text: str, length: int) -> list[tuple[str, ...]]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(sign for sign in folded if not unicodedata.combining(sign)))
    return list(zip(*(islice(words, start, None) for start in range(length)), strict=False))
