"""What services ask of the main companions' shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.companion import Companion


class CompanionShelf(Protocol):
    """The companions that ship with the bot. They never change while it runs."""

    def all(self) -> Sequence[Companion]:
        """Every main companion, by name."""
        ...

    def get(self, companion_id: str) -> Companion | None:
        """One main companion."""
        ...

    async def reference(self, companion_id: str) -> bytes | None:
        """The JPEG that carries a main companion's likeness, where there is one."""
        ...

    async def avatar(self, companion_id: str) -> bytes | None:
        """A small square JPEG of a main companion's head, where there is one."""
        ...
