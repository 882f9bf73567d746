"""Who can be meant: companions and members, by name, alias, or part of a name."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass, field

from bot.domain.companion import Gender, fold_name
from bot.domain.scene import Conversation

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PART = re.compile(r"[\s・･]+")
_TITLES = frozenset(
    "dr doctor mr mrs ms miss sir lady lord captain queen king prince princess professor prof master the"
    " of de la von van el le der die das and aunt uncle saint st agent officer detective sergeant"
    " commander general major nurse sister brother father mother madame madam monsieur herr frau don dona"
    " senor senora big little old young".split()
)
_SHORTEST_PART = 3


@functools.lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """One word as it is compared: :func:`fold_name`, kept because words come again and again."""
    return word.lower() if word.isascii() else fold_name(word)


@dataclass(slots=True)
class Person:
    """Someone in the talk. ``companion_id`` is None for a member, who is never pictured."""

    index: int
    name: str
    companion_id: str | None
    gender: Gender | None
    surfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way to write a name: its folded words, and whether it is a word of the language as well."""

    words: tuple[str, ...]
    person: int
    is_word: bool


@dataclass(slots=True)
class Roster:
    """Everyone in one conversation; ``people`` has the companions first, then the members who speak."""

    people: list[Person] = field(default_factory=list[Person])
    forms: dict[str, list[NameForm]] = field(default_factory=dict[str, list[NameForm]])
    speakers: dict[str, int] = field(default_factory=dict[str, int])
    by_id: dict[str, int] = field(default_factory=dict[str, int])
    requester: int | None = None
    by_letter: dict[str, list[tuple[str, int]]] = field(default_factory=dict[str, list[tuple[str, int]]])
    """For text without spaces: names and parts of names by their first character, longest first."""

    @property
    def companions(self) -> range:
        """Indexes of the companions."""
        return range(len(self.by_id))

    def is_companion(self, index: int) -> bool:
        """Whether this person can be pictured."""
        return index < len(self.by_id)


def build_roster(conversation: Conversation, word_names: frozenset[str]) -> Roster:
    """The people of a conversation.

    A full name or alias always counts; one word of a longer name counts when no other companion
    has it. Members are known by their whole display name and its words.
    """
    roster = Roster()
    for candidate in conversation.candidates:
        if candidate.companion_id in roster.by_id:
            continue
        index = len(roster.people)
        surfaces = (candidate.name, *candidate.aliases)
        roster.people.append(
            Person(index, candidate.name, candidate.companion_id, candidate.gender, surfaces)
        )
        roster.by_id[candidate.companion_id] = index
    for message in conversation.messages:
        if message.companion_id is None:
            _add_member(roster, message.speaker)
    folded = fold_name(conversation.requester)
    _add_member(roster, conversation.requester)
    roster.requester = roster.speakers.get(folded)
    whole: dict[tuple[str, ...], int] = {}
    parts: dict[str, list[int]] = {}
    for person in roster.people:
        for surface in person.surfaces:
            words = split_name(surface)
            if not words:
                continue
            if words not in whole:
                whole[words] = person.index
            if len(words) > 1:
                for word in words:
                    if len(word) >= _SHORTEST_PART and word not in _TITLES and not word.isdigit():
                        parts.setdefault(word, []).append(person.index)
    for word, owners in parts.items():
        if len(set(owners)) == 1 and (word,) not in whole:
            whole[(word,)] = owners[0]
    for words, index in whole.items():
        form = NameForm(words, index, len(words) == 1 and words[0] in word_names)
        roster.forms.setdefault(words[0], []).append(form)
    for forms in roster.forms.values():
        forms.sort(key=lambda form: -len(form.words))
    roster.by_letter = _by_letter(roster.people)
    return roster


def _by_letter(people: list[Person]) -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for person in people:
        for surface in person.surfaces:
            parts = [part for part in _PART.split(surface) if len(part) > 1]
            for word in dict.fromkeys((surface.strip(), *parts)):
                if word:
                    found.setdefault(word[0], []).append((word, person.index))
    for pairs in found.values():
        pairs.sort(key=lambda pair: -len(pair[0]))
    return found


def _add_member(roster: Roster, name: str) -> None:
    folded = fold_name(name)
    if folded in roster.speakers or not folded:
        return
    index = len(roster.people)
    roster.people.append(Person(index, name, None, None, (name,)))
    roster.speakers[folded] = index


def split_name(name: str) -> tuple[str, ...]:
    """A name's folded words; a name of symbols only is one word, itself."""
    words = tuple(fold_word(word) for word in _WORD.findall(unicodedata.normalize("NFKC", name)))
    return words or ((fold_name(name),) if name.strip() else ())
