"""What services ask of whoever tells a member that a picture asked for in plain words can't be made."""

from __future__ import annotations

from typing import Protocol

from bot.domain.errors import DarkroomError
from bot.services.ports.speaking import Place


class WishRefusals(Protocol):
    """Answers a member's message, where everybody reads it."""

    async def tell(self, place: Place, message_id: int, error: DarkroomError) -> None:
        """Say why, once for a message; where it can't be said, nothing is.

        Raises:
            DarkroomError: the one that is to be told, where there are no words for it.
        """
        ...
