"""English text to sentences, clauses and words, with every known phrase marked."""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.writers.rules.names import fold_word

_TOKEN = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*'?|[.!?…。！？]+|[,;:—–\n\"()/]|[^\w\s]")
_ASCII_TOKEN = re.compile(r"[a-zA-Z0-9]+(?:['\-][a-zA-Z0-9]+)*'?|[.!?]+|[!-/:-@\[-^`{-~\n]")
"""The same in ASCII, found in two thirds of the time."""
_ENDS = frozenset(".!?…。！？")
_SUFFIXES = (
    ("n't", "not"),
    ("'s", "'s"),
    ("'m", "am"),
    ("'re", "are"),
    ("'ll", "will"),
    ("'ve", "have"),
    ("'d", "'d"),
)
_WHOLE = {
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "let's": ("let's",),
    "cannot": ("can", "not"),
    "ain't": ("is", "not"),
}
_TYPED = {
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "id": ("i", "'d"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "isnt": ("is", "not"),
    "arent": ("are", "not"),
    "wasnt": ("was", "not"),
    "werent": ("were", "not"),
    "cant": ("can", "not"),
    "wont": ("will", "not"),
    "wouldnt": ("would", "not"),
    "couldnt": ("could", "not"),
    "shouldnt": ("should", "not"),
    "youre": ("you", "are"),
    "theyre": ("they", "are"),
    "hes": ("he", "'s"),
    "shes": ("she", "'s"),
    "thats": ("that", "'s"),
    "theres": ("there", "'s"),
    "whats": ("what", "'s"),
    "gonna": ("gonna",),
    "u": ("you",),
    "ur": ("your",),
    "w": ("with",),
    "wearin": ("wearing",),
    "leanin": ("leaning",),
    "sittin": ("sitting",),
    "havent": ("have", "not"),
    "hasnt": ("has", "not"),
    "aint": ("is", "not"),
    "youve": ("you", "have"),
    "theyve": ("they", "have"),
    "ill": ("i", "will"),
    "itll": ("it", "will"),
    "thru": ("through",),
    "b4": ("before",),
    "bc": ("because",),
    "tmrw": ("tomorrow",),
    "tmr": ("tomorrow",),
    "2nite": ("tonight",),
    "tonite": ("tonight",),
    "nite": ("night",),
    "r": ("are",),
    "rn": ("right", "now"),
    "its": ("its",),
    "em": ("them",),
    "tho": ("though",),
    "cuz": ("because",),
    "cus": ("because",),
    "coz": ("because",),
    "n": ("and",),
    "yall": ("you",),
    "y'all": ("you",),
    "weve": ("we", "have"),
}
_CONJUNCTIONS = frozenset(
    "and but while as when then so because where before after until till though although who which or"
    " whilst since yet like than that plus nor".split()
)
_PRONOUNS = frozenset("i he she they we it you there both everyone everybody".split())
_PUNCTUATION = frozenset({",", ";", ":", "—", "–", "(", ")", "/", '"'})
_PLAIN_SUBJECTS = frozenset("i you we they both all just then finally slowly quickly".split())
_LIKE_BEFORE = frozenset("i you we they not really would do does did also to".split())
_AS_BEFORE = frozenset(
    "dressed disguised such as just same known works working dress dresses costumed soft light".split()
)
_LEADING = frozenset("then also now still just finally slowly softly quietly gently quickly".split())
SENTENCE_WORDS = 60
"""A "sentence" longer than this is cut, so that a wall of words stays cheap and its clauses local."""


class Mark(enum.IntEnum):
    """What a marked phrase is."""

    PLACE = 0
    GARMENT = 1
    TIME = 2
    WEATHER = 3
    LIGHT = 4
    MOOD = 5
    NEGATOR = 6
    HYPOTHETICAL = 7
    FUTURE = 8
    PAST = 9
    STORY = 10
    SARCASM = 11
    RESUME = 12
    REMOTE = 13
    ELSEWHERE = 14
    INOUT = 15
    HABIT = 16
    IGNORE = 17
    PERSON = 18
    ENDED = 19
    CONDITION_NOT = 20
    EXIT = 21
    FAR = 22
    TIME_HINT = 23
    WEATHER_HINT = 24
    PLACE_HINT = 25
    GOING = 26

    __hash__ = int.__hash__
    """Enum's own is Python code, and every mark that is found is looked up by its kind."""


class Marked(NamedTuple):
    """Where a phrase stands in a sentence: words ``start`` up to, not including, ``end``."""

    start: int
    end: int
    mark: Mark
    value: str


class Named(NamedTuple):
    """Where a person is named: words ``start`` up to, not including, ``end``."""

    start: int
    end: int
    person: int


@dataclass(slots=True)
class Sentence:
    """Folded words beside the written ones, where phrases and names stand, and the clauses' bounds."""

    words: list[str]
    raw: list[str]
    question: bool
    exclaimed: bool
    kinds: set[Mark] = field(default_factory=set[Mark])
    """Which kinds of marks there are: most checks end here."""
    marks: list[Marked] = field(default_factory=list[Marked])
    names: list[Named] = field(default_factory=list[Named])
    clauses: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    """(start, end, the conjunction or punctuation that opened it)."""
    timed: bool = False
    """Whether any word may belong to a clock time: "7", "3pm", "am"."""


_ENDING, _TIMED = 1, 2
_MAYBE_TIMED = re.compile(r"\d|\b[ap]m\b")


@functools.lru_cache(maxsize=8192)
def _token(written: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """A token's folded words, its written ones, and whether there is more to it: 0 for nearly all."""
    if written[0] in _ENDS or written[0] == "\n":
        return (), (), _ENDING
    low, raw = _expand(written)
    return low, raw, _TIMED if any(map(_MAYBE_TIMED.search, low)) else 0


def _expand(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A token's folded words and its written ones, contractions taken apart."""
    low = (fold_word(written.rstrip("'")) if "'" in written else fold_word(written)) or written
    typed = _TYPED.get(low) or _WHOLE.get(low)
    if typed:
        return typed, (written, *typed[1:])
    if "'" in low:
        for suffix, word in _SUFFIXES:
            if low.endswith(suffix) and len(low) > len(suffix):
                return (low[: -len(suffix)], word), (written[: -len(suffix)], word)
    if low.endswith("in") and len(low) > 5 and written.endswith("'"):  # noqa: PLR2004 leanin'
        return (low + "g",), (written.rstrip("'") + "g",)
    return (low,), (written.rstrip("'") or written,)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a passage, words only marked by :meth:`English.read` afterwards."""
    found: list[Sentence] = []
    words: list[str] = []
    raw: list[str] = []
    timed = False
    pieces: list[str] = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    count = len(pieces)
    token = _token
    for number, piece in enumerate(pieces):
        low, written, more = token(piece)
        if more == _TIMED:
            timed = True
        elif more:
            if piece == "." and raw and _abbreviated(raw[-1], pieces, number, count):
                continue
            if piece in {"...", "…", "..", "...."} and number + 1 < count and pieces[number + 1][0].islower():
                words.append(";")
                raw.append(";")
                continue
            if words:
                asked, called = "?" in piece or "？" in piece, "!" in piece or "！" in piece
                found.append(Sentence(words, raw, asked, called, timed=timed))
                words, raw, timed = [], [], False
            elif found and "?" in piece:
                found[-1].question = True
            continue
        words += low
        raw += written
        if len(words) >= SENTENCE_WORDS and (piece[0] in ",;:—–" or len(words) >= 2 * SENTENCE_WORDS):
            found.append(Sentence(words, raw, question=False, exclaimed=False, timed=timed))
            words, raw, timed = [], [], False
    if words:
        found.append(Sentence(words, raw, question=False, exclaimed=False, timed=timed))
    return found


def _abbreviated(before: str, tokens: list[str], number: int, count: int) -> bool:
    if before in {"Dr", "Mr", "Mrs", "Ms", "St", "Prof", "vs", "Sgt", "Capt", "Lt"}:
        return True
    following = tokens[number + 1] if number + 1 < count else ""
    return len(before) == 1 and before.isalpha() and following[:1].islower()


def cut_clauses(sentence: Sentence, verb_words: frozenset[str], base_words: frozenset[str]) -> None:
    """Fill ``sentence.clauses``: cut at punctuation, and at conjunctions that open a new statement.

    ``base_words`` are verbs without an ending; they open a clause only after one that began "we walk".
    """
    words = sentence.words
    names_at = {named.start: named.end for named in sentence.names}
    name_ends = set(names_at.values())
    count = len(words)
    start = 0
    opener = ""
    seen_verb = plain = False
    clauses = sentence.clauses
    for position, word in enumerate(words):
        if word in _PUNCTUATION:
            cut = True
        elif word in _CONJUNCTIONS:
            if position == start:
                if count > position + 1:
                    opener = word if opener in {"", ",", ";"} else opener
                continue
            after = words[position + 1] if position + 1 < count else ""
            cut = _opens_clause(words, start, position, names_at, verb_words, seen_verb=seen_verb) or (
                plain and word in {"and", "then"} and after in base_words
            )
            if not cut:
                continue
        else:
            if seen_verb:
                continue
            if word in verb_words or (word in _NOUNS_TOO and position in name_ends):
                seen_verb = True
            elif position and word in base_words and words[position - 1] in _PLAIN_SUBJECTS:
                seen_verb = plain = True
            elif position == start + 1 and words[start] in {"i", "we", "they"}:
                seen_verb = True
            continue
        if position > start:
            clauses.append((start, position, opener))
            opener = word
            seen_verb = plain = False
        elif word in {";", "—"}:
            opener = word
        start = position + 1
    if start < count:
        clauses.append((start, count, opener))


_AFTER_A_VERB = frozenset(
    "her his their my your its the a an off away out in up down back over onto into at on to through"
    " around along".split()
)


_NOUNS_TOO = frozenset("steps rocks waves rails rests lines pots heads fires leaves goes".split())
"""Verbs that are no sign of one by themselves; right after a name they are: "Kaito waves"."""


def _ends_like_a_verb(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "'s"))


def _acts(words: list[str], after_name: int | None, verb_words: frozenset[str]) -> bool:
    """Whether a name is followed by its verb, perhaps after an adverb or another name's "and"."""
    if after_name is None:
        return False
    following = words[after_name : after_name + 2]
    if following[:1] and following[0] in _NOUNS_TOO:
        return True
    return any(
        word in verb_words or word in {"has", "had", "did", "does"} for word in following
    ) and following[:1] != [","]


def _opens_clause(
    words: list[str],
    start: int,
    position: int,
    names_at: dict[int, int],
    verb_words: frozenset[str],
    *,
    seen_verb: bool,
) -> bool:
    word = words[position]
    following = words[position + 1] if position + 1 < len(words) else ""
    before = words[position - 1]
    if not seen_verb and words[start] in {"the", "a", "an"} and position - start > 2:  # noqa: PLR2004 more than a noun
        seen_verb = True
    if seen_verb and word == "and" and _ends_like_a_verb(following) and words[position + 2 : position + 3]:
        after = words[position + 2]
        if after in _AFTER_A_VERB:
            return True
    if word in {"and", "or", "plus", "nor"}:
        if not seen_verb and (position + 1 in names_at or following in _PRONOUNS):
            return False
        return (
            following in _PRONOUNS
            or following in verb_words
            or _acts(words, names_at.get(position + 1), verb_words)
            or (following in _LEADING or following.endswith("ly"))
            or (
                (seen_verb or _ends_like_a_verb(words[start]) or start in names_at)
                and following in _NOUNS_TOO
            )
            or (
                following in {"is", "are", "was", "were", "has", "not", "then", "her", "his", "their", "my"}
                and word != "or"
            )
        )
    if word == "as":
        return before not in _AS_BEFORE and following not in {
            "well",
            "always",
            "usual",
            "soon",
            "a",
            "an",
            "much",
            "if",
            "though",
        }
    if word == "like":
        return before not in _LIKE_BEFORE and following != "to" and not following[:1].isdigit()
    if word == "so":
        return following in _PRONOUNS or position + 1 in names_at
    if word == "that":
        return before in verb_words and (following in _PRONOUNS or position + 1 in names_at)
    if word in {"before", "after", "since", "than", "until", "till"}:
        return True
    return True
