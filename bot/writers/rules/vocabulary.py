"""The English lexicon, compiled: phrase index, verb forms, and sets to look words up in."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import functools
from dataclasses import dataclass

from bot.domain.companion import fold_name
from bot.writers.rules.lexicon import EnglishLexicon, Words, english
from bot.writers.rules.marking import Phrase, PhraseIndex
from bot.writers.rules.sentences import Mark
from bot.writers.rules.verbs import Form, VerbForm, build_forms

_SHORTEST_COMPOUND = 5
BODY_SLOTS = ("full", "top", "bottom", "outer", "feet", "head", "accessory")


@dataclass(frozen=True, slots=True)
class PhrasalVerb:
    """A verb with its particles: ``("off",)`` for "take off"."""

    particles: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that the English reader looks up."""

    lexicon: EnglishLexicon
    index: PhraseIndex
    forms: dict[str, VerbForm]
    verb_words: frozenset[str]
    verb_s: frozenset[str]
    base_words: frozenset[str]
    places: frozenset[str]
    place_words: frozenset[str]
    suffixes: tuple[str, ...]
    small: frozenset[str]
    never: frozenset[str]
    parts: frozenset[str]
    slots: dict[str, str]
    colours: frozenset[str]
    stop_before: frozenset[str]
    outfit_verbs: dict[str, list[PhrasalVerb]]
    presence_verbs: dict[str, list[PhrasalVerb]]
    about: frozenset[str]
    beside: frozenset[str]
    questions: frozenset[str]
    tags: frozenset[str]
    performs: frozenset[str]
    performs_with: frozenset[str]
    people: dict[str, str]
    narrators: frozenset[str]
    word_names: frozenset[str]
    irregular: dict[str, tuple[str, ...]]

    def knows(self, word: str) -> bool:
        """Whether a single word is in the English lexicon."""
        return (
            word in self.slots
            or word in self.forms
            or word in self.colours
            or word in self.place_words
            or word in self.lexicon.stopwords
            or word in self.people
        )

    def is_place(self, words: list[str]) -> bool:
        """Whether the noun phrase ends in a known place."""
        for length in (3, 2, 1):
            if len(words) >= length and " ".join(words[-length:]) in self.places:
                return True
        last = words[-1]
        return (
            len(last) > _SHORTEST_COMPOUND
            and last.endswith(self.suffixes)
            and last not in self.never
            and last not in self.small
        )


def _split(phrase: str) -> tuple[str, ...]:
    phrase = phrase.lower().replace("can't", "can not").replace("won't", "will not").replace("n't", " not")
    for short, long in (
        ("'s ", " 's "),
        ("'ll", " will"),
        ("'m ", " am "),
        ("'re ", " are "),
        ("'ve ", " have "),
    ):
        phrase = phrase.replace(short, long)
    return tuple(phrase.split())


def _plain(entries: Words, mark: Mark, value: str = "") -> list[Phrase]:
    return [Phrase(_split(entry), mark, value or entry) for entry in entries]


_WORN_SINGLY = frozenset("boots shoes sneakers sandals slippers socks gloves mittens earrings".split())


def _plurals(noun: str) -> tuple[str, ...]:
    if noun in _WORN_SINGLY:
        return (noun, noun[:-1])
    if noun.endswith("s"):
        return (noun,)
    if noun.endswith(("sh", "ch", "x")):
        return (noun, noun + "es")
    if noun.endswith("f") and noun.endswith(("scarf", "kerchief")):
        return (noun, noun[:-1] + "ves")
    return (noun, noun + "s")


@functools.cache
def vocabulary() -> Vocabulary:
    """The compiled English lexicon, made once per process."""
    lex = english()
    slots: dict[str, str] = {}
    for slot in BODY_SLOTS:
        for noun in getattr(lex.garments, slot):
            for form in _plurals(noun):
                slots.setdefault(form, slot)
    places = frozenset(lex.places.nouns)
    phrases = [Phrase(_split(noun), Mark.PLACE, noun) for noun in sorted(places)]
    phrases += [Phrase(_split(noun), Mark.GARMENT, noun) for noun in slots]
    for times in type(lex.time).model_fields:
        mark = Mark.CONDITION_NOT if times == "ignore" else Mark.TIME
        phrases += _plain(getattr(lex.time, times), mark, times)
    for weather in type(lex.weather).model_fields:
        mark = {"ignore": Mark.CONDITION_NOT, "ended": Mark.ENDED}.get(weather, Mark.WEATHER)
        phrases += _plain(getattr(lex.weather, weather), mark, weather)
    for value, entries in lex.light.items():
        phrases += _plain(entries, Mark.LIGHT, value)
    for value, entries in lex.time_hints.items():
        phrases += _plain(entries, Mark.TIME_HINT, value)
    for value, entries in lex.weather_hints.items():
        phrases += _plain(entries, Mark.WEATHER_HINT, value)
    for value, entries in lex.places.implied.items():
        phrases += _plain(entries, Mark.PLACE_HINT, value)
    for value, entries in lex.mood.items():
        phrases += _plain(entries, Mark.MOOD, value)
    real = lex.reality
    for mark, lists in (
        (Mark.NEGATOR, (real.negators,)),
        (Mark.HYPOTHETICAL, (real.hypothetical, real.hypothetical_phrases)),
        (Mark.FUTURE, (real.future, real.future_phrases)),
        (Mark.PAST, (real.past, real.past_phrases)),
        (Mark.STORY, (real.story, real.story_phrases)),
        (Mark.SARCASM, (real.sarcasm, real.sarcasm_phrases)),
        (Mark.RESUME, (real.resume,)),
        (Mark.REMOTE, (lex.presence.remote,)),
        (Mark.ELSEWHERE, (lex.presence.elsewhere,)),
        (Mark.HABIT, (lex.verbs.habit,)),
        (Mark.EXIT, (lex.presence.exits,)),
        (Mark.FAR, (lex.presence.far,)),
        (Mark.GOING, (lex.presence.going,)),
    ):
        for entries in lists:
            phrases += [phrase for phrase in _plain(entries, mark) if phrase.words]
    phrases += _plain(lex.places.indoors, Mark.INOUT, "inside")
    phrases += _plain(lex.places.outdoors, Mark.INOUT, "outside")
    people = dict.fromkeys(lex.people.female, "female") | dict.fromkeys(lex.people.male, "male")
    people |= dict.fromkeys(lex.people.other, "other")
    outfit_verbs: dict[str, list[PhrasalVerb]] = {}
    for what, entries in (
        ("change", lex.garments.change),
        ("put_on", lex.garments.put_on),
        ("take_off", lex.garments.take_off),
        ("wear", lex.garments.wear),
        ("give", lex.garments.give),
        ("touch", lex.garments.touch),
    ):
        _add_phrasal(outfit_verbs, entries, what)
    presence_verbs: dict[str, list[PhrasalVerb]] = {}
    _add_phrasal(presence_verbs, lex.presence.leave, "leave")
    _add_phrasal(presence_verbs, lex.presence.arrive, "arrive")
    forms = build_forms(lex.verbs, tuple({*outfit_verbs, *presence_verbs}))
    return Vocabulary(
        lexicon=lex,
        index=PhraseIndex(phrases),
        forms=forms,
        verb_words=frozenset(
            word
            for word, form in forms.items()
            if form.form is not Form.BASE
            and word not in lex.places.small
            and word not in {"rose", "left", "back"}
        )
        | {"is", "are", "was", "were", "am", "'s", "left"},
        base_words=frozenset(word for word, form in forms.items() if form.form is Form.BASE),
        verb_s=frozenset(word for word, form in forms.items() if form.form in {Form.S, Form.PAST})
        | {"is", "was", "has"},
        places=places,
        place_words=frozenset(noun.split()[-1] for noun in places),
        suffixes=lex.places.suffixes,
        small=frozenset(lex.places.small),
        never=frozenset(lex.places.never),
        parts=frozenset(lex.places.parts),
        slots=slots,
        colours=frozenset(lex.garments.colours),
        stop_before=frozenset(lex.garments.stop_before),
        outfit_verbs=outfit_verbs,
        presence_verbs=presence_verbs,
        about=frozenset(lex.presence.about),
        beside=frozenset(lex.presence.beside),
        questions=frozenset(real.questions),
        tags=frozenset(real.tags),
        performs=frozenset(real.performs),
        performs_with=frozenset(real.performs_with),
        people=people,
        narrators=frozenset(fold_name(name) for name in lex.people.narrators),
        word_names=frozenset(lex.people.word_names),
        irregular=dict(lex.verbs.irregular),
    )


def _add_phrasal(verbs: dict[str, list[PhrasalVerb]], entries: Words, what: str) -> None:
    for entry in entries:
        base, *particles = entry.split()
        verbs.setdefault(base, []).append(PhrasalVerb(tuple(particles), what))
        verbs[base].sort(key=lambda verb: -len(verb.particles))
