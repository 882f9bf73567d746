"""What words alone can't judge: other scripts, other languages, codes, signs."""

from __future__ import annotations

import enum
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from pydantic import RootModel

from bot.safety.folding import ASSETS

_KNOWN_SCRIPTS = ("LATIN", "HIRAGANA", "KATAKANA", "CJK", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH")
_OWN_ACCENTS = frozenset("àâäçéèêëîïôöùûüÿñáíóúßæœåøōūēīāãºª")
_FOREIGN_SHORTEST = 3
_CAPITALS_MOST = 12
"""Letters of names and signs in other scripts, which begin with a capital; other words are not passed."""
_UNCASED_MOST = 3
"""Letters of scripts without capitals: a short name."""
_ACCENTS_MOST = 8
_HAN_MOST = 10
"""Kanji without any kana: Japanese has both, Chinese has not."""
_SIGNS_MOST = 20
_SIGNS_SHARE = 0.4
_LONG_ENOUGH = 200
_HITS = 2
_HITS_SHARE = 0.2
_HITS_MOST = 4

_CODE = re.compile(
    r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/_-]{20,}={0,2}|[A-Za-z0-9+/]{11,}={1,2}|(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}"
    r"|[A-Za-z]{32,}|[01]{16,}"
)
"""One word that is a code: base64, hexadecimal or binary digits, or no word at all."""
_CODE_SHORTEST = 12
_BYTE = re.compile(r"(?:0x)?[0-9a-f]{2}|[01]{7,8}|[.·\-–_/|]{1,5}")
_BYTES_MOST = 6
_ESCAPE = re.compile(r"\\[ux]\{?[0-9a-fA-F]{2,6}|%[0-9a-fA-F]{2}|&#x?\w+;")
_ESCAPES_MOST = 2
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


class Illegible(enum.Enum):
    """Why a text can't be judged by words."""

    LANGUAGE = "language"
    CODE = "code"


class _Languages(RootModel[dict[str, list[str]]]):
    pass


def _load() -> dict[str, tuple[str, ...]]:
    table = _Languages.model_validate(
        tomllib.loads((ASSETS / "languages.toml").read_text(encoding="utf-8"))
    ).root
    speakers: dict[str, list[str]] = {}
    for language, words in table.items():
        for word in words:
            speakers.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in speakers.items()}


_SPEAKERS = _load()


def illegible(texts: Sequence[str]) -> Illegible | None:
    """Why the texts can't be judged by words; None where they can."""
    if any(_is_code(text) for text in texts):
        return Illegible.CODE
    return Illegible.LANGUAGE if any(_is_foreign(text) for text in texts) else None


def _is_code(text: str) -> bool:
    parts = text.split()
    if any(len(part) >= _CODE_SHORTEST and _CODE.search(part[:_LONG_ENOUGH]) for part in parts):
        return True
    if len(_ESCAPE.findall(text)) >= _ESCAPES_MOST:
        return True
    short = [part for part in parts if len(part) <= 8 and not part.isalpha()]  # noqa: PLR2004 -- bits of a byte
    if len(short) >= _BYTES_MOST and sum(bool(_BYTE.fullmatch(part)) for part in short) > len(parts) / 2:
        return True
    shown = sum(map(len, parts))
    signs = sum(times for sign, times in Counter(text).items() if not sign.isspace() and not sign.isalnum())
    return signs >= _SIGNS_MOST and signs > _SIGNS_SHARE * shown


def _is_foreign(text: str) -> bool:
    return (not text.isascii() and _in_other_letters(text)) or _in_other_words(_WORD.findall(text.lower()))


def _in_other_letters(text: str) -> bool:
    capitals = uncased = accents = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        accents += sum(map(_is_other_accent, word))
        foreign = sum(map(_is_other_script, word))
        if foreign < _FOREIGN_SHORTEST:
            continue
        if word[0].islower():
            return True
        if word[0].isupper():
            capitals += foreign
        else:
            uncased += foreign
    return (
        capitals > _CAPITALS_MOST
        or uncased > _UNCASED_MOST
        or accents > _ACCENTS_MOST
        or (len(_HAN.findall(text)) >= _HAN_MOST and not _KANA.search(text))
    )


def _in_other_words(words: Sequence[str]) -> bool:
    heard = Counter(language for word in _SPEAKERS.keys() & set(words) for language in _SPEAKERS[word])
    most = max(heard.values(), default=0)
    return most >= _HITS_MOST or (most >= _HITS and most >= _HITS_SHARE * len(words))


@lru_cache(maxsize=4096)
def _is_other_script(character: str) -> bool:
    plain = unicodedata.normalize("NFKD", character)[0]
    return plain.isalpha() and not unicodedata.name(plain, "").startswith(_KNOWN_SCRIPTS)


@lru_cache(maxsize=4096)
def _is_other_accent(character: str) -> bool:
    is_small = not character.isascii() and unicodedata.name(character, "").startswith("LATIN SMALL")
    return is_small and character not in _OWN_ACCENTS
