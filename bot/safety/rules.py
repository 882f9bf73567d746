"""The built-in check: cue lists, compared after folding away the usual disguises.

Every picture that this version makes is general-rated, so a suggestive cue is refused by itself;
together with an age cue it is refused under a rule of its own, which no setting can turn off.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating

CUES_FILE = Path(__file__).resolve().parent.parent.parent / "assets" / "safety" / "cues.toml"

_LOOK_ALIKES = str.maketrans("0134578@$!|", "oieastbasil")
_AGE = re.compile(r"\b(\d{1,2})\s*(?:-|\s)?\s*(?:years?|yrs?|yo|y/o|y\.o\.)", re.IGNORECASE)
_ADULT = 18


class _Cues(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    age: list[str]
    appears_young: list[str]
    suggestive: list[str]
    real_person: list[str]


class RulesCheck:
    """Implements :class:`bot.services.ports.safety.SafetyCheck` with the cues of one file."""

    def __init__(self, cues_file: Path = CUES_FILE) -> None:
        cues = _Cues.model_validate(tomllib.loads(cues_file.read_text(encoding="utf-8")))
        self._age = _pattern(cues.age)
        self._appears_young = _pattern(cues.appears_young)
        self._suggestive = _pattern(cues.suggestive)
        self._real_person = _pattern(cues.real_person)

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """Mature is what is suggestive; refused is that with somebody who appears under age."""
        if forbidden and self._found(_pattern(forbidden), texts):
            raise UnsafeRequestError("guild_words")
        if not self._found(self._suggestive, texts):
            return Rating.GENERAL
        if self._found(self._age, texts) or _states_age_under_18(texts):
            raise UnsafeRequestError("minor")
        return Rating.MATURE

    async def rate_picture(self, jpeg: bytes) -> Rating:
        """Words can't judge a picture."""
        del jpeg
        return Rating.GENERAL

    @property
    def checks_pictures(self) -> bool:
        """No."""
        return False

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        """Refuse companions who appear under age, who are suggestive, or who are a real person."""
        if self._found(self._appears_young, texts) or _states_age_under_18(texts):
            raise UnsafeRequestError("minor")
        if self._found(self._suggestive, texts):
            raise UnsafeRequestError("mature")
        if self._found(self._real_person, texts):
            raise UnsafeRequestError("real_person")
        if forbidden and self._found(_pattern(forbidden), texts):
            raise UnsafeRequestError("guild_words")

    @staticmethod
    def _found(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
        return any(pattern.search(form) for form in _forms(" \n ".join(texts)))


def _states_age_under_18(texts: Sequence[str]) -> bool:
    return any(int(age) < _ADULT for text in texts for age in _AGE.findall(text))


def _forms(text: str) -> tuple[str, ...]:
    """The text as it reads, with look-alike digits and signs read as letters, and with s-p-a-c-e-d words closed."""
    plain = _folded(text)
    disguised = plain.translate(_LOOK_ALIKES)
    closed = re.sub(r"(?<=\b\w)[\s._*-]+(?=\w\b)", "", disguised)
    return plain, disguised, closed


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    kept = (c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept)).casefold()


def _pattern(cues: Sequence[str]) -> re.Pattern[str]:
    parts: list[str] = []
    for cue in cues:
        folded = re.escape(_folded(cue.rstrip("*")))
        if folded.isascii():
            parts.append(rf"\b{folded}\w*" if cue.endswith("*") else rf"\b{folded}\b")
        else:
            parts.append(folded)  # scripts without spaces have no word boundaries
    return re.compile("|".join(parts))
