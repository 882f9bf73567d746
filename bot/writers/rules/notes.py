"""A foreign text as notes: which known words stand where, clause by clause, already in English."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.writers.rules.foreign_compounds import Compounds
from bot.writers.rules.foreign_forms import GAP
from bot.writers.rules.foreign_lexicon import NOUNS, fold, spaced_entries, unspaced_entries
from bot.writers.rules.lexicon import ForeignLexicon, foreign
from bot.writers.rules.names import Roster, fold_word
from bot.writers.rules.sentences import Sentence, find_names

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|[.!?…]+|[,;:—–\n()]")
_ENDS = frozenset(".!?…。！？\n")
_CUTS = frozenset(",;:—–()、，；：")
_SHORTEST_STEM = 2
_SHORTEST_HEAD = 4
"""Letters of a noun that can end a German compound ("Samt·kleid")."""
_NOUNS = frozenset({"place", "garment", "object"})
_LONGEST_SENTENCE = 400

CONDITION_KINDS = frozenset({"time", "weather", "light", "mood"})


class Note(NamedTuple):
    """A known word or phrase: where it is, what kind of entry, its English value."""

    at: int
    end: int
    kind: str
    value: str


@dataclass(slots=True)
class Clause:
    """One clause: its notes in order, who is named where, and whether a question mark ends its sentence."""

    notes: list[Note] = field(default_factory=list[Note])
    names: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    """(start, end, roster index)."""
    kinds: frozenset[str] = frozenset()
    after: dict[int, str] = field(default_factory=dict[int, str])
    """Japanese: the two characters after each note, where its particle stands."""
    length: int = 0
    question: bool = False
    opens_sentence: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether a note of one of these kinds is in the clause."""
        return not self.kinds.isdisjoint(kinds)

    def of(self, *kinds: str) -> list[Note]:
        """The notes of these kinds, in order."""
        return [note for note in self.notes if note.kind in kinds]


class _SpacedNotes:
    """Notes for languages with spaces: phrases of folded words, the last letters open where marked ``*``."""

    def __init__(self, lexicon: ForeignLexicon) -> None:
        self._compounds = lexicon.language == "de"
        self._exact: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for kind, value, words in spaced_entries(lexicon):
            table, key = (self._stems, words[0][:-1]) if words[0].endswith("*") else (self._exact, words[0])
            table.setdefault(key, []).append((words, kind, value))
        self._candidates = functools.lru_cache(maxsize=8192)(self._find)

    def _find(self, word: str) -> tuple[tuple[tuple[str, ...], str, str], ...]:
        found = list(self._exact.get(word, ()))
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            found += self._stems.get(word[:length], ())
        if not found and self._compounds:
            for start in range(2, len(word) - _SHORTEST_HEAD + 1):
                heads = [
                    entry
                    for entry in self._exact.get(word[start:], ())
                    if entry[1] in _NOUNS and len(entry[0]) == 1
                ]
                if heads:
                    found = heads
                    break
        found.sort(key=lambda entry: -len(entry[0]))
        return tuple(found)

    def clauses(self, text: str, roster: Roster) -> list[Clause]:
        """The clauses of a text."""
        clauses: list[Clause] = []
        words: list[str] = []
        raw: list[str] = []
        for token in _TOKEN.findall(text):
            if token[0] in _ENDS:
                self._sentence(words, raw, "?" in token, roster, clauses)
                words, raw = [], []
            else:
                words.append(token if token in _CUTS else fold(token))
                raw.append(token)
                if len(words) >= _LONGEST_SENTENCE:
                    self._sentence(words, raw, False, roster, clauses)  # noqa: FBT003
                    words, raw = [], []
        self._sentence(words, raw, False, roster, clauses)  # noqa: FBT003
        return clauses

    def _sentence(
        self, words: list[str], raw: list[str], question: bool, roster: Roster, clauses: list[Clause]
    ) -> None:  # noqa: FBT001
        if not words:
            return
        named = find_names(
            Sentence([fold_word(word) for word in raw], raw, question, exclaimed=False), roster, frozenset()
        )
        names_at = {at for name in named for at in range(name.start, name.end)}
        notes: list[Note] = []
        covered: dict[str, int] = {}
        for at, word in enumerate(words):
            if at in names_at:
                continue
            for phrase, kind, value in self._candidates(word):
                length = len(phrase)
                if covered.get(kind, 0) > at or (length > 1 and not _matches(phrase, words, at)):
                    continue
                notes.append(Note(at, at + length, kind, value))
                covered[kind] = at + length
        cuts = [at for at, word in enumerate(words) if word in _CUTS]
        cuts += [note.at for note in notes if note.kind == "clause"]
        _cut(
            notes,
            [(name.start, name.end, name.person) for name in named],
            sorted(set(cuts)),
            len(words),
            question,
            clauses,
        )


def _matches(phrase: tuple[str, ...], words: list[str], at: int) -> bool:
    if at + len(phrase) > len(words):
        return False
    for offset, wanted in enumerate(phrase):
        if offset == 0:
            continue
        word = words[at + offset]
        if wanted.endswith("*") and word.startswith(wanted[:-1]):
            continue
        if word != wanted:
            return False
    return True


class _UnspacedNotes:
    """Notes for Japanese: the longest known form at each place, and people's names."""

    def __init__(self, lexicon: ForeignLexicon) -> None:
        self._by_first: dict[str, list[tuple[str, list[tuple[str, str]]]]] = {}
        meanings: dict[str, list[tuple[str, str]]] = {}
        for kind, value, surface in unspaced_entries(lexicon):
            meanings.setdefault(surface, []).append((kind, value))
        for surface, found in meanings.items():
            self._by_first.setdefault(surface[0], []).append((surface, found))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def clauses(self, text: str, roster: Roster) -> list[Clause]:
        """The clauses of a text."""
        names = sorted(
            (
                (surface, person.index)
                for person in roster.people
                for surface in person.surfaces
                if surface.strip()
            ),
            key=lambda pair: -len(pair[0]),
        )
        names += [
            (word, person.index)
            for person in roster.people
            for surface in person.surfaces
            for word in re.split(r"[\s・･]+", surface)
            if len(word) > 1 and word != surface
        ]
        by_first: dict[str, list[tuple[str, int]]] = {}
        for surface, index in names:
            by_first.setdefault(surface[0], []).append((surface, index))
        clauses: list[Clause] = []
        for match in re.finditer(r"[^。！？!?\n…]+[。！？!?\n…]*", text):
            self._sentence(match.group(), by_first, clauses)
        return clauses

    def _sentence(self, text: str, names: dict[str, list[tuple[str, int]]], clauses: list[Clause]) -> None:
        notes: list[Note] = []
        named: list[tuple[int, int, int]] = []
        cuts: list[int] = []
        at = 0
        count = len(text)
        by_first = self._by_first
        while at < count:
            character = text[at]
            if character in names:
                person = next((pair for pair in names[character] if text.startswith(pair[0], at)), None)
                if person is not None:
                    named.append((at, at + len(person[0]), person[1]))
                    at += len(person[0])
                    continue
            entry = None
            for candidate in by_first.get(character, ()):
                if text.startswith(candidate[0], at):
                    entry = candidate
                    break
            if entry is None:
                if character in _CUTS:
                    cuts.append(at)
                at += 1
                continue
            surface, found = entry
            for kind, value in found:
                notes.append(Note(at, at + len(surface), kind, value))
                if kind == "clause":
                    cuts.append(at + len(surface) - 1)
            if surface.endswith("、"):
                cuts.append(at + len(surface) - 1)
            at += len(surface)
        question = text.rstrip().endswith(("？", "?", "か。", "か"))
        before = len(clauses)
        _cut(notes, named, sorted(set(cuts)), count, question, clauses)
        for clause in clauses[before:]:
            clause.after = {
                note.end: text[note.end : note.end + 2] for note in clause.notes if note.kind == "place"
            }


def _cut(
    notes: list[Note],
    names: list[tuple[int, int, int]],
    cuts: list[int],
    length: int,
    question: bool,
    clauses: list[Clause],  # noqa: FBT001
) -> None:
    start = 0
    first = True
    for cut in [*cuts, length]:
        inside = [note for note in notes if start <= note.at < cut]
        named = [name for name in names if start <= name[0] < cut]
        if inside or named:
            clauses.append(
                Clause(
                    inside,
                    named,
                    frozenset([note.kind for note in inside]),
                    length=cut - start,
                    question=question,
                    opens_sentence=first,
                )
            )
            first = False
        start = cut


@functools.cache
def note_finder(language: str) -> _SpacedNotes | _UnspacedNotes:
    """The compiled lexicon of a language, made once per process."""
    lexicon = foreign(language)
    return _UnspacedNotes(lexicon) if language == "ja" else _SpacedNotes(lexicon)
