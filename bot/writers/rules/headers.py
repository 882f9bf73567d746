"""Scene headings: ``[Setting: the docks, midnight]``, ``**The docks — night**``, ``INT. KITCHEN - NIGHT``."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import re

from bot.writers.rules.conditions import clock_time, read_conditions
from bot.writers.rules.naming import find_names
from bot.writers.rules.places import read_place
from bot.writers.rules.sentences import Mark, cut_clauses, sentences
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Place, Strength, World

_PARTS = re.compile(r"\s*(?:[,;|/•·.]|\s[-–—]+\s|—|–)\s*")
_LABEL = re.compile(r"^\s*(?P<label>[A-Za-z][A-Za-z ]{2,18})\s*:\s*(?P<rest>.+)$")
_PLACE_LABELS = frozenset("setting scene location place where scenario".split()) | {
    "current location",
    "scene change",
    "new scene",
    "change of scene",
    "cut to",
    "fade to",
    "fade in on",
}
_SLUG = re.compile(r"^\s*(?:INT|EXT|INT/EXT|I/E)\.\s*", re.IGNORECASE)
_INNER_LABEL = re.compile(r"^\s*(?:time|weather|where|when|setting|location|place)\s*:\s*", re.IGNORECASE)
_CHAPTER = re.compile(
    r"^\s*(?:chapter|scene|act|part|day|episode|session)\s+[\divxlc]+\s*[:.\-–—]?\s*", re.IGNORECASE
)
_LEADING = re.compile(
    r"^\s*(?:in|at|on|inside|into|back (?:at|in|on|to)|meanwhile,?|later,?|the scene is|we are (?:in|at|on))\s+",
    re.IGNORECASE,
)
_NOT_PLACES = frozenset(
    "later meanwhile continued end fin pause timeskip time skip next previously note continue scene".split()
)
_MOST_WORDS = 6


def read_header(world: World, text: str, vocabulary: Vocabulary) -> None:
    """Set place, time and weather from a heading; a heading about nothing of these sets nothing."""
    text = _CHAPTER.sub("", _SLUG.sub("", text)).strip(" *_~#")
    label = ""
    match = _LABEL.match(text)
    if match and match.group("label").strip().lower() in _PLACE_LABELS | {
        "time",
        "time of day",
        "weather",
        "when",
        "date",
    }:
        label = match.group("label").strip().lower()
        text = match.group("rest")
    parts = [part for part in _PARTS.split(text) if part.strip()]
    has_condition = False
    place: Place | None = None
    for raw_part in parts:
        part = _INNER_LABEL.sub("", raw_part)
        found = sentences(part)
        if not found:
            continue
        sentence = found[0]
        vocabulary.index.mark(sentence)
        sentence.names = find_names(sentence, world.roster, vocabulary.verb_s)
        cut_clauses(sentence, vocabulary.verb_words, vocabulary.base_words)
        conditions = [mark for mark in sentence.marks if mark.mark in {Mark.TIME, Mark.WEATHER}]
        time = clock_time(part)
        if conditions or time:
            has_condition = True
            read_conditions(world, sentence, 0, len(sentence.words), spoken=False)
            if time and not any(mark.mark is Mark.TIME for mark in conditions):
                world.time = time
        if place is None and label not in {"time", "time of day", "weather", "when", "date"}:
            place = _place(part, world, vocabulary, labelled=bool(label), with_more=len(parts) > 1)
    if place is not None and (label or has_condition or _known(place, vocabulary)):
        world.settle(place)


def _known(place: Place, vocabulary: Vocabulary) -> bool:
    return vocabulary.is_place(place.text.lower().split())


def _place(
    part: str, world: World, vocabulary: Vocabulary, *, labelled: bool, with_more: bool
) -> Place | None:
    stripped = _LEADING.sub("", part.strip())
    found = sentences(stripped)
    if not found:
        return None
    inner = found[0]
    vocabulary.index.mark(inner)
    inner.names = find_names(inner, world.roster, vocabulary.verb_s)
    time_words = [
        at
        for mark in inner.marks
        if mark.mark in {Mark.TIME, Mark.WEATHER}
        for at in range(mark.start, mark.end)
    ]
    end = min((at for at in time_words if at > 0), default=len(inner.words))
    if end > 1 and inner.words[end - 1] in {"at", "in", "the", "on", "late", "early", "during"}:
        end -= 1
    if end > 1 and inner.words[end - 1] in {"at", "in", "on", "during"}:
        end -= 1
    if time_words and min(time_words) == 0 and vocabulary.is_place(inner.words[:]) is False:
        return None
    known = read_place(inner, 0, end, "at", vocabulary)
    if known is not None and known.known:
        return Place(
            known.text.lower() if known.text.isupper() else known.text,
            known.head,
            Strength.HEADED,
            world.message,
        )
    if not (labelled or with_more) or end > _MOST_WORDS or inner.words[0] in _NOT_PLACES or inner.names:
        return None
    words = [word for word in inner.words[:end] if word[0].isalnum()]
    while words and words[0] in {"the", "a", "an", "in", "at", "on"}:
        words = words[1:]
    if not words or any(word in vocabulary.verb_words for word in words[:1]):
        return None
    return Place(" ".join(words), words[-1], Strength.HEADED, world.message)
