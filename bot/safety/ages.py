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

from bot.safety.folding import ASSETS, words_of

ADULT = 18
_AROUND = 6
"""Words on either side of a number that may say what it counts."""

_EDGE = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
_SPLIT_FIGURE = re.compile(r"(?<!\d )\b(\d) (\d)\b(?! \d)")
_N = r"(\d{1,2})(?P<shared>_?)"
_OLD = (
    r"(?:years? old|yrs? old|year olds?|yr olds?|yo|y o|y rs? o|years? young|year young|jahre alt|jahre jung|jahrig\w*|jaehrig\w*"
    r"|anos de edad|anitos|ans d age|summers old|winters old|springs old|sai|years of age|year aged)"
)
_YEARS = r"(?:years?|yrs?|jahren?|anos?|ans|sai|months?|monate?|meses|mois|weeks? old)"
_NOT_AGES = (
    r"(?! (?:ago|later|earlier|ahead|of (?!age)|in the|experience|together|married|since|before|after|from now|long|passed|spater|lang"
    r"|despues|atras|plus tard))"
)
_BEFORE_SPANS = frozenset(
    "hace desde durante por tras depuis pendant dans apres seit nach vor for over after within last past next"
    " during in every these those los las cada".split()
)
_UNITS = (
    r"(?! (?:feet|foot|ft|inch|inches|cm|m|mm|km|k|miles?|minutes?|mins?|hours?|hrs?|days?|weeks?|seconds?|secs?|am|pm|a m|p m|uhr|o clock|percent"
    r"|dollars?|euros?|bucks|people|persons?|women|men|adults?|others|friends|guests|candles?|cups?|flowers?|roses|drinks|stars|floors?"
    r"|met(?:er|re)s?|stor(?:y|ies|eys)|of|x|by|bit|d|degrees?|times|pieces|steps|th|nd|rd|st|fps|mp|px|horas?|heures?|stunden?|minuten"
    r"|tage|dias?|jours?|personen|personnes|personas|mujeres|femmes|frauen|hommes|hombres|manner|photos?|pictures?|images?|shots?|panels?|a)\b)"
)
_SAYS_AGE = (
    r"(?:aged?|edad|alter|turn(?:s|ed|ing)?|only|just|barely|is|was|am|im|shes|hes|she|he|looks?|looking|like|ist|wird|wurde|tiene|tengo"
    r"|cumple|cumplio|parece|gerade|nur|erst|solo|seulement|appears?|around|about|almost|nearly|sweet|de)"
)
_OLD_AT = re.compile(rf"\b{_N} {_OLD}\b")
_IS_AT = re.compile(
    r"\b(?:aged?|age of|edad de|alter von|turn(?:s|ed|ing)|looks?|looks like|looking|appears?|parece|shes|hes|she is|he is|only"
    rf"|barely|is just|is|wird|wurde|ist|tiene|cumple|cumplio) {_N}\b(?! {_YEARS}\b){_UNITS}"
)
_SPAN = re.compile(rf"\b{_N} {_YEARS}\b{_NOT_AGES}")
_LOOSE = (
    re.compile(rf"\b{_SAYS_AGE} {_N}\b{_UNITS}"),
    re.compile(r"\b(?:f|m) (1[0-7])(?P<shared>_?)\b"),
    re.compile(r"\b(1[0-7])(?P<shared>_?) (?:f|m|y)\b"),
    re.compile(rf"\b{_N}(?: ?(?:st|nd|rd|th))? (?:birthday|bday|geburtstag|cumpleanos|anniversaire)\b"),
)
_BARE = re.compile(rf"(?<!\d )\b(1[2-7])\b(?! (?:9|\d\d)\b){_UNITS}")
_SCHOOL_YEARS = re.compile(
    r"\b(?:[1-9]|1[0-2]) ?(?:st|nd|rd|th) (?:grade|grader|graders|klasse|class|form|year pupil)\b|\bgrade (?:[1-9]|1[0-2])\b"
    r"|\bclass of (?:20)?[2-5]\d\b|\byear (?:[1-9]|1[0-3]) (?:pupils?|students?|class)\b|\b(?:[5-9]|1[0-3]) (?:te )?klasse\b"
)
_BELOW_ADULT = re.compile(
    r"\b(?:under|below|younger than|less than|almost|nearly|not yet|not quite|pre|sub|soon|barely|just turned|fresh|menor de|menos de|moins de"
    r"|unter|noch nicht|pas encore|fast|casi|presque|minus|before) (?:the age of |age )?18\b(?! (?:feet|inches|degrees|cm|minutes|people))"
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


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    shared: list[str]
    words: dict[str, list[str]]
    ordinals: dict[str, list[str]]


def _load() -> tuple[dict[str, str], list[tuple[tuple[str, ...], str]]]:
    """Number word → figures; and those of several words. Shared words have a ``_`` behind their figures."""
    file = _Numbers.model_validate(tomllib.loads((ASSETS / "numbers.toml").read_text(encoding="utf-8")))
    words: dict[str, str] = {}
    phrases: list[tuple[tuple[str, ...], str]] = []
    for language, spoken in file.words.items():
        for number, spellings in enumerate(spoken, start=1):
            for spelling in filter(None, spellings.split("|")):
                figure = f"{number}_" if spelling in file.shared or language == "roman" else str(number)
                for said in {spelling, spelling.replace("ü", "ue").replace("ö", "oe")}:
                    parts = tuple(words_of(said))
                    if len(parts) > 1:
                        phrases.append((parts, figure))
                    elif parts[0].endswith("sai"):
                        words.setdefault(parts[0], f"{number} sai")
                    else:
                        words.setdefault(parts[0], figure)
    for spoken in file.ordinals.values():
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
    near: list[str] = []
    last = 0
    for at in numbers:
        near += words[max(last, at - _AROUND) : at + _AROUND + 1]
        last = max(last, at + _AROUND + 1)
    text = f" {' '.join([_WORDS.get(word, word) for word in near])} "
    for parts, figure in _PHRASES:
        if parts[0] in near:
            spoken = " ".join(_WORDS.get(part, part) for part in parts)
            text = text.replace(f" {spoken} ", f" {figure} ")
    text = _EDGE.sub(" ", text)
    joined = _SPLIT_FIGURE.sub(r"\1\2", text)
    return text if joined == text else f"{text} \n {joined}"


def _under(figure: str) -> bool:
    return int(figure) < ADULT


def _has_span(text: str) -> bool:
    """Spanish and French say age as a number of years; so do spans of time, which the word before tells."""
    for found in re.finditer(rf"\b{_N} (?:anos|ans|jahre)\b{_NOT_AGES}", text):
        before = text[: found.start()].split()[-1:]
        if _under(found.group(1)) and not _BEFORE_SPANS & set(before):
            return True
    return False


def _in_kanji(cjk: Sequence[str]) -> bool:
    return any(_KANJI_AGE.search(text) for text in cjk)
