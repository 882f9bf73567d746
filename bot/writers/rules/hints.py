"""The requester's own words for the picture: they beat the log, for place, cast, clothes and time."""

# ruff: noqa: C901, PLR0912, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.companion import Gender
from bot.writers.rules.conditions import CONDITIONS, clock_time, read_conditions
from bot.writers.rules.garments import find_costume, find_garments
from bot.writers.rules.naming import find_names
from bot.writers.rules.phrases import phrase_parts
from bot.writers.rules.places import mentions, read_place
from bot.writers.rules.sentences import Mark, Sentence, cut_clauses, sentences
from bot.writers.rules.verbs import Form, Kind, VerbForm, gerund
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Act, Place, Strength, World

_GROUPS = frozenset("all everyone everybody both group together me us her him them close closeup up".split())
_ADDING = frozenset("too also add join joins joining plus".split())
_HER = frozenset({"her", "she"})
_HIM = frozenset({"him", "he"})
_LONGEST_DETAIL = 8
_ASLEEP = VerbForm("sleep", Form.ING, Kind.POSE)


@dataclass(slots=True)
class HintRead:
    """What a hint asked for.

    ``cast`` is empty when it names nobody; ``adds``: they join who is there anyway ("Juno too");
    ``without``: who is not to be in it; ``details``: what was asked for and no rule understood.
    """

    cast: list[int] = field(default_factory=list[int])
    adds: bool = False
    without: list[int] = field(default_factory=list[int])
    details: list[str] = field(default_factory=list[str])


def read_hint(world: World, text: str, vocabulary: Vocabulary) -> HintRead:
    """Apply an English hint to the world. Hints are requests: "would" and "want" do not make them unreal."""
    result = HintRead()
    roster = world.roster
    for sentence in sentences(text):
        vocabulary.index.mark(sentence)
        sentence.names = find_names(sentence, roster, vocabulary.verb_s)
        cut_clauses(sentence, vocabulary.verb_words, vocabulary.base_words)
        if not _sentence(world, sentence, result, vocabulary):
            words = [word for word in sentence.words if word[0].isalnum()][:_LONGEST_DETAIL]
            result.details += [" ".join(words)] if words and text.isascii() else []
    return result


def _sentence(world: World, sentence: Sentence, result: HintRead, vocabulary: Vocabulary) -> bool:
    """Read one sentence of a hint; False where nothing of it was understood."""
    roster = world.roster
    words = sentence.words
    negated: list[tuple[int, int]] = []
    for start, end, _ in sentence.clauses:
        cut = next(
            (m.start for m in sentence.marks if m.mark is Mark.NEGATOR and start <= m.start < end), None
        )
        if cut is not None:
            negated.append((cut, end))

    def is_negated(at: int) -> bool:
        return any(start <= at < end for start, end in negated)

    for name in sentence.names:
        if roster.is_companion(name.person):
            chosen = result.without if is_negated(name.start) else result.cast
            if name.person not in chosen:
                chosen.append(name.person)
        world.touch(name.person)
    result.adds = result.adds or not _ADDING.isdisjoint(words)
    understood = bool(sentence.names or negated) or not _GROUPS.isdisjoint(words)
    costume = find_costume(["dressed", *words], 0, len(words) + 1, vocabulary) if words[0] == "as" else None
    if costume is not None:
        understood = True
        for person in _whom(sentence, 0, world, result):
            world.wear(person, [costume], everything=True)
    place: Place | None = None
    for start, end, _ in sentence.clauses:
        stop = min((cut for cut, _ in negated if start <= cut < end), default=end)
        understood = _outfits(world, sentence, start, stop, result, vocabulary) or understood
        understood = _actions(world, sentence, start, stop, result, vocabulary) or understood
        read_conditions(world, sentence, start, stop, spoken=False)
        for mention in mentions(sentence, start, stop, vocabulary):
            if mention.preposition not in {"with", "of"} and (
                mention.known or mention.preposition in {"in", "at", "on", "inside"}
            ):
                place = Place(mention.text, mention.head, Strength.HEADED, world.message)
        if place is None and start < stop:
            bare = read_place(sentence, start, stop, "at", vocabulary)
            if bare is not None and bare.known:
                place = Place(bare.text, bare.head, Strength.HEADED, world.message)
    time = clock_time(" ".join(words)) if any(word[0].isdigit() for word in words) else ""
    if time:
        world.time = time
    if place is not None:
        world.relocate(place)
    return understood or bool(time) or place is not None or not CONDITIONS.isdisjoint(sentence.kinds)


def _whom(sentence: Sentence, at: int, world: World, result: HintRead) -> list[int]:
    before = [
        name.person for name in sentence.names if name.start < at and world.roster.is_companion(name.person)
    ]
    if before:
        return before[-1:]
    if result.cast:
        return result.cast
    present = world.present() or list(world.roster.companions)[:1]
    for words, gender in ((_HER, Gender.FEMALE), (_HIM, Gender.MALE)):
        if not words.isdisjoint(sentence.words):
            return [person for person in present if world.roster.people[person].gender is gender] or present
    return present


def _outfits(
    world: World, sentence: Sentence, start: int, end: int, result: HintRead, vocabulary: Vocabulary
) -> bool:
    found = find_garments(sentence, start, end, vocabulary, -1)
    whole = any(one.garment.slot == "outer" for one in found) and "wearing" in sentence.words
    for person in _whom(sentence, found[0].start, world, result) if found else ():
        if whole:
            world.people[person].outfit = []
        world.wear(person, [one.garment for one in found], everything=True)
    return bool(found)


def _actions(
    world: World, sentence: Sentence, start: int, end: int, result: HintRead, vocabulary: Vocabulary
) -> bool:
    words = sentence.words
    for at in range(start, end):
        form = _ASLEEP if words[at] == "asleep" else vocabulary.forms.get(words[at])
        if form is None or form.form not in {Form.ING, Form.S} or form.kind is Kind.UNSEEN:
            continue
        if (
            any(mark.mark is Mark.GARMENT and mark.start <= at < mark.end for mark in sentence.marks)
            or words[at] in vocabulary.places
        ):
            continue
        for person in _whom(sentence, at, world, result):
            parts = (
                gerund(form.base, vocabulary.irregular),
                *phrase_parts(sentence, at + 1, end, world.roster, person, "third"),
            )
            act = Act(parts, world.message + 1)
            state = world.people[person]
            if form.kind is Kind.FACE:
                state.face = act
            elif form.kind is Kind.POSE:
                state.pose, state.doing, state.weak = act, [], None
            else:
                state.doing, state.weak = [act], None
        return True
    return False
