"""Who is in the scene: coming, leaving, on the phone, elsewhere, or only talked about."""

from __future__ import annotations

from bot.writers.rules.markup import Voice
from bot.writers.rules.reality import Span
from bot.writers.rules.sentences import Mark, Marked, Sentence
from bot.writers.rules.subjects import OTHER, Predicate, Subject, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

_CALLING = frozenset("call text phone dial message facetime ring email".split())
_LEAVE_OBJECTS = frozenset(
    "room house building party table scene group us them you me everyone place town city premises cafe"
    " bar home school work company two others rest for with together without early before quietly now then"
    " alone area ship apartment".split()
)
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
_HERE = frozenset("here there beside next with us nearby around present".split())


class PresenceReader:
    """Changes people's status from one clause at a time."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary

    def read(
        self, sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, turn: Turn, voice: Voice
    ) -> str:
        """Read one clause; what it did to its subject: "leave", "arrive", "remote", or ""."""
        world = self._world
        if turn.remote:
            return "remote"
        people = tuple(person for person in subject.people if person != OTHER)
        end = span.real_end if span.why is not Mark.PAST else span.end
        remote = self._remote(sentence, span, subject, predicate, turn, voice)
        if remote:
            return remote
        if self._exits(sentence, span, people, voice, turn):
            return "leave"
        event = self._event(sentence.words, predicate, end)
        told = voice is Voice.SPEECH and turn.speaker not in people
        if (event and people and span.why in {None, Mark.NEGATOR, Mark.PAST}) or (
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
                return self._leave(sentence.words, people, subject, predicate, voice)
            if event == "arrive":
                for person in people:
                    world.arrive(person)
                self._objects(sentence, predicate.at, span.real_end, people, turn, voice)
                return "arrive"
        if self._elsewhere(sentence, span, people, subject, predicate, turn, told=told):
            return "leave"
        if span.why is None or predicate.at < span.real_end:
            self._subjects_seen(people, predicate, voice, turn, sentence.words[span.start : span.end])
            self._objects(sentence, max(subject.at, span.start), span.real_end, people, turn, voice)
        return ""

    def _watched_leaving(self, words: list[str], at: int, person: int) -> bool:
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

    def vocative(self, sentence: Sentence, span: Span, turn: Turn) -> bool:
        """A clause that is a name only, "Kai, look": the one spoken to is here, unless said otherwise."""
        names = [name for name in sentence.names if span.start <= name.start < span.end]
        if len(names) != 1:
            return False
        named = names[0]
        rest = [*sentence.words[span.start : named.start], *sentence.words[named.end : span.end]]
        if self._goodbye(rest, named.person, turn):
            return True
        if any(word not in _BESIDE_A_NAME for word in rest):
            return False
        if named.person != turn.speaker:
            self._world.seen(named.person)
        return True

    def _exits(
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
        companions = [person for person in people or turn.last if self._world.roster.is_companion(person)]
        if len(companions) != 1 or len(self._world.roster.companions) == 1:
            return False
        self._world.depart(companions[0], Status.LEFT)
        return True

    def _goodbye(self, rest: list[str], person: int, turn: Turn) -> bool:
        """Such as "bye Astrid": who is seen off is gone."""
        roster = self._world.roster
        if not any(word in {"bye", "goodbye", "farewell", "cya", "byeee", "byee"} for word in rest):
            return False
        if (
            person != turn.speaker
            and roster.is_companion(person)
            and len(roster.companions) > 1
            and len(rest) < 4
        ):
            self._world.depart(person, Status.LEFT)
        return True

    def _event(self, words: list[str], predicate: Predicate, end: int) -> str:
        if predicate.verb is None:
            if predicate.be and predicate.at < end:
                word = words[predicate.at]
                if word in {"gone", "outta", "off"} and "then" not in words[: predicate.at]:
                    following = words[predicate.at + 1 : predicate.at + 2]
                    return "leave" if word != "off" or following in ([], ["to"], ["home"]) else ""
                if word == "back" or word == "here":
                    return "arrive"
            return ""
        if predicate.at >= end:
            return ""
        way = self._way(words, predicate, end)
        if way:
            return way
        found = self._vocabulary.presence_verbs.get(predicate.verb.base, ())
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
        if verb is None or (verb.kind is not Kind.MOTION and verb.base in self._vocabulary.forms):
            return ""
        rest = [word for word in words[predicate.at + 1 : end] if not (word.endswith("ly") and len(word) > 4)]  # noqa: PLR2004
        first, second = (*rest[:2], "", "")[:2]
        if (
            first == "back"
            and second in {"in", "inside", "over", "with", "out", "down", "up"}
            and len(rest) < 4
        ):
            return "arrive"
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

    def _leave(
        self, words: list[str], people: tuple[int, ...], subject: Subject, predicate: Predicate, voice: Voice
    ) -> str:
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
        *,
        told: bool,
    ) -> bool:
        world = self._world
        companions = [person for person in people if world.roster.is_companion(person)]
        if len(companions) != 1 or len(world.roster.companions) == 1:
            return False
        words = sentence.words[span.start : span.end]
        negated_be = (
            predicate.be
            and span.why is Mark.NEGATOR
            and any(word in words for word in ("here", "coming", "around", "with"))
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
        if voice_at_home(sentence.words, predicate):
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

    def _subjects_seen(
        self, people: tuple[int, ...], predicate: Predicate, voice: Voice, turn: Turn, words: list[str]
    ) -> None:
        world = self._world
        for person in people:
            if not world.roster.is_companion(person):
                continue
            if voice is Voice.SPEECH and person != turn.speaker:
                here = predicate.progressive or (
                    predicate.be
                    and (
                        any(word in _ASLEEP or word in _HERE for word in words) or predicate.verb is not None
                    )
                )
                if here:
                    world.seen(person)
            elif voice is not Voice.SPEECH:
                if (
                    predicate.verb is not None
                    and predicate.verb.kind in _PHYSICAL
                    and world.people[person].status is not Status.AWAY
                ) or world.people[person].status in {Status.UNKNOWN, Status.BEHIND}:
                    world.seen(person)

    def _objects(
        self, sentence: Sentence, start: int, end: int, people: tuple[int, ...], turn: Turn, voice: Voice
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
            if self._watched_leaving(words, name.end, name.person):
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
