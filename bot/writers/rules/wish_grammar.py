"""What a sentence that asks for a picture is made of, in any language with spaces between its words.

A sentence asks where, from one of its beginnings on, it reads as *lead* (greetings, names, "please"),
*request* (a verb and whom it is for), *picture* (an article, a few adjectives and the noun); what follows is
what it should show. All of it is tried from few beginnings, and every repetition has a bound, so that the work
grows no faster than the text.
"""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.writers.rules.wish_text import NAME, Sentence

PERSON = NAME + r"\d+"
WORD = r"[^\W_][\w'-]*"
END = r"(?![\w'-])"
MOST_NOUNS = 4
"""Mentions of a picture in one sentence that are looked at."""
LONGEST_BEFORE = 160
"""Characters before a mention in which its request can begin."""
_LONGEST_CALL = 2
"""Words of a call such as "hey Sam"."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language. All patterns are of folded text: no capitals, no accents, one space between tokens.

    ``noun`` is a picture. ``lead`` is a word (or two) that may stand before a request and says nothing.
    ``requests`` have the groups ``lead``, ``how`` (adjectives) and ``noun``; each is tried where a request can
    begin, and ends behind the noun; those of ``asking`` ask only with a question mark or ``please``. ``bare`` is a
    picture without a verb; it asks with ``please`` or a question mark alone. ``before`` and ``after`` are what makes a
    request none: somebody else's words, a condition, another day. ``links``: a request can begin behind them.
    ``tail`` is a word (or two) that may stand at the end and says nothing. ``shows`` begins what is to be seen, and
    ``cuts`` ends it. ``of`` stands before whom it shows: ``you`` is who is spoken to, ``all_of_you`` are all who are,
    ``everybody`` all who are there. ``joins`` are between names, and a name behind ``aside`` is not in the picture.
    ``telling``: nouns that show something, with what they say.
    """

    noun: str
    lead: str
    requests: tuple[re.Pattern[str], ...]
    asking: tuple[re.Pattern[str], ...]
    bare: re.Pattern[str]
    please: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    links: re.Pattern[str]
    tail: str
    shows: re.Pattern[str]
    cuts: re.Pattern[str]
    of: str
    you: str
    all_of_you: str
    everybody: str
    joins: str
    aside: re.Pattern[str]
    telling: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was found, in places of the folded sentence."""

    start: int
    lead_end: int
    how: tuple[int, int]
    noun: str
    end: int


_SMALL = "me|the|an|my|you|your|that|this|of|to|no|not|send|show"
"""English words that are no adjective in any language: "pic" is a noun in all of them."""


IDLE = frozenset(
    "quick new little nice good recent real single proper decent simple more fresh lovely quickest other random actual"
    " current latest better fucking damn goddamn freaking bloody one another a an nueva nuevo nuevas buena buen bonita"
    " linda rapida rapidita sola reciente otra otro otras mas pequena una un petite petit nouvelle nouveau belle beau"
    " jolie joli bonne vraie autre recente une encore neues neue neuen kleines kleine schones schone nettes gutes gute"
    " aktuelles aktuelle echtes einfaches weiteres ein eine noch".split()
)
"""Adjectives that show nothing; of all languages, for "otra pic pls" is of two."""


def picture(articles: str, small: str, noun: str) -> str:
    """The pattern of a picture: articles or none, up to four words that are no ``small`` ones, the noun."""
    return (
        rf"(?:(?:{articles}) ){{0,2}}(?P<how>(?:(?!(?:{_SMALL}|{small}|{noun}){END}){WORD} ){{0,4}}?)"
        rf"(?P<noun>{noun}){END}"
    )


def led(lead: str, request: str) -> re.Pattern[str]:
    """A request with what may stand before it."""
    return re.compile(rf"(?P<lead>(?:(?:{lead}|{PERSON}|[,:@\W]){END} ){{0,9}}){request}")


def find(sentence: Sentence, grammar: Grammar) -> Asked | None:
    """Where a sentence asks for a picture."""
    text = sentence.text
    nouns = [match.start() for match in re.finditer(rf"(?<![\w'-])(?:{grammar.noun}){END}", text)]
    for noun_at in nouns[:MOST_NOUNS]:
        for start in _beginnings(text, noun_at, grammar):
            asked = _asked_from(sentence, start, grammar)
            if asked is not None:
                return asked
    return None


def _beginnings(text: str, noun_at: int, grammar: Grammar) -> Iterator[int]:
    """Where a request for what stands at ``noun_at`` could begin, first ones first."""
    since = max(0, noun_at - LONGEST_BEFORE)
    if since == 0:
        yield 0
    for match in grammar.links.finditer(text, since, noun_at):
        yield match.end()


def _asked_from(sentence: Sentence, start: int, grammar: Grammar) -> Asked | None:
    text, before = sentence.text, sentence.text[:start]
    if grammar.before.search(before) or _calls_somebody(before, grammar):
        return None
    for request in (*grammar.requests, *grammar.asking, grammar.bare):
        found = request.match(text, start)
        if found is None:
            continue
        rest = text[found.end() :].strip()
        if _is_unfit(rest, grammar):
            continue
        if request in grammar.asking and not _is_asked(sentence, grammar):
            continue
        if request is grammar.bare and not _is_bare_wish(found, rest, sentence, grammar):
            continue
        return Asked(start, found.end("lead"), found.span("how"), found["noun"], found.end())
    return None


def _is_asked(sentence: Sentence, grammar: Grammar) -> bool:
    return sentence.ending == "?" or grammar.please.search(sentence.text) is not None


def _is_bare_wish(found: re.Match[str], rest: str, sentence: Sentence, grammar: Grammar) -> bool:
    """Whether a picture without a verb is asked for: "pic pls", "a photo of you in the snow, please", "selfie?"."""
    before = sentence.text[: found.start()].rstrip()
    if before and not before.endswith(","):
        return False
    if grammar.please.search(found["lead"]) or grammar.please.search(rest):
        return True
    is_alone = re.fullmatch(rf"(?:(?:{grammar.of} )?(?:{grammar.you})|{grammar.tail}|[^\w]+)?", rest)
    return sentence.ending == "?" and is_alone is not None and not found["how"]


def _calls_somebody(before: str, grammar: Grammar) -> bool:
    """Whether these words, before a request, call somebody who is no companion: "sam, …"."""
    segments = re.split(r" ?[,:] ?", before.rstrip())
    if not before.strip() or segments.pop() or not segments:
        return False  # the request follows no comma
    while segments:
        segment = segments.pop().strip()
        if not segment or re.fullmatch(rf"(?:(?:{grammar.lead}|{PERSON}|\W){END} ?)+", segment):
            continue
        return len(segment.split()) <= _LONGEST_CALL
    return False


def _is_unfit(rest: str, grammar: Grammar) -> bool:
    """Whether what follows the noun makes the request none, or calls somebody else."""
    if grammar.after.search(rest):
        return True
    if not rest or re.match(rf"(?:{grammar.tail}|{PERSON}){END}", rest) or grammar.shows.match(rest):
        return False
    if not rest.startswith(","):
        return re.match(r"[\w@]", rest) is not None
    words = rest[1:].split(" ,", maxsplit=1)[0].split()
    return len(words) == 1 and re.fullmatch(rf"{grammar.tail}|{PERSON}|\W+|{WORD}ing|\d+", words[0]) is None
