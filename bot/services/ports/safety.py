"""What services ask of a safety check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class SafetyCheck(Protocol):
    """Judges text before anything is paid or kept."""

    async def check_text(self, texts: Sequence[str]) -> None:
        """Pass what may be pictured: the texts of one picture, judged together.

        Raises:
            UnsafeRequestError: it may not; it names the rule.
        """
        ...

    async def check_companion(self, texts: Sequence[str]) -> None:
        """Pass what a companion may be: its names, looks and persona, judged together.

        Raises:
            UnsafeRequestError: it may not; it names the rule.
        """
        ...
