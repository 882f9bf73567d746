# ruff: noqa: PLR2004 - the shortest words that fold
"""Reading short English phrases: what is known is taken, what is left is what can't be drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LONGEST_PHRASE = 5

Phrases = Mapping[tuple[str, ...], str]
"""What a phrase (as tokens) means."""


def tokens_of(text: str) -> list[str]:
    """Lower-case words without accents; hyphens separate, a possessive 's goes."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c)).replace("’", "'")
    return [token.removesuffix("'s").replace("'", "") for token in _TOKEN.findall(plain)]


def phrases(table: Mapping[str, Iterable[str]]) -> dict[tuple[str, ...], str]:
    """A lookup from each phrase to its name; the first name that claims a phrase keeps it."""
    found: dict[tuple[str, ...], str] = {}
    for name, words in table.items():
        for word in words:
            found.setdefault(tuple(tokens_of(word)), name)
    return found


def singular(token: str) -> str:
    """A plural's singular, near enough for a lookup."""
    if len(token) > 4 and token.endswith("ies"):
        return token[:-3] + "y"
    if len(token) > 3 and token.endswith("s") and not token.endswith("ss"):
        return token[:-1]
    return token


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that was known: its meaning, and where it stands (token indices, end exclusive)."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A text that is being read: each token is taken at most once."""

    text: str
    tokens: list[str] = field(default_factory=list[str])
    taken: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        self.tokens = tokens_of(self.text)

    def all(self, table: Phrases, *, take: bool = True) -> list[Found]:
        """Every phrase of the table, longest first at each place, left to right."""
        found: list[Found] = []
        i = 0
        while i < len(self.tokens):
            match = self._at(table, i)
            if match is None:
                i += 1
                continue
            found.append(match)
            if take:
                self.taken.update(range(match.start, match.end))
            i = match.end
        return found

    def first(self, table: Phrases) -> str | None:
        """The meaning of the first known phrase; every known one is taken."""
        found = self.all(table)
        return found[0].name if found else None

    def _at(self, table: Phrases, i: int) -> Found | None:
        for length in range(min(_LONGEST_PHRASE, len(self.tokens) - i), 0, -1):
            if any(k in self.taken for k in range(i, i + length)):
                continue
            words = tuple(self.tokens[i : i + length])
            for form in (words, (*words[:-1], singular(words[-1]))):
                if form in table:
                    return Found(table[form], i, i + length)
        return None

    def rest(self) -> str:
        """The text without the words that were taken."""
        return " ".join(token for i, token in enumerate(self.tokens) if i not in self.taken)

    def left(self, ignored: frozenset[str]) -> list[str]:
        """The words that nobody took and that say something."""
        return [
            token
            for i, token in enumerate(self.tokens)
            if i not in self.taken and token not in ignored and singular(token) not in ignored
            and not token.isdigit() and len(token) > 1
        ]  # fmt: skip
