"""Every form of every word in a foreign lexicon: what the notes are found by."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from bot.writers.rules.foreign_forms import adjective_forms, plurals, verb_forms
from bot.writers.rules.foreign_irregular import word_set
from bot.writers.rules.foreign_kana import verb_surfaces
from bot.writers.rules.lexicon import ForeignLexicon, Words, english, foreign
from bot.writers.rules.names import fold_word

_PART = re.compile(r"…?[^\W_]+(?:[-|][^\W_]+)*")
VERB = "~"
"""Opens a surface form that is a verb to be conjugated."""
MASS = word_set(
    "water sand tea wine coffee bread fire soup sauce sake hot-chocolate beer wood ramen lavender "
    "mulled cotton cheese ramune food laundry grass snow rain hay paper hair milk juice smoke moss "
    "chalk luggage rice meat fish honey chocolate popcorn lemonade jam dough butter sugar flour salt "
    "cake pasta noodles clothes clothing mud dust ice corn makeup champagne whisky cider cocoa ivy "
    "air sky sun moon ground horizon fruit money music light laundry-detergent foam steam yarn wool "
    "thread fabric candy clay paint ink gold sunlight fur chess"
)
"""English nouns that take no "a"."""
_SHORTEST_NOUN = 3
_SHORTEST_FORM = 3
_FIRST_WORDS = re.compile(r"[^\W_]+")
_MOST_PRONOUNS = 4
_TELLING = frozenset({"action", "place", "object", "garment", "quality"})
_TELLING_LETTERS = 4
_DEED_KINDS = frozenset({"action", "face", "motion", "put_on", "take_off", "arrive", "leave"})
_PRONOUNS = word_set("elle il ella él el er sie se s me m lui le la les lo los y en sich ich je j")
_BARE = frozenset({"action", "face"})
"""Kinds whose reflexive verbs count without the pronoun as well."""
_KEPT_ACCENTS = frozenset(
    {
        "él",
        "té",
        "sí",
        "mí",
        "tú",
        "sé",
        "à",
        "où",
        "là",
        "sûr",
        "pâte",
        "pêche",
        "côté",
        "dès",
        "marché",
        "pré",
        "würde",
        "würden",
        "würdest",
        "hätte",
        "hätten",
        "hättest",
        "könnte",
        "könnten",
        "könntest",
        "möchte",
        "möchten",
    }
)
"""Words that another word would be without their accent."""
NOUNS = frozenset({"place", "garment", "object"})
"""Kinds of notes that are nouns."""


NOTHING = "-"
"""On the left of a phrase that only looks like a place: "faire un tour"; before one that only looks like a going."""


def _entries(lexicon: ForeignLexicon) -> Iterator[tuple[str, str, str]]:
    """(kind, English value, surface form) of everything in a lexicon."""
    tables: tuple[tuple[str, dict[str, Words]], ...] = (
        ("place", lexicon.places),
        ("garment", lexicon.garments),
        ("quality", lexicon.qualities),
        ("action", lexicon.actions),
        ("face", lexicon.expressions),
        ("object", lexicon.objects),
        ("preposition", lexicon.prepositions),
        ("light", lexicon.light),
        ("mood", lexicon.mood),
        ("place_hint", lexicon.place_hints),
        ("time_hint", lexicon.time_hints),
        ("weather_hint", lexicon.weather_hints),
    )
    for kind, table in tables:
        for value, surfaces in table.items():
            for surface in surfaces:
                yield kind, value, surface
    for group, table in (
        (
            "",
            {
                "motion": lexicon.motion,
                "here": lexicon.here,
                "looks": lexicon.looks,
                "clause": lexicon.clause_words,
            },
        ),
        ("", lexicon.outfit.model_dump()),
        ("", lexicon.presence.model_dump()),
        ("", lexicon.reality.model_dump()),
        ("is_", lexicon.pronouns.model_dump()),
    ):
        for kind, surfaces in table.items():
            for surface in surfaces:
                told = surface.removeprefix(NOTHING)
                value = told if told == surface else NOTHING
                yield "for_other" if kind == "other" else group + kind, value, told
    for kind, table in (("time", lexicon.time.model_dump()), ("weather", lexicon.weather.model_dump())):
        for value, surfaces in table.items():
            for surface in surfaces:
                yield {"ignore": "not_condition", "ended": "ended"}.get(value, kind), value, surface


def fold(word: str) -> str:
    """A word as it is compared: without accents, but for those that make another word of it."""
    low = word.lower()
    return low if low in _KEPT_ACCENTS else fold_word(word)


def spaced_entries(lexicon: ForeignLexicon) -> Iterator[tuple[str, str, tuple[str, ...]]]:  # noqa: C901
    """(kind, English value, folded words) of everything in a lexicon, every form of what is inflected."""
    later: list[tuple[str, str, tuple[str, ...]]] = []
    seen: set[tuple[str, tuple[str, ...]]] = set()
    language = lexicon.language
    for kind, value, surface in _entries(lexicon):
        if surface.startswith(VERB):
            forms, bare = verb_forms(language, " ".join(_parts(surface[1:])))
            if kind in _BARE:
                later += [(kind, value, tuple(form.split())) for form in bare if len(form) >= _SHORTEST_FORM]
            words = [tuple(form.split()) for form in forms if len(form) >= _SHORTEST_FORM]
        else:
            words = [tuple(_parts(surface))]
            if len(words[0]) == 1 and not surface.endswith("*") and len(words[0][0]) >= _SHORTEST_NOUN:
                if kind in NOUNS:
                    noun = plural(value) if kind == "object" else value
                    for form in plurals(language, words[0][0]):
                        later.append((kind, noun, (form,)))
                elif kind == "quality":
                    words += [(form,) for form in adjective_forms(language, words[0][0])]
        for phrase in words:
            if phrase:
                seen.add((kind, phrase))
                yield kind, value, phrase
    for kind, value, phrase in later:
        if (kind, phrase) not in seen:
            seen.add((kind, phrase))
            yield kind, value, phrase


@functools.cache
def _english_words() -> frozenset[str]:
    """Words that are English as well, as far as the lexicons tell."""
    lexicon = english()
    verbs = lexicon.verbs
    lists = (
        lexicon.stopwords, verbs.pose, verbs.face, verbs.weak, verbs.unseen, verbs.motion, verbs.strong,
        lexicon.places.nouns, lexicon.places.small, lexicon.people.female, lexicon.people.male,
    )  # fmt: skip
    found = {word for entries in lists for entry in entries for word in entry.split()}
    for language in ("es", "fr", "de", "ja"):
        for _, value, surface in _entries(foreign(language)):
            if value != surface:
                found.update(value.lower().split())
    return frozenset(found | {f"{word}s" for word in found})


@functools.cache
def own_words(language: str) -> frozenset[str]:
    """The words of a lexicon by which its language is known from English."""
    return (
        frozenset(
            phrase[0]
            for kind, _, phrase in spaced_entries(foreign(language))
            if len(phrase) == 1
            and kind in _TELLING
            and len(phrase[0]) >= _TELLING_LETTERS
            and phrase[0][-1] != "*"
        )
        - _english_words()
    )


@functools.cache
def _deeds() -> frozenset[str]:
    """Words that open an action in Spanish, French or German, and are no English words."""
    found = {
        phrase[0]
        for language in ("es", "fr", "de")
        for kind, _, phrase in spaced_entries(foreign(language))
        if kind in _DEED_KINDS and phrase[0][-1] != "*"
    }
    return frozenset(found - _english_words() - _PRONOUNS)


def opens_deed(text: str) -> bool:
    """Whether a text begins as a Spanish, French or German action does: "se sienta", "lacht", "elle rit"."""
    for word in _FIRST_WORDS.findall(text[:40])[:_MOST_PRONOUNS]:
        folded = fold(word)
        if folded in _PRONOUNS:
            continue
        return folded in _deeds()
    return False


def _parts(surface: str) -> list[str]:
    """A surface form's folded words; the last keeps its ``*``, and a German prefix its ``|``."""
    parts = [fold(part) for part in _PART.findall(surface)]
    if surface.endswith("*") and parts:
        parts[-1] += "*"
    return parts


def plural(noun: str) -> str:
    """The plural of an English noun, or of the first one in "cup of tea"."""
    head, of, rest = noun.partition(" of ")
    if (head.endswith("s") and not head.endswith("ss")) or head in MASS or head.split()[-1] in MASS:
        return noun
    if head.endswith(("sh", "ch", "x", "ss")):
        many = f"{head}es"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        many = f"{head[:-1]}ies"
    elif head.endswith(("fe", "leaf", "shelf", "loaf")):
        many = f"{head.removesuffix('fe').removesuffix('f')}ves"
    else:
        many = f"{head}s"
    return many + of + rest


def unspaced_entries(lexicon: ForeignLexicon) -> Iterator[tuple[str, str, str]]:
    """(kind, English value, surface form) of everything in the Japanese lexicon."""
    for kind, value, surface in _entries(lexicon):
        if surface.startswith(VERB):
            for undone, form in verb_surfaces(surface[1:]):
                yield undone or kind, form if undone else value, form
        else:
            yield kind, value, surface
