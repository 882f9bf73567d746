"""Names as they can be written on a chart: in the letters of one font."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_BOX = "□"
"""Stands for a letter that the font has not."""

_NAME_LETTERS = 48
"""So many at most, however small they are written."""


def legible(name: str, has_glyph: Callable[[str], bool], *, otherwise: str) -> str:
    """What a person typed as one line in the letters of a font; ``otherwise`` where too little of it is left.

    Emoji and other signs that the font lacks are left out, letters that it lacks become boxes. Marks that pile
    up, letters of no width and characters that turn the direction of writing are left out as well.
    """
    kept: list[str] = []
    for letter in unicodedata.normalize("NFC", name):
        sort = unicodedata.category(letter)
        if sort.startswith("Z") or letter in "\t\n\r":
            kept.append(" ")
        elif sort[0] in "LN":
            kept.append(letter if has_glyph(letter) else _BOX)
        elif sort[0] in "PS" and has_glyph(letter):
            kept.append(letter)
    line = shortened(" ".join("".join(kept).split()), _NAME_LETTERS)
    readable = sum(letter.isalnum() for letter in line)
    return line if readable and readable >= line.count(_BOX) else otherwise


def shortened(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
