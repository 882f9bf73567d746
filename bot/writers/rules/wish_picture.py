"""What a wish wants to see: who is in the picture, and the rest in the member's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.writers.rules.wish_grammar import END, IDLE, PERSON, Asked, Grammar
from bot.writers.rules.wish_text import NAME, Sentence

_NAMED = re.compile(NAME + r"(\d+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is called by name, and who is named in the picture, both as numbers of those who may be named.

    ``is_of_you``: who is spoken to is in it; ``is_of_all``: all of them; ``is_of_everybody``: all who are there.
    """

    called: tuple[int, ...]
    names: tuple[int, ...]
    is_of_you: bool
    is_of_all: bool
    is_of_everybody: bool
    hint: str


def read_picture(sentence: Sentence, asked: Asked, grammar: Grammar) -> Shown:
    """Read what follows the request."""
    text = sentence.text
    end = _end(text, asked.end, grammar)
    at = _after_idle(text, asked.end, grammar)
    called = [int(n) for n in _NAMED.findall(text[: asked.lead_end])]
    tail_called, end = _called_at_end(text, at, end, grammar)
    called += tail_called
    of = rf"(?:{grammar.of}) "
    names = rf"{PERSON}(?: (?:(?:{grammar.joins}) )?{PERSON}){{0,4}}"
    is_of_you, is_of_all, is_of_everybody = True, False, False
    if found := re.compile(rf"(?:{of})?(?:{grammar.everybody}){END}").match(text, at, end):
        is_of_everybody, at = True, found.end()
    elif found := re.compile(rf"(?:{of})?(?:{grammar.all_of_you}){END}").match(text, at, end):
        is_of_all, at = True, found.end()
    elif found := re.compile(rf"(?:{of})?(?:{grammar.you}){END}(?! (?:{grammar.joins}) )").match(
        text, at, end
    ):
        at = found.end()
    elif found := re.compile(rf"{of}(?={names}{END}(?! (?:{grammar.joins}) (?:{grammar.you}){END}))").match(
        text, at, end
    ):
        is_of_you = False
        at = found.end()
    elif found := re.compile(of).match(text, at, end):
        at = found.end()
    pictured = _pictured(text, at, end, grammar)
    only = re.compile(rf"{names} ?").match(text, at, end)
    if not is_of_you and only is not None:
        at = only.end()
    return Shown(
        tuple(dict.fromkeys(called)),
        pictured,
        is_of_you,
        is_of_all,
        is_of_everybody,
        _hint(sentence, asked, at, end, grammar),
    )


def _end(text: str, at: int, grammar: Grammar) -> int:
    """Where what is to be seen ends."""
    cut = grammar.cuts.search(text, at)
    end = len(text) if cut is None else cut.start()
    idle = re.compile(rf"(?: (?:(?:{grammar.tail}){END}|[^\w{NAME}]+))+$")
    found = idle.search(text, at, end)
    return end if found is None else found.start()


def _after_idle(text: str, at: int, grammar: Grammar) -> int:
    found = re.compile(rf"(?: (?:(?:{grammar.tail}){END}|[^\w{NAME}]+)){{0,6}} ?").match(text, at)
    return at if found is None else found.end()


def _called_at_end(text: str, at: int, end: int, grammar: Grammar) -> tuple[list[int], int]:
    """Companions who are called behind the request: "…, Mira"; and where what is to be seen ends before."""
    alone = re.compile(rf"(?:{PERSON} ?)+").fullmatch(text, at, end)
    if alone is not None:
        return [int(n) for n in _NAMED.findall(alone.group())], at
    called = re.compile(rf" ,((?: {PERSON})+)$").search(text, at, end)
    if called is None or re.search(rf"(?:{grammar.joins}) {PERSON}", text[at:end]):
        return [], end
    return [int(n) for n in _NAMED.findall(called[1])], called.start()


def _pictured(text: str, at: int, end: int, grammar: Grammar) -> tuple[int, ...]:
    """Who is named in what is to be seen, but for whom it is only for, from or about."""
    found: list[int] = []
    for match in _NAMED.finditer(text, at, max(at, end)):
        before = text[at : match.start()]
        if grammar.aside.search(before) is None:
            found.append(int(match[1]))
    return tuple(dict.fromkeys(found))


def _hint(sentence: Sentence, asked: Asked, at: int, end: int, grammar: Grammar) -> str:
    """The adjectives that show something, what the noun itself shows, and what follows."""
    words: list[str] = []
    for match in re.finditer(r"\S+", sentence.text[slice(*asked.how)]):
        first = asked.how[0] + match.start()
        if match.group() not in IDLE:
            words.append(sentence.original(first, first + 1))
    told = [said for noun, said in grammar.telling if re.fullmatch(noun, asked.noun)]
    if words and "selfie" in asked.noun:
        told.append("selfie")
    rest = sentence.original(at, end).strip(" ,;:.!?") if at < end else ""
    parts = (" ".join([*words, *told]), rest)
    return ", ".join(part for part in parts if part)
