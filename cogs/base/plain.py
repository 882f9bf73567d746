"""What people typed, shown as they typed it: nothing in it is obeyed, pings, links, or looks like the bot's own words.

``discord.utils.escape_markdown`` is not enough for text that somebody wrote to do harm: it takes
"[a](b) [c](http://evil)" for one link and leaves the second one alive, leaves mentions and addresses as they are,
and doubles a text's length after it was measured.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = frozenset("\\*_~|`[]<@")
"""Discord takes a backslash before any of these for "as it is"; ``<`` begins mentions, times and links."""
_AT_THE_START = frozenset("#-+>")
"""Headings, small print, lists and quotes."""
_NUMBERED = re.compile(r"[0-9]+(?=[.)])")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")
"""Without them emoji fall apart, and Persian is misspelt. All other format signs turn, hide or split text."""
_MOST_MARKS = 3
"""Accents on one letter; more of them climb over the lines around."""
_ELLIPSIS = "…"


def plain(text: str, most: int | None = None) -> str:
    """A text in one line, for a message: its markdown, mentions and addresses are read and not obeyed.

    With ``most`` it is cut so that it takes that many characters at most, backslashes counted, so that nobody
    can make a message too long for Discord by what they type; a sign is never cut from its backslash.
    """
    line = " ".join(visible(text).split())
    number = _NUMBERED.match(line)
    dot_at = -1 if number is None else number.end()
    pieces = [_escaped(line, at, dot_at) for at in range(len(line))]
    if most is None or sum(map(len, pieces)) <= most:
        return "".join(pieces)
    left, kept = most - len(_ELLIPSIS), 0
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            break
        kept += 1
    return "".join(pieces[:kept]).rstrip() + _ELLIPSIS


def as_typed(text: str) -> str:
    """What somebody typed into a form or a command, for a picture: what nobody can see counts as nothing."""
    shown = visible(text).strip()
    return shown if set(shown) - _JOINERS else ""


def visible(text: str) -> str:
    """A text without what can't be seen and changes how the rest reads; white space stays white space."""
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if sign.isspace():
            kept.append(sign)
        elif marks > _MOST_MARKS or category in _UNSEEN or (category == "Cf" and sign not in _JOINERS):
            continue
        else:
            kept.append(sign)
    return "".join(kept)


def quoted(text: str, most: int) -> str:
    """What a person wrote, in one quoted line: cut, and its markdown shown instead of obeyed."""
    return f"> {plain(text, most)}"


def _escaped(line: str, at: int, dot_at: int) -> str:
    sign = line[at]
    is_address = sign == "/" and line[at - 1 : at] == ":" and line[at + 1 : at + 2] == "/"
    if sign in _SIGNS or is_address or at == dot_at or (at == 0 and sign in _AT_THE_START):
        return f"\\{sign}"
    return sign
