"""A stretch of a prompt while it is read: which words are used up, and the rest as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.writers.rules.prompt_words import EMPTY, LOOSE_BACK, LOOSE_FRONT, NEAR
from bot.writers.rules.sentences import Sentence

_MARKS = frozenset({"'s", "'"})
_OBJECTS = frozenset({"her", "his", "him", "their", "them"})


@dataclass(slots=True)
class Part:
    """Words ``start`` up to ``end`` of a sentence; each is used by at most one reading of it."""

    sentence: Sentence
    start: int
    end: int
    knows: Callable[[str], bool]
    """Whether a word is of the language: any other one that is written large is a name."""
    used: set[int] = field(default_factory=set[int])
    _joined: str = ""
    _at: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        offset = 0
        for word in self.words:
            self._at.append(offset)
            offset += len(word) + 1
        self._joined = " ".join(self.words)

    @property
    def words(self) -> list[str]:
        """The folded words."""
        return self.sentence.words[self.start : self.end]

    def found(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
        """Every match of a pattern over the words: (first word, word after the last, match), unused words only."""
        for match in pattern.finditer(self._joined):
            first = next((i for i, at in enumerate(self._at) if at == match.start()), None)
            if first is None:
                first = max(i for i, at in enumerate(self._at) if at <= match.start())
            last = max(i for i, at in enumerate(self._at) if at < match.end())
            start, end = self.start + first, self.start + last + 1
            if self.free(start, end):
                yield start, end, match

    def use(self, start: int, end: int) -> None:
        """These words are read."""
        self.used.update(range(start, end))

    def free(self, start: int, end: int) -> bool:
        """Whether none of these words was read yet."""
        return self.used.isdisjoint(range(start, end))

    def text(self, start: int, end: int, *, front: bool = False) -> str:
        """Words as they are shown: lower case but for names, loose words at the ends dropped.

        ``front`` keeps those in front.
        """
        words, raw = self.sentence.words, self.sentence.raw
        named = {at for name in self.sentence.names for at in range(name.start, name.end)}
        while not front and start < end and start not in named and words[start] in LOOSE_FRONT:
            start += 1
        while end > start and end - 1 not in named and self._is_loose(end - 1):
            end -= 1
        if all(at not in named and words[at] in LOOSE_FRONT for at in range(start, end)):
            return ""
        shown: list[str] = []
        for at in range(start, end):
            proper = self.is_name(at)
            word = raw[at] if at in named or proper else raw[at].lower()
            if word in _MARKS | {","} and shown:
                shown[-1] += word
            else:
                shown.append(word)
        return " ".join(shown)

    def is_name(self, at: int) -> bool:
        """Whether a word looks like a name, a companion's or not."""
        raw = self.sentence.raw[at]
        large = raw[:1].isupper() and not raw.isupper()
        return large and (at > self.start or not self.knows(self.sentence.words[at]))

    def _is_loose(self, at: int) -> bool:
        """Whether a phrase does not end so; "behind her" does."""
        words = self.sentence.words
        word = words[at]
        if word in _OBJECTS and at > self.start and words[at - 1] in NEAR:
            return False
        return word in LOOSE_BACK or not word[0].isalnum()

    def says_nothing(self, start: int, end: int) -> bool:
        """Whether these are only words that tie others together, or names."""
        named = {at for name in self.sentence.names for at in range(name.start, name.end)}
        words = self.sentence.words
        return all(
            at in named or words[at] in EMPTY or not words[at][0].isalnum() for at in range(start, end)
        )

    def left(self) -> list[str]:
        """What was not read, stretch by stretch."""
        found: list[str] = []
        at = self.start
        while at < self.end:
            if at in self.used:
                at += 1
                continue
            stop = at
            while stop < self.end and stop not in self.used:
                stop += 1
            if not self.says_nothing(at, stop):
                found.append(self.text(at, stop))
            at = stop
        return [text for text in found if text]
