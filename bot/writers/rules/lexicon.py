"""The word lists in ``assets/lexicons``, read once and checked on the way in."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "lexicons"
"""Where the lexicons live in a checkout: ``<root>/assets/lexicons``."""


def _words(value: object) -> object:
    """A comma list as the tuple of its entries; anything else is left for pydantic to refuse."""
    if isinstance(value, str):
        return tuple(entry for entry in (" ".join(part.split()) for part in value.split(",")) if entry)
    return value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class _Table(BaseModel):
    """Every table is closed: a misspelt key is an error, not a silently unused word list."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Places(_Table):
    """What can be a setting. See README.md in the folder for each list."""

    nouns: Words
    small: Words
    never: Words
    suffixes: Words
    parts: Words
    indoors: Words
    outdoors: Words
    implied: dict[str, Words]


class Garments(_Table):
    """Garments by where they are worn, and the verbs that put them on or take them off."""

    full: Words
    top: Words
    bottom: Words
    outer: Words
    feet: Words
    head: Words
    accessory: Words
    generic: Words
    colours: Words
    put_on: Words
    take_off: Words
    change: Words
    wear: Words
    touch: Words
    stop_before: Words
    give: Words


class Verbs(_Table):
    """Verb bases by what they show; ``irregular`` has the forms that no rule gives."""

    pose: Words
    face: Words
    weak: Words
    unseen: Words
    motion: Words
    strong: Words
    habit: Words
    irregular: dict[str, Words]


class Presence(_Table):
    """Coming, going, and being somewhere else."""

    exits: Words
    going: Words
    far: Words
    leave: Words
    arrive: Words
    remote: Words
    elsewhere: Words
    beside: Words
    about: Words


class Times(_Table):
    """Words for each time of day, and phrases to look past."""

    dawn: Words
    morning: Words
    noon: Words
    afternoon: Words
    sunset: Words
    dusk: Words
    evening: Words
    night: Words
    midnight: Words
    ignore: Words = ()


class Weathers(_Table):
    """Words for each weather, what ends one, and phrases to look past."""

    clear: Words
    sunny: Words
    cloudy: Words
    rain: Words
    storm: Words
    snow: Words
    fog: Words
    wind: Words
    ended: Words = ()
    ignore: Words = ()


class Reality(_Table):
    """What makes a statement untrue here and now."""

    negators: Words
    hypothetical: Words
    hypothetical_phrases: Words
    future: Words
    future_phrases: Words
    past: Words
    past_phrases: Words
    story: Words
    story_phrases: Words
    performs: Words
    performs_with: Words
    sarcasm: Words
    sarcasm_phrases: Words
    resume: Words
    questions: Words
    tags: Words


class People(_Table):
    """Persons who are no companions (they take a pronoun away), narrators, names that are words."""

    female: Words
    male: Words
    other: Words
    narrators: Words
    word_names: Words


class EnglishLexicon(_Table):
    """``en.toml``."""

    language: str
    stopwords: Words
    places: Places
    garments: Garments
    verbs: Verbs
    presence: Presence
    time: Times
    weather: Weathers
    time_hints: dict[str, Words]
    weather_hints: dict[str, Words]
    light: dict[str, Words]
    mood: dict[str, Words]
    reality: Reality
    people: People


class ForeignOutfit(_Table):
    """What is done with clothes."""

    wear: Words
    put_on: Words
    take_off: Words
    change: Words


class ForeignPresence(_Table):
    """Coming, going, and being somewhere else."""

    leave: Words
    arrive: Words
    remote: Words
    elsewhere: Words
    far: Words
    about: Words
    along: Words
    """How somebody says whom they stay with where people part."""


class ForeignReality(_Table):
    """What makes a statement untrue here and now."""

    negators: Words
    hypothetical: Words
    future: Words
    past: Words
    past_tense: Words
    story: Words
    sarcasm: Words
    resume: Words


class ForeignPronouns(_Table):
    """Pronouns by whom they stand for."""

    first: Words
    second: Words
    female: Words
    male: Words
    group: Words
    other: Words = ()
    """Someone who is given or done something: "ihm den", "a él"."""


class ForeignLexicon(_Table):
    """``es.toml``, ``fr.toml``, ``de.toml``, ``ja.toml``: English on the left, the language on the right.

    A surface form that ends in ``*`` matches every word that begins so; one that opens with ``~`` is a
    verb (its infinitive, "sich an|lehnen"; Japanese: its dictionary form) that is conjugated. Nouns and
    adjectives have their plurals without being asked.
    """

    language: str
    stopwords: Words
    places: dict[str, Words]
    garments: dict[str, Words]
    qualities: dict[str, Words]
    actions: dict[str, Words]
    expressions: dict[str, Words]
    objects: dict[str, Words]
    prepositions: dict[str, Words]
    motion: Words
    here: Words
    looks: Words
    outfit: ForeignOutfit
    presence: ForeignPresence
    time: Times
    weather: Weathers
    place_hints: dict[str, Words]
    time_hints: dict[str, Words]
    weather_hints: dict[str, Words]
    light: dict[str, Words]
    mood: dict[str, Words]
    reality: ForeignReality
    pronouns: ForeignPronouns
    clause_words: Words
    modifiers: dict[str, Words] = {}
    word_names: Words = ()


@functools.cache
def english() -> EnglishLexicon:
    """``en.toml``, read once per process."""
    return EnglishLexicon.model_validate(_load("en"))


@functools.cache
def foreign(language: str) -> ForeignLexicon:
    """The lexicon of ``language`` (``es``, ``fr``, ``de``, ``ja``), read once per process."""
    return ForeignLexicon.model_validate(_load(language))


def _load(language: str) -> dict[str, object]:
    with (FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
