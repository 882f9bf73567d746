"""Who a clause is about: names, pronouns carried over, the speaker, everyone, or no one known."""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.companion import Gender
from bot.writers.rules.markup import Voice
from bot.writers.rules.predicates import BE, SKIPPED, PredicateFinder, is_adverb
from bot.writers.rules.sentences import Named, Sentence
from bot.writers.rules.verbs import Form, VerbForm
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Status, World

OTHER = -1
"""Someone or something that is not of the roster: a waitress, the rain."""

_AUX = BE | frozenset("has have had does did do will can could would".split())
_INTERJECTIONS = SKIPPED | frozenset(
    "nah yeah yes no ok okay hey lol omg um uh god damn anyway anyways yep nope hm hmm ugh phew aww haha"
    " man dude look see honestly seriously plus because since outside inside overhead later hours minutes"
    " seconds moments".split()
)
_PREPOSITIONS = frozenset(
    "in on at by under from with behind beside inside near atop against beneath between among amid aboard"
    " back halfway across over up down wearing dressed clad flat deep barefoot alone still outside"
    " opposite next below above".split()
)
_PARTS_THAT_ACT = frozenset("hand hands finger fingers arm arms thumb fingertips palm palms".split())
_BODY = _PARTS_THAT_ACT | frozenset(
    "eyes eye gaze voice lips hair head face smile tail ears cheeks shoulders chest breath legs feet body"
    " brow eyebrow expression tone grin heart mouth knees fist fists wings skin stomach jaw hips".split()
)
_PAIRS = frozenset("hands arms eyes feet legs knees fists palms ears cheeks shoulders wings".split())
"""What one person has two of: "both hands" are not two who hand something over."""
_POSSESSIVES = {"my": "first", "your": "second", "her": "she", "his": "he", "their": "they", "our": "we"}
_DETERMINERS = frozenset(
    "the a an some this that these those two three four several another every each its".split()
)
_PRONOUNS = frozenset("i we you she he they both everyone everybody it there".split())
_AFTER_IS = frozenset(
    (
        "in at on not here a an the asleep gone back up with out off got probably upstairs"
        " downstairs home away outside inside dead late sick busy barefoot next"
    ).split()
)
"""Words after which a "'s" is an "is", not an owner's."""
_NO_NAMES: dict[int, Named] = {}
_TAKES_OBJECT = frozenset("the a an her his him my your it them over out back me you us".split())
_TWO = 2


@dataclass(slots=True)
class Turn:
    """What is carried along while one message is read."""

    speaker: int
    """Roster index; OTHER for a speaker who is none (a narrator without a name)."""
    narrated: bool
    last: tuple[int, ...] = ()
    """The subject of the clause before, for those that leave theirs out."""
    named: list[int] = field(default_factory=list[int])
    """Everyone named in this message, OTHER for a stranger with ``other_gender``."""
    other_gender: str = ""
    remote: bool = False
    sarcastic: bool = False
    performing: bool = False
    first_person_prose: bool = False
    """Plain text that tells what "I" do, as in "I lean on the rail and watch the gulls."."""
    starred: bool = False
    """The message has actions between asterisks, so its plain text is speech."""
    answered: int = OTHER
    """Of whom the message before asked where they are, while that is not yet answered."""


@dataclass(slots=True)
class Subject:
    """The subject of a clause, and where the words after it begin."""

    people: tuple[int, ...]
    at: int
    how: str = "third"
    """first, second or third person; decides whose "my" is."""
    explicit: bool = True
    part: str = ""
    """The body part or garment that is the grammatical subject ("her fingers")."""
    group: bool = False

    def known(self) -> tuple[int, ...]:
        """The people that are of the roster."""
        people = self.people
        return people if OTHER not in people else tuple([person for person in people if person != OTHER])


class SubjectFinder:
    """Finds subjects and predicates; knows the people through the world."""

    def __init__(self, world: World, vocabulary: Vocabulary) -> None:
        self._world = world
        self._roster = world.roster
        self._vocabulary = vocabulary
        self._predicates = PredicateFinder(vocabulary)

    def subject(self, sentence: Sentence, start: int, end: int, turn: Turn, voice: Voice) -> Subject:
        """The subject of the clause ``start``..``end``."""
        words = sentence.words
        names = {named.start: named for named in sentence.names} if sentence.names else _NO_NAMES
        at = start
        while at < end and at not in names and (words[at] in _INTERJECTIONS or is_adverb(words[at])):
            at += 1
        if at >= end:
            return Subject((), at, explicit=False)
        if at in names:
            return self._named(sentence, at, end, turn)
        word = words[at]
        following = words[at + 1] if at + 1 < end else ""
        if word == "both" and following in _PAIRS:
            return Subject(self._elided(at, None, turn, voice).people, at + 2, explicit=False, part=following)
        pronoun = self.pronoun(word, turn, voice)
        if pronoun is not None:
            people, how = pronoun
            group = word in {"we", "they", "both", "everyone", "everybody", "all"}
            after = at + 1
            if group and after < end and words[after] in {"both", "all", "two", "three"}:
                after += 1
            if word == "both" and after < end and words[after] == "of":
                after += 2
            if after + 1 < end and words[after] == "and" and after + 1 in names:
                more = names[after + 1]
                people = (*people, more.person)
                after = more.end
            return Subject(people, after, how, group=group)
        if word in _PREPOSITIONS and (voice is not Voice.SPEECH or at - start <= 1):
            subject = self._elided(at, None, turn, voice)
            if voice is not Voice.SPEECH or subject.people:
                return subject
        if word in _POSSESSIVES:
            return self._possessed(words, at, end, turn, voice)
        if (
            (word in _BODY or (word in self._vocabulary.slots and following.endswith(("ing", "ed"))))
            and start
            and words[start - 1] == ","
            and following not in _TAKES_OBJECT
            and voice is not Voice.SPEECH
        ):
            return Subject(self._elided(at, None, turn, voice).people, at + 1, explicit=False, part=word)
        if word in {"the", "all"}:
            group = self._group(words, at, end, turn)
            if group is not None:
                return group
        if word in _DETERMINERS:
            return self._stranger(words, at, end, turn)
        loose = voice is Voice.ACTION and self._may_be_unknown(words, start, at, end)
        verb = self._predicates.verb_at(words, at, loose=loose)
        if verb is not None or word in _AUX:
            return self._elided(at, verb, turn, voice)
        return self._stranger(words, at, end, turn)

    @staticmethod
    def _may_be_unknown(words: list[str], start: int, at: int, end: int) -> bool:
        """An unlisted word is a verb only where an action opens, and not before a verb ("tongs twirling")."""
        opens = start == 0 or words[start - 1] in {"and", "then", "but"}
        following = words[at + 1] if at + 1 < end else ""
        return opens and not following.endswith(("ing", "ed")) and following not in BE

    def _named(self, sentence: Sentence, at: int, end: int, turn: Turn) -> Subject:
        words = sentence.words
        names = {named.start: named for named in sentence.names}
        people: list[int] = []
        while at in names:
            people.append(names[at].person)
            at = names[at].end
            step = at
            while step < end and words[step] in {"and", ",", "&"}:
                step += 1
            if step > at and step in names:
                at = step
            elif step > at and step < end and words[step] in {"i", "me"}:
                people.append(turn.speaker)
                at = step + 1
                break
            elif step > at and step < end and words[step] == "you":
                at = step + 1
                break
        if at < end and words[at] == "'s" and not self._is_contraction(words, at + 1, end):
            noun = at + 1
            while noun < end and words[noun] not in _BODY and not self._finite(words, noun):
                noun += 1
            part = words[noun] if noun < end and words[noun] in _BODY else " "
            return Subject((people[-1],), min(noun + 1 if part.strip() else noun, end), part=part)
        return Subject(tuple(people), at, group=len(people) > 1)

    def _is_contraction(self, words: list[str], at: int, end: int) -> bool:
        while at < end and (
            is_adverb(words[at])
            or words[at] in {"still", "just", "already", "also", "right", "so", "all", "been"}
        ):
            at += 1
        if at >= end:
            return False
        word = words[at]
        if word in _AFTER_IS:
            return True
        form = self._vocabulary.forms.get(word)
        return word.endswith("ing") or (form is not None and form.form is Form.PAST)

    def pronoun(self, word: str, turn: Turn, voice: Voice) -> tuple[tuple[int, ...], str] | None:
        """Whom a pronoun stands for, and in which person; None when ``word`` is no subject pronoun."""
        if word not in _PRONOUNS:
            return None
        if word == "i":
            return ((turn.speaker,), "first")
        if word == "we":
            return (self.everyone(turn), "first")
        if word == "you":
            return (self.addressee(turn), "second")
        if word in {"she", "he"}:
            return ((self.third(Gender.FEMALE if word == "she" else Gender.MALE, turn, voice),), "third")
        if word in {"they", "both", "everyone", "everybody"}:
            if word == "they":
                single = self._single_they(turn, voice)
                if single is not None:
                    return ((single,), "third")
                people = [person for person in dict.fromkeys(turn.named) if person != OTHER]
                if len(people) >= _TWO:
                    return (tuple(people), "third")
            return (self.everyone(turn), "third")
        if word in {"it", "there"}:
            return ((OTHER,), "third")
        return None

    def everyone(self, turn: Turn) -> tuple[int, ...]:
        """All companions in the scene, and the speaker."""
        people = self._world.present()
        if turn.speaker != OTHER and turn.speaker not in people:
            people.append(turn.speaker)
        return tuple(people)

    def addressee(self, turn: Turn) -> tuple[int, ...]:
        """Whom the speaker calls "you": who is named in the message, else who spoke last, else the only one."""
        roster = self._roster
        if turn.speaker != OTHER and roster.is_companion(turn.speaker):
            named = [person for person in turn.named if person not in {OTHER, turn.speaker}]
            return (
                (named[0],) if named else ((roster.requester,) if roster.requester is not None else (OTHER,))
            )
        named = [person for person in turn.named if person != OTHER and roster.is_companion(person)]
        if named:
            return (named[0],)
        for person in reversed(self._world.recent):
            if roster.is_companion(person) and self._world.people[person].status is Status.PRESENT:
                return (person,)
        if len(roster.companions) == 1:
            return (0,)
        return (OTHER,)

    def _single_they(self, turn: Turn, voice: Voice) -> int | None:
        candidates = [*turn.last, *reversed(turn.named)]
        if turn.speaker != OTHER and voice is not Voice.SPEECH:
            candidates.append(turn.speaker)
        for person in candidates:
            if person == OTHER:
                continue
            if self._roster.people[person].gender is Gender.NONBINARY and len(turn.last) <= 1:
                return person
        return None

    def third(self, gender: Gender, turn: Turn, voice: Voice) -> int:
        """Whom "she" or "he" stands for; OTHER where no one fits."""
        people = self._roster.people
        if (
            turn.last
            and len(turn.last) == 1
            and turn.last[0] != OTHER
            and people[turn.last[0]].gender is gender
        ):
            return turn.last[0]
        if turn.other_gender == gender.value and turn.named and turn.named[-1] == OTHER:
            return OTHER
        for person in reversed(turn.named):
            if (
                person != OTHER
                and people[person].gender is gender
                and not (voice is Voice.SPEECH and person == turn.speaker)
            ):
                return person
        if turn.speaker != OTHER and voice is not Voice.SPEECH and people[turn.speaker].gender is gender:
            return turn.speaker
        if turn.other_gender == gender.value:
            return OTHER
        for person in reversed(self._world.recent):
            if people[person].gender is gender and not (voice is Voice.SPEECH and person == turn.speaker):
                return person
        if (
            turn.speaker != OTHER
            and voice is not Voice.SPEECH
            and not self._roster.is_companion(turn.speaker)
        ):
            return turn.speaker
        return OTHER

    def _possessed(self, words: list[str], at: int, end: int, turn: Turn, voice: Voice) -> Subject:
        how = _POSSESSIVES[words[at]]
        if how == "first":
            people: tuple[int, ...] = (turn.speaker,)
        elif how == "second":
            people = self.addressee(turn)
        else:
            found = self.pronoun(how, turn, voice)
            people = found[0] if found else (OTHER,)
        noun = at + 1
        while noun < end and noun < at + 5 and words[noun] not in _BODY and not self._finite(words, noun):
            noun += 1
        part = words[noun] if noun < end and words[noun] in _BODY else " "
        how = how if how in {"first", "second"} else "third"
        return Subject(people, min(noun + 1 if part.strip() else noun, end), how, part=part)

    def _finite(self, words: list[str], at: int) -> bool:
        if words[at] in BE:
            return True
        form = self._vocabulary.forms.get(words[at])
        return (
            form is not None and form.form in {Form.S, Form.PAST} and words[at] not in self._vocabulary.slots
        )

    def _group(self, words: list[str], at: int, end: int, turn: Turn) -> Subject | None:
        text = " ".join(words[at : min(end, at + 5)])
        for opening in (
            "the two of them",
            "the two of us",
            "the three of them",
            "the three of us",
            "all of them",
            "all of us",
            "all three of",
            "the group",
            "the girls",
            "the boys",
            "the pair",
            "the trio",
            "the couple",
            "the women",
            "the men",
            "the friends",
            "the companions",
            "the party",
            "the crew",
            "the team",
            "the two",
            "the three",
        ):
            if text.startswith(opening) and text[len(opening) : len(opening) + 1] in {"", " "}:
                return Subject(self.everyone(turn), at + len(opening.split()), group=True)
        return None

    def _stranger(self, words: list[str], at: int, end: int, turn: Turn) -> Subject:
        step = at
        gender = ""
        while step < end and step < at + 6 and not self._finite(words, step):
            kind = self._vocabulary.people.get(words[step])
            if kind:
                gender = kind
            step += 1
        if gender:
            turn.named.append(OTHER)
            turn.other_gender = gender
        return Subject((OTHER,), step, part=" ".join(words[at:step]))

    def _elided(self, at: int, verb: VerbForm | None, turn: Turn, voice: Voice) -> Subject:
        if voice is Voice.SPEECH:
            if turn.last and (verb is None or verb.form is not Form.BASE or turn.speaker in turn.last):
                return Subject(
                    turn.last, at, "first" if turn.speaker in turn.last else "third", explicit=False
                )
            if verb is not None and verb.form is Form.ING:
                return Subject((turn.speaker,), at, "first", explicit=False)
            return Subject((), at, explicit=False)
        if turn.last:
            return Subject(turn.last, at, explicit=False)
        if voice is Voice.ACTION:
            return Subject((turn.speaker,), at, "first", explicit=False)
        return Subject((), at, explicit=False)
