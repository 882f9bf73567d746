"""A talk as the messages of a chat request.

Who says a line stands before it ("Name: text"), because the protocol's ``name`` takes few letters and many
servers ignore it. So that nobody can speak as somebody else, a line of somebody else is one line, and a name
is one line without a colon. Lines of one role that follow each other are one message, and the first one is not
the model's: many chat templates refuse anything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.services.ports.language import Line, Role

NAME_LIMIT = 80
"""Characters of a name."""

_COLONS = re.compile("[:\uff1a\ufe55\ufe13\ua789\u2236]")
_KEPT_FORMATS = {"\u200c", "\u200d"}
"""Joiners: scripts and emoji need them."""
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_BEGIN = {"role": "user", "content": "(The talk begins.)"}
_GO_ON = {"role": "user", "content": "(It is your turn.)"}


def messages_of(instructions: str, lines: Sequence[Line]) -> list[dict[str, str]]:
    """The messages of a request, the instructions first."""
    said: list[dict[str, str]] = []
    for line in lines:
        role = "assistant" if line.role is Role.MODEL else "user"
        text = line.text if line.role is Role.MODEL else _spoken(line)
        if said and said[-1]["role"] == role:
            said[-1]["content"] += f"\n{text}"
        else:
            said.append({"role": role, "content": text})
    opening = [_BEGIN] if not said or said[0]["role"] == "assistant" else []
    closing = [_GO_ON] if said and said[-1]["role"] == "assistant" else []
    return [{"role": "system", "content": instructions}, *opening, *said, *closing]


def one_line(text: str) -> str:
    """A text without line breaks and without signs that nobody sees."""
    seen = (" " if _is_hidden(sign) else sign for sign in text)
    return " ".join("".join(seen).split())


def _spoken(line: Line) -> str:
    if not line.speaker:
        return line.text
    name = " ".join(_COLONS.sub(" ", one_line(line.speaker)).split())[:NAME_LIMIT].strip()
    return f"{name or 'someone'}: {one_line(line.text)}"


def _is_hidden(sign: str) -> bool:
    return sign not in _KEPT_FORMATS and unicodedata.category(sign) in _NOT_SHOWN
