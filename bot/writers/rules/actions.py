"""What people do, as gerund phrases: pose, deed, glance and face are kept apart."""

# ruff: noqa: C901, PLR0911, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from bot.writers.rules.markup import Voice
from bot.writers.rules.phrases import phrase_parts
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.reality import Span
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import OTHER, Subject, Turn
from bot.writers.rules.verbs import Form, Kind, VerbForm, gerund
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Act, Parts, Status, World

STATES = {
    "asleep": "sleeping",
    "sleeping": "sleeping",
    "unconscious": "unconscious",
    "seated": "sitting",
    "awake": "",
    "drunk": "",
    "crying": "",
    "soaked": "soaked",
    "drenched": "drenched",
    "curled": "curled up",
    "huddled": "huddled",
    "perched": "perched",
    "sprawled": "sprawled",
    "slumped": "slumped",
    "stretched": "stretched out",
    "wrapped": "wrapped",
    "tucked": "tucked",
    "snuggled": "snuggled up",
    "crouched": "crouching",
    "buried": "buried",
    "nestled": "nestled",
    "leaned": "leaning",
    "knelt": "kneeling",
    "propped": "propped up",
    "tied": "tied up",
    "hunched": "hunched",
    "parked": "sitting",
    "busy": "",
    "dozing": "dozing",
    "draped": "draped",
    "sat": "sitting",
    "stood": "standing",
    "squished": "squeezed",
    "covered": "covered",
}
_RISING = frozenset(
    "stand rise walk run go head dance jump step stride climb swim march jog stroll wander hurry rush pace".split()
)
_WAKING = frozenset("wake jolt startle rouse stir blink yawn stretch bolt sit stand look".split())
_NO_DEED = frozenset("turn take get set put make let keep give go come do have find show".split())
FACE_NOUNS = {
    "smile": "smiling",
    "grin": "grinning",
    "smirk": "smirking",
    "frown": "frowning",
    "blush": "blushing",
    "wink": "winking",
    "pout": "pouting",
    "scowl": "scowling",
    "laugh": "laughing",
    "giggle": "giggling",
    "chuckle": "chuckling",
}
FACE_ADJECTIVES = {
    "tears": "in tears",
    "teary": "teary-eyed",
    "blushing": "blushing",
    "smiling": "smiling",
    "grinning": "grinning",
    "angry": "angry",
    "furious": "furious",
    "sad": "sad",
    "happy": "happy",
    "scared": "scared",
    "nervous": "nervous",
    "embarrassed": "embarrassed",
    "tired": "tired",
    "excited": "excited",
    "worried": "worried",
    "shocked": "shocked",
    "surprised": "surprised",
}
_STATE_IN = (["in"], ["up"], ["into"], ["under"], ["against"], ["around"], ["between"], ["on"])
_LONGER_THAN_ING = 4
_TWO_WORDS = 2
_KEPT_DEEDS = 2


class ActionReader:
    """Keeps for each companion what they are doing."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary

    def read(
        self,
        sentence: Sentence,
        span: Span,
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
        voice: Voice,
        place: str,
    ) -> None:
        """Record the clause's verb for its subject, where it can be seen."""
        people = [
            person for person in subject.people if person != OTHER and self._world.roster.is_companion(person)
        ]
        if not people or predicate.at >= span.real_end:
            return
        if subject.part and subject.part not in {
            "hand",
            "hands",
            "finger",
            "fingers",
            "arm",
            "arms",
            "thumb",
            "fingertips",
        }:
            return
        if voice is Voice.SPEECH and not self._shown_in_speech(subject, predicate, turn):
            return
        words = sentence.words
        verb = predicate.verb
        if predicate.be and not predicate.progressive:
            self._state(sentence, predicate.at, span.real_end, people, subject, place)
            return
        if verb is None:
            if span.start == 0 and voice is Voice.ACTION and not subject.explicit:
                self._tableau(sentence, span, people, subject, place)
            return
        if predicate.perfect and verb.kind != Kind.POSE:
            return
        if (
            voice is Voice.ACTION
            and not subject.explicit
            and words[predicate.at] in STATES
            and words[predicate.at + 1 : predicate.at + 2] in _STATE_IN
        ):
            self._state(sentence, predicate.at, span.real_end, people, subject, place)
            return
        self._expression(words, predicate.at, span.real_end, people)
        start = predicate.at + 1
        if verb.kind is Kind.UNSEEN:
            if verb.base in {"see", "find"} and predicate.be:
                return
            self._unseen(sentence, verb, start, span.real_end, people, subject, place)
            return
        for person in people:
            parts = (
                self._gerund(verb),
                *phrase_parts(sentence, start, span.real_end, self._world.roster, person, subject.how),
            )
            self._keep(person, verb, parts, place)

    def _tableau(
        self, sentence: Sentence, span: Span, people: list[int], subject: Subject, place: str
    ) -> None:
        """An action without a verb, "flat on his back on the tiles": how the person is found."""
        words = sentence.words
        if words[span.start] in {
            "a",
            "an",
            "the",
            "there",
            "it",
            "hours",
            "later",
            "meanwhile",
            "and",
            "so",
            "back",
        }:
            return
        if any(
            mark.mark is Mark.GARMENT and span.start <= mark.start < span.real_end for mark in sentence.marks
        ):
            return
        for person in people:
            parts = phrase_parts(sentence, span.start, span.real_end, self._world.roster, person, subject.how)
            if words[span.start] in STATES:
                parts = (*STATES[words[span.start]].split(), *parts[1:])
            if len(parts) >= _TWO_WORDS or words[span.start] in STATES:
                self._keep(person, VerbForm("rest", Form.ING, Kind.POSE), parts, place)

    def companions_held(self, sentence: Sentence, span: Span, place: str) -> None:
        """Such as "with Isolde limp in his arms": how someone else is carried or rests."""
        words = sentence.words
        for name in sentence.names:
            if not span.start < name.start < span.real_end or words[name.start - 1] != "with":
                continue
            if not self._world.roster.is_companion(name.person) or name.end >= span.real_end:
                continue
            word = words[name.end]
            if (
                word in STATES
                or word in {"limp", "unconscious", "cradled", "in", "on"}
                or word.endswith(("ing", "ed"))
            ):
                parts = phrase_parts(
                    sentence, name.end, span.real_end, self._world.roster, name.person, "third"
                )
                if parts and parts[0] == "asleep":
                    parts = ("sleeping", *parts[1:])
                self._keep(name.person, VerbForm("rest", Form.ING, Kind.POSE), parts, place)

    def _shown_in_speech(self, subject: Subject, predicate: Predicate, turn: Turn) -> bool:
        """Speech shows what "I'm dangling my feet" or first-person prose, "I lean on the rail", says."""
        verb = predicate.verb
        if predicate.progressive or (verb is not None and verb.form is Form.ING) or predicate.be:
            return True
        return (
            verb is not None
            and verb.form is Form.BASE
            and subject.how == "first"
            and verb.kind in {Kind.POSE, Kind.STRONG, Kind.MOTION}
            and turn.first_person_prose
        )

    def _gerund(self, verb: VerbForm) -> str:
        if (
            verb.form is Form.ING
            and verb.base.endswith("ing")
            and len(verb.base) > _LONGER_THAN_ING
            and verb.base not in self._vocabulary.forms
        ):
            return verb.base
        return gerund(verb.base, self._vocabulary.irregular)

    def _keep(self, person: int, verb: VerbForm, parts: Parts, place: str) -> None:
        world = self._world
        state = world.people[person]
        if state.status in {Status.LEFT, Status.REMOTE}:
            return
        act = Act(parts, world.message, place)
        world.acts(person)
        if verb.kind is Kind.FACE:
            state.face = act
            return
        if verb.kind is Kind.POSE:
            state.pose = act
            state.doing = [deed for deed in state.doing if deed.message == world.message]
            state.weak = None
            return
        if (
            verb.base in _WAKING
            and state.pose is not None
            and {"sleeping", "asleep", "dozing"} & set(state.pose.parts[:2])
        ):
            state.pose = None
        if verb.base in _RISING and state.pose is not None and state.pose.message <= world.message:
            state.pose = None
        if verb.kind is Kind.WEAK:
            if len(parts) >= _TWO_WORDS or state.weak is None or state.weak.message < world.message:
                state.weak = act
            return
        if verb.kind is Kind.MOTION:
            state.weak = act
            state.doing = [deed for deed in state.doing if deed.message == world.message]
            return
        if verb.base in _NO_DEED and len(parts) < _TWO_WORDS:
            return
        state.doing = [deed for deed in state.doing if deed.message == world.message][-(_KEPT_DEEDS - 1) :]
        state.doing.append(act)
        if state.weak is not None and state.weak.message < world.message:
            state.weak = None

    def _unseen(
        self,
        sentence: Sentence,
        verb: VerbForm,
        start: int,
        end: int,
        people: list[int],
        subject: Subject,
        place: str,
    ) -> None:
        """A verb that shows nothing may carry one that does: "goes dancing", "is having breakfast"."""
        words = sentence.words
        if start < end and words[start].endswith("ing") and words[start] in self._vocabulary.forms:
            inner = self._vocabulary.forms[words[start]]
            if inner.kind is not Kind.UNSEEN:
                for person in people:
                    parts = (
                        self._gerund(inner),
                        *phrase_parts(sentence, start + 1, end, self._world.roster, person, subject.how),
                    )
                    self._keep(person, inner, parts, place)
                return
        if (
            verb.base in {"make", "have", "help", "use", "wear", "get", "find", "wake", "fall", "work", "do"}
            and start < end
        ):
            allowed = {
                "make": True,
                "work": True,
                "use": True,
                "have": any(
                    word in {"breakfast", "dinner", "lunch", "coffee", "tea", "drink", "picnic", "snack"}
                    for word in words[start:end]
                ),
                "fall": words[start] in {"asleep", "over", "onto", "down"},
                "help": True,
            }.get(verb.base, False)
            if not allowed or words[start] in {
                "sure",
                "sense",
                "up",
                "her",
                "his",
                "their",
                "my",
                "me",
                "you",
                "him",
                "them",
                "it",
            }:
                return
            if verb.base == "fall" and words[start] == "asleep":
                verb = VerbForm("sleep", verb.form, Kind.POSE)
                start += 1
            else:
                verb = VerbForm(verb.base, verb.form, Kind.STRONG)
            for person in people:
                parts = (
                    self._gerund(verb),
                    *phrase_parts(sentence, start, end, self._world.roster, person, subject.how),
                )
                self._keep(person, verb, parts, place)

    def _state(
        self, sentence: Sentence, at: int, end: int, people: list[int], subject: Subject, place: str
    ) -> None:
        """Such as "is asleep on the couch", "is curled up by the fire", "is on the swing"."""
        words = sentence.words
        while at < end and (
            words[at].endswith("ly") or words[at] in {"fast", "still", "sound", "all", "so", "fully"}
        ):
            at += 1
        if at >= end:
            return
        word = words[at]
        state_word = STATES.get(word)
        face = FACE_ADJECTIVES.get(word)
        if face is not None:
            for person in people:
                self._world.people[person].face = Act((face,), self._world.message)
            return
        if state_word:
            start = at + 1
            if start < end and words[start] in {"up", "out"} and state_word.endswith((" up", " out")):
                start += 1
            base = VerbForm("sleep" if state_word == "sleeping" else "rest", Form.ING, Kind.POSE)
            for person in people:
                parts = (
                    *state_word.split(),
                    *phrase_parts(sentence, start, end, self._world.roster, person, subject.how),
                )
                self._keep(person, base, parts, place)
            return
        if word in {"on", "in", "by", "at", "under", "beside", "behind"} and at + 2 < end:
            head = words[min(end, at + 4) - 1] if at + 3 < end else words[end - 1]
            if (
                any(other in self._vocabulary.small for other in words[at + 1 : end])
                and head not in self._vocabulary.slots
            ):
                base = VerbForm("rest", Form.ING, Kind.POSE)
                for person in people:
                    parts = phrase_parts(sentence, at, end, self._world.roster, person, subject.how)
                    if len(parts) >= _TWO_WORDS and not any(
                        mark.mark is Mark.GARMENT and mark.start >= at for mark in sentence.marks
                    ):
                        self._keep(person, base, parts, place)

    def _expression(self, words: list[str], start: int, end: int, people: list[int]) -> None:
        """Such as "waves with a shy smile", "flashes a grin": the face that goes with the deed."""
        for at in range(start + 1, end):
            face = FACE_NOUNS.get(words[at])
            if face and words[at - 1] not in {"to", "the", "her", "his", "my", "your"}:
                for person in people:
                    self._world.people[person].face = Act((face,), self._world.message)
                return
