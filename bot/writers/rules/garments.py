"""Garments in an English sentence, each with the adjectives that describe it."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from dataclasses import dataclass

from bot.writers.rules.sentences import Mark, Marked, Sentence
from bot.writers.rules.verbs import Form
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Garment

_MOST_ADJECTIVES = 4
_PLAIN = frozenset(
    "new nice pretty cute beautiful lovely gorgeous matching favorite favourite usual own same signature"
    " trusty damn fucking stupid other fancy best".split()
)
"""Said of clothes without showing."""
_ENDS = frozenset(
    "wearing donning sporting rocking putting pulling adjusting smoothing tugging straightening zipping"
    " tying not also just now then only even i you she he they we so such what off out up back down"
    " nothing but one two both were all each another love like onto 's your my her his its their our no".split()
)
_MATERIALS = frozenset(
    "silk satin velvet leather denim cotton linen wool lace tulle chiffon fur cashmere tweed latex gold"
    " silver".split()
)
_NOT_CLOTHES_AFTER = frozenset(
    "shop store room code event rehearsal rack department drawer party size model designer finger".split()
)
_COMPOUND = frozenset("dress suit leather tie top wrap sweater slip tank robe rain tee".split())


@dataclass(frozen=True, slots=True)
class Found:
    """A garment in a sentence: words ``start`` (its first adjective) to ``end``, the word before, ``of`` whom."""

    garment: Garment
    start: int
    end: int
    before: str


def _is_worn_so(after: list[str]) -> bool:
    """Such as "tie already loosened", "cap askew": what looks like a verb is a garment."""
    return any(word in {"askew", "undone", "loose", "crooked"} or word.endswith("ed") for word in after)


def find_garments(
    sentence: Sentence, start: int, end: int, vocabulary: Vocabulary, verb_at: int
) -> list[Found]:
    """The garments between ``start`` and ``end``; adjectives are looked for down to the verb."""
    words = sentence.words
    marks = [
        mark
        for mark in sentence.marks
        if mark.mark is Mark.GARMENT and start <= mark.start and mark.end <= end
    ]
    found: list[Found] = []
    for number, mark in enumerate(marks):
        if mark.start == verb_at and not (
            mark.start == start and _is_worn_so(words[mark.end : mark.end + 2])
        ):
            continue
        following = marks[number + 1] if number + 1 < len(marks) else None
        if following is not None and following.start == mark.end and mark.value in _COMPOUND:
            continue
        if mark.end < len(words) and words[mark.end] in _NOT_CLOTHES_AFTER:
            continue
        if mark.value == "top" and (
            words[mark.end : mark.end + 1] == ["of"]
            or words[mark.start - 1] == "on"
            or words[mark.start - 2 : mark.start] in (["to", "the"], ["at", "the"])
        ):
            continue
        found.append(
            _described(sentence, mark, max(start, verb_at + 1) if verb_at < mark.start else start, vocabulary)
        )
    return found


def _described(sentence: Sentence, mark: Marked, floor: int, vocabulary: Vocabulary) -> Found:
    words = sentence.words
    named = {at for name in sentence.names for at in range(name.start, name.end)}
    first = mark.start
    while first > floor and mark.start - first < _MOST_ADJECTIVES:
        word = words[first - 1]
        two_colours = (
            word == "and"
            and first - 2 >= floor
            and words[first] in vocabulary.colours
            and words[first - 2] in vocabulary.colours
        )
        if two_colours:
            first -= 2
            continue
        if (
            word == "'s"
            and first - 2 >= floor
            and first - 2 not in named
            and words[first - 2] not in vocabulary.forms
        ):
            first -= 2
            continue
        if word in vocabulary.stop_before or word in _ENDS or first - 1 in named or not word[0].isalpha():
            break
        form = vocabulary.forms.get(word)
        if form is not None and form.form is Form.S and word not in vocabulary.colours:
            break
        first -= 1
    described = [word for word in words[first : mark.start] if word not in _PLAIN]
    text = " ".join([*described, *words[mark.start : mark.end]]).replace(" 's", "'s")
    end = mark.end
    if end + 1 < len(words) and words[end] in {"of", "in"}:
        fabric: list[str] = []
        for word in words[end + 1 : end + 4]:
            if word not in vocabulary.colours and word not in _MATERIALS:
                break
            fabric.append(word)
        if fabric:
            text = f"{' '.join(fabric)} {text}"
            end += 1 + len(fabric)
    before = words[first - 1] if first > 0 else ""
    return Found(Garment(text, mark.value, vocabulary.slots[mark.value]), first, end, before)


def find_costume(words: list[str], start: int, end: int, vocabulary: Vocabulary) -> Garment | None:
    """``dressed (up) as a pirate`` → a pirate costume."""
    for at in range(start, end - 2):
        if words[at] not in {"dressed", "disguised", "costumed", "dresses", "dress"}:
            continue
        first = at + (2 if words[at + 1] == "as" else 3 if words[at + 1 : at + 3] == ["up", "as"] else 99)
        if first < end and words[first] in {"a", "an", "the"}:
            first += 1
        kept: list[str] = []
        for word in words[first : min(end, first + 2)]:
            if (
                not word.isalpha()
                or word in vocabulary.stop_before
                or word in {"tonight", "too", "again", "now"}
            ):
                break
            kept.append(word)
        if kept and kept[-1].endswith("s") and not kept[-1].endswith("ss"):
            kept[-1] = kept[-1][:-1]
        if kept:
            return Garment(f"{' '.join(kept)} costume", "costume", "full")
    return None
