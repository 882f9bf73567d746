"""Whom a clause of a prompt or an edit is about."""

# ruff: noqa: PLR0911 -- a rule is a list of cases

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.companion import Gender
from bot.writers.rules.names import Roster
from bot.writers.rules.prompt_words import ADVERBS, ALL, FEMALE, MALE, PERSON
from bot.writers.rules.sentences import Named

_AND = frozenset({"and", ",", "&", "with", "plus", "both"})
_BOTH = 2


@dataclass(slots=True)
class About:
    """Who is meant while a text is read: everyone at first, then whom it named last."""

    roster: Roster
    now: tuple[int, ...] = ()
    """Whom the last clause was about; empty where it was about no one of the cast."""
    last: list[int] = field(default_factory=list[int])
    """Everybody who was named, the latest last."""

    def __post_init__(self) -> None:
        self.now = self.everyone

    @property
    def everyone(self) -> tuple[int, ...]:
        """The whole cast."""
        return tuple(self.roster.companions)

    def names(self, named: Sequence[int]) -> None:
        """These were named, in this order."""
        for person in named:
            if person in self.last:
                self.last.remove(person)
            self.last.append(person)

    def of_gender(self, gender: Gender) -> tuple[int, ...]:
        """Whom "she" or "he" means: the one just named who fits, else all who fit, else all who may."""
        people = self.roster.people
        fitting = [person for person in self.everyone if people[person].gender is gender]
        named = [person for person in reversed(self.last) if person in fitting]
        if named:
            return (named[0],)
        if fitting:
            return tuple(fitting)
        other = [person for person in self.everyone if people[person].gender is Gender.NONBINARY]
        return tuple(other) or self.everyone

    def group(self, phrase: str) -> tuple[int, ...]:
        """Whom "both" or "they" means: "both" of three are the two named last."""
        if phrase.startswith("both") and len(self.everyone) > _BOTH and len(self.last) >= _BOTH:
            return tuple(sorted(self.last[-_BOTH:]))
        return self.everyone


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a clause begins with.

    ``people`` is empty where it is about somebody or something else; ``end`` is the word after it;
    ``said`` whether any words stand for it, and ``plural`` whether its verbs have no ending.
    """

    people: tuple[int, ...]
    end: int
    said: bool
    plural: bool = False


def subject_at(words: list[str], names: list[Named], start: int, end: int, about: About) -> Subject | None:
    """The one of the cast whom the words at ``start`` name; None where they name none of it."""
    at = start
    while at < end and words[at] in ADVERBS - {"both", "all", "each", "together", "who", "which", "that"}:
        at += 1
    if at >= end:
        return None
    listed = _listed(words, names, at, end)
    if listed is not None:
        return listed
    text = " ".join(words[at:end])
    group = ALL.match(text)
    if group:
        people = about.group(group.group())
        return Subject(people, at + len(group.group().split()), said=True, plural=not text.startswith("each"))
    word = words[at]
    if word in {"who", "which"} and about.last:
        return Subject((about.last[-1],), at + 1, said=True)
    if word in {"she", "he"}:
        gender = Gender.FEMALE if word == "she" else Gender.MALE
        return Subject(about.of_gender(gender), at + 1, said=True)
    person = PERSON.match(text)
    if person:
        noun = person.group("noun")
        people = about.now or about.everyone
        if noun in FEMALE:
            people = about.of_gender(Gender.FEMALE)
        elif noun in MALE:
            people = about.of_gender(Gender.MALE)
        return Subject(people, at + len(person.group().split()), said=True)
    return None


def _listed(words: list[str], names: list[Named], at: int, end: int) -> Subject | None:
    """Names one after another: "Mira and Kaito", "Mira, Juno & Kaito"."""
    found: list[int] = []
    position = at
    while position < end:
        if words[position] in _AND and (found or words[position] == "both"):
            if not any(name.start == position + 1 for name in names):
                break
            position += 1
            continue
        name = next((name for name in names if name.start == position), None)
        if name is None:
            break
        found.append(name.person)
        position = name.end
    return Subject(tuple(dict.fromkeys(found)), position, said=True, plural=len(found) > 1) if found else None
