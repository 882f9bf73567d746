"""The requester's own words for the picture: they beat the log, for place, cast, clothes and time."""

# ruff: noqa: C901, PLR0917, SIM905 -- word lists read best as words; a rule is a list of cases; a clause is read with all around it

from __future__ import annotations

from dataclasses import dataclass, field

from bot.writers.rules.conditions import clock_time, read_conditions
from bot.writers.rules.garments import find_garments
from bot.writers.rules.naming import find_names
from bot.writers.rules.phrases import phrase_parts
from bot.writers.rules.places import mentions, read_place
from bot.writers.rules.sentences import Mark, Sentence, cut_clauses, sentences
from bot.writers.rules.verbs import Form, Kind, gerund
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Act, Place, Strength, World

_EVERYONE = frozenset("all everyone everybody both group together".split())
_ALONE = frozenset("only just alone solo".split())
_SHORT = 6


@dataclass(slots=True)
class HintRead:
    """What a hint asked for. ``cast`` is empty when it names nobody; ``everyone`` asks for all."""

    cast: list[int] = field(default_factory=list[int])
    everyone: bool = False
    details: list[str] = field(default_factory=list[str])


def read_hint(world: World, text: str, vocabulary: Vocabulary) -> HintRead:
    """Apply an English hint to the world. Hints are requests: "would" and "want" do not make them unreal."""
    result = HintRead()
    roster = world.roster
    for sentence in sentences(text):
        vocabulary.index.mark(sentence)
        sentence.names = find_names(sentence, roster, vocabulary.verb_s)
        cut_clauses(sentence, vocabulary.verb_words, vocabulary.base_words)
        _sentence(world, sentence, result, vocabulary)
    return result


def _sentence(world: World, sentence: Sentence, result: HintRead, vocabulary: Vocabulary) -> None:
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
        if roster.is_companion(name.person) and not is_negated(name.start) and name.person not in result.cast:
            result.cast.append(name.person)
        world.touch(name.person)
    if not sentence.names and not _EVERYONE.isdisjoint(words):
        result.everyone = True
    place: Place | None = None
    for start, end, _ in sentence.clauses:
        stop = min((cut for cut, _ in negated if start <= cut < end), default=end)
        _outfits(world, sentence, start, stop, result, vocabulary)
        _actions(world, sentence, start, stop, result, vocabulary)
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


def _whom(sentence: Sentence, at: int, world: World, result: HintRead) -> list[int]:
    before = [
        name.person for name in sentence.names if name.start < at and world.roster.is_companion(name.person)
    ]
    if before:
        return before[-1:]
    if result.cast:
        return result.cast
    present = world.present()
    return present or list(world.roster.companions)[:1]


def _outfits(
    world: World, sentence: Sentence, start: int, end: int, result: HintRead, vocabulary: Vocabulary
) -> None:
    found = find_garments(sentence, start, end, vocabulary, -1)
    if not found:
        return
    for person in _whom(sentence, found[0].start, world, result):
        world.wear(person, [one.garment for one in found], everything=True)


def _actions(
    world: World, sentence: Sentence, start: int, end: int, result: HintRead, vocabulary: Vocabulary
) -> None:
    words = sentence.words
    for at in range(start, end):
        form = vocabulary.forms.get(words[at])
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
        return
