"""What a language model says, made fit to be shown: text in, text out.

It is untrusted: members' words lead it, and its own may be meant to ping, to link, to pass for the bot or for
somebody else. Emphasis and line breaks stay, for role-play lives by them.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

MOST_SHOWN = 2000
"""Characters of one message. Source: Discord's message content limit."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\n\u200c\u200d")
_TAG = re.compile(r"<(?:@[!&]?|#|/|a?:|t:|id:|sound:)[^<>\n]{0,120}>")
_BEGINS_TAG = re.compile(r"<(?=[@#/:]|a:|t:|id:|sound:)")
_EMOJI = re.compile(r"<a?(:\w{2,32}:)\d{1,20}>")
_CROWD = re.compile(r"@[\s\u200c\u200d]*(everyone|here)\b", re.IGNORECASE)
_MASKED = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)")
_ADDRESS = re.compile(
    r"<?(?:[a-z][a-z0-9+.\-]{1,20}://|www\.|discord(?:app)?\.(?:gg|com/invite)/)[^\s<>]*>?", re.IGNORECASE
)
_LOUD = re.compile(r"^[ \t]*(?:-#|#{1,3})[ \t]+", re.MULTILINE)
"""Headings, and the small print that the bot itself uses."""
_BLANK_LINES = re.compile(r"\n{3,}")
_END = re.compile(r"[.!?…]+[\"'”’)*_»\]]*(?=\s)|[。！？]+[」』）*_]*|\n")
"""Where a sentence certainly ends: a full stop at the end of a text may be the first digit's of "3.14"."""
_WORD = re.compile(r"\w+")
_LEAKED_WORDS = 8
"""So many words in a row that are also the instructions' are no chance."""


def as_spoken(text: str, name: str, others: Iterable[str]) -> str:
    """A companion's words, fit to be shown; the white space at their end tells that a sentence is over.

    Args:
        text: what the model said so far.
        name: who speaks; a model likes to write it in front.
        others: who else is in the talk; from where it speaks for one of them, nothing is kept.
    """
    shown = "".join(
        sign for sign in text if sign in _KEPT or sign == " " or unicodedata.category(sign) not in _UNSEEN
    )
    shown = _CROWD.sub(r"\1", _BEGINS_TAG.sub("‹", _TAG.sub("", _EMOJI.sub(r"\1", shown))))
    shown = _ADDRESS.sub("(link)", _MASKED.sub(r"\1", shown))
    shown = _spoken_by(name).sub("", shown.lstrip(), count=1)
    speaking = _speaks(others)
    found = speaking.search(shown) if speaking is not None else None
    if found is not None:
        shown = shown[: found.start()]
    return _BLANK_LINES.sub("\n\n", _LOUD.sub("", shown)).lstrip()


def whole_sentences(text: str) -> str:
    """A text up to where its last sentence is complete."""
    ends = [found.end() for found in _END.finditer(text)]
    return text[: ends[-1]].rstrip() if ends else ""


def cut(text: str, most: int = MOST_SHOWN) -> str:
    """A text that is no longer than that, cut after a sentence, else after a word."""
    if len(text) <= most:
        return text
    kept = whole_sentences(text[:most])
    if kept:
        return kept
    at = text.rfind(" ", 0, most - 1)
    return text[: at if at > 0 else most - 1].rstrip() + "…"


def claims_in(text: str, claims: Callable[[str], bool]) -> bool:
    """Whether a text claims a picture, as a whole or in one of its sentences."""
    return claims(text) or any(map(claims, _sentences(text)))


def until_claim(text: str, claims: Callable[[str], bool]) -> str:
    """A text up to the first sentence that claims a picture."""
    kept = ""
    for sentence in _sentences(text):
        if claims(sentence):
            break
        kept += sentence
    return kept.rstrip()


def without_claims(text: str, claims: Callable[[str], bool]) -> str:
    """A text without its sentences that claim a picture; nothing of it where it goes on claiming one."""
    kept = "".join(sentence for sentence in _sentences(text) if not claims(sentence)).strip()
    return "" if claims(kept) else kept


def repeats(text: str, instructions: str) -> bool:
    """Whether a text has a good piece of the instructions in it, word for word."""
    told, said = _words(instructions), _words(text)
    pieces = {told[at : at + _LEAKED_WORDS] for at in range(len(told) - _LEAKED_WORDS + 1)}
    return any(said[at : at + _LEAKED_WORDS] in pieces for at in range(len(said) - _LEAKED_WORDS + 1))


def _sentences(text: str) -> list[str]:
    """A text in pieces that make it up again, each up to the end of a sentence."""
    bounds = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(bounds) if start < end]


def _spoken_by(name: str) -> re.Pattern[str]:
    return re.compile(rf"\A(?:\*\*|\[)?{re.escape(name)}(?:\*\*|\])?\s*[:：](?:\*\*)?\s*", re.IGNORECASE)


def _speaks(names: Iterable[str]) -> re.Pattern[str] | None:
    """Where a line begins with one of the names and a colon."""
    known: Sequence[str] = [re.escape(name) for name in names if name.strip()]
    if not known:
        return None
    return re.compile(
        rf"^[ \t]*(?:\*\*|\[)?(?:{'|'.join(known)})(?:\*\*|\])?\s*[:：]", re.IGNORECASE | re.MULTILINE
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))
