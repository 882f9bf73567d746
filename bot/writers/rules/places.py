"""Where the scene is: noun phrases that grammar shows to be a place, listed in the lexicon or not."""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from dataclasses import dataclass

from bot.writers.rules.predicates import Predicate
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Strength

_AT = frozenset("in at on inside aboard outside within atop amid amidst".split())
_NEAR = frozenset(
    "by near beside along under beneath around across through over overlooking behind underneath past"
    " beyond".split()
)
_TO = frozenset("into onto to toward towards".split())
_PREPOSITIONS = (
    _AT | _NEAR | _TO | frozenset("from of with for about against between among up down off out".split())
)
LOOKING = frozenset(
    "look stare gaze glance point wave peer gesture aim throw toss talk think dream tell ask know hear"
    " listen read write draw paint photograph remember speak glare squint watch admire compare refer"
    " invite buy want smile grin nod laugh shout yell call see mention describe sketch eye survey study"
    " face".split()
)
MOVING = frozenset(
    "go walk run come head step stride stroll wander saunter jog march hurry rush dash sprint trot trudge"
    " climb drive ride sail fly swim crawl creep sneak tiptoe pad shuffle limp skip hop wade hike trek"
    " move cross descend drift row travel make scramble stumble stagger bound scurry slip slide follow"
    " lead pull drag usher guide race bolt barge burst storm stomp plod retreat return emerge dart settle"
    " get land arrive enter escort carry teleport bring take dive jump leap duck file spill dance squeeze"
    " pile venture flop sink plunge set park roll lean sit flee escape relocate amble prowl continue"
    " disappear vanish back tumble shove push bike cycle strut wriggle squirm worm barrel trundle lope"
    " skid clamber shoulder edge inch waltz traipse troop".split()
)
_ELSEWHERE = frozenset("toward towards past beyond".split())
_LOOKED_AT = frozenset("at to over across through around into overlooking on out".split())
_WAYS = frozenset("back out over up down".split())
_DONE_IN_PLACES = frozenset("laugh smile talk call read write draw paint sketch".split())
_INTO_THINGS = frozenset(
    "lean sit set roll dive dance sink flop push shove jump pull take bring slip settle get climb drag".split()
)
_STOPPING = frozenset("arrive wake meet gather land end".split())
_GOING = frozenset("go head drive return travel fly sail get make ride cycle hike".split())
_REACHING = frozenset("reach enter board approach visit leave exit explore cross climb descend".split())
_STATIVE = frozenset(
    "be sit stand lie lounge wait stay live meet gather camp relax find end wake sleep hang stop park"
    " pause arrive dance work hide huddle perch kneel dine eat drink have walk stroll wander".split()
)
_NP_STOP = frozenset(
    "and or but with to for at in on by near from into onto while as when where who which that is are was were has had"
    " am be together again now here there too already finally alone tonight today just not still so then because if"
    " than i you he she we they it me him us them before after until , ; : ( ) / also both all beside under over around"
    " through behind across against between like where's 's this these those my your his her their our the a an without"
    " about inside outside forever anymore anyways anyway honestly tho lol lmao haha hehe ugh omg btw tbh rn yay yall"
    " though instead tomorrow yesterday maybe please thanks bro dude man babe love off out up down along toward towards"
    " during since looking watching holding wearing".split()
) | {'"'}
_LEADS = _AT | _NEAR | _TO
_OPENERS = frozenset("the a an this that these those my your his her their our its some another one".split())
_ADVERBS_BEFORE = frozenset(
    "back out over up down right just deep here away off inside outside straight safely all together there".split()
)
_WAITING_ROOMS = (["waiting", "room"], ["waiting", "area"])
_VAGUE = frozenset(
    "place places area spot side building thing way one somewhere anywhere here there room scene end part"
    " world top location bottom middle front back corner".split()
)
_BOARDING = frozenset("hop climb jump step get clamber pile leap scramble".split())
_VEHICLES = frozenset(
    "train bus cab taxi ferry boat plane tram car limo van truck shuttle carriage wagon subway ship jet helicopter"
    " speedboat gondola".split()
)
_TWO = 2
_LONG_NP = 6


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place as mentioned: the phrase, its head word, how it is reached, whether the lexicon has it."""

    text: str
    head: str
    preposition: str
    known: bool
    at: int
    end: int
    small: bool = False
    adverb: str = ""


def noun_phrase(sentence: Sentence, at: int, end: int, vocabulary: Vocabulary) -> tuple[list[str], int, bool]:
    """The noun phrase from ``at`` without its determiner and owner: (words, where it ends, was definite)."""
    words, raw = sentence.words, sentence.raw
    named = {name.start: name for name in sentence.names}
    definite = False
    position = at
    if position in named:
        name = named[position]
        if name.end < end and words[name.end] == "'s":
            position = name.end + 1
            definite = True
        else:
            return [], position, False
    elif position < end and words[position] in _OPENERS:
        definite = True
        position += 1
    elif position + 1 < end and words[position + 1] == "'s" and words[position] not in _NP_STOP:
        position += 2
        definite = True
    found: list[str] = []
    while position < end and len(found) < _LONG_NP:
        word = words[position]
        if word in _NP_STOP or (position in named and not (raw[position][:1].isupper() and found)):
            if word == "'s" and found and position + 1 < end:
                found[-1] += "'s"
                position += 1
                continue
            break
        if word == "of":
            head = found[-1] if found else ""
            if head in vocabulary.parts or (
                head in vocabulary.small
                and head in {"edge", "middle", "top", "back", "end", "side", "center"}
            ):
                inner, after, _ = noun_phrase(sentence, position + 1, end, vocabulary)
                if inner:
                    return (
                        [*found, "of", "the", *inner]
                        if words[position + 1] in _OPENERS
                        else [*found, "of", *inner],
                        after,
                        definite,
                    )
            break
        if not (word[0].isalnum()) or word.isdigit():
            break
        form = vocabulary.forms.get(word)
        if (
            found
            and form is not None
            and word not in vocabulary.place_words
            and words[position : position + 2] not in _WAITING_ROOMS
            and (
                form.form is Form.S
                or (form.form in {Form.PAST, Form.ING} and vocabulary.is_place(found))
                or (form.form is Form.PAST and form.kind is Kind.UNSEEN)
            )
        ):
            break
        if word.endswith("ly") and found:
            break
        written = raw[position]
        found.append(
            written
            if written[:1].isupper()
            and position > 0
            and not written.isupper()
            and (found or raw[0] != written)
            and (word not in vocabulary.places or (found and found[-1][:1].isupper()))
            else word
        )
        position += 1
    return found, position, definite


def mentions(sentence: Sentence, start: int, end: int, vocabulary: Vocabulary) -> list[PlaceMention]:
    """Every prepositional phrase of the clause that can be a place."""
    words = sentence.words
    found: list[PlaceMention] = []
    for position in [at for at in range(start, end - 1) if words[at] in _LEADS]:
        word = words[position]
        if word in {"in", "on"} and words[position + 1] in {"to", "into"}:
            continue
        mention = read_place(sentence, position + 1, end, word, vocabulary)
        if mention is not None:
            before = words[position - 1] if position > start else ""
            adverb = before if before in _ADVERBS_BEFORE else ""
            found.append(
                PlaceMention(
                    mention.text,
                    mention.head,
                    word,
                    mention.known,
                    position,
                    mention.end,
                    mention.small,
                    adverb,
                )
            )
    return found


def read_place(
    sentence: Sentence, at: int, end: int, preposition: str, vocabulary: Vocabulary
) -> PlaceMention | None:
    """The place that the noun phrase at ``at`` names, known or not; None where it can't be one."""
    phrase, after, definite = noun_phrase(sentence, at, end, vocabulary)
    if not phrase:
        return None
    form = vocabulary.forms.get(sentence.words[at])
    if (
        preposition == "to"
        and form is not None
        and form.form is Form.BASE
        and phrase[0] not in vocabulary.places
    ):
        return None
    head = phrase[-1].lower()
    if "of" in phrase:
        inner = phrase[phrase.index("of") + 1 :]
        inner = inner[1:] if inner and inner[0] == "the" else inner
        known = bool(inner) and vocabulary.is_place([word.lower() for word in inner])
        if not known:
            return None
        return PlaceMention(" ".join(phrase), inner[-1].lower(), preposition, known=True, at=at, end=after)
    low = [word.lower() for word in phrase]
    if vocabulary.is_place(low):
        if low[-1] == "home" and preposition == "on":
            return None
        return PlaceMention(" ".join(phrase), head, preposition, known=True, at=at, end=after)
    if head in vocabulary.small and head not in {"tree", "trees"}:
        for cut in range(len(low) - 1, 0, -1):
            if vocabulary.is_place(low[:cut]):
                return PlaceMention(
                    " ".join(phrase[:cut]),
                    low[cut - 1],
                    preposition,
                    known=True,
                    at=at,
                    end=after,
                    small=True,
                )
        return None
    if (
        head in vocabulary.never
        or head in _VAGUE
        or head in vocabulary.slots
        or head in vocabulary.people
        or head in vocabulary.colours
    ):
        return None
    if any(
        mark.mark in {Mark.TIME, Mark.WEATHER, Mark.GARMENT} and at <= mark.start < after
        for mark in sentence.marks
    ):
        return None
    if head.endswith(("ing", "ness", "ment", "tion")) and head not in vocabulary.places:
        return None
    form = vocabulary.forms.get(head)
    if form is not None and form.form.value != 0 and not definite:
        return None
    proper = phrase[-1][:1].isupper() and preposition in {"in", "at", "into", "to"}
    if not definite and not proper:
        return None
    if sentence.words[at] in {"his", "her", "my", "your", "their", "its"} and preposition not in {
        "into",
        "to",
        "at",
    }:
        return None
    return PlaceMention(" ".join(phrase), head, preposition, known=False, at=at, end=after)


def strength(
    mention: PlaceMention, predicate: Predicate, *, acted: bool, person: bool
) -> tuple[Strength, bool] | None:
    """How plainly the mention says where the scene is, and whether someone moved there; None: it doesn't.

    ``acted``: in an action or narration. ``person``: the clause is about somebody of the talk.
    """
    base = predicate.verb.base if predicate.verb is not None else ""
    preposition = mention.preposition
    if preposition in _ELSEWHERE or (preposition == "behind" and not mention.small):
        return None
    if base in LOOKING and preposition in _LOOKED_AT and not _done_there(mention, base):
        return None
    led = mention.adverb in _WAYS and base in MOVING and preposition in {"in", "on", "at"}
    if preposition in _TO or led:
        return (Strength.MOVED, True) if _goes_there(mention, predicate, base, person=person) else None
    if mention.small:
        near = preposition in _AT or preposition in {"by", "near", "beside", "under", "behind"}
        return (Strength.WEAK, False) if person and near else None
    if preposition in _AT and base in _BOARDING and mention.head in _VEHICLES and person:
        return (Strength.MOVED, True)
    if preposition in _AT:
        return _at_place(mention, predicate, base, acted=acted, person=person)
    about_here = base in MOVING | _STATIVE or predicate.be or acted
    if mention.known and person and preposition in _NEAR - {"over"} and about_here:
        return (Strength.WEAK, False)
    return None


def _done_there(mention: PlaceMention, base: str) -> bool:
    """Such as "laughs at the bar": at a place that is no butt of the joke."""
    return mention.preposition in {"on", "at"} and mention.known and base in _DONE_IN_PLACES


def _goes_there(mention: PlaceMention, predicate: Predicate, base: str, *, person: bool) -> bool:
    """Whether a verb with "to", "into" or "out on" takes somebody to the place."""
    if base in MOVING or (predicate.be and mention.adverb == "back"):
        unlikely = not mention.known and (
            base in _INTO_THINGS or (mention.preposition == "to" and base not in _GOING)
        )
        return person and not unlikely
    if not base and mention.known and mention.adverb in _WAYS - {"back"} and mention.preposition != "to":
        return True
    return not base and mention.known and mention.preposition == "to" and mention.adverb == "back"


def _at_place(
    mention: PlaceMention, predicate: Predicate, base: str, *, acted: bool, person: bool
) -> tuple[Strength, bool] | None:
    """How plainly "in", "at" or "on" a place says where the scene is."""
    if person:
        stated = mention.known or (predicate.be and not base)
        inside = acted and mention.preposition in {"inside", "aboard"} and not mention.head.endswith("s")
        if stated or inside or base in _STOPPING:
            return (Strength.STATED, False)
    return (Strength.WEAK, False) if mention.known and acted else None


def reached(
    sentence: Sentence, predicate: Predicate, end: int, vocabulary: Vocabulary
) -> PlaceMention | None:
    """The object of "reach", "enter", "board": a place without a preposition."""
    verb = predicate.verb
    if verb is None or verb.base not in _REACHING or predicate.at + 1 >= end:
        return None
    mention = read_place(sentence, predicate.at + 1, end, "into", vocabulary)
    if mention is None or (verb.base not in {"reach", "enter", "board"} and not mention.known):
        return None
    return mention
