"""Moves and settles the scene: who goes where, and what of the places said is where the talk is."""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.implied import implied_place
from bot.writers.rules.markup import Voice
from bot.writers.rules.places import PlaceMention, mentions, reached, read_place, strength
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.reality import Span
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import OTHER, Subject, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Place, Status, Strength, World

_WELCOME = frozenset("welcome here back".split())
_BEING = frozenset(
    "be being still just now stuck chillin chilling hanging us finally already alone together over sat"
    " parked trapped".split()
)
_LONG_SETTING = 30
_LONG_SUBJECT = 4


class Whereabouts:
    """Reads the places of one clause after the other into the world."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary

    def _joins(
        self,
        sentence: Sentence,
        span: Span,
        predicate: Predicate,
        people: tuple[int, ...],
        voice: Voice,
    ) -> None:
        """Such as "wades in after her", "follows Kael": the scene goes to where that one went."""
        verb = predicate.verb
        words = sentence.words
        if verb is None or voice is Voice.SPEECH or not people:
            return
        at = predicate.at + 1 if verb.base == "follow" else span.end + 1
        if at >= len(words) or (
            verb.base != "follow" and (verb.kind is not Kind.MOTION or words[span.end] != "after")
        ):
            return
        target = next((name.person for name in sentence.names if name.start == at), OTHER)
        if words[at] in {"her", "him"}:
            gender = Gender.FEMALE if words[at] == "her" else Gender.MALE
            others = [person for person in reversed(self._world.recent) if person not in people]
            target = next((p for p in others if self._world.roster.people[p].gender is gender), OTHER)
        if target == OTHER or self._world.people[target].status is not Status.AWAY:
            return
        head = self._world.people[target].place
        self._world.settle(Place(head, head, Strength.MOVED, self._world.message))
        for person in (target, *people):
            self._world.arrive(person)

    def read(
        self,
        sentence: Sentence,
        span: Span,
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
        voice: Voice,
        event: str,
    ) -> str:
        """Move or settle the scene by the places in this clause; the head of the last one, for the action."""
        world = self._world
        acted = voice is not Voice.SPEECH
        people = subject.known()
        person = bool(people) or (acted and not subject.people)
        end = span.real_end
        words = sentence.words
        last = ""
        self._joins(sentence, span, predicate, people, voice)
        arrived = reached(sentence, predicate, end, self._vocabulary) if people else None
        if (
            arrived is not None
            and predicate.verb is not None
            and not (voice is Voice.SPEECH and predicate.verb.form is Form.BASE and subject.how == "second")
        ):
            if predicate.verb.base in {"leave", "exit"}:
                if event == "moved" or subject.group or len(world.roster.companions) == 1:
                    world.unsettle(arrived.head)
            else:
                self._go(arrived, people, subject, Strength.MOVED, predicate)
            return arrived.head
        if (
            event == "moved"
            and predicate.verb is not None
            and predicate.verb.base in {"leave", "exit", "depart"}
        ):
            world.unsettle("")
        last = self._in_or_out(sentence, span, subject, predicate, people)
        for mention in mentions(sentence, span.start, end, self._vocabulary):
            if words[mention.at - 1 : mention.at] == ["out"] and mention.preposition == "of":
                continue
            found = strength(mention, predicate, acted=acted, person=person)
            if found == (Strength.WEAK, False) and not person and world.stated():
                continue
            if (
                found is None
                and not acted
                and mention.known
                and words[mention.at - 1] in _BEING
                and mention.at > span.start
            ):
                found = (Strength.STATED, False)
            if found is None:
                continue
            if voice is Voice.SPEECH and not self._speech_places(sentence, span, mention, subject, predicate):
                continue
            level, moved = found
            last = mention.head
            if moved:
                self._go(mention, people, subject, level, predicate)
            elif subject.how == "third" and self._foreign_place(mention, people, turn, predicate, voice):
                continue
            else:
                world.settle(Place(self._text(mention), mention.head, level, world.message))
        if voice is Voice.SPEECH:
            last = self.point_at(sentence, span, span.real_end) or last
            only = self._only_place(sentence, span) if world.setting is None else None
            if only is not None:
                world.settle(Place(only.text, only.head, Strength.GUESSED, world.message))
        if world.setting is None or world.setting.strength <= Strength.IMPLIED:
            self._imply(sentence, span, subject, predicate, acted=acted)
        return last

    def _imply(
        self, sentence: Sentence, span: Span, subject: Subject, predicate: Predicate, *, acted: bool
    ) -> None:
        """Take a place that is named in passing, while nothing better is known."""
        limit = span.real_end
        if not acted:
            if not predicate.be or subject.people != (OTHER,) or subject.at - span.start >= _LONG_SUBJECT:
                return
            limit = min(limit, subject.at)
        elif subject.people == (OTHER,) and implied_place(sentence, span.start, subject.at):
            limit = subject.at
        base = predicate.verb.base if predicate.verb is not None else ""
        implied = implied_place(sentence, span.start, limit, base)
        if implied is not None:
            self._world.settle(Place(*implied, Strength.IMPLIED, self._world.message))

    def _text(self, mention: PlaceMention) -> str:
        if mention.preposition in {"outside", "under", "beneath", "underneath"} and not mention.small:
            return f"{mention.preposition} the {mention.text}"
        return mention.text

    def _in_or_out(
        self,
        sentence: Sentence,
        span: Span,
        subject: Subject,
        predicate: Predicate,
        people: tuple[int, ...],
    ) -> str:
        world = self._world
        if Mark.INOUT not in sentence.kinds:
            return ""
        for mark in sentence.marks:
            if mark.mark is not Mark.INOUT or not span.start <= mark.start < span.real_end:
                continue
            following = sentence.words[mark.end] if mark.end < span.real_end else ""
            if following in {"the", "a", "an", "my", "her", "his", "their", "of", "your", "our"}:
                continue
            moving = predicate.verb is not None and predicate.verb.kind is Kind.MOTION and bool(people)
            back = mark.start > 0 and sentence.words[mark.start - 1] == "back"
            if not moving and not (predicate.be and people and predicate.verb is None):
                continue
            if mark.value == "inside":
                if (
                    world.setting is not None
                    and (back or world.setting.text.startswith("outside"))
                    and world.left_places
                ):
                    world.go_back()
                return ""
            if (
                len(people) == 1
                and world.roster.is_companion(people[0])
                and len(world.present()) > 1
                and not subject.group
            ):
                return ""
            if world.setting is None or not world.setting.text.startswith("outside"):
                text = (
                    f"outside the {world.setting.text}"
                    if world.setting is not None
                    and len(world.setting.text) < _LONG_SETTING
                    and not world.setting.text.startswith(("under", "outside"))
                    else "outside"
                )
                world.settle(Place(text, "outside", Strength.MOVED, world.message))
        return ""

    def _go(
        self,
        mention: PlaceMention,
        people: tuple[int, ...],
        subject: Subject,
        level: Strength,
        predicate: Predicate,
    ) -> None:
        """Somebody goes somewhere: the whole scene with them, or they alone."""
        world = self._world
        roster = world.roster
        place = Place(self._text(mention), mention.head, level, world.message)
        companions = [person for person in people if roster.is_companion(person)]
        here = world.present()
        alone = (
            len(people) == 1
            and not subject.group
            and bool(companions)
            and len(here) > 1
            and people[0] in here
        )
        same = world.setting is not None and (
            world.setting.head == mention.head or mention.head in world.setting.text.split()
        )
        back = mention.adverb == "back" and any(old.head == mention.head for old in world.left_places)
        if alone and world.setting is not None and not same and not back:
            base = predicate.verb.base if predicate.verb else ""
            if base not in {
                "lead",
                "pull",
                "drag",
                "usher",
                "guide",
                "escort",
                "follow",
                "carry",
                "bring",
                "take",
                "drive",
            }:
                world.depart(people[0], Status.AWAY, mention.head)
                if not world.present():
                    world.settle(place)
                    for person in here:
                        world.people[person].status = Status.PRESENT
                return
        movers: tuple[int, ...] | None = None
        if (
            people
            and not companions
            and not subject.group
            and len(people) == 1
            and world.setting is not None
            and not same
        ):
            movers = ()
        world.settle(place, movers=movers)
        for person in companions:
            if world.people[person].status in {Status.UNKNOWN, Status.BEHIND, Status.AWAY}:
                world.people[person].status = Status.PRESENT

    def _foreign_place(
        self, mention: PlaceMention, people: tuple[int, ...], turn: Turn, predicate: Predicate, voice: Voice
    ) -> bool:
        """Such as "Kai is at the office", said by another while the scene is elsewhere: Kai is away."""
        world = self._world
        roster = world.roster
        if len(people) != 1 or not roster.is_companion(people[0]) or len(roster.companions) == 1:
            return False
        person = people[0]
        if person == turn.speaker:
            return False
        state = world.people[person]
        if world.setting is None:
            if state.status is Status.UNKNOWN and voice is Voice.SPEECH:
                world.depart(person, Status.LEFT, mention.head)
                return True
            return False
        if world.setting.head == mention.head or mention.head in world.setting.text or mention.small:
            return False
        others = [other for other in world.present() if other != person]
        if predicate.be and others and state.acted < world.message:
            world.depart(person, Status.AWAY if voice is not Voice.SPEECH else Status.LEFT, mention.head)
            return True
        return False

    def _speech_places(
        self,
        sentence: Sentence,
        span: Span,
        mention: PlaceMention,
        subject: Subject,
        predicate: Predicate,
    ) -> bool:
        """Which places count in speech: "we're at the docks", "I walk into the docks", "here on the docks"."""
        words = sentence.words
        verb = predicate.verb
        before = words[mention.at - 1] if mention.at > span.start else ""
        if before in _WELCOME or (mention.known and before in _BEING):
            return True
        if verb is not None and verb.form is Form.BASE and subject.how != "first":
            return False
        if span.start == mention.at and subject.people in {(), (OTHER,)}:
            return False
        if predicate.be or (verb is not None and verb.form is Form.ING):
            return True
        if subject.how != "first" or verb is None or not subject.people:
            return False
        if mention.known and not {"just", "finally"}.isdisjoint(words[span.start : mention.at]):
            return True
        moves = verb.kind in {Kind.MOTION, Kind.POSE} or verb.base in {
            "wake",
            "camp",
            "stay",
            "hide",
            "end",
            "arrive",
            "reach",
            "make",
            "get",
            "enter",
            "meet",
            "land",
            "board",
        }
        return moves and (
            verb.form is Form.BASE or verb.base in {"arrive", "make", "get", "reach", "land", "end", "wake"}
        )

    def _only_place(self, sentence: Sentence, span: Span) -> PlaceMention | None:
        """Such as "The old lighthouse." or "The greenhouse at the edge of campus." as a whole sentence."""
        if span.start or span.end != len(sentence.words) or sentence.question:
            return None
        mention = read_place(sentence, 0, span.end, "at", self._vocabulary)
        if mention is None or not mention.known or mention.small:
            return None
        whole = mention.end >= span.end or sentence.words[mention.end] in {
            "at",
            "on",
            "in",
            "by",
            "near",
            "behind",
        }
        return mention if whole else None

    def point_at(self, sentence: Sentence, span: Span, limit: int) -> str:
        """Such as "this rooftop is lovely", "welcome to the lighthouse", "what a beach": the place around the talk."""
        words = sentence.words
        if "this" not in words and "welcome" not in words:
            return ""
        world = self._world
        for at in range(span.start, limit - 1):
            word = words[at]
            welcome = word == "welcome" and words[at + 1] == "to"
            if word != "this" and not welcome:
                continue
            mention = read_place(sentence, at + (2 if welcome else 0), limit, "at", self._vocabulary)
            if mention is None or not (mention.known or welcome):
                continue
            world.settle(
                Place(
                    mention.text, mention.head, Strength.STATED if welcome else Strength.WEAK, world.message
                )
            )
            return mention.head
        return ""

    def left_behind(self, sentence: Sentence, span: Span) -> None:
        """Such as "on the way out of the flower shop": where those are who stay."""
        words = sentence.words
        for at in range(span.start, span.real_end - 2):
            if words[at : at + 2] == ["out", "of"] or words[at] in {"leaves", "exits", "left"}:
                mention = read_place(
                    sentence, at + (2 if words[at] == "out" else 1), span.real_end, "at", self._vocabulary
                )
                if mention is not None and mention.known:
                    self._world.settle(
                        Place(mention.text, mention.head, Strength.IMPLIED, self._world.message)
                    )
