"""Seeded choices, each keyed by what it is about, so that changing one thing moves nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


class Chooser:
    """Gives the same answer for the same seed and key, always and everywhere."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed

    def share(self, key: str) -> float:
        """A number from 0 up to 1 for a key."""
        return _number(f"{self._seed}:{key}") / 2**64

    def between(self, key: str, low: float, high: float) -> float:
        """A number from low to high."""
        return low + (high - low) * self.share(key)

    def pick(self, key: str, options: Sequence[_T]) -> _T:
        """One of the options."""
        return options[int(self.share(key) * len(options))]

    def coin(self, key: str) -> bool:
        """Yes or no."""
        return _number(f"{self._seed}:{key}") % 2 == 0
