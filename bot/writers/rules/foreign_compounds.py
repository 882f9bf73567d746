"""German compounds ("Hotelküche"), and places of places ("cocina del hotel", 「ホテルのロビー」)."""

from __future__ import annotations

from bot.writers.rules.foreign_irregular import word_set
from bot.writers.rules.foreign_lexicon import NOUNS, fold
from bot.writers.rules.lexicon import Words

Entry = tuple[tuple[str, ...], str, str]
"""Folded words, kind, English value."""

_JOINTS = ("", "s", "n", "en", "es", "er", "e")
_SHORTEST_MODIFIER = 2
_SHORTEST_HEAD = 3
_SHORTEST_LONE_HEAD = 4
"""Letters of a head that is taken even behind letters that are no known word."""
_FURNITURE = word_set(
    "door window wall floor ceiling table bench counter stairs railing lamp stove chair bed shelf roof"
)
_OF = word_set("de del du des d von vom der")
_ARTICLES = word_set("la las los el l le les una un une dem den des einer eines")
_MOST_WORDS = 3


class Compounds:
    """Splits a word into a known noun at its end and what stands before."""

    def __init__(self, modifiers: dict[str, Words]) -> None:
        self._modifiers = {fold(word): english for english, words in modifiers.items() for word in words}

    def find(self, word: str, known: dict[str, list[Entry]]) -> list[Entry]:
        """The entries of the longest known head; its English value has the modifier where that is known."""
        lone: list[Entry] = []
        for start in range(_SHORTEST_MODIFIER, len(word) - _SHORTEST_HEAD + 1):
            heads = [
                entry for entry in known.get(word[start:], ()) if entry[1] in NOUNS and len(entry[0]) == 1
            ]
            if not heads:
                continue
            english = self._modifier(word[:start])
            if english is not None or _is_furniture(heads):
                places = self._places(word[:start], known) if _is_furniture(heads) else []
                if english is not None:
                    return [
                        *places,
                        *((words, kind, _joined(english, value)) for words, kind, value in heads),
                    ]
                if places:
                    return [*places, *heads]
            if not lone and len(word) - start >= _SHORTEST_LONE_HEAD:
                lone = heads
        return lone

    @staticmethod
    def _places(word: str, known: dict[str, list[Entry]]) -> list[Entry]:
        """The place that a piece of furniture is named after, as a hint: "Aufzugtür"."""
        for joint in _JOINTS:
            for words, kind, value in known.get(word.removesuffix(joint), ()) if word.endswith(joint) else ():
                if kind == "place" and len(words) == 1:
                    return [(words, "place_hint", value)]
        return []

    def _modifier(self, word: str) -> str | None:
        for joint in _JOINTS:
            if word.endswith(joint) and (found := self._modifiers.get(word.removesuffix(joint))) is not None:
                return found
        return self._modifiers.get(f"{word}e")


def _is_furniture(heads: list[Entry]) -> bool:
    return any(kind == "object" and value in _FURNITURE for _, kind, value in heads)


def _joined(english: str, value: str) -> str:
    return value if not english or english in value.split() else f"{english} {value}"


def is_link(words: list[str]) -> bool:
    """Whether these words make a place a part of the next one: "de la", "des"."""
    return bool(words) and words[0] in _OF and all(word in _OF or word in _ARTICLES for word in words)


def place_of_place(part: str, whole: str) -> str:
    """``kitchen`` of a ``hotel`` → ``hotel kitchen``; the part alone where that gets long."""
    if len(part.split()) + len(whole.split()) > _MOST_WORDS or set(part.split()) & set(whole.split()):
        return part
    return f"{whole} {part}"
