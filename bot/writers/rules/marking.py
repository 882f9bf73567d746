"""Marks every known phrase in a sentence, by an index of the lexicon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.writers.rules.sentences import Mark, Marked, Sentence


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the lexicon: its words, what it is, and the English value that it stands for."""

    words: tuple[str, ...]
    mark: Mark
    value: str


_Entry = tuple[int, tuple[str, ...], Mark, str]
"""How many words a phrase has, the words, what it is, its value."""


class PhraseIndex:
    """All phrases of a lexicon by their first word, and those of more words by their second as well.

    Small words ("in", "on", "the") open many phrases; nearly always the word after them rules out all.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        by_first: dict[str, list[_Entry]] = {}
        for phrase in phrases:
            entry = (len(phrase.words), phrase.words, phrase.mark, phrase.value)
            by_first.setdefault(phrase.words[0], []).append(entry)
        self._by_first = {first: _by_second(entries) for first, entries in by_first.items()}

    def mark(self, sentence: Sentence) -> None:
        """Mark every phrase; per kind of mark the longest at a position wins, and hides what it covers."""
        words = sentence.words
        get = self._by_first.get
        found = sentence.marks
        covered: dict[Mark, int] = {}
        last = len(words) - 1
        for position, word in enumerate(words):
            known = get(word)
            if known is None:
                continue
            entries, by_second = known
            if by_second and position < last:
                entries = by_second.get(words[position + 1], entries)
            for length, phrase, mark, value in entries:
                if length > 2 and tuple(words[position : position + length]) != phrase:  # noqa: PLR2004 two are looked up
                    continue
                if covered.get(mark, 0) > position:
                    continue
                end = position + length
                found.append(Marked(position, end, mark, value))
                covered[mark] = end
        sentence.kinds = set(covered)


def _by_second(entries: list[_Entry]) -> tuple[tuple[_Entry, ...], dict[str, tuple[_Entry, ...]]]:
    """Entries of one first word, longest first: the single words, and all that fit by the second word."""
    entries.sort(key=lambda entry: -entry[0])
    single = tuple(entry for entry in entries if entry[0] == 1)
    seconds = {words[1] for length, words, _, _ in entries if length > 1}
    return single, {
        second: (*(entry for entry in entries if entry[1][1:2] == (second,)), *single) for second in seconds
    }
