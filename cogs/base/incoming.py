"""What Discord's clients send, before anybody reads it."""

from __future__ import annotations

import re
from typing import Any

_BROKEN = re.compile("[\x00\ud800-\udfff]")
"""Half characters, which no database and no JSON writer takes, and NULs, at which databases end a text."""


def mend_texts(data: object) -> None:
    """Take out of all texts in ``data`` (dicts and lists, as JSON was read) what can't be stored; in place.

    Discord's own client sends none of it, but who presses may have written another.
    """
    pending: list[object] = [data]
    while pending:
        part = pending.pop()
        items: Any = part  # what is indexed below, by keys or by numbers
        pairs: list[tuple[Any, Any]] = []
        if isinstance(part, dict):
            pairs = list(items.items())
        elif isinstance(part, list):
            pairs = [(at, items[at]) for at in range(len(items))]
        for key, value in pairs:
            if isinstance(value, str):
                items[key] = _BROKEN.sub("", value)
            else:
                pending.append(value)
