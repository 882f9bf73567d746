"""What a message as a whole says of who is here: "I have to go", "where's Kai?" – "asleep upstairs"."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.writers.rules.markup import Passage, Voice
from bot.writers.rules.places import MOVING
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import OTHER, Turn
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

_ASKED_FOR = frozenset("where where's wheres up awake here home around coming back asleep".split())
_ELSEWHERE_OPENERS = frozenset(
    "stepped popped went nipped left ran in at on upstairs downstairs asleep sleeping snoring napping"
    " out gone home away still off back probably"
    " outside inside working".split()
)
_HERE = frozenset("here me us you behind beside next under lap".split())
_DEVICES = frozenset(
    "phone tablet laptop radio headset walkie handset mobile cell receiver communicator monitor"
    " earpiece intercom comms comm comlink".split()
)
_WRITTEN = frozenset("text texting texts dm sms email voicemail".split())
_VOICES = frozenset("voice voices".split())
_LONGEST_ANSWER = 12
_LONGEST_LINE = 40
_UNITS = frozenset("hour hours minutes day days week weeks month months year years".split())
_DAYTIMES = frozenset("morning day evening night afternoon".split())
_EVERYONE = frozenset("all everyone everybody folks guys friends losers gang team boys girls ladies".split())
_NIGHT = frozenset("night goodnight bye goodbye later laters".split())
_GO = frozenset("going go follow come coming head heading slip sneak".split())
_US = frozenset("us me alone".split())
_WAYS = frozenset("up down into through out along inside".split())
_OTHERS = frozenset("he she they said says told it".split())
_TWO_OF_US = (
    "just the two of us",
    "just you and me",
    "only the two of us",
    "just you and i",
    "alone at last",
)
_ALONG = {
    ("ahead", "of"),
    ("after", "you"),
    ("with", "you"),
    ("beside", "you"),
    ("your", "hand"),
    ("your", "arm"),
    ("your", "wrist"),
    ("your", "sleeve"),
    ("leads", "you"),
    ("pulls", "you"),
    ("drags", "you"),
    ("takes", "you"),
    ("guides", "you"),
    ("behind", "you"),
    ("tugs", "you"),
    ("ushers", "you"),
    ("follows", "you"),
}

Prepared = list[tuple[Passage, list[Sentence]]]


class Partings:
    """Reads whole messages for who goes, who is asked for, and who is only a voice."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._vocabulary = vocabulary

    def before(self, prepared: Prepared, turn: Turn) -> None:
        """Let go whom the message before asked for, where this one answers that they are elsewhere."""
        world = self._world
        self._called(prepared, turn)
        asked = world.asked
        world.asked = None
        if asked is None or world.message - asked[1] > 2 or turn.speaker == asked[0]:  # noqa: PLR2004
            return
        for passage, found in prepared:
            if passage.voice is not Voice.SPEECH or not found:
                continue
            words = found[0].words
            while words and words[0] in {
                "no",
                "nope",
                "yeah",
                "nah",
                ",",
                "yes",
                "oh",
                "um",
                "she",
                "he",
                "'s",
                "they",
                "are",
            }:
                words = words[1:]
            if (
                words
                and words[0] in _ELSEWHERE_OPENERS
                and len(words) <= _LONGEST_ANSWER
                and _HERE.isdisjoint(words)
                and not found[0].question
            ):
                world.depart(asked[0], Status.LEFT)
                turn.answered = asked[0]
            return

    def _called(self, prepared: Prepared, turn: Turn) -> None:
        """Such as "*paces with her phone on speaker* Kai, which one?": who is named is at the other end."""
        roster = self._world.roster
        if not any(
            Mark.REMOTE in sentence.kinds and holds_a_device(sentence.words, 0, len(sentence.words))
            for passage, found in prepared
            if passage.voice is Voice.ACTION
            for sentence in found
        ):
            return
        for person in turn.named:
            if person not in {OTHER, turn.speaker} and roster.is_companion(person):
                state = self._world.people[person]
                if not state.deeds and len(roster.companions) > 1:
                    self._world.depart(person, Status.REMOTE)

    def after(self, prepared: Prepared, turn: Turn) -> None:
        """Let go a speaker who says so, and keep whom the message asks for."""
        world = self._world
        roster = world.roster
        for passage, found in prepared:
            for sentence in found:
                if sentence.question:
                    self._asks(sentence, passage)
                elif turn.speaker == roster.requester and sentence.names and "i" in sentence.words[:4]:
                    self._requester_goes(sentence, turn)
                elif passage.voice is Voice.ACTION:
                    self._goes_with_you(sentence, turn)
                elif not _US.isdisjoint(sentence.words) and self._just_us(sentence.words):
                    self._keep_two(turn)
                elif (
                    (Mark.GOING in sentence.kinds or self._takes_leave(sentence.words))
                    and _OTHERS.isdisjoint(sentence.words)
                    and roster.is_companion(turn.speaker)
                    and len(roster.companions) > 1
                    and world.people[turn.speaker].status not in {Status.LEFT, Status.REMOTE}
                ):
                    world.depart(turn.speaker, Status.AWAY)

    @staticmethod
    def _takes_leave(words: list[str]) -> bool:
        """Such as "night, all": a farewell to everyone."""
        return (
            words[0] in _NIGHT and len(words) <= 4 and words[-1] in _EVERYONE  # noqa: PLR2004 no more than that
        )

    def _goes_with_you(self, sentence: Sentence, turn: Turn) -> None:
        """Such as "skips down the cellar stairs ahead of you": who does not come along stays behind."""
        words = sentence.words
        if ("you" not in words and "your" not in words) or (
            Mark.PLACE not in sentence.kinds and _WAYS.isdisjoint(words)
        ):
            return
        here = self._world.present()
        if turn.speaker not in here or len(here) == 1:
            return
        moving = any(
            (form := self._vocabulary.forms.get(word)) is not None and form.base in MOVING
            for word in words[:12]
        )
        along = any(tuple(words[at : at + 2]) in _ALONG for at in range(len(words) - 1))
        if moving and along:
            named = {name.person for name in sentence.names}
            for person in here:
                if person != turn.speaker and person not in named:
                    self._world.people[person].status = Status.BEHIND

    def _just_us(self, words: list[str]) -> bool:
        text = " ".join(words)
        if any(phrase in text for phrase in _TWO_OF_US):
            return True
        recent = self._world.message - 3
        return "just us" in text and any(
            state.status in {Status.LEFT, Status.AWAY} and state.since >= recent
            for state in self._world.people
        )

    def _keep_two(self, turn: Turn) -> None:
        """Only the speaker and whom they talk to stay."""
        world = self._world
        here = [person for person in world.present() if person != turn.speaker]
        here.sort(key=lambda i: max(world.people[i].spoke, world.people[i].acted))
        for person in here[:-1]:
            world.people[person].status = Status.BEHIND

    def _requester_goes(self, sentence: Sentence, turn: Turn) -> None:
        """Such as "I'm going with Kai": the picture is of where the requester is, the others stay elsewhere."""
        words = sentence.words
        with_one = [
            name.person
            for name in sentence.names
            if words[name.start - 1] in {"with", "follow", "after"}
            and self._world.roster.is_companion(name.person)
        ]
        if (
            len(with_one) != 1
            or "i" not in words[:4]
            or _GO.isdisjoint(words)
            or Mark.NEGATOR in sentence.kinds
        ):
            return
        named = {name.person for name in sentence.names}
        for person in self._world.roster.companions:
            if person not in named and person != turn.speaker:
                self._world.depart(person, Status.LEFT)

    def _asks(self, sentence: Sentence, passage: Passage) -> None:
        if passage.voice is Voice.QUOTE or _ASKED_FOR.isdisjoint(sentence.words):
            return
        named = {name.person for name in sentence.names if self._world.roster.is_companion(name.person)}
        if len(named) == 1 and sentence.words[0] in {"where", "is", "has", "wheres", "where's", "and", "so"}:
            self._world.asked = (next(iter(named)), self._world.message)

    def tagged(self, sentence: Sentence) -> bool:
        """Such as "[radio] in position", "muffled, from upstairs": what the message comes through."""
        words = sentence.words
        if words[0] == "muffled":
            return "from" in words[1:3]
        return words[0] in {"[", "(", "<"} and not (_DEVICES | _WRITTEN).isdisjoint(words[1:3])

    def only_a_voice(self, sentence: Sentence) -> bool:
        """Such as "said the voice on the line", "her voice crackles over the intercom"."""
        return not _VOICES.isdisjoint(sentence.words) and any(
            mark.mark is Mark.REMOTE
            and not _VOICES.isdisjoint(sentence.words[max(0, mark.start - 3) : mark.start])
            for mark in sentence.marks
        )


def breaks_scene(text: str) -> bool:
    """Whether a message is a dividing line and nothing else: ``---``, ``***``."""
    stripped = text.strip()
    return 3 <= len(stripped) <= _LONGEST_LINE and not stripped.strip("-=*~_–—• ")  # noqa: PLR2004


def skips_time(text: str) -> bool:
    """Whether a passage opens with time gone by: "[time skip]", "two hours later", "the next morning"."""
    words = text[:60].casefold().replace(",", " ").replace(":", " ").strip(" ~-*_[](=").split()[:6]
    if not words:
        return False
    if words[0] in {"timeskip", "later"} or words[:2] == ["time", "skip"]:
        return True
    if "later" in words[1:4]:
        return not _UNITS.isdisjoint(words[: words.index("later")])
    return words[0] in {"the", "next"} and "next" in words[:2] and not _DAYTIMES.isdisjoint(words[1:3])


def holds_a_device(words: list[str], start: int, end: int) -> bool:
    """Such as "with her phone on speaker": who holds the phone is here."""
    return any(
        words[at] in _DEVICES and words[at - 1] in {"her", "his", "their", "my", "the", "a"}
        for at in range(max(start, 1), end)
    )


def answers_elsewhere(turn: Turn, number: int) -> bool:
    """Whether this sentence is the answer that :meth:`Partings.before` took."""
    return number == 0 and turn.answered != OTHER
