"""Clothes: who puts on, takes off, changes into, or is said to wear what."""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.garments import Found, find_costume, find_garments
from bot.writers.rules.handing import DRAPING, GIVING, POSSESSIVE, HandingReader, dress, undress
from bot.writers.rules.markup import Voice
from bot.writers.rules.predicates import Predicate
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import OTHER, Subject, SubjectFinder, Turn
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Garment, World

_ARTICLES = frozenset("a an the some this that these those".split())
_WEARING = frozenset("wearing dressed clad donning sporting rocking wrapped bundled decked".split())
_HANDLING = frozenset(
    "hold fold carry grab pick buy pack wash hang iron toss throw find search point hand look see show"
    " bring want need sew mend stitch choose sell admire eye stare gaze glance grip notice watch give lend"
    " offer drop take get pass like prefer design draw paint sketch knit return collect gather spot wring"
    " dry burn rip tear browse try".split()
)
_OFF = frozenset("off gone discarded abandoned forgotten missing".split())
_HUNG = frozenset(
    "floor chair hook hanger sofa couch bed ground table rack shoulder backrest closet peg".split()
)
_SIGNS = frozenset("barefoot barefooted shoeless dressed disguised costumed dresses dress".split())
_BAREFOOT = Garment("barefoot", "barefoot", "feet")
_EXCHANGES = frozenset("swap trade switch exchange replace".split())


class OutfitReader:
    """Reads clothes out of clauses, and remembers a list that goes on after a comma."""

    def __init__(self, world: World, vocabulary: Vocabulary, finder: SubjectFinder) -> None:
        self._world = world
        self._vocabulary = vocabulary
        self._finder = finder
        self._open: tuple[tuple[int, ...], str] | None = None
        self._it: list[Found] = []
        self._handing = HandingReader(world, finder)

    def close(self) -> None:
        """The sentence is over: a list of clothes ends with it, and what "it" stands for."""
        self._open = None
        self._it = []

    def not_worn(self, sentence: Sentence, start: int, end: int, people: tuple[int, ...]) -> None:
        """A negated stretch, "no longer wearing her coat", "without her shoes": what is named is off."""
        found = find_garments(sentence, start, end, self._vocabulary, -1)
        if found and any(
            word in sentence.words[start:end] for word in ("wearing", "without", "wear", "worn", "on")
        ):
            undress(self._world, people, found)

    def read(
        self,
        sentence: Sentence,
        start: int,
        end: int,
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
        voice: Voice,
    ) -> bool:
        """Read one clause; True when its verb was about clothes (and so is no action)."""
        words = sentence.words
        if Mark.GARMENT not in sentence.kinds and not self._it and _SIGNS.isdisjoint(words):
            return False
        verb_at = predicate.at if predicate.verb is not None else -1
        found = find_garments(sentence, start, end, self._vocabulary, verb_at)
        people = subject.known()
        costume = find_costume(words, start, end, self._vocabulary)
        if costume is not None:
            for person in people:
                self._world.wear(person, [costume], everything=True)
            return bool(people)
        if not found:
            if any(word in {"barefoot", "barefooted", "shoeless"} for word in words[start:end]):
                for person in people:
                    self._world.wear(person, [_BAREFOOT])
            if (
                self._it
                and predicate.verb is not None
                and predicate.verb.base in DRAPING | GIVING
                and words[predicate.at + 1 : predicate.at + 2] in (["it"], ["them"])
            ):
                return self._handing.read(sentence, self._it, people, turn, predicate, end)
            return False
        self._it = found
        if (
            predicate.verb is None
            and not predicate.be
            and self._open is not None
            and not (subject.explicit and people)
        ):
            shown = {"under", "underneath", "beneath", "revealing", "showing", "below"} & set(
                words[start:end]
            )
            new = shown or found[0].before in {"a", "an"}
            dress(self._world, self._open[0], found, "add" if new else self._open[1])
            return True
        if found[0].garment.noun == "hood" and {"back", "down"} & set(words[start:end]):
            undress(self._world, people, found[:1])
            return False
        if self._is_off(words, found, predicate, end):
            owner = self._owner(found[0], subject, turn, voice)
            if owner:
                undress(self._world, owner, found[:1])
            return True
        what = self._what(words, predicate, end)
        if predicate.verb is not None and people:
            base = predicate.verb.base
            if base in _EXCHANGES and len(found) > 1:
                undress(self._world, people, found[:1])
                dress(self._world, people, found[1:], "add")
                return True
            if base in DRAPING | GIVING and self._handing.read(sentence, found, people, turn, predicate, end):
                return True
            if what in {"put_on", "take_off", "change", "wear"}:
                return self._dress(words, found, people, what, predicate)
        return self._worn(sentence, start, found, subject, predicate, turn, voice)

    def _what(self, words: list[str], predicate: Predicate, end: int) -> str | None:
        if predicate.verb is None:
            return None
        rest = words[predicate.at + 1 : end]
        for phrasal in self._vocabulary.outfit_verbs.get(predicate.verb.base, ()):
            if _in_order(phrasal.particles, rest):
                return phrasal.what
        return None

    def _dress(
        self, words: list[str], found: list[Found], people: tuple[int, ...], what: str, predicate: Predicate
    ) -> bool:
        base = predicate.verb.base if predicate.verb else ""
        if what == "take_off" and base != "change":
            if (
                base in {"drop", "lose", "discard", "fold", "toss", "fling", "untie", "set", "hang"}
                and found[0].before not in POSSESSIVE
            ):
                return False
            shown_at = next(
                (
                    at
                    for at in range(predicate.at, len(words))
                    if words[at] in {"reveal", "revealing", "showing", "exposing", "to"}
                ),
                len(words),
            )
            undress(self._world, people, [one for one in found if one.start < shown_at])
            dress(self._world, people, [one for one in found if one.start > shown_at], "add")
            self._open = (people, "take_off")
            return True
        if what == "change" or base == "change":
            span = words[predicate.at :]
            out = predicate.at + span.index("out") if "out" in span else len(words)
            into = next(
                (at for at in range(predicate.at, len(words)) if words[at] in {"into", "to"}), predicate.at
            )
            removed = [one for one in found if one.start > out and not one.start > into > out]
            undress(self._world, people, removed)
            dress(self._world, people, [one for one in found if one not in removed], "wear")
        else:
            dress(self._world, people, found, "wear" if what == "wear" else "add")
        self._open = (people, "add")
        return what != "put_on"

    def _is_off(self, words: list[str], found: list[Found], predicate: Predicate, end: int) -> bool:
        """Such as "her coat is off", "his jacket lies on the floor", "her heels come off"."""
        one = found[0]
        if one.before not in POSSESSIVE | {"the"} or predicate.at < one.end:
            return False
        rest = words[one.end : end]
        if not rest:
            return False
        if predicate.be and (rest[-1] in _OFF or (len(rest) > 1 and rest[1] in _OFF)):
            return True
        verb = predicate.verb
        if (
            verb is not None
            and verb.base in {"come", "slip", "slide", "fall", "drop", "fly"}
            and ("off" in rest or "floor" in rest or "away" in rest)
        ):
            return True
        return any(word in _HUNG for word in rest) and (
            predicate.be or (verb is not None and verb.base in {"lie", "hang", "drape", "rest", "sit"})
        )

    def _worn(
        self,
        sentence: Sentence,
        start: int,
        found: list[Found],
        subject: Subject,
        predicate: Predicate,
        turn: Turn,
        voice: Voice,
    ) -> bool:
        """Clothes named in passing: "twirls in her red dress", "adjusts his tie", "your boots are soaked"."""
        words = sentence.words
        people = subject.known()
        handled = predicate.verb is not None and predicate.verb.base in _HANDLING
        if handled and words[predicate.at + 1 : predicate.at + 2] == ["off"]:
            handled = False
        previous: tuple[tuple[int, ...], str] | None = None
        about_clothes = False
        verb_handles = handled
        for one in found:
            handled = verb_handles and predicate.at < one.start
            lead = one.start - 1
            if lead >= start and words[lead] in _ARTICLES | POSSESSIVE:
                lead -= 1
            opening = words[lead] if lead >= start else ""
            linked = opening in {"and", "over", "with", ",", "under", "plus"} and previous is not None
            wearing = any(word in _WEARING for word in words[start : one.start])
            owners: tuple[int, ...] = ()
            mode = "add"
            if linked and previous is not None and (one.before not in POSSESSIVE or opening != "over"):
                owners, mode = previous[0], "add"
            elif wearing or (
                opening == "in"
                and people
                and not (
                    predicate.verb is not None
                    and predicate.verb.base in {"look", "see", "find"}
                    and voice is not Voice.SPEECH
                    and not subject.explicit
                )
            ):
                owners, mode = people or self._owner(one, subject, turn, voice), "wear"
                about_clothes = wearing and predicate.verb is None
            elif opening == "to" and people and words[lead - 1 : lead] == ["down"]:
                owners, mode = people, "wear"
            elif opening == "with" and people and not handled:
                owners = people
            elif one.before in POSSESSIVE and not handled and self._spoken_of_now(one, predicate, voice):
                owners = self._owner(one, subject, turn, voice)
            elif voice is not Voice.SPEECH and one.before == "the" and one.start - start <= 1 and not people:
                owners = turn.last or ((turn.speaker,) if voice is Voice.ACTION else ())
            elif voice is Voice.SPEECH and any(
                words[at : at + 2] in (["on", "you"], ["suits", "you"], ["fits", "you"])
                for at in range(one.end, len(words) - 1)
            ):
                owners = self._finder.addressee(turn)
            elif voice is not Voice.SPEECH and people and not handled and self._bare(one, predicate):
                owners = people
            if owners:
                dress(self._world, owners, [one], mode)
                previous = (owners, mode)
        if previous is not None and not handled and (about_clothes or predicate.be or predicate.verb is None):
            self._open = (previous[0], "add")
        return about_clothes

    def _spoken_of_now(self, one: Found, predicate: Predicate, voice: Voice) -> bool:
        """In speech "my boots are soaked" and "love your hat" tell what is worn; "I miss my uniform" does not."""
        if voice is not Voice.SPEECH or predicate.be or predicate.verb is None:
            return True
        return one.end <= predicate.at or (
            one.before == "your" and predicate.verb.base in {"love", "like", "dig"}
        )

    def _bare(self, one: Found, predicate: Predicate) -> bool:
        """In an action, clothes without an owner are the doer's: "boots squelching", "pulls the jacket tighter"."""
        if one.before in {"the", "that", "this"}:
            base = predicate.verb.base if predicate.verb is not None else ""
            return base in {
                "pull",
                "tighten",
                "adjust",
                "button",
                "zip",
                "tug",
                "straighten",
                "smooth",
                "clutch",
            }
        if one.before in {"a", "an"}:
            return predicate.verb is None
        return one.before not in {
            "of",
            "for",
            "from",
            "to",
            "at",
            "about",
            "like",
            "no",
            "without",
            "any",
            "some",
            "into",
            "'s",
        }

    def _owner(self, one: Found, subject: Subject, turn: Turn, voice: Voice) -> tuple[int, ...]:
        before = one.before
        people = subject.known()
        if before == "my":
            return (turn.speaker,) if turn.speaker != OTHER else ()
        if before == "your":
            return self._finder.addressee(turn)
        if before in {"her", "his"}:
            gender = Gender.FEMALE if before == "her" else Gender.MALE
            for person in people:
                if self._world.roster.people[person].gender in {gender, None}:
                    return (person,)
            third = self._finder.third(gender, turn, voice)
            return (third,) if third != OTHER else ()
        if before == "their":
            return people
        if before == "'s":
            return people if subject.part else ()
        return people if subject.part else ()


def _in_order(particles: tuple[str, ...], rest: list[str]) -> bool:
    position = 0
    for particle in particles:
        if particle not in rest[position:]:
            return False
        position = rest.index(particle, position) + 1
    return True
