"""What can go wrong when a request is cancelled."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import DarkroomError


@dataclass
class BilledCancelCapError(DarkroomError):
    """The member cancelled ``limit`` pictures within an hour that are billed all the same, so this one goes on.

    ``next_at_s`` is the Unix time at which another can be cancelled.
    """

    limit: int
    next_at_s: float
