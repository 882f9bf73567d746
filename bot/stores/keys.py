"""What names a picture in every store: the SHA-256 of its content."""

from __future__ import annotations

import hashlib
import re

LARGEST_BYTES = 100 * 1024 * 1024
"""No picture of ours comes near it; what does is a mistake, and would fill the memory first."""

_KEY = re.compile(r"[0-9a-f]{64}")


def key_of(data: bytes) -> str:
    """The name of a content: 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def is_key(key: str) -> bool:
    """Anything else names no picture, and must never reach a store as a path."""
    return _KEY.fullmatch(key) is not None


def place_of(key: str) -> str:
    """Where a picture is below the root of a store, the same in all of them: ``ab/abcd…``."""
    return f"{key[:2]}/{key}"
