"""Reads an English prompt, in tags or in sentences, into a draft of a scene with a fixed cast."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from dataclasses import replace

from bot.writers.rules.draft import Draft
from bot.writers.rules.names import Roster
from bot.writers.rules.naming import find_names
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_clothes import ClothesReader
from bot.writers.rules.prompt_faces import FaceReader
from bot.writers.rules.prompt_people import About, Subject, subject_at
from bot.writers.rules.prompt_places import PlaceReader
from bot.writers.rules.prompt_verbs import DeedFinder
from bot.writers.rules.sentences import Sentence, cut_clauses, sentences
from bot.writers.rules.vocabulary import Vocabulary

_WITHOUT = frozenset({"without", "no", "not", "minus", "never"})
_ENDS_WITHOUT = frozenset("and in on at but while".split())
_STRANGER_IN = frozenset("in with wearing on beside".split())
_PICTURE_REACH = 7
"""Words within which "photo of" or "a watercolour of" comes to the one who is pictured."""


class PromptReader:
    """Reads one English prompt; made for each."""

    def __init__(self, draft: Draft, roster: Roster, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._vocabulary = vocabulary
        self._roster = roster
        self.about = About(roster)
        self._deeds = DeedFinder(draft, self.about, vocabulary)
        self._clothes = ClothesReader(draft, self.about, self._deeds, vocabulary)
        self._places = PlaceReader(draft, vocabulary)
        self._faces = FaceReader(draft, self._deeds, vocabulary)
        self._waiting: tuple[int, ...] = ()
        """Names that a comma cut off from the rest of their list."""
        self._told = False
        """Whether a clause of this sentence had a subject: the next may go on with a verb alone."""

    def read(self, text: str) -> None:
        """Read all of it."""
        for sentence in sentences(text):
            self._vocabulary.index.mark(sentence)
            sentence.names = find_names(sentence, self._roster, self._vocabulary.verb_s)
            cut_clauses(sentence, self._vocabulary.verb_words, self._vocabulary.base_words)
            self._told = False
            for start, end in _clauses(sentence):
                self._clause(Part(sentence, start, end, self._vocabulary.knows))

    def _clause(self, part: Part) -> None:
        """Read one clause: all of it that is not understood is kept as a detail."""
        subject = self._subject(part)
        if subject is None:
            return
        people = subject.people
        verb_at = self._deeds.first(part, subject, told=self._told)
        if verb_at is not None and not subject.said and not self._deeds.leads(part, verb_at):
            people, verb_at = (), None  # something else does it: "waves crashing behind her"
        elif verb_at is None and not subject.said and self._is_of_others(part):
            people = ()
        self.about.now = people or self.about.now
        self._negated(part)
        self._places.framing(part)
        place = self._places.place(part, shown=bool(people), verb_at=verb_at)
        self._clothes.read(part, people, verb_at)
        self._places.conditions(part, place)
        self._places.light(part)
        if people:
            self._faces.faces(part, people)
            self._faces.states(part, people)
            self._faces.limbs(part, people)
            if verb_at is not None:
                self._deeds.read(part, people, verb_at)
        self._told = self._told or (subject.said and bool(people))
        self._draft.details += part.left()

    def _subject(self, part: Part) -> Subject | None:
        """Whom the clause is about; None where it was only a name that belongs to the next clause."""
        sentence, about = part.sentence, self.about
        words, start = sentence.words, part.start
        named = [name.person for name in sentence.names if start <= name.start < part.end]
        subject = subject_at(words, sentence.names, start, part.end, about)
        pictured = next(
            (at for at in range(start, min(part.end, start + _PICTURE_REACH)) if words[at] == "of"), None
        )
        if subject is None and pictured is not None:
            subject = subject_at(words, sentence.names, pictured + 1, part.end, about)
        about.names(named)
        waiting, self._waiting = self._waiting, ()
        if subject is None:
            return Subject(waiting or about.now or about.everyone, start, said=bool(waiting))
        people = tuple(dict.fromkeys((*waiting, *subject.people)))
        next_is_named = any(name.start in {part.end + 1, part.end + 2} for name in sentence.names)
        if named and subject.end == part.end and next_is_named and words[part.end] == ",":
            self._waiting = people
            return None
        if subject.end < part.end and words[subject.end] == "'s":
            about.now = people
            return Subject(people, subject.end + 1, said=False)
        self._places.framing(part)  # "close-up of Mira" is framing only as long as its "of" is there
        part.use(pictured if pictured is not None and pictured < subject.end else start, subject.end)
        return replace(subject, people=people, plural=subject.plural or len(people) > 1)

    def _negated(self, part: Part) -> None:
        """What is not to be there is kept in its words, so that nothing of it is read as being there."""
        words = part.sentence.words
        for at in range(part.start, part.end - 1):
            if words[at] in _WITHOUT and at not in part.used:
                end = at + 1
                while end < part.end and words[end] not in _ENDS_WITHOUT:
                    end += 1
                self._draft.details.append(" ".join(words[at:end]))
                part.use(at, end)
                return

    def _is_of_others(self, part: Part) -> bool:
        """Whether a stranger or an animal is what a clause without a verb is about: "a cat in a hat"."""
        words = part.sentence.words
        for at in range(part.start, part.end):
            if words[at] in _STRANGER_IN:
                return False
            kind = self._vocabulary.people.get(words[at].removesuffix("s"))
            if kind == "other" and at + 1 < part.end and words[at + 1] in _STRANGER_IN:
                return True
        return False


def _clauses(sentence: Sentence) -> list[tuple[int, int]]:
    """Where the clauses are; "as astronauts" is no clause of its own."""
    found: list[tuple[int, int]] = []
    names = {name.start for name in sentence.names}
    subjects = {"she", "he", "they", "it", "the", "both", "a", "an", "her", "his"}
    for start, end, opener in sentence.clauses:
        first = next((at for at in range(start, end) if sentence.words[at] != "as"), start)
        if opener == "as" and found and first not in names and sentence.words[first] not in subjects:
            found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found
