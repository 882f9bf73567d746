"""Verbs of coming and going, listed or not: "heads home", "slinks back in", "stumps off towards the pub"."""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from bot.writers.rules.markup import Voice
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.reality import Span
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import Subject, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

_FEW_WORDS = 3
_LEAVE_OBJECTS = frozenset(
    "room house building party table scene group us them you me everyone place town city premises cafe"
    " bar home school work company two others rest for with together without early before quietly now then"
    " alone area ship apartment".split()
)


_GONE = (["gone"], ["and", "gone"], ["poof"], ["already", "gone"], ["is", "gone"], ["exeunt"])
"""A whole action that says no more than that its doer is gone."""
_COME_IN = frozenset("in inside enters enter entered arrives arrived returns returned".split())
_FAREWELLS = frozenset(
    "bye goodbye farewell cya byeee byee gn gnight goodnight nighty toodles adios ciao ttyl laters".split()
)


_WEATHERED = frozenset(
    "snow rain night dark darkness cold storm blizzard fog wind sunshine air drizzle downpour heat sun".split()
)


_ERRANDS = frozenset("go run head pop nip dash jog hurry rush".split())
_FETCHING = {
    ("for", "the"),
    ("for", "a"),
    ("for", "some"),
    ("for", "more"),
    ("for", "help"),
    ("to", "get"),
    ("to", "fetch"),
    ("to", "find"),
    ("to", "grab"),
    ("to", "buy"),
    ("to", "check"),
    ("to", "pick"),
    ("to", "move"),
    ("to", "call"),
    ("out", "for"),
    ("to", "bed"),
    ("to", "work"),
}


class Comings:
    """Finds who comes and who goes in a clause."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary

    def exits(
        self, sentence: Sentence, span: Span, people: tuple[int, ...], voice: Voice, turn: Turn
    ) -> bool:
        """Such as "tosses it over on the way out", "heads out the door"."""
        if (
            voice is Voice.SPEECH
            or Mark.EXIT not in sentence.kinds
            or not any(
                mark.mark is Mark.EXIT and span.start <= mark.start < span.real_end for mark in sentence.marks
            )
        ):
            return False
        if self._has_come_in(sentence, span):
            return False
        companions = [person for person in people or turn.last if self._world.roster.is_companion(person)]
        if len(companions) > 1 and turn.speaker in companions:
            companions = [turn.speaker]
        if len(companions) != 1 or len(self._world.roster.companions) == 1:
            return False
        self._world.depart(companions[0], Status.LEFT)
        return True

    @staticmethod
    def _has_come_in(sentence: Sentence, span: Span) -> bool:
        """Such as "walks in and shuts the door behind her"."""
        return "behind" in sentence.words[span.start :] and not _COME_IN.isdisjoint(
            sentence.words[: span.real_end]
        )

    def goodbye(self, rest: list[str], person: int, turn: Turn) -> bool:
        """Such as "bye Astrid": who is seen off is gone."""
        roster = self._world.roster
        if _FAREWELLS.isdisjoint(rest):
            return False
        if (
            person != turn.speaker
            and roster.is_companion(person)
            and len(roster.companions) > 1
            and len(rest) <= _FEW_WORDS
            and self._world.people[person].status is not Status.LEFT
        ):
            self._world.depart(person, Status.LEFT if "bye" in rest else Status.AWAY)
        return True

    def event(self, words: list[str], predicate: Predicate, end: int) -> str:
        """What the verb says about its subject: "leave", "arrive" or ""."""
        if words[:end] in _GONE:
            return "leave"
        if predicate.verb is None:
            if predicate.be and predicate.at < end:
                word = words[predicate.at]
                first_person = predicate.at > 1 and words[predicate.at - 2] == "i"
                if (
                    word == "out"
                    and first_person
                    and words[predicate.at + 1 : predicate.at + 2] in ([], [","])
                ):
                    return "leave"
                if word in {"gone", "outta", "off"} and "then" not in words[: predicate.at]:
                    following = words[predicate.at + 1 : predicate.at + 2]
                    return "leave" if word != "off" or following in ([], ["to"], ["home"]) else ""
                if word in {"back", "here"}:
                    return "arrive"
            return ""
        if predicate.at >= end:
            return ""
        way = self._way(words, predicate, end)
        if way:
            return way
        if predicate.progressive and predicate.verb.base == "go" and predicate.at + 1 == end:
            return "leave" if words[predicate.at - 1] == "am" else ""
        found = self._vocabulary.presence_verbs.get(predicate.verb.base)
        if found is None:
            return ""
        rest = [
            word
            for word in words[predicate.at + 1 : end]
            if word not in {"right", "straight", "quietly", "just", "all", "to"} or word == "to"
        ]
        rest = [word for word in rest if not (word.endswith("ly") and len(word) > 4)]  # noqa: PLR2004
        for phrasal in found:
            count = len(phrasal.particles)
            if tuple(rest[:count]) == phrasal.particles or (
                rest[:1] == ["back"] and tuple(rest[1 : count + 1]) == phrasal.particles
            ):
                following = rest[count : count + 3]
                if not self._really(predicate, phrasal.what, count, following, rest):
                    return ""
                return phrasal.what
        return ""

    def _way(self, words: list[str], predicate: Predicate, end: int) -> str:
        """Any verb of moving with "back in" comes, with "off towards" or "away" goes."""
        verb = predicate.verb
        moving = verb is not None and (
            verb.kind is Kind.MOTION
            or verb.base not in self._vocabulary.forms
            or (verb.kind is Kind.UNSEEN and verb.base in self._vocabulary.presence_verbs)
        )
        if verb is None or not moving:
            return ""
        rest = [
            word
            for word in words[predicate.at + 1 : end]
            if not (word.endswith("ly") and len(word) > 4) and word not in {"again", "right", "straight"}  # noqa: PLR2004
        ]
        first, second = (*rest[:2], "", "")[:2]
        if (
            first == "back"
            and second in {"in", "inside", "over", "with", "out", "down", "up"}
            and len(rest) <= _FEW_WORDS
        ):
            return "arrive"
        if (
            verb.base in _ERRANDS
            and (first, second) in _FETCHING
            and (first == "to" or verb.form is Form.PAST)
        ):
            return "leave"
        if first in {"off", "away"} and second in {
            "",
            "upstairs",
            "downstairs",
            "home",
            "towards",
            "toward",
            "to",
            "down",
            "through",
            "alone",
            "into",
            "without",
            "ahead",
            "across",
            "along",
        }:
            return "leave"
        if first == "out" and second == "" and verb.base not in {"come", "step", "lean", "climb"}:
            return "leave"
        if first == "out" and second == "of":
            return "leave" if self._is_left(rest[2:]) else "arrive"
        if first == "in" and second in {"", "with", "from", "through", "late"}:
            return "arrive"
        return ""

    def _is_left(self, place: list[str]) -> bool:
        """Whether "out of …" names where the scene is; out of anywhere else, somebody comes into it."""
        setting = self._world.setting
        words = {word for word in place[:4] if word not in {"the", "a", "his", "her", "their"}}
        return bool(words & {"room", "door", "house"}) or (
            setting is not None and not words.isdisjoint(setting.text.lower().split())
        )

    def _really(
        self, predicate: Predicate, what: str, count: int, following: list[str], rest: list[str]
    ) -> bool:
        base = predicate.verb.base if predicate.verb else ""
        if what == "leave":
            if self._outdoors(rest[:6]):
                return True
            if any(word in {"into", "onto"} for word in rest[:5]) and base not in {
                "disappear",
                "vanish",
                "withdraw",
                "retreat",
            }:
                return False
            if base == "leave":
                if not following:
                    return True
                if "ago" in rest or following[0] in {"already", "earlier"}:
                    return True
                objects = [
                    word for word in following if word not in {"the", "a", "this", "their", "his", "her"}
                ]
                return bool(objects) and (
                    objects[0] in _LEAVE_OBJECTS or objects[0] in self._vocabulary.place_words
                )
            if base == "take" and count == 1:
                return not following or following[0] in {"for", "down", "into", "running", "without"}
            if base in {"step", "walk", "duck", "rush", "dash", "run", "go"} and count and following[:1]:
                return following[0] in {"of", "for", "without", "alone", "early"}
            if base == "turn":
                return not following
            return True
        if base in {"appear", "land", "turn", "join"} and following[:1] in (["to"], ["as"]):
            return False
        return not (base == "enter" and not following)

    @staticmethod
    def _outdoors(rest: list[str]) -> bool:
        """Such as "steps out into the snow": into no place that could be the scene."""
        into = next((at for at, word in enumerate(rest) if word in {"into", "onto"}), len(rest))
        return "out" in rest[:into] and not _WEATHERED.isdisjoint(rest[into:])

    def leave(self, people: tuple[int, ...], subject: Subject) -> str:
        """Let these go: "leave", or "moved" where it is the scene that goes with them, or ""."""
        world = self._world
        companions = [person for person in people if world.roster.is_companion(person)]
        if subject.group or len(people) > 1:
            return "moved"
        if not companions:
            return "moved" if people else ""
        others = [person for person in world.present() if person not in companions]
        if not others and len(world.roster.companions) == 1:
            return "moved"
        for person in companions:
            world.depart(person, Status.LEFT)
        return "leave"

    def watched_leaving(self, words: list[str], at: int, person: int) -> bool:
        """Such as "watches Kael disappear into the crowd": the one watched leaves."""
        form = self._vocabulary.forms.get(words[at]) if at < len(words) else None
        if (
            form is None
            or form.form not in {Form.BASE, Form.ING}
            or not self._world.roster.is_companion(person)
        ):
            return False
        rest = words[at + 1 :]
        for phrasal in self._vocabulary.presence_verbs.get(form.base, ()):
            count = len(phrasal.particles)
            if (
                phrasal.what == "leave"
                and (count or form.base in {"leave", "disappear", "vanish", "go"})
                and tuple(rest[:count]) == phrasal.particles
            ):
                self._world.depart(person, Status.LEFT)
                return True
        return False
