"""Ages under 18 as people write them: in figures and words, by birthday, birth year or school year.

Works on understood words (:class:`bot.safety.cues.Found`), so that disguises are gone already.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.safety.folding import ASSETS, near, words_of

ADULT = 18
_GERMAN_OLD = ("jahrig", "jaehrig")
_GERMAN_ENDS = ("", "e", "er", "en", "es", "em")

_EDGE = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_SPLIT_FIGURE = re.compile(r"(?<!\d )(?<!\bf )\b(\d) (\d)\b(?! \d)")
_UMLAUTS = str.maketrans({"ü": "ue", "ö": "oe"})


class _Around(BaseModel):
    """What stands around a number; see the file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    years_old: list[str]
    years: list[str]
    spans_after: list[str]
    spans_before: list[str]
    units: list[str]
    says_clearly: list[str]
    says: list[str]
    below: list[str]


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    shared: list[str]
    words: dict[str, list[str]]
    ordinals: dict[str, list[str]]
    around: _Around


_FILE = _Numbers.model_validate(tomllib.loads((ASSETS / "numbers.toml").read_text(encoding="utf-8")))


def _any(alternatives: Sequence[str]) -> str:
    return f"(?:{'|'.join(alternatives)})"


_AROUND_IT = _FILE.around
_N = r"(\d{1,2})(?P<shared>_?)"
_YEARS = _any(_AROUND_IT.years)
_NO_SPAN = rf"(?! {_any(_AROUND_IT.spans_after)})"
_NO_UNIT = rf"(?! {_any(_AROUND_IT.units)}\b)"
_BEFORE_SPANS = frozenset(_AROUND_IT.spans_before)

_OLD_AT = re.compile(rf"\b{_N} {_any(_AROUND_IT.years_old)}\b")
_IS_AT = re.compile(rf"\b{_any(_AROUND_IT.says_clearly)} {_N}\b(?! {_YEARS}\b){_NO_UNIT}")
_YEARS_AT = re.compile(rf"\b{_N} (?:anos|ans|jahre)\b{_NO_SPAN}")
_SPAN = re.compile(rf"\b{_N} {_YEARS}\b{_NO_SPAN}")
_LOOSE = (
    re.compile(rf"\b{_any(_AROUND_IT.says)} {_N}\b{_NO_UNIT}"),
    re.compile(r"\b(?:f|m) (1[0-7])(?P<shared>_?)\b"),
    re.compile(r"\b(1[0-7])(?P<shared>_?) (?:f|m|y)\b"),
    re.compile(rf"\b{_N}(?: ?(?:st|nd|rd|th))? (?:birthday|bday|geburtstag|cumpleanos|anniversaire)\b"),
)
_BARE = re.compile(rf"(?<!\d )\b(1[2-7])\b(?! (?:9|\d\d)\b){_NO_UNIT}")
_SCHOOL_YEARS = re.compile(
    r"\b(?:[1-9]|1[0-2]) ?(?:st|nd|rd|th) (?:grade|grader|graders|klasse|class|form|year pupil)\b"
    r"|\bgrade (?:[1-9]|1[0-2])\b|\bclass of (?:20)?[2-5]\d\b"
    r"|\byear (?:[1-9]|1[0-3]) (?:pupils?|students?|class)\b|\b(?:[5-9]|1[0-3]) (?:te )?klasse\b"
)
_BELOW_ADULT = re.compile(
    rf"\b{_any(_AROUND_IT.below)} (?:the age of |age )?18\b(?! (?:feet|inches|degrees|cm|minutes|people))"
)
_BORN = re.compile(
    r"\b(?:born|nacida|nacido|nee|ne|geboren|birth year|year of birth|birthday)(?: \w+){0,4}? (20\d\d)\b"
)
_KANJI: Final = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}
_KANJI_AGE = re.compile(
    r"(?<![0-9])([0-9]|1[0-7])(?:歳|才|さい)|(?<![一二三四五六七八九十百])(十[一二三四五六七]?|[一二三四五六七八九])(?:歳|才)"
    r"|(?:18|十八)歳未満"
)
_KANJI_SCHOOL = re.compile(r"(?:小学?|中学?|高校?)[1-6一二三四五六](?:年生|年|生)?")


def _load() -> tuple[dict[str, str], list[tuple[tuple[str, ...], str]]]:
    """Number word → figures; and those of several words. Shared words have a ``_`` behind their figures."""
    words: dict[str, str] = {}
    phrases: list[tuple[tuple[str, ...], str]] = []
    for language, spoken in _FILE.words.items():
        for number, spellings in enumerate(spoken, start=1):
            for spelling in filter(None, spellings.split("|")):
                figure = f"{number}_" if spelling in _FILE.shared or language == "roman" else str(number)
                for said in {spelling, spelling.translate(_UMLAUTS)}:
                    parts = words_of(said)
                    if len(parts) > 1:
                        phrases.append((tuple(parts), figure))
                    elif parts[0].endswith("sai"):
                        words.setdefault(parts[0], f"{number} sai")
                    else:
                        words.setdefault(parts[0], figure)
    for number, spoken in enumerate(_FILE.words["de"], start=1):
        for said in {*words_of(spoken), *words_of(spoken.translate(_UMLAUTS))}:
            words.update({f"{said}{o}{e}": f"{number} jahrig" for o in _GERMAN_OLD for e in _GERMAN_ENDS})
    for spoken in _FILE.ordinals.values():
        words.update({word: f"{number} th" for number, word in enumerate(spoken, start=1)})
    return words, phrases


_WORDS, _PHRASES = _load()
NUMBER_WORDS: Final = frozenset(word for word in _WORDS if len(word) > 3)  # noqa: PLR2004 -- small words hide nothing
"""Words that a disguise may hide."""


def this_year() -> int:
    """The year by the machine's clock."""
    return datetime.now(UTC).year


class AgeReader:
    """Says whether words state an age under 18."""

    def __init__(self, year: Callable[[], int] = this_year) -> None:
        self._year = year

    def states_minor(self, understood: Iterable[Sequence[str]], cjk: Sequence[str]) -> bool:
        """Whether anyone is clearly said to be under 18: for companions, who may have children and pasts."""
        return any(self._strict(figured(words)) for words in understood) or _in_kanji(cjk)

    def hints_minor(self, understood: Iterable[Sequence[str]], cjk: Sequence[str]) -> bool:
        """Whether any number may be an age under 18: for what is suggestive, where a doubt is enough."""
        return (
            _in_kanji(cjk)
            or any(_KANJI_SCHOOL.search(text) for text in cjk)
            or any(self._loose(figured(words)) for words in understood)
        )

    def _strict(self, text: str) -> bool:
        return (
            any(_under(found.group(1)) for found in _OLD_AT.finditer(text))
            or any(_under(found.group(1)) and not found.group("shared") for found in _IS_AT.finditer(text))
            or _has_span(text)
            or bool(_BELOW_ADULT.search(text) or _SCHOOL_YEARS.search(text))
            or self._was_born_lately(text)
        )

    def _loose(self, text: str) -> bool:
        return (
            self._strict(text)
            or any(
                _under(found.group(1)) and not found.group("shared")
                for pattern in _LOOSE
                for found in pattern.finditer(text)
            )
            or any(_under(found.group(1)) for found in _SPAN.finditer(text))
            or bool(_BARE.search(text))
        )

    def _was_born_lately(self, text: str) -> bool:
        return any(int(found.group(1)) > self._year() - ADULT - 1 for found in _BORN.finditer(text))


def figured(words: Sequence[str]) -> str:
    """The numbers among the words, in figures, with what stands around them; one space between words."""
    numbers = [at for at, word in enumerate(words) if word in _WORDS or not word.isalpha()]
    if not numbers:
        return ""
    around = near(words, numbers)
    text = f" {' '.join([_WORDS.get(word, word) for word in around])} "
    for parts, figure in _PHRASES:
        if parts[0] in around:
            spoken = " ".join(_WORDS.get(part, part) for part in parts)
            text = text.replace(f" {spoken} ", f" {figure} ")
    text = _EDGE.sub(" ", text)
    joined = _SPLIT_FIGURE.sub(r"\1\2", text)
    return text if joined == text else f"{text} \n {joined}"


def _under(figure: str) -> bool:
    return int(figure) < ADULT


def _has_span(text: str) -> bool:
    """Spanish and French say age as a number of years; so do spans of time, which the word before tells."""
    for found in _YEARS_AT.finditer(text):
        before = text[: found.start()].split()[-1:]
        if _under(found.group(1)) and not _BEFORE_SPANS & set(before):
            return True
    return False


def _in_kanji(cjk: Sequence[str]) -> bool:
    return any(_KANJI_AGE.search(text) for text in cjk)
