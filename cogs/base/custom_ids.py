"""Custom ids of components and modals, built and parsed in this one place.

A custom id is ``action:value.value…``; Discord allows 100 characters
(https://discord.com/developers/docs/components/reference#custom-id). Values are ids made by
Darkroom or Discord and short words, never text that a person typed. Whoever presses can forge a
custom id, so its values name things and grant nothing: every callback checks what it may do.
"""

from __future__ import annotations

import re

MAX_LENGTH = 100
ID_DIGITS = 20
"""The most digits of one of Discord's ids."""
_VALUE = r"[A-Za-z0-9_-]{0,40}"
_ACTION = re.compile(r"[a-z-]{1,24}")


def template_of(action: str, fields: tuple[str, ...]) -> re.Pattern[str]:
    """The pattern that matches exactly the custom ids of one action, with a named group a field."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"an action is lower-case letters and dashes: {action!r}")
    values = r"\.".join(f"(?P<{name}>{_VALUE})" for name in fields)
    return re.compile(rf"{action}:{values}\Z")


def number_in(value: str, most_digits: int = 6) -> int:
    """The number, from 0, that a value is; 0 for one that was forged into something else."""
    is_number = value.isascii() and value.isdecimal() and len(value) <= most_digits
    return int(value) if is_number else 0


def build(action: str, fields: tuple[str, ...], values: dict[str, str]) -> str:
    """The custom id of an action with these values.

    Raises:
        ValueError: a value is missing, has characters that an id can't have, or all are too long.
    """
    custom_id = f"{action}:{'.'.join(values[name] for name in fields)}"
    if len(custom_id) > MAX_LENGTH or not template_of(action, fields).fullmatch(custom_id):
        raise ValueError(f"not a custom id: {custom_id!r}")
    return custom_id
