"""What services ask of the platform about a channel's age restriction."""

from __future__ import annotations

from typing import Protocol

from bot.services.ports.speaking import Place


class AgeGate(Protocol):
    """Knows which channels are age-restricted now. A thread is what its parent is, and unknown means no."""

    async def is_age_restricted(self, place: Place) -> bool:
        """As the platform told last; it is asked only about what it has not told of. Never raises."""
        ...

    async def is_age_restricted_now(self, place: Place) -> bool:
        """As the platform says when asked anew, right before something is posted.

        Raises:
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...
