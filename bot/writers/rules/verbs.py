"""English verb forms: from any form to its base, and from a base to its gerund."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.writers.rules.lexicon import Verbs

_VOWELS = frozenset("aeiou")
_SIBILANTS = ("s", "sh", "ch", "x", "z")
_NO_DOUBLING = frozenset(
    "gather order wander linger whisper mutter murmur listen open offer enter answer follow borrow visit"
    " edit limit travel cover deliver flutter flicker glitter shimmer shiver quiver tremble hammer hover"
    " lower shower water wonder ponder saunter clamber stagger scamper scurry twitter fasten straighten"
    " loosen tighten sharpen soften harden frighten glisten fidget target pocket market trumpet blanket"
    " bracket rocket cook look stoop bandage summon season reason poison button unbutton beckon reckon"
    " pardon rummage conjure render shudder shoulder slumber munch develop gallop wallop hiccup worship"
    " exit credit profit orbit inherit inhabit cushion function question mention fashion position station"
    " crayon threaten happen sicken weaken widen broaden darken lighten brighten thicken quicken frost".split()
)


class Form(enum.IntEnum):
    """Which form of a verb a word is."""

    BASE = 0
    S = 1
    PAST = 2
    ING = 3

    __hash__ = int.__hash__
    """Enum's own is Python code, and forms are looked for in sets all the time; kinds are as well."""


class Kind(enum.IntEnum):
    """What a verb shows; the order says which wins where a base is in several lists."""

    POSE = 0
    FACE = 1
    STRONG = 2
    WEAK = 3
    MOTION = 4
    UNSEEN = 5

    __hash__ = int.__hash__


@dataclass(frozen=True, slots=True)
class VerbForm:
    """A word read as a verb."""

    base: str
    form: Form
    kind: Kind


def gerund(base: str, irregular: dict[str, tuple[str, ...]]) -> str:
    """``lean`` → ``leaning``; two-word bases keep their particle."""
    known = irregular.get(base)
    if known:
        return known[1]
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and len(base) > 2:  # noqa: PLR2004
        return base[:-1] + "ing"
    return (_doubled(base)) + "ing"


def _doubled(base: str) -> str:
    if (
        len(base) >= 3  # noqa: PLR2004 consonant, vowel, consonant
        and base not in _NO_DOUBLING
        and base[-1] not in "aeiouwxy"
        and base[-2] in _VOWELS
        and base[-3] not in _VOWELS
        and sum(1 for letter in base if letter in _VOWELS) == 1
    ):
        return base + base[-1]
    if len(base) >= 4 and base[-3:-1] == "ui" and base.startswith("qu"):  # noqa: PLR2004 quiz, quip
        return base + base[-1]
    return base


def third_person(base: str) -> str:
    """``carry`` → ``carries``."""
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    if base.endswith((*_SIBILANTS, "o")):
        return base + "es"
    return base + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return _doubled(base) + "ed"


def unknown_base(word: str) -> str | None:
    """The likely base of a third-person form that no list has (``yeets`` → ``yeet``), else None."""
    if len(word) < 4 or not word.isascii() or not word.isalpha() or word.endswith(("ss", "us", "is", "ous")):  # noqa: PLR2004
        return None
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else None


def build_forms(verbs: Verbs, extra: tuple[str, ...] = ()) -> dict[str, VerbForm]:
    """Every form of every listed verb. ``extra`` bases (first words of phrases) are unseen verbs."""
    kinds: dict[str, Kind] = {}
    lists = (
        (Kind.POSE, verbs.pose),
        (Kind.FACE, verbs.face),
        (Kind.MOTION, verbs.motion),
        (Kind.WEAK, verbs.weak),
        (Kind.STRONG, verbs.strong),
        (Kind.UNSEEN, verbs.unseen),
        (Kind.UNSEEN, tuple(verbs.irregular)),
        (Kind.UNSEEN, extra),
    )
    for kind, bases in lists:
        for base in bases:
            if " " not in base:
                kinds.setdefault(base, kind)
    forms: dict[str, VerbForm] = {}
    for base, kind in kinds.items():
        irregular = verbs.irregular.get(base)
        if irregular:
            for word in irregular:
                form = Form.ING if word.endswith("ing") and word != base else Form.PAST
                forms.setdefault(word, VerbForm(base, form, kind))
        else:
            forms.setdefault(_past(base), VerbForm(base, Form.PAST, kind))
            forms.setdefault(gerund(base, {}), VerbForm(base, Form.ING, kind))
    for base, kind in kinds.items():
        forms[third_person(base)] = VerbForm(base, Form.S, kind)
        if base not in forms or forms[base].form is not Form.PAST or kinds[forms[base].base] is Kind.UNSEEN:
            forms[base] = VerbForm(base, Form.BASE, kind)
    forms["has"] = VerbForm("have", Form.S, Kind.UNSEEN)
    forms["does"] = VerbForm("do", Form.S, Kind.UNSEEN)
    forms["lies"] = VerbForm("lie", Form.S, Kind.POSE)
    forms["lay"] = VerbForm("lie", Form.PAST, Kind.POSE)
    for word in ("is", "am", "are", "was", "were", "be", "been", "being"):
        forms.pop(word, None)
    return forms
