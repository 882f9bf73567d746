"""Forms of Japanese verbs, from the dictionary form that the lexicon lists.

Only as much of each form is made as tells it from others: ``座って`` is enough for ``座っている``.
A verb whose class cannot be seen (``滑る``) has the forms of both: the wrong ones are no words.
"""

from __future__ import annotations

_ROWS = {
    "う": ("わ", "い", "え", "お", "っ", "て", "た"),
    "く": ("か", "き", "け", "こ", "い", "て", "た"),
    "ぐ": ("が", "ぎ", "げ", "ご", "い", "で", "だ"),
    "す": ("さ", "し", "せ", "そ", "し", "て", "た"),
    "つ": ("た", "ち", "て", "と", "っ", "て", "た"),
    "ぬ": ("な", "に", "ね", "の", "ん", "で", "だ"),
    "ぶ": ("ば", "び", "べ", "ぼ", "ん", "で", "だ"),
    "む": ("ま", "み", "め", "も", "ん", "で", "だ"),
    "る": ("ら", "り", "れ", "ろ", "っ", "て", "た"),
}
_I_AND_E = frozenset("いきぎしじちにひびみりえけげせぜてでねへべめれ")
_KANA = ("\u3041", "\u30ff")

UNDONE = ("negators", "hypothetical")
"""What a form that says "not", or "want to", is instead of the verb."""


def verb_surfaces(verb: str) -> list[tuple[str, str]]:
    """(kind, surface) of every form; the kind is "" for the verb itself, else one of :data:`UNDONE`."""
    if verb.endswith("する"):
        noun = verb[:-2]
        return [
            *(
                ("", noun + end)
                for end in ("する", "して", "した", "し、", "しな", "しつつ", "しま", "してい", "中")
            ),
            *(("negators", noun + end) for end in ("しない", "せず", "していない", "してない", "しません")),
            *(("hypothetical", noun + end) for end in ("したい", "しよう", "すれば", "したら", "しましょう")),
        ]
    stem, last = verb[:-1], verb[-1]
    if last not in _ROWS:
        return [("", verb)]
    found: list[tuple[str, str]] = []
    in_kana = bool(stem) and _KANA[0] <= stem[-1] <= _KANA[1]
    if not (last == "る" and in_kana and stem[-1] in _I_AND_E) or len(stem) == 1:
        found += _five(stem, last)
    if last == "る" and (not in_kana or stem[-1] in _I_AND_E):
        found += _one(stem)
    return found


def _five(stem: str, last: str) -> list[tuple[str, str]]:
    a, i, e, o, link, te, ta = _ROWS[last]
    if stem.endswith(("行", "い")) and last == "く" and stem != "い":
        link = "っ" if stem.endswith("行") else link
    return [
        ("", stem + last),
        ("", stem + link + te),
        ("", stem + link + ta),
        ("", stem + i),
        ("negators", f"{stem}{a}な"),
        ("negators", f"{stem}{a}ず"),
        ("negators", f"{stem}{i}ませ"),
        ("negators", f"{stem}{link}{te}いない"),
        ("negators", f"{stem}{link}{te}ない"),
        ("hypothetical", f"{stem}{i}た"),
        ("hypothetical", f"{stem}{i}そう"),
        ("hypothetical", f"{stem}{o}う"),
        ("hypothetical", f"{stem}{e}ば"),
        ("hypothetical", f"{stem}{link}{ta}ら"),
    ]


def _one(stem: str) -> list[tuple[str, str]]:
    bare = [("", stem)] if len(stem) > 1 else []
    return [
        *bare,
        *(("", stem + end) for end in ("る", "て", "た", "ながら", "、", "ます", "まし", "つつ")),
        *(("negators", stem + end) for end in ("ない", "なか", "ず", "ませ", "ていない", "てない")),
        *(("hypothetical", stem + end) for end in ("たい", "よう", "れば", "たら", "ましょ")),
    ]
