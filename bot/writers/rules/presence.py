"""Who is in the scene: coming, leaving, on the phone, elsewhere, or only talked about."""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from bot.writers.rules.comings import Comings
from bot.writers.rules.markup import Voice
from bot.writers.rules.partings import holds_a_device
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.reality import Span
from bot.writers.rules.sentences import Mark, Marked, Sentence
from bot.writers.rules.subjects import OTHER, Subject, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

_EVENTFUL = frozenset({None, Mark.NEGATOR, Mark.PAST})
"""Why a clause may be untrue, and somebody still came or went in it."""
_CALLING = frozenset("call text phone dial message facetime ring email".split())
_PHYSICAL = {Kind.POSE, Kind.FACE, Kind.STRONG, Kind.WEAK, Kind.MOTION}
_OWNED_ELSEWHERE = frozenset(
    "phone number name idea birthday letter message note text texts email diary portrait grave absence"
    " desk locker house favorite favourite car bed door book photo picture room office apartment place"
    " flat voice".split()
)
_BESIDE_A_NAME = frozenset(
    "hey hi hello oh ok okay yes no well and dear so but thanks please sorry look wait come on right you"
    " too".split()
)
_ASLEEP = frozenset("asleep sleeping passed unconscious dozing snoring knocked".split())
_WITH_US = (["with", "us"], ["with", "me"], ["with", "you"], ["with", "them"])
_HERE = frozenset("here there beside next with us nearby around present".split())


class PresenceReader:
    """Changes people's status from one clause at a time."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary
        self._comings = Comings(world, vocabulary)

    def read(
        self, sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, turn: Turn, voice: Voice
    ) -> str:
        """Read one clause; what it did to its subject: "leave", "arrive", "remote", or ""."""
        world = self._world
        if turn.remote:
            return "remote"
        people = subject.known()
        end = span.real_end if span.why is not Mark.PAST else span.end
        remote = self._remote(sentence, span, subject, predicate, turn, voice)
        if remote:
            return remote
        if self._comings.exits(sentence, span, people, voice, turn):
            return "leave"
        event = self._comings.event(sentence.words, predicate, end)
        if (event and people and span.why in _EVENTFUL) or (
            event and people and predicate.at < span.real_end
        ):
            if span.why is Mark.PAST and event == "arrive":
                event = ""
            if subject.part and subject.part.strip():
                event = ""
            if (
                voice is Voice.SPEECH
                and event == "arrive"
                and predicate.verb
                and predicate.verb.form is Form.BASE
                and subject.how == "second"
            ):
                event = ""
            if (event == "leave" and predicate.at < span.real_end) or (
                event == "leave" and span.why is Mark.PAST
            ):
                if self._is_everyone(subject, turn):
                    return "moved"
                return self._comings.leave(people, subject)
            if event == "arrive":
                for person in people:
                    world.arrive(person)
                self._objects(sentence, predicate.at, span.real_end, people, voice)
                return "arrive"
        if self._elsewhere(sentence, span, people, subject, predicate, turn):
            return "leave"
        if span.why is None or predicate.at < span.real_end:
            self._subjects_seen(people, predicate, voice, turn, sentence.words[span.start : span.end])
            self._objects(sentence, max(subject.at, span.start), span.real_end, people, voice)
        return ""

    def vocative(self, sentence: Sentence, span: Span, turn: Turn) -> bool:
        """A clause that is a name only, "Kai, look": the one spoken to is here, unless said otherwise."""
        if not sentence.names:
            return False
        names = [name for name in sentence.names if span.start <= name.start < span.end]
        if len(names) != 1:
            return False
        named = names[0]
        rest = [*sentence.words[span.start : named.start], *sentence.words[named.end : span.end]]
        if self._comings.goodbye(rest, named.person, turn):
            return True
        if any(word not in _BESIDE_A_NAME for word in rest):
            return False
        if sentence.question and not rest and len(sentence.clauses) == 1:
            return True
        if named.person != turn.speaker:
            self._world.seen(named.person)
        return True

    def _remote(
        self, sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, turn: Turn, voice: Voice
    ) -> str:
        world = self._world
        verb = predicate.verb
        if Mark.REMOTE not in sentence.kinds and (verb is None or verb.base not in _CALLING):
            return ""
        marks = [
            mark
            for mark in sentence.marks
            if mark.mark is Mark.REMOTE and span.start <= mark.start < span.end
        ]
        named = [name for name in sentence.names if span.start <= name.start < span.end]
        if verb is not None and verb.base in _CALLING and predicate.at < span.real_end:
            called = [name.person for name in named if name.start in {predicate.at + 1, predicate.at + 2}]
            for person in called:
                if world.people[person].status is not Status.PRESENT or verb.base != "call":
                    self._away(person)
            if called:
                return ""
        if not marks or (span.real_end <= marks[0].start and span.why is not Mark.PAST):
            return ""
        mark = marks[0]
        if voice is not Voice.SPEECH and holds_a_device(sentence.words, span.start, mark.start + 1):
            return ""
        others = [name for name in named if name.person not in subject.people or name.start > mark.start]
        after = [name for name in others if name.start >= mark.start]
        if after or (
            others
            and verb is not None
            and verb.base in {"hear", "see", "listen", "talk", "speak", "chat", "get", "have", "put"}
        ):
            for name in after or others:
                self._away(name.person)
            return ""
        people = [person for person in subject.people if person != OTHER]
        if voice is Voice.SPEECH and not (named and named[0].person in people):
            return ""
        if verb is not None and verb.base in {
            "answer",
            "pick",
            "grab",
            "check",
            "put",
            "look",
            "hang",
            "take",
            "hold",
            "scroll",
        }:
            return ""
        if mark.value in {
            "texts",
            "texting",
            "text message",
            "phone call",
            "on the phone",
            "on a call",
            "on the call",
        } and any(
            world.people[person].deeds and world.people[person].status is Status.PRESENT for person in people
        ):
            return ""
        if not people and voice is Voice.ACTION:
            people = [turn.speaker]
        if subject.people == (OTHER,) and voice is Voice.ACTION and turn.speaker != OTHER:
            people = [turn.speaker]
        away = False
        for person in people:
            away = self._away(person) or away
            if person == turn.speaker and away:
                turn.remote = True
        return "remote" if away else ""

    def _away(self, person: int) -> bool:
        """Put a companion at the other end of the line; not the only one there is."""
        roster = self._world.roster
        if person == OTHER or not roster.is_companion(person) or len(roster.companions) == 1:
            return False
        self._world.depart(person, Status.REMOTE)
        return True

    def _elsewhere(
        self,
        sentence: Sentence,
        span: Span,
        people: tuple[int, ...],
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
    ) -> bool:
        world = self._world
        companions = [person for person in people if world.roster.is_companion(person)]
        if len(companions) != 1 or len(world.roster.companions) == 1 or subject.how == "second":
            return False
        at_home = voice_at_home(sentence.words, predicate)
        if span.why is not Mark.NEGATOR and Mark.ELSEWHERE not in sentence.kinds and not at_home:
            return False
        words = sentence.words[span.start : span.end]
        negated_be = (
            predicate.be
            and span.why is Mark.NEGATOR
            and (
                any(word in words for word in ("here", "coming", "around"))
                or any(words[at : at + 2] in _WITH_US for at in range(len(words) - 1))
            )
        )
        negated_come = span.why is Mark.NEGATOR and any(
            word in words for word in ("come", "coming", "join", "joining", "make", "made")
        )
        marks = [
            mark
            for mark in sentence.marks
            if mark.mark is Mark.ELSEWHERE and span.start <= mark.start < span.end
        ]
        stays = predicate.verb is not None and predicate.verb.base in {"stay", "remain", "wait"}
        if at_home:
            marks = marks or [Marked(predicate.at, predicate.at + 1, Mark.ELSEWHERE, "home")]
        placed = bool(marks) and (
            predicate.be
            or stays
            or predicate.verb is None
            or predicate.verb.base in {"sleep", "live", "get", "lie", "have", "move", "fly", "run", "work"}
        )
        if span.why in {Mark.HYPOTHETICAL, Mark.FUTURE} and not negated_come:
            return False
        if span.why is Mark.NEGATOR and placed and not (negated_be or negated_come):
            return False
        if not (negated_be or negated_come or placed):
            return False
        if turn.speaker in companions and voice_is_own(subject):
            return False
        for person in companions:
            world.depart(person, Status.LEFT)
        return True

    def _is_everyone(self, subject: Subject, turn: Turn) -> bool:
        """Such as "You slip out the back." of a game master, who names nobody: all go, and the scene with them."""
        world = self._world
        told = turn.speaker == OTHER or not world.roster.is_companion(turn.speaker)
        return subject.how == "second" and told and not turn.named and len(world.present()) > 1

    def _subjects_seen(
        self, people: tuple[int, ...], predicate: Predicate, voice: Voice, turn: Turn, words: list[str]
    ) -> None:
        world = self._world
        for person in people:
            if not world.roster.is_companion(person):
                continue
            if voice is Voice.SPEECH and person != turn.speaker:
                here = (
                    predicate.progressive
                    or (predicate.verb is not None and predicate.verb.base == "fall" and "asleep" in words)
                    or (
                        predicate.be
                        and (
                            any(word in _ASLEEP or word in _HERE for word in words)
                            or predicate.verb is not None
                        )
                    )
                )
                if here:
                    world.seen(person)
            elif voice is not Voice.SPEECH and (
                (
                    predicate.verb is not None
                    and predicate.verb.kind in _PHYSICAL
                    and world.people[person].status is not Status.AWAY
                )
                or world.people[person].status in {Status.UNKNOWN, Status.BEHIND}
            ):
                world.seen(person)

    def _objects(
        self, sentence: Sentence, start: int, end: int, people: tuple[int, ...], voice: Voice
    ) -> None:
        """People named after the verb: here when something is done with them, not when they are thought of."""
        world = self._world
        words = sentence.words
        for name in sentence.names:
            if not start <= name.start < end or name.person in people:
                continue
            before = words[max(0, name.start - 3) : name.start]
            if any(word in self._vocabulary.about for word in before):
                continue
            if self._comings.watched_leaving(words, name.end, name.person):
                continue
            owned = name.end < len(words) and words[name.end] == "'s"
            if owned and (
                name.end + 1 >= len(words)
                or words[name.end + 1] in self._vocabulary.place_words
                or words[name.end + 1] in _OWNED_ELSEWHERE
            ):
                continue
            if voice is not Voice.SPEECH or (
                before
                and before[-1] in self._vocabulary.beside | {"with", "and"}
                and "is" in words[: start + 3]
            ):
                world.seen(name.person)


def voice_at_home(words: list[str], predicate: Predicate) -> bool:
    """Such as "Teddy's home with a cold": being home is being elsewhere."""
    return predicate.be and predicate.verb is None and words[predicate.at : predicate.at + 1] == ["home"]


def voice_is_own(subject: Subject) -> bool:
    """Whether the speaker speaks of themself."""
    return subject.how == "first"
