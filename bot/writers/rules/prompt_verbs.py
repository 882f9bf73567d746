"""Verbs in a prompt: where somebody of the cast does something, and what."""

# ruff: noqa: C901, PLR0911, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from bot.writers.rules.actions import STATES
from bot.writers.rules.draft import Draft
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_people import About, Subject
from bot.writers.rules.prompt_words import (
    ADVERBS,
    FEELINGS,
    INSIDE,
    LINKS,
    NEAR,
    NOT_DEEDS,
    NOUNS_TOO,
    OBJECT_OPENERS,
    OF_THINGS,
)
from bot.writers.rules.sentences import Mark
from bot.writers.rules.verbs import Form, Kind, VerbForm, gerund, unknown_base
from bot.writers.rules.vocabulary import Vocabulary

_SHORTEST_GERUND = 5
_UNSHOWN = frozenset(
    "be have do wear seem appear become get want feel need know like love hate mean let make keep go come"
    " include begin start continue try allow cause last see hear say mention contain sound matter may must can"
    " shall should would could might used name spell own cost live stay figure finish end place style set"
    " light change can".split()
)
"""Verbs that show nothing, whatever follows them."""
_MEALS = frozenset("breakfast lunch dinner supper brunch coffee tea fun drinks cake ice snacks".split())
_NO_VERBS = frozenset("wears has is was does as plus us this its his hers always perhaps".split())
_NOUN_BEFORE = frozenset("a an the her his their of some no for with".split())
_DETERMINERS = frozenset("a an the her his their of for some keep keeps 's".split())
_BEGINNING = frozenset("start starts go goes going".split())
_THROUGH_THINGS = OBJECT_OPENERS | frozenset("in from through around above".split())
_DRESSED = frozenset("in wearing with dressed who from of".split())
_NOT_BEFORE_VERBS = frozenset("a an the in of with and her his".split())
_WAYS = frozenset("out up off down away back around forward".split())
_JOINING = frozenset("and while as , also then".split())
_BARE = frozenset("looking feeling seeming appearing".split())
"""Without more, these only led to the face that was read after them."""


class DeedFinder:
    """Finds the verbs of a clause and writes them into the draft as gerund phrases."""

    def __init__(self, draft: Draft, about: About, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._about = about
        self._vocabulary = vocabulary
        self._unlisted: dict[str, VerbForm] = {}

    def form(self, word: str) -> VerbForm | None:
        """The word as a verb that shows something."""
        form = self._vocabulary.forms.get(word) or self._unlisted.get(word)
        if form is not None:
            return None if form.kind is Kind.UNSEEN and form.base in _UNSHOWN else form
        if (
            word.endswith("ing")
            and len(word) > _SHORTEST_GERUND
            and word.isalpha()
            and word not in NOT_DEEDS | self._vocabulary.places
        ):
            return VerbForm(word, Form.ING, Kind.STRONG)
        return None

    def first(self, part: Part, subject: Subject, *, told: bool) -> int | None:
        """Where the first verb stands; ``told``: the sentence had a subject before this clause."""
        covered = {
            at
            for mark in part.sentence.marks
            if mark.mark is Mark.GARMENT and mark.end - mark.start > 1
            for at in range(mark.start, mark.end)
        }
        for at in range(max(part.start, subject.end), part.end):
            if at not in covered and self._is_verb(part, at, subject, told=told):
                return at
        return self._unlisted_at(part, subject)

    def _is_verb(self, part: Part, at: int, subject: Subject, *, told: bool) -> bool:
        words = part.sentence.words
        word = words[at]
        before = words[at - 1] if at > part.start else ""
        after = words[at + 1] if at + 1 < part.end else ""
        if (word == "having" and after in _MEALS) or (word == "doing" and after):
            return True
        if word == "does" and at == subject.end and after not in {"", "not"}:
            return True
        form = self.form(word)
        if form is None or word in NOT_DEEDS:
            return False
        if form.form is Form.ING:
            if before in _NOUN_BEFORE and not (before in {"her", "his", "with"} and after in OBJECT_OPENERS):
                return False
            return not (word in OF_THINGS and after and after not in _THROUGH_THINGS)
        if at == part.start:
            if not told:
                return False
            if form.form is Form.S:
                joined = at > 0 and words[at - 1] == "and"
                return word not in NOUNS_TOO or after in OBJECT_OPENERS | _WAYS or joined
            return form.form is Form.BASE and len(self._about.now) > 1 and after != ""
        if not subject.said:
            return False
        fits = form.form is Form.S or (form.form is Form.BASE and subject.plural)
        if form.form is Form.S and subject.plural and at != subject.end:
            return False
        return fits and self._is_after(part, subject, at)

    def _is_after(self, part: Part, subject: Subject, at: int) -> bool:
        """Whether a verb can follow its subject here: at once, after an adverb, or after what the subject wears."""
        words = part.sentence.words
        between = words[subject.end : at]
        if not between or all(word in ADVERBS or word.endswith("ly") for word in between):
            return True
        return (
            between[0] in _DRESSED
            and words[at - 1] not in _NOT_BEFORE_VERBS
            and (words[at] not in NOUNS_TOO or at + 1 < len(words))
        )

    def _unlisted_at(self, part: Part, subject: Subject) -> int | None:
        """A verb that no list has, right after its subject: "Kaito wobbles on the board"."""
        words = part.sentence.words
        at = subject.end
        while at < part.end and (words[at] in ADVERBS or words[at].endswith("ly")):
            at += 1
        if not subject.said or subject.plural or at + 1 >= part.end or words[at] in self._vocabulary.slots:
            return None
        base = unknown_base(words[at])
        if base is None or words[at] in self._vocabulary.forms or words[at] in _NO_VERBS:
            return None
        self._unlisted[words[at]] = VerbForm(base, Form.S, Kind.STRONG)
        return at

    def leads(self, part: Part, verb_at: int) -> bool:
        """Whether a verb without a subject is one of the cast's: nothing that could do it stands before it."""
        words = part.sentence.words
        for at in range(part.start, verb_at):
            word = words[at]
            if word in ADVERBS | LINKS | FEELINGS or word.endswith("ly") or word in self._vocabulary.colours:
                continue
            if any(mark.mark is Mark.GARMENT and mark.start <= at < mark.end for mark in part.sentence.marks):
                return words[verb_at] not in OF_THINGS  # "red scarf flying" is the scarf's
            if word in STATES or words[part.start] in INSIDE | NEAR:
                continue
            return False
        return True

    def starts(self, part: Part, at: int) -> bool:
        """Whether another deed begins here, within a clause."""
        words = part.sentence.words
        word, before = words[at], words[at - 1]
        form = self.form(word)
        if form is None or form.form is not Form.ING or word in NOT_DEEDS or at in part.used:
            return False
        if before in _DETERMINERS | _BEGINNING or before.removesuffix("s") in self._vocabulary.people:
            return False
        if word in OF_THINGS and at + 1 < part.end and words[at + 1] not in OBJECT_OPENERS:
            return False
        return not any(
            mark.mark in {Mark.GARMENT, Mark.PLACE} and mark.start <= at < mark.end
            for mark in part.sentence.marks
        )

    def read(self, part: Part, people: tuple[int, ...], first: int) -> None:
        """The verbs of the clause from ``first`` on, each with what belongs to it."""
        later = (at for at in range(first + 1, part.end) if self.starts(part, at))
        starts = [at for at in (first, *later) if at not in part.used]  # "charming smile" is a face by now
        for number, at in enumerate(starts):
            limit = starts[number + 1] if number + 1 < len(starts) else part.end
            stop = at + 1
            while stop < limit and stop not in part.used:
                stop += 1
            self._deed(part, people, at, stop)

    def _deed(self, part: Part, people: tuple[int, ...], at: int, stop: int) -> None:
        words = part.sentence.words
        form = self._vocabulary.forms.get(words[at]) or self.form(words[at])
        form = form or VerbForm(words[at], Form.ING, Kind.STRONG)
        verb = words[at] if form.form is Form.ING else gerund(form.base, self._vocabulary.irregular)
        text = f"{verb} {tail(part, at + 1, stop)}".strip()
        part.use(at, stop)
        if text in _BARE:
            return
        for person in people:
            figure = self._draft.figures[person]
            kept = {Kind.FACE: figure.faces, Kind.POSE: figure.poses}.get(form.kind, figure.deeds)
            kept.append(text)


def tail(part: Part, start: int, stop: int) -> str:
    """The words after a verb, with the preposition and article that they open with: "on a bench"."""
    words = part.sentence.words
    first = start
    while first < stop and words[first] in _JOINING:
        first += 1
    return part.text(first, stop, front=True)
