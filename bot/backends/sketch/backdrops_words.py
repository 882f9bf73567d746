"""From open phrases to what can be drawn: the nearest place, the hour, the weather, the props.

Words are only ever looked up here; none of them gets into the markup.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from bot.backends.sketch.backdrops_light import ASSETS, Hex, Unit, palettes

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_PHRASE = 300
_CUTS = frozenset(
    {
        "of",
        "in",
        "at",
        "on",
        "by",
        "near",
        "with",
        "under",
        "beside",
        "inside",
        "outside",
        "behind",
        "overlooking",
        "above",
        "below",
        "from",
        "to",
        "along",
        "across",
        "between",
        "among",
        "over",
        "through",
        "into",
        "onto",
        "around",
        "past",
        "against",
        "during",
        "after",
        "before",
        "beneath",
        "amid",
        "facing",
    }
)
_IRREGULAR = {"leaves": "leaf", "benches": "bench"}
_SHORT = 3
"""Words up to this length are no plurals."""
_NOT_PLURAL = ("ss", "us", "is", "os")


class SettingEntry(BaseModel):
    """One ``[settings.*]`` table of ``settings.toml``; the file's head explains the keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    indoors: bool = False
    time: str | None = None
    weather: bool = True
    lamplit: Unit = 0.0
    lamp_light: Hex = "#d8a488"


class DetailEntry(BaseModel):
    """One ``[details.*]`` table: phrases for one prop."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...]


class Guess(BaseModel):
    """Words that tell whether an unknown place is under a roof; ``furniture`` yields to a real place."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    indoors: tuple[str, ...]
    outdoors: tuple[str, ...]
    furniture: tuple[str, ...]


class Lexicon(BaseModel):
    """All of ``settings.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    settings: dict[str, SettingEntry]
    guess: Guess
    details: dict[str, DetailEntry]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The validated words. Raises ``pydantic.ValidationError`` for a broken file."""
    return Lexicon.model_validate(tomllib.loads((ASSETS / "settings.toml").read_text("utf-8")))


def words_of(text: str) -> tuple[str, ...]:
    """The single words of a phrase, lower case, as they were written."""
    return tuple(_WORD.findall(text[:_LONGEST_PHRASE].lower()))


def without_accents(word: str) -> str:
    """A word in plain letters where it has them."""
    return "".join(ch for ch in unicodedata.normalize("NFKD", word) if not unicodedata.combining(ch))


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    """A word without accents and plural, to compare by."""
    plain = without_accents(word).replace("’", "'").removesuffix("'s")
    if plain in _IRREGULAR:
        return _IRREGULAR[plain]
    if len(plain) <= _SHORT or plain.endswith(_NOT_PLURAL):
        return plain
    if plain.endswith(("ches", "shes", "xes", "sses")):
        return plain[:-2]
    if plain.endswith("ies"):
        return f"{plain[:-3]}y"
    return plain.removesuffix("s")


def folded(text: str) -> tuple[str, ...]:
    """The words of a phrase, folded for comparison."""
    return tuple(_fold(word) for word in words_of(text))


Index: TypeAlias = Mapping[tuple[str, ...], tuple[str, bool]]
"""Folded phrase → (name, whether its words may be claimed)."""


def _index(entries: Iterable[tuple[str, Iterable[str], bool]]) -> Index:
    found: dict[tuple[str, ...], tuple[str, bool]] = {}
    for name, phrases, claimed in entries:
        for phrase in phrases:
            found.setdefault(folded(phrase), (name, claimed))
    return found


@lru_cache(maxsize=1)
def _settings_index() -> Index:
    table = lexicon().settings
    return _index(
        [
            *((name, entry.words, True) for name, entry in table.items()),
            *((name, entry.like, False) for name, entry in table.items()),
        ]
    )


@lru_cache(maxsize=1)
def _furniture() -> frozenset[str]:
    return frozenset(folded(word)[0] for word in lexicon().guess.furniture)


@lru_cache(maxsize=1)
def _details_index() -> Index:
    return _index((name, entry.words, True) for name, entry in lexicon().details.items())


@lru_cache(maxsize=1)
def _times_index() -> Index:
    return _index((name, (name, *entry.words), True) for name, entry in palettes().times.items())


@lru_cache(maxsize=1)
def _weathers_index() -> Index:
    return _index((name, (name, *entry.words), True) for name, entry in palettes().weathers.items())


@dataclass(frozen=True, slots=True)
class Match:
    """A known phrase in a text: its name, the folded words it used, whether they may be claimed."""

    name: str
    words: tuple[str, ...]
    claimed: bool
    end: int = 0


def _matches(tokens: tuple[str, ...], index: Index) -> list[Match]:
    longest = max(map(len, index))
    return [
        Match(name=hit[0], words=tokens[start:end], claimed=hit[1], end=end)
        for start in range(len(tokens))
        for end in range(start + 1, min(len(tokens), start + longest) + 1)
        if (hit := index.get(tokens[start:end]))
    ]


def _best(matches: Iterable[Match]) -> Match | None:
    """The match that ends last, the longest of those: the head of an English noun phrase."""
    return max(matches, key=lambda match: (match.end, len(match.words)), default=None)


def _spanning(tokens: tuple[str, ...]) -> Match | None:
    """A known phrase with a preposition inside ("bridge of the starship")."""
    return _best(match for match in _matches(tokens, _settings_index()) if set(match.words) & _CUTS)


def find_setting(text: str) -> Match | None:
    """The place that a phrase names, guessed from its words when unknown; None when nothing tells."""
    tokens = folded(text)
    if spanning := _spanning(tokens):
        return spanning
    part: list[str] = []
    furniture: Match | None = None
    for token in (*tokens, "of"):
        if token not in _CUTS:
            part.append(token)
            continue
        matches = _matches(tuple(part), _settings_index())
        if found := _best(match for match in matches if not set(match.words) <= _furniture()):
            return found
        furniture = furniture or _best(matches)
        part.clear()
    if furniture:
        return furniture
    guess = lexicon().guess
    for name, hints in (("indoors", guess.indoors), ("outdoors", guess.outdoors)):
        if set(tokens) & {folded(hint)[0] for hint in hints}:
            return Match(name=name, words=(), claimed=False)
    return None


def find_time(text: str) -> Match | None:
    """The time of day that a text names."""
    return _best(_matches(folded(text), _times_index()))


def find_weather(text: str) -> Match | None:
    """The weather that a text names."""
    return _best(_matches(folded(text), _weathers_index()))


def find_details(texts: Iterable[str]) -> tuple[Match, ...]:
    """The props that texts name; the longer phrase wins over one inside it ("hot air balloon")."""
    found: list[Match] = []
    for text in texts:
        matches = _matches(folded(text), _details_index())
        found += [
            match
            for match in matches
            if not any(
                len(other.words) > len(match.words) and other.end - len(other.words) < match.end <= other.end
                for other in matches
            )
        ]
    return tuple(found)
