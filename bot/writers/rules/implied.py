"""Places that an action names in passing: the weakest sign of where the scene is."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.writers.rules.places import LOOKING, MOVING
from bot.writers.rules.sentences import Mark, Sentence

_NOT_HERE = frozenset(
    "from to toward towards about for smell sound scent view map key keys sight taste memory thought"
    " picture idea like postcard ticket tickets road way past model toy paper".split()
)


_WITH_CARDS = frozenset("shuffle deal cut draw".split())
_COMING = frozenset("come return get fetch smell hear drift bring carry".split())


_NEEDS_THE = frozenset(
    "lift park stage store stream square bar deck wood bridge bath passage ship mill cab train bus car"
    " plane path trail ward gym spa space house room shop garden office hall farm field tower flat bank"
    " ball dome pass pier port".split()
)


_ABSTRACT = frozenset(
    "speed air grace look face voice style confidence patience enthusiasm size colour color smell taste sound idea"
    " dream dreams memory memories talk photo picture photos pictures painting postcard map model kind"
    " sort king queen"
    " god ghost captain owner price cost edges charm elegance dignity menace".split()
)
_GRASPING = frozenset("grab grip hold clutch grasp catch squeeze lift raise wave drop".split())
_GRASPED = frozenset("bar platform square stage deck house wood bridge".split())


_BELOW = frozenset("below underneath beneath".split())
_DETERMINED = frozenset("the a an her his their my your our its this that him me them it".split())
_VIEW_WORDS = 4
"""Between a place and the "below" that makes a view of it."""
_FURNISHING = frozenset(
    "door doors wall walls window windows floor table desk counter bench roof stairs steps gate railing"
    " bed chair stove ceiling light lights lamp switch carpet mirror shelf shelves bell sign clock"
    " fountain fire stage".split()
)


def implied_place(sentence: Sentence, start: int, end: int, base: str = "") -> tuple[str, str] | None:
    """The last place that an action names in passing, "slaps the hangar door": (text, head), else None."""
    words = sentence.words
    found: tuple[str, str] | None = None
    if "distance" in words[start:end]:
        return None
    for first, last, text in _place_groups(sentence, start, end):
        before = words[max(start, first - 3) : first]
        after = words[last : last + 2]
        if (
            (text == "deck" and base in _WITH_CARDS)
            or text == "home"
            or _is_view(words, last, end)
            or after[:1] in (["tree"], ["trees"])
            or (after[:1] == ["of"] and "nose" in words)
        ):
            continue
        if "of" in before and not _ABSTRACT.isdisjoint(words[max(start, first - 4) : first]):
            continue
        if after[:1] in (["of"], ["against"], ["on"]) and text == "flat":
            continue
        if after == ["across", "the"] or (base in _GRASPING and text in _GRASPED):
            continue
        looked_at = words[max(start, first - 4) : first]
        if base in LOOKING and not {"at", "to", "over", "across", "out"}.isdisjoint(looked_at):
            continue
        compound = bool(after) and after[0] in _FURNISHING
        away = (
            _NOT_HERE - {"from"}
            if base not in MOVING and base not in _COMING and "back" not in before
            else _NOT_HERE
        )
        if not compound and (not away.isdisjoint(before) or {"out", "of"} <= set(before)):
            continue
        if text in _NEEDS_THE and not compound and not {"the", "this", "'s", "our"} & set(before[-2:]):
            continue
        found = (text, text.split()[-1])
    return found


def _is_view(words: list[str], after: int, end: int) -> bool:
    """Such as "the city glittering below": seen from where the scene is."""
    return any(
        words[at] in _BELOW and (at + 1 >= end or words[at + 1] not in _DETERMINED)
        for at in range(after, min(after + _VIEW_WORDS, end))
    )


def _place_groups(sentence: Sentence, start: int, end: int) -> list[tuple[int, int, str]]:
    """Places in a row as one: "ferris wheel cabin"; (first word, end, text)."""
    groups: list[tuple[int, int, str]] = []
    for mark in sentence.marks:
        if mark.mark is not Mark.PLACE or mark.start < start or mark.end > end:
            continue
        if groups and groups[-1][1] == mark.start:
            groups[-1] = (groups[-1][0], mark.end, f"{groups[-1][2]} {mark.value}")
        elif not groups or groups[-1][1] <= mark.start:
            groups.append((mark.start, mark.end, mark.value))
    return groups
