"""A message as the wish rules read it: what the member says themselves, folded, with names marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.companion import Companion
from bot.domain.scene import Candidate, Conversation
from bot.writers.rules.markup import clean
from bot.writers.rules.names import build_roster, fold_word
from bot.writers.rules.vocabulary import vocabulary

NAME = "\ue000"
"""Stands before a digit for a companion's name: the first of those who may be named is 0."""
LONGEST_SENTENCE = 600
"""Characters of a sentence that are read; nobody asks for a picture in more."""
MOST_NAMES = 60
"""Companions whose names are known; more are never in one channel."""

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]|\n")
_RUN = re.compile(r"([a-z])\1{2,}")
_ENDS = frozenset(".!?…;\n")
_QUOTE = re.compile(r'"([^"\n]{0,2000})(?:"|$)', re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*\n]{1,2000})\*\*")
_DONE = re.compile(r"\*[^*\n]{1,4000}(?:\*|$)|(?<!\w)_[^_\n]{1,2000}_(?!\w)", re.MULTILINE)
_SAYS_SO = re.compile(
    r"\b(?:i|ich|je|yo)\s+(?:\w+\s+)?(?:say|ask|whisper|murmur|mumble|beg|plead|laugh|tease|add|sage|frage|fluster\w*"
    r"|bitte|dis|demande|murmure|digo|pido|pregunto|susurro)\b",
    re.IGNORECASE,
)
_APART = re.compile(r"[\s\W]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded: its tokens with single spaces between, and where each stands in ``source``.

    ``ending`` is the sign that ends it, empty at the end of the text.
    """

    text: str
    source: str
    spans: tuple[tuple[int, int, int], ...]
    ending: str

    def original(self, start: int, end: int) -> str:
        """The member's own words between two places of ``text``."""
        inside = [(first, last) for at, first, last in self.spans if start <= at < end]
        return self.source[inside[0][0] : inside[-1][1]] if inside else ""


def spoken(text: str) -> str:
    """What the member says: no deeds between asterisks, no code, no talk out of character, no songs.

    A quotation is their own speech where nothing stands around it but deeds, or "I say"; else somebody's.
    """
    text = clean(text).replace("\u2019", "'").replace("`", "'")
    text = _DONE.sub(" ", _BOLD.sub(r"\1", text))
    if '"' not in text:
        return text
    around = _QUOTE.sub(" ", text)
    if _APART.fullmatch(around) or _SAYS_SO.search(around):
        return "\n".join(_QUOTE.findall(text))
    return around


def sentences(text: str, named: Sequence[Companion]) -> Iterator[Sentence]:
    """The sentences of what was said, with the names of these companions marked."""
    forms = _forms(named)
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    folded = [_RUN.sub(r"\1", fold_word(word)) for word, _, _ in tokens]
    parts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    length = at = 0
    while at < len(tokens):
        word, start, end = tokens[at]
        if word in _ENDS:
            if parts:
                yield Sentence(" ".join(parts), text, tuple(spans), _ending(tokens, at))
            parts, spans, length = [], [], 0
            at += 1
            continue
        person, taken = _name_at(tokens, folded, at, forms)
        shown = folded[at] if person is None else f"{NAME}{person}"
        if length < LONGEST_SENTENCE:
            parts.append(shown)
            spans.append((length, start, tokens[at + taken - 1][2] if person is not None else end))
        length += len(shown) + 1
        at += taken
    if parts:
        yield Sentence(" ".join(parts), text, tuple(spans), "")


def _ending(tokens: Sequence[tuple[str, int, int]], at: int) -> str:
    """The sign that says most of those that end a sentence: "?" of "?!" or "…?"."""
    signs = ""
    while at < len(tokens) and tokens[at][0] in _ENDS and len(signs) < len(_ENDS):
        signs += tokens[at][0]
        at += 1
    return "?" if "?" in signs else signs[:1]


_Forms = dict[str, list[tuple[tuple[str, ...], int, bool]]]


def _forms(named: Sequence[Companion]) -> _Forms:
    """The ways to write each companion's name, by first word."""
    known = vocabulary()
    candidates = tuple(
        Candidate(companion.companion_id, companion.name, companion.aliases)
        for companion in named[:MOST_NAMES]
    )
    roster = build_roster(Conversation((), candidates, requester=""), known.word_names)
    return {
        first: [(form.words, form.person, form.is_word) for form in forms]
        for first, forms in roster.forms.items()
    }


_NO_NAME_BEFORE = frozenset({"you", "u", "i", "we", "the", "a"})


def _name_at(
    tokens: Sequence[tuple[str, int, int]], folded: Sequence[str], at: int, forms: _Forms
) -> tuple[int | None, int]:
    """Whose name stands at a token, and how many tokens it takes.

    A name that is also a word has to be written like one, and not as "Will you …".
    """
    for words, person, is_word in forms.get(folded[at], ()):
        if tuple(folded[at : at + len(words)]) != words:
            continue
        after = folded[at + len(words)] if at + len(words) < len(folded) else ""
        if is_word and (not tokens[at][0][:1].isupper() or after in _NO_NAME_BEFORE):
            continue
        return person, len(words)
    return None, 1
