"""Notes for Japanese, which has no spaces: the longest known form at each place, and people's names."""

from __future__ import annotations

import itertools
import re

from bot.writers.rules.foreign_clauses import Clause, Note, cut_notes
from bot.writers.rules.foreign_compounds import place_of_place
from bot.writers.rules.foreign_lexicon import NOUNS, unspaced_entries
from bot.writers.rules.lexicon import ForeignLexicon
from bot.writers.rules.names import Roster

_SENTENCE = re.compile(r"[^。！？!?\n…♪]{1,1500}[。！？!?\n…♪]*")
"""A sentence longer than this is cut: a clause compares its notes with each other."""
_CUTS = frozenset(",;:—–()、，；：（）")
_HONORIFICS = ("さん", "ちゃん", "くん", "君", "様", "さま", "先輩", "先生", "たん", "っち", "殿")
_AFTER_NAME = (
    "は",
    "が",
    "も",
    "と",
    "の",
    "に",
    "を",
    "、",
    "！",
    "!",
    "？",
    "?",
    ",",
    "」",
    "…",
    "〜",
    "ー",
)
_NATURE = ("が", "の", "を", "に")
"""Particles that a word has as often as a name: "空を見る"."""
_QUESTIONS = ("？", "?", "か。", "か")

Named = list[tuple[int, int, int]]


class UnspacedNotes:
    """The compiled Japanese lexicon."""

    def __init__(self, lexicon: ForeignLexicon) -> None:
        self._meanings: dict[str, list[tuple[str, str]]] = {}
        for kind, value, surface in unspaced_entries(lexicon):
            found = self._meanings.setdefault(surface, [])
            if all(kind != other for other, _ in found):
                found.append((kind, value))
        lengths: dict[str, set[int]] = {}
        for surface in self._meanings:
            lengths.setdefault(surface[0], set()).add(len(surface))
        self._lengths = {first: tuple(sorted(some, reverse=True)) for first, some in lengths.items()}
        self._word_names = frozenset(lexicon.word_names)

    def clauses(self, text: str, roster: Roster) -> list[Clause]:
        """The clauses of a text."""
        clauses: list[Clause] = []
        for match in _SENTENCE.finditer(text):
            clauses += self._sentence(match.group(), roster.by_letter)
        return clauses

    def _sentence(self, text: str, names: dict[str, list[tuple[str, int]]]) -> list[Clause]:  # noqa: C901
        notes: list[Note] = []
        named: Named = []
        cuts: list[int] = []
        at = 0
        count = len(text)
        lengths = self._lengths
        while at < count:
            character = text[at]
            surface = ""
            for length in lengths.get(character, ()):
                if text[at : at + length] in self._meanings:
                    surface = text[at : at + length]
                    break
            if character in names:
                person = self._name(text, at, names[character], len(surface))
                if person is not None:
                    named.append(person)
                    at = person[1]
                    continue
            if not surface:
                if character in _CUTS:
                    cuts.append(at)
                at += 1
                continue
            end = at + len(surface)
            for kind, value in self._meanings[surface]:
                notes.append(Note(at, end, kind, value))
                if kind == "clause":
                    cuts.append(end - 1)
            if surface[-1] == "、":
                cuts.append(end - 1)
            at = end
        _join_places(notes, text)
        clauses = cut_notes(notes, named, cuts, count, question=text.rstrip().endswith(_QUESTIONS))
        for clause in clauses:
            clause.after = {
                note.end: text[note.end : note.end + 2] for note in clause.notes if note.kind in NOUNS
            }
            for _, end, _ in clause.names:
                clause.after[end] = text[end : end + 2]
        return clauses

    def _name(
        self, text: str, at: int, pairs: list[tuple[str, int]], known: int
    ) -> tuple[int, int, int] | None:
        for surface, index in pairs:
            if not text.startswith(surface, at):
                continue
            end = at + len(surface)
            honored = text.startswith(_HONORIFICS, end)
            if known > len(surface) and not honored:
                continue
            if len(surface) == 1 and known and not honored and surface in self._word_names:
                before = text[at - 1 : at]
                after = text[end : end + 1]
                opens = not before or before in _CUTS or before in "」』*　 "
                called = not after or (after in _AFTER_NAME and after not in _NATURE)
                if not ((opens and called) or before in {"と", "・"}):
                    continue
            return (at, end, index)
        return None


def _join_places(notes: list[Note], text: str) -> None:
    """「ホテルのロビー」: one place, not two."""
    places = [at for at, note in enumerate(notes) if note.kind == "place"]
    for first, second in reversed(list(itertools.pairwise(places))):
        whole, part = notes[first], notes[second]
        if text[whole.end : part.at] in {"の", "内の", "内"}:
            notes[second] = Note(whole.at, part.end, "place", place_of_place(part.value, whole.value))
            del notes[first]
