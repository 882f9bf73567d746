"""Which language a message is in, by script and by its smallest words."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.writers.rules.foreign_lexicon import own_words
from bot.writers.rules.lexicon import FOLDER, english, foreign
from bot.writers.rules.names import fold_word

FOREIGN = ("es", "fr", "de", "ja")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"\b[^\W\d_]+(?:'[^\W\d_]+)?")
"""Not the "am" of "2am", which is no German."""
_LOWER_WORD = re.compile(r"\b[a-z]+(?:'[a-z]+)?")
"""The same words in lower-case ASCII, found much faster."""
_SPACED = ("en", "es", "fr", "de")
_MARGIN = 0.6
_LEAST_FOREIGN = 1.4
"""A single small word is not enough: "3 am" is no German."""
_SIGNS = {"ñ": "es", "¿": "es", "¡": "es", "ß": "de", "œ": "fr", "ç": "fr", "ê": "fr", "è": "fr", "ù": "fr"}
_HAN_LEAST = 4
_SAMPLE = 1_500
"""Characters by which the language of a message is told."""


@functools.cache
def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in (
        ("en", english().stopwords),
        *((code, foreign(code).stopwords) for code in FOREIGN[:3] if (FOLDER / f"{code}.toml").exists()),
    ):
        for word in words:
            entry = found.setdefault(fold_word(word), [])
            if language not in entry:
                entry.append(language)
    return _own() | {word: tuple(languages) for word, languages in found.items()}


def _own() -> dict[str, tuple[str, ...]]:
    """Words of the lexicons that no English text has, and the languages that have them."""
    found: dict[str, list[str]] = {}
    for code in FOREIGN[:3]:
        for word in own_words(code):
            found.setdefault(word, []).append(code)
    return {word: tuple(languages) for word, languages in found.items()}


def detect(text: str) -> str | None:
    """The language code of one message; None where it says too little to tell."""
    ascii_only = text.isascii()
    if not ascii_only and (_KANA.search(text) or len(_HAN.findall(text)) >= _HAN_LEAST):
        return "ja"
    votes: dict[str, float] = dict.fromkeys(_SPACED, 0.0)
    if not ascii_only:
        for sign, language in _SIGNS.items():
            if sign in text:
                votes[language] += 1.5
    sample = text[:_SAMPLE]
    words: Iterable[str] = (
        _LOWER_WORD.findall(sample.lower()) if ascii_only else map(fold_word, _WORD.findall(sample))
    )
    for languages, times in Counter(filter(None, map(_by_word().get, words))).items():
        share = times / len(languages)
        for language in languages:
            votes[language] += share
    ranked = sorted(votes, key=lambda code: -votes[code])
    best, second = ranked[0], ranked[1]
    least = 1.0 if best == "en" else _LEAST_FOREIGN
    return best if votes[best] >= least and votes[best] - votes[second] >= _MARGIN else None


def languages(texts: Sequence[str]) -> list[str]:
    """A language for each text; what is too short to tell takes that of the whole talk."""
    found = [detect(text) for text in texts]
    counted: dict[str, int] = {}
    for language, text in zip(found, texts, strict=True):
        if language:
            counted[language] = counted.get(language, 0) + len(text)
    main = max(counted, key=lambda code: counted[code]) if counted else "en"
    return [language or main for language in found]
