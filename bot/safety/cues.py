"""Cues: single words and short phrases by list and language, and whether a reading has any of a list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from bot.safety.disguises import Disguises
from bot.safety.folding import ASSETS, Reading, cjk_of, fold, words_of

LANGUAGES = ("en", "es", "fr", "de", "ja")
CUES_FILE = ASSETS / "cues.toml"

_LATIN = re.compile(r"[a-z0-9]+")
_SHORT_KATAKANA = re.compile(r"[\u30a0-\u30ff]{1,3}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WEAK = ("charged", "grim", "likeness", "real_person")
_REMEMBERED = 20_000
"""Words whose meaning is kept; then all are forgotten, so that nobody fills the memory."""


class CueList(BaseModel):
    """The cues of one list, by language."""

    model_config = ConfigDict(extra="forbid", strict=True)

    en: list[str]
    es: list[str]
    fr: list[str]
    de: list[str]
    ja: list[str]

    def all(self) -> list[str]:
        """Every language's."""
        return [*self.en, *self.es, *self.fr, *self.de, *self.ja]


class CueLists(RootModel[dict[str, CueList]]):
    """The file of cues: list name → cues."""


@cache
def cue_lists(path: Path = CUES_FILE) -> Mapping[str, CueList]:
    """Every list of the file by its name."""
    return CueLists.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).root


@dataclass(frozen=True, slots=True)
class Found:
    """Which lists have a cue in a reading; and its words as they were understood, once a way of reading."""

    lists: frozenset[str]
    understood: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    is_stem: bool
    mask: int

    def stands_at(self, at: int, words: Sequence[str]) -> bool:
        here = tuple(words[at : at + len(self.words)])
        if here == self.words:
            return True
        return (
            self.is_stem
            and len(here) == len(self.words)
            and here[:-1] == self.words[:-1]
            and here[-1].startswith(self.words[-1])
        )


@dataclass(slots=True)
class _Index:
    """Cues by how they are looked up. A mask has one bit for each list.

    ``phrases`` go by their first two words, those whose second word is a stem (``begun``) by the first.
    """

    words: dict[str, int] = field(default_factory=dict[str, int])
    stems: dict[str, int] = field(default_factory=dict[str, int])
    phrases: dict[str, dict[str, list[_Phrase]]] = field(
        default_factory=dict[str, dict[str, list["_Phrase"]]]
    )
    begun: dict[str, list[_Phrase]] = field(default_factory=dict[str, list["_Phrase"]])
    cjk: dict[str, int] = field(default_factory=dict[str, int])
    kana: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, cue: str, mask: int) -> None:
        is_stem = cue.endswith("*")
        cue = cue.rstrip("*")
        folded = cjk_of(fold(cue))
        if folded and not words_of(cue):
            known = self.kana if _SHORT_KATAKANA.fullmatch(folded) else self.cjk
            known[folded] = known.get(folded, 0) | mask
            return
        for spelling in {cue, cue.translate(_UMLAUTS)}:
            words = tuple(words_of(spelling))
            if len(words) == 1:
                known = self.stems if is_stem else self.words
                known[words[0]] = known.get(words[0], 0) | mask
            elif words:
                whole = "".join(words)
                known = self.stems if is_stem else self.words
                known[whole] = known.get(whole, 0) | mask
                phrase = _Phrase(words, is_stem, mask)
                if is_stem and len(words) == 2:  # noqa: PLR2004 -- the second word is the stem
                    self.begun.setdefault(words[0], []).append(phrase)
                else:
                    self.phrases.setdefault(words[0], {}).setdefault(words[1], []).append(phrase)

    def vocabulary(self) -> set[str]:
        """Words that a disguise may hide."""
        phrases = [phrase for after in self.phrases.values() for known in after.values() for phrase in known]
        phrases += [phrase for known in self.begun.values() for phrase in known]
        in_phrases = {word for phrase in phrases for word in phrase.words}
        return {*self.words, *in_phrases}

    def mask_of(self, word: str, stem: str | None) -> int:
        return self.words.get(word, 0) | (self.stems.get(stem, 0) if stem else 0)


class CueFinder:
    """Finds cues of several lists at once, through disguises.

    ``exempt`` maps a list's name to phrases that take a cue of it away where they stand.
    """

    def __init__(
        self,
        lists: Mapping[str, Iterable[str]],
        exempt: Mapping[str, Iterable[str]] | None = None,
        also_known: Iterable[str] = (),
        ordinary: Iterable[str] = (),
        never_glued: Iterable[str] = (),
    ) -> None:
        self._bits = {name: 1 << number for number, name in enumerate(lists)}
        self._index, self._exempt = _Index(), _Index()
        for name, cues in lists.items():
            for cue in cues:
                self._index.add(cue, self._bits[name])
        for name, cues in (exempt or {}).items():
            for cue in cues:
                self._exempt.add(cue, self._bits[name])
        hidden = _Index()
        for cue in ordinary:
            hidden.add(cue, 1)
        not_weak = sum(bit for name, bit in self._bits.items() if name not in _WEAK)
        strong = {w for w, mask in {**self._index.words, **self._index.stems}.items() if mask & not_weak}
        self._disguises = Disguises(
            {*self._index.vocabulary(), *also_known},
            self._index.stems,
            strong=strong,
            glued=strong - {word for cue in never_glued for word in words_of(cue)},
            is_ordinary=lambda word: word in hidden.words or word.startswith(tuple(hidden.stems)),
        )
        self._cjk = re.compile(_either({*self._index.cjk, *self._exempt.cjk}))
        self._kana = re.compile(rf"(?<![\u30a0-\u30ff])(?:{_either(self._index.kana)})(?![\u30a0-\u30ff])")
        """Short katakana cues are whole runs of katakana: they stand within many harmless words."""
        self._meanings: dict[str, tuple[str, int, str]] = {}

    def find(self, reading: Reading) -> Found:
        """Every list that has a cue in the texts, judged together."""
        understood: list[tuple[str, ...]] = []
        mask = 0
        for text in reading.cjk:
            mask |= self._in_cjk(text)
        for texts in (reading.folded, reading.variants):
            if not texts:
                continue
            for text in self._disguises.unmasked(" \n ".join(texts)):
                words = _LATIN.findall(text)
                joined = self._disguises.joined(words) + self._across(texts)
                for way in (words, joined) if joined else (words,):
                    found, meant = self._in_words(way)
                    mask |= found
                    understood.append(meant)
        return Found(frozenset(n for n, bit in self._bits.items() if mask & bit), tuple(understood))

    def _across(self, texts: Sequence[str]) -> list[str]:
        """Words whose first half ends one text and whose second begins another."""
        ends = [words for words in map(_LATIN.findall, texts) if words]
        found: list[str] = []
        for i, before in enumerate(ends):
            for j, after in enumerate(ends):
                if i != j:
                    seam = [*before[-2:], *after[:2]]
                    found += [word for word in self._disguises.joined(seam) if word not in seam]
        return found

    def _in_words(self, words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        meanings = [self._meanings.get(word) or self._meaning(word) for word in words]
        meant = [meaning for meaning, _, _ in meanings]
        masks = [mask for _, mask, _ in meanings]
        for start, length, taken in _phrases(self._exempt, meant):
            for at in range(start, start + length):
                masks[at] &= ~taken
        total = 0
        for mask in masks:
            total |= mask
        for mask in _phrases_masks(self._index, meant):
            total |= mask
        others = [other for _, _, other in meanings]
        if others != meant:
            for mask in _phrases_masks(self._index, others):
                total |= mask
        return total, tuple(meant)

    def _meaning(self, word: str) -> tuple[str, int, str]:
        """What a word means, the lists that it is on, and what else it may mean."""
        mask = 0
        behind = self._disguises.behind(word)
        for known in behind:
            mask |= self._index.mask_of(known, self._disguises.stem_of(known))
        if len(self._meanings) >= _REMEMBERED:
            self._meanings.clear()
        meaning = (behind[0], mask, behind[-1]) if behind else (word, 0, word)
        self._meanings[word] = meaning
        return meaning

    def _in_cjk(self, text: str) -> int:
        """Cues in text without spaces; where an exempt phrase stands, nothing within it counts."""
        total, at = 0, 0
        while found := self._cjk.search(text, at):
            cue = found.group()
            if cue in self._exempt.cjk:
                at = found.end()
            else:
                total |= self._index.cjk[cue]
                at = found.start() + 1
        for found in self._kana.finditer(text):
            total |= self._index.kana[found.group()]
        return total


def _phrases(index: _Index, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(where, how many words, mask) of each phrase."""
    for at, (word, after) in enumerate(pairwise(words)):
        if word in index.phrases:
            for phrase in index.phrases[word].get(after, ()):
                if phrase.stands_at(at, words):
                    yield at, len(phrase.words), phrase.mask
        if word in index.begun:
            for phrase in index.begun[word]:
                if phrase.stands_at(at, words):
                    yield at, len(phrase.words), phrase.mask


def _phrases_masks(index: _Index, words: Sequence[str]) -> Iterator[int]:
    return (mask for _, _, mask in _phrases(index, words))


def _either(cues: Iterable[str]) -> str:
    """A pattern for the longest of the cues; for none it never matches."""
    return "|".join(map(re.escape, sorted(cues, key=len, reverse=True))) or r"(?!)"
