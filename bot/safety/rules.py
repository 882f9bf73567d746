"""The built-in check: cue lists and ages, read through the usual disguises.

What it can't judge it rates mature; what no setting allows it refuses. The rules are told in
``docs/safety.md``, the cues are in ``assets/safety``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.ages import NUMBER_WORDS, AgeReader, this_year
from bot.safety.cues import CueFinder, Found, cue_lists
from bot.safety.folding import Reading, word_list, words_of
from bot.safety.legibility import Illegible, illegible
from bot.safety.likeness import points_at_someone_real

_CUES = cue_lists()
_OF_REQUESTS = ("age", "suggestive", "charged", "grim", "likeness")
_OF_COMPANIONS = ("age", "appears_young", "suggestive", "charged", "likeness", "real_person")
_NAMES = re.compile(
    rf"(?<![^\W\d_])(?<!#)(?:{'|'.join(n.capitalize() for n in _CUES['names'].all())})(?![^\W\d_])"
)
_RELATIONS = frozenset(word_list("relations"))
_SHORT = 3
"""Words of a text that only says how a companion looks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a request that they do not refuse."""

    rating: Rating
    illegible: Illegible | None
    has_mature_cue: bool
    is_anyone_young: bool


class RulesCheck:
    """Implements :class:`bot.services.ports.safety.SafetyCheck` with words alone."""

    def __init__(self, year: Callable[[], int] = this_year) -> None:
        self._ages = AgeReader(year)
        self._requests = _finder(_OF_REQUESTS)
        self._companions = _finder(_OF_COMPANIONS)
        self._of_guild = lru_cache(maxsize=256)(_guild_finder)

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """Mature is what is suggestive, grim or illegible; refused is what no setting allows."""
        return self.judge(texts, forbidden).rating

    def judge(self, texts: Sequence[str], forbidden: Sequence[str] = ()) -> Verdict:
        """The same, with what other checks want to know.

        Raises:
            UnsafeRequestError: ``minor``, ``real_person`` or ``guild_words``.
        """
        reading = _read(texts)
        found = self._requests.find(reading)
        is_young = self._is_young(found, reading)
        if is_young and found.lists & {"suggestive", "charged"}:
            raise UnsafeRequestError("minor")
        if "likeness" in found.lists or points_at_someone_real(reading.texts):
            raise UnsafeRequestError("real_person")
        self._check_guild_words(reading, forbidden)
        why = illegible(texts)
        has_cue = bool(found.lists & {"suggestive", "grim"})
        rating = Rating.MATURE if has_cue or why else Rating.GENERAL
        return Verdict(rating, why, has_cue, is_young)

    async def rate_talk(self, text: str, before: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """Mature is what is suggestive; refused is what is so with somebody young in it or around it."""
        reading = _read([text])
        found = self._requests.find(reading)
        is_suggestive = "suggestive" in found.lists
        if (is_suggestive or "charged" in found.lists) and self._is_young(found, reading):
            raise UnsafeRequestError("minor")
        if is_suggestive and self._is_said_of_young(before):
            raise UnsafeRequestError("minor")
        self._check_guild_words(reading, forbidden)
        return Rating.MATURE if is_suggestive else Rating.GENERAL

    def _is_said_of_young(self, texts: Sequence[str]) -> bool:
        reading = _read(texts)
        return self._is_young(self._requests.find(reading), reading)

    def _is_young(self, found: Found, reading: Reading) -> bool:
        return "age" in found.lists or self._ages.hints_minor(found.understood, reading.cjk)

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        """Companions are adults, clothed, and nobody real."""
        reading = _read(texts)
        found = self._companions.find(reading)
        suggestive = found.lists & {"suggestive", "charged"}
        if (
            "appears_young" in found.lists
            or self._ages.states_minor(found.understood, reading.cjk)
            or (suggestive and self._is_young(found, reading))
            or any(self._is_said_young(text) for text in texts)
        ):
            raise UnsafeRequestError("minor")
        if "suggestive" in found.lists:
            raise UnsafeRequestError(Rating.MATURE.value)
        if found.lists & {"likeness", "real_person"} or points_at_someone_real(reading.texts):
            raise UnsafeRequestError("real_person")
        self._check_guild_words(reading, forbidden)

    def _is_said_young(self, text: str) -> bool:
        """Whether a text of two or three words, such as a build, is a cue of age itself."""
        words = words_of(text)
        if not 0 < len(words) <= _SHORT or _RELATIONS & set(words):
            return False
        return "age" in self._companions.find(_read([text])).lists

    async def rate_picture(self, jpeg: bytes) -> Rating:
        """Words can't judge a picture."""
        del jpeg
        return Rating.GENERAL

    @property
    def checks_pictures(self) -> bool:
        """No."""
        return False

    def _check_guild_words(self, reading: Reading, forbidden: Sequence[str]) -> None:
        if forbidden and self._of_guild(tuple(forbidden)).find(reading).lists:
            raise UnsafeRequestError("guild_words")


def _read(texts: Sequence[str]) -> Reading:
    return Reading.of([_NAMES.sub(" ", text) for text in texts])


def _finder(lists: Sequence[str]) -> CueFinder:
    return CueFinder(
        {name: _CUES[name].all() for name in lists},
        {name: _CUES[f"not_{name}"].all() for name in lists if f"not_{name}" in _CUES},
        NUMBER_WORDS,
        ordinary=_CUES["ordinary"].all(),
        never_glued=_CUES["never_glued"].all(),
    )


def _guild_finder(forbidden: tuple[str, ...]) -> CueFinder:
    return CueFinder({"guild_words": forbidden})
