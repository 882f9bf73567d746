"""Two talks in one channel: which messages belong to the requester's.

People are tied by whom they speak to by name. Only where that leaves two groups, each with a
member and a companion, is there a second talk; then its messages are left out.
"""

# ruff: noqa: C901 -- a rule is a list of cases

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.companion import fold_name
from bot.domain.scene import Message
from bot.writers.rules.names import Roster, fold_word
from bot.writers.rules.naming import find_names
from bot.writers.rules.sentences import Sentence
from bot.writers.rules.subjects import OTHER

_FEWEST_MESSAGES = 4
_ACTIONS = re.compile(r"\*[^*\n]+\*")


def speaker_of(message: Message, roster: Roster) -> int:
    """The roster index of who wrote the message; OTHER when it is nobody of the roster."""
    if message.companion_id is not None:
        return roster.by_id.get(message.companion_id, OTHER)
    return roster.speakers.get(fold_name(message.speaker), OTHER)


def own_thread(
    messages: Sequence[Message], texts: Sequence[str], roster: Roster, narrators: frozenset[int]
) -> list[int]:
    """Indexes of the messages in the requester's thread of talk, in order; all of them when there is one talk."""
    everything = list(range(len(messages)))
    if len(messages) < _FEWEST_MESSAGES or roster.requester is None:
        return everything
    speakers = [speaker_of(message, roster) for message in messages]
    members = {
        person for person in speakers if person != OTHER and not roster.is_companion(person)
    } - narrators
    if len(members) < 2 or roster.requester not in members:  # noqa: PLR2004 one talk needs one member
        return everything
    ties = _Ties(len(roster.people))
    addressed = [_named(text, roster, speaker) for text, speaker in zip(texts, speakers, strict=True)]
    for speaker, named in zip(speakers, addressed, strict=True):
        if speaker == OTHER or speaker in narrators:
            continue
        for person in named:
            ties.join(speaker, person)
    for at, speaker in enumerate(speakers):
        if speaker == OTHER or speaker in narrators or addressed[at] or ties.tied(speaker):
            continue
        previous = next(
            (s for s in reversed(speakers[:at]) if s not in {OTHER, speaker} and s not in narrators), None
        )
        following = next(
            (s for s in speakers[at + 1 :] if s not in {OTHER, speaker} and s not in narrators), None
        )
        neighbour = previous if previous is not None else following
        if neighbour is not None:
            ties.join(speaker, neighbour)
    own = ties.root(roster.requester)
    groups = {ties.root(person) for person in speakers if person != OTHER and person not in narrators}
    if len(groups) < 2:  # noqa: PLR2004
        return everything
    for group in groups:
        inside = {person for person in speakers if person != OTHER and ties.root(person) == group} - narrators
        has_member = any(person in members for person in inside)
        has_companion = any(roster.is_companion(person) for person in inside)
        if group == own and not has_companion:
            return everything
        if group != own and not (has_member and has_companion):
            ties.merge(group, own)
    own = ties.root(roster.requester)
    return [
        at
        for at, speaker in enumerate(speakers)
        if speaker == OTHER or speaker in narrators or ties.root(speaker) == own
    ]


def _named(text: str, roster: Roster, speaker: int) -> list[int]:
    said = _ACTIONS.sub(" ", text)  # who sits down next to somebody is in the scene with all of them
    raw = [word.strip(".,!?…:;\"'()*_~@") for word in said.split()]
    raw = [word.removesuffix("'s") for word in raw if word]
    if not raw:
        return []
    sentence = Sentence([fold_word(word) for word in raw], raw, question=False, exclaimed=False)
    return [name.person for name in find_names(sentence, roster, frozenset()) if name.person != speaker]


class _Ties:
    """Disjoint sets of people."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))
        self._joined: set[int] = set()

    def root(self, person: int) -> int:
        while self._parents[person] != person:
            self._parents[person] = self._parents[self._parents[person]]
            person = self._parents[person]
        return person

    def join(self, one: int, other: int) -> None:
        self._joined |= {one, other}
        self.merge(one, other)

    def merge(self, one: int, other: int) -> None:
        self._parents[self.root(one)] = self.root(other)

    def tied(self, person: int) -> bool:
        return person in self._joined
