"""What can be wrong with an archive."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import DarkroomError


@dataclass
class ArchiveError(DarkroomError):
    """It can't be written, or can't be trusted; ``reason`` says why and what to do, for the operator."""

    reason: str
