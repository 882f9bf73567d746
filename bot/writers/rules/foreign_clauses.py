"""Notes and clauses: what is known of a foreign text, before anyone asks what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


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
    """Japanese: the two characters after each noun, where its particle stands."""
    before: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    """Other languages: the words before each place, where its preposition stands."""
    start: int = 0
    length: int = 0
    question: bool = False
    opens_sentence: bool = False
    goes_on: bool = False
    """Whether a word ("and"), not a comma or the end, closes it."""

    def has(self, *kinds: str) -> bool:
        """Whether a note of one of these kinds is in the clause."""
        return not self.kinds.isdisjoint(kinds)

    def of(self, *kinds: str) -> list[Note]:
        """The notes of these kinds, in order."""
        return [note for note in self.notes if note.kind in kinds]


def cut_notes(
    notes: list[Note], names: list[tuple[int, int, int]], cuts: list[int], length: int, *, question: bool
) -> list[Clause]:
    """The clauses of one sentence, cut at ``cuts``; those without a note or a name are left out.

    Notes and names are in order, so each clause takes up where the one before left off.
    """
    clauses: list[Clause] = []
    words = {note.at for note in notes if note.kind == "clause"}
    start = next_note = next_name = 0
    for cut in [*sorted(set(cuts)), length]:
        first_note, first_name = next_note, next_name
        while next_note < len(notes) and notes[next_note].at < cut:
            next_note += 1
        while next_name < len(names) and names[next_name][0] < cut:
            next_name += 1
        inside, named = notes[first_note:next_note], names[first_name:next_name]
        if inside or named:
            clauses.append(
                Clause(
                    inside,
                    named,
                    frozenset([note.kind for note in inside]),
                    start=start,
                    length=cut - start,
                    question=question,
                    opens_sentence=not clauses,
                    goes_on=cut in words,
                )
            )
        start = cut
    return clauses
