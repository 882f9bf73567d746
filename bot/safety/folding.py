"""Text as it reads: letters that only look different become the letters they look like.

Compatibility forms and accents go by Unicode's own tables (NFKD, UAX #15); look-alikes of other scripts
by ``assets/safety/look_alikes.toml``. What is invisible is dropped, but the "tag" characters, which a
model reads and a person does not see, are read.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets" / "safety"

_KANA_MARKS = "\u3099\u309a"
_DROPPED = {"Mn", "Me", "Cf", "Cs", "Co"}
_TAGS = range(0xE0020, 0xE007F)
_REGIONAL = range(0x1F1E6, 0x1F200)
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
_BRAILLE = dict(zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz", strict=True))

_ESCAPED = re.compile(r"%[0-9a-fA-F]{2}|&#?\w+;|\\[ux]\{?[0-9a-fA-F]{2,6}\}?")
_BACKSLASHED = re.compile(r"\\[ux]\{?([0-9a-fA-F]{2,6})\}?")
_POSSESSIVE = re.compile(r"['’ʼ`´](?:s|t|m|d|re|ve|ll)\b")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆0-9]+")
_ANY_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_PAUSE = re.compile(r"[a-z,、。;:\n!?！？「」()]+")
_HUMP = re.compile(r"[A-Z](?<=[a-z].)(?=[a-z])")
_INNER = re.compile(r"(?<=[a-z0-9])(?:_|[^\w\s,;:!?'’()/+&=<>\[\]{}@#%])+(?=[a-z0-9])")
_ODD = re.compile(r"[^a-z0-9\s.,;:?'’\"()/\-]|[a-z][.\-\"][a-z]")
_NEIGHBOURS = 6
_SIGN = re.compile(r"[@$!|+€£]")
_CLOSING = "!|+.,?*\"')~"
_SIGNS = str.maketrans("@$!|+€£", "asiltel")
_WORD = re.compile(r"[a-z0-9]+")


class _Folds(dict[int, str]):
    """What each character reads as; filled as characters come, each once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code in _TAGS:
            folded = chr(code - 0xE0000).lower()
        elif code in _REGIONAL:
            folded = chr(code - _REGIONAL.start + ord("a"))
        else:
            folded = "".join(map(self._part, unicodedata.normalize("NFKD", character)))
        self[code] = folded
        return folded

    def _part(self, character: str) -> str:
        if character.isascii():
            return character.lower()
        if character in _KANA_MARKS:
            return character
        if unicodedata.category(character) in _DROPPED:
            return ""
        known = self.get(ord(character))
        return character.casefold() if known is None else known


def word_list(name: str) -> list[str]:
    """A list of ``assets/safety/words.toml``."""
    table: dict[str, list[str]] = tomllib.loads((ASSETS / "words.toml").read_text(encoding="utf-8"))
    return table[name]


def _folds() -> _Folds:
    table = tomllib.loads((ASSETS / "look_alikes.toml").read_text(encoding="utf-8"))
    folds = _Folds({ord(sign): letter for sign, letter in (_BRAILLE | _LIGATURES).items()})
    for letter, alikes in table.items():
        for alike in alikes:
            folds[ord(alike)] = letter
            if alike.isalpha():
                folds[ord(alike.upper()[0])] = letter
    return folds


_FOLDS = _folds()


def fold(text: str) -> str:
    """``text`` in small Latin letters wherever it reads as such; kana and other scripts stay."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text.translate(_FOLDS))


def words_of(text: str) -> list[str]:
    """The words of a text: runs of Latin letters and digits, folded; a possessive is not part of one."""
    return _WORD.findall(_POSSESSIVE.sub(" ", fold(text)))


def cjk_of(folded: str) -> str:
    """Kana, kanji and digits of a folded text, run together: those scripts have no spaces to lose."""
    return "".join(_CJK.findall(folded)) if _ANY_CJK.search(folded) else ""


@dataclass(frozen=True)
class Reading:
    """Texts that are judged together, folded once.

    ``texts`` are as they were given, without what is escaped.
    """

    texts: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Reading:
        """Read what was given; percent, HTML and backslash escapes are undone."""
        return cls(tuple(_unescaped(text) for text in dict.fromkeys(texts) if text))

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """Each text folded, possessives taken off."""
        return tuple(_POSSESSIVE.sub(" ", fold(text)) for text in self.texts)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The same where another reading is possible: signs within words as letters or nothing, humps as word ends."""
        found: list[str] = []
        for text, folded in zip(self.texts, self.folded, strict=True):
            words = folded.split()
            odd = [word for word in set(words) if not word.isalnum() and _ODD.search(word)]
            signed = [word for word in odd if _SIGN.search(word.rstrip(_CLOSING))]
            found += _changed(words, {word: word.translate(_SIGNS) for word in signed})
            # Exclamation marks behind a word may be just that.
            found += _changed(words, {word: word.rstrip(_CLOSING).translate(_SIGNS) for word in signed})
            found += _changed(words, {word: _INNER.sub("", word) for word in odd})
            if _HUMP.search(text):
                words = text.split()
                humped = _changed(words, {word: _HUMP.sub(r" \g<0>", word) for word in set(words)})
                found += [_POSSESSIVE.sub(" ", fold(part)) for part in humped]
        return tuple(found)

    @cached_property
    def cjk(self) -> tuple[str, ...]:
        """Kana, kanji and digits: as phrases are set off, then all of them run together."""
        if not any(_ANY_CJK.search(text) for text in self.folded):
            return ()
        phrases = [cjk_of(part) for text in self.folded for part in _PAUSE.split(text)]
        words = [word for text in self.folded for word in _CJK.findall(text)]
        return tuple(dict.fromkeys((" ".join(words), " ".join(filter(None, phrases)), "".join(words))))


def _changed(words: Sequence[str], others: Mapping[str, str]) -> list[str]:
    """The words that are others now, each with its neighbours, as one text; most texts have none."""
    places = [at for at, word in enumerate(words) if others.get(word, word) != word]
    return [" ".join([others.get(word, word) for word in near(words, places)])] if places else []


def near(words: Sequence[str], places: Sequence[int]) -> list[str]:
    """The words at some places (in order) with those around them."""
    found: list[str] = []
    last = 0
    for at in places:
        found += words[max(last, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1]
        last = max(last, at + _NEIGHBOURS + 1)
    return found


def _unescaped(text: str) -> str:
    if not _ESCAPED.search(text):
        return text
    plain = _BACKSLASHED.sub(lambda code: chr(min(int(code.group(1), 16), 0x10FFFF)), text)
    return html.unescape(unquote(plain))
