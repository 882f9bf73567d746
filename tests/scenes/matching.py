"""Tolerant comparison of words: accents, case, plural and verb endings do not matter; word boundaries do."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Irregular forms that differ from their base by more than an ending.
_IRREGULAR = {
    "sat": "sit", "stood": "stand", "held": "hold", "ran": "run", "swam": "swim", "lay": "lie",
    "lain": "lie", "lying": "lie", "lies": "lie", "tying": "tie", "ties": "tie", "tied": "tie",
    "slept": "sleep", "leant": "lean", "knelt": "kneel", "threw": "throw", "thrown": "throw",
    "caught": "catch", "drew": "draw", "drank": "drink", "ate": "eat", "wrote": "write",
    "written": "write", "read": "read", "rode": "ride", "ridden": "ride", "sang": "sing", "sung": "sing",
    "swung": "swing", "hung": "hang", "clung": "cling", "took": "take", "taken": "take", "gave": "give",
    "given": "give", "shook": "shake", "wore": "wear", "worn": "wear", "put": "put", "fell": "fall",
    "fallen": "fall", "grey": "gray", "theatre": "theater", "harbour": "harbor", "pyjamas": "pajama",
    "pyjama": "pajama", "shoes": "shoe", "toes": "toe", "canoes": "canoe",
    "women": "woman", "men": "man", "leaves": "leaf", "knives": "knife",
    "feet": "foot", "teeth": "tooth", "children": "child", "scarves": "scarf", "shelves": "shelf",
}  # fmt: skip
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'", "ʼ": "'"}
)
_TOKEN = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST = 3

# Names that are also English words: where forbidden, they count only when written as a name.
WORD_NAMES = frozenset({
    "Art", "Aurore", "Bo", "Dawn", "Faith", "Grace", "Hope", "Iris", "Ivy", "Jade", "Joy", "June",
    "Lark", "Mark", "May", "Rose", "Sage", "Skip", "Sol", "Summer", "Will", "Bill", "Frost", "Robin",
    "Violet", "Ruby", "Pearl", "Rich", "Drew", "Chase", "Storm", "Sunny", "Angel", "Star", "Melody",
    "Autumn", "Amber", "Olive", "Ash", "Frank", "Hunter", "Jack", "Max", "Ray", "Sky",
})  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents; kana keep their marks."""
    wide = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in wide if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def _singular(word: str) -> str | None:
    """Guess what a word is the plural, or the third person, of."""
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return None


@lru_cache(maxsize=8192)
def nouns(word: str) -> frozenset[str]:
    """What a word may be a form of, as a noun: itself or its singular."""
    word = _IRREGULAR.get(word, word)
    return frozenset({word, _singular(word) or word})


@lru_cache(maxsize=8192)
def bases(word: str) -> frozenset[str]:
    """What a word may be a form of ("dancing" → dancing, danc, dance)."""
    word = _IRREGULAR.get(word, word)
    found = set(nouns(word))
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base == word or len(base) < _SHORTEST or not _VOWEL.search(base):
            continue
        found |= {base, f"{base}e"}
        if base[-1] == base[-2]:
            found.add(base[:-1])
        if base.endswith("i"):
            found.add(f"{base[:-1]}y")
    return frozenset(found)


def tokens(text: str) -> list[str]:
    """The words of a text, folded."""
    return [word for word in _TOKEN.findall(fold(text).replace("'s", "")) if word]


def _parts(keyword: str) -> list[tuple[str, bool]]:
    words = tokens(keyword)
    open_end = keyword.endswith("*")
    return [(word, open_end and place == len(words) - 1) for place, word in enumerate(words)]


def mentions(text: str, keyword: str) -> bool:
    """Whether every word of an accepted keyword is in the text ("red dress" in "a long red silk dress")."""
    if _CJK.search(keyword):
        return fold(keyword) in fold(text)
    words = tokens(text)
    return all(
        any(word.startswith(wanted) if prefix else bases(word) & bases(wanted) for word in words)
        for wanted, prefix in _parts(keyword)
    )


def mentions_any(text: str, keywords: Iterable[str]) -> bool:
    """Whether one of the accepted keywords is in the text."""
    return any(mentions(text, keyword) for keyword in keywords)


def contains(text: str, forbidden: str) -> bool:
    """Whether a forbidden word, its plural, or a phrase in this order, is in the text."""
    if _CJK.search(forbidden):
        return fold(forbidden) in fold(text)
    if forbidden in WORD_NAMES:
        return re.search(rf"\b{forbidden}\b", text) is not None
    parts, words = _parts(forbidden), tokens(text)
    return any(
        all(
            word.startswith(wanted) if prefix else nouns(word) & nouns(wanted)
            for (wanted, prefix), word in zip(parts, words[start:], strict=False)
        )
        for start in range(len(words) - len(parts) + 1)
    )
