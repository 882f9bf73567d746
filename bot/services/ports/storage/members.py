"""Members' own defaults, what is still to be told them, and small facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.picture import Aspect
from bot.domain.studio import StudioChoices


@dataclass(frozen=True, slots=True)
class Preferences:
    """A member's own defaults. ``ask_above`` in moments; aspects None follow the cast's size."""

    aspect_solo: Aspect | None = None
    aspect_group: Aspect | None = None
    ask_above: int = 150
    show_alt_text: bool = False


class PreferenceRepository(Protocol):
    """Members' own defaults."""

    async def get(self, account_id: str) -> Preferences:
        """The member's defaults, or the general ones."""
        ...

    async def set(self, account_id: str, preferences: Preferences) -> None:
        """Keep them."""
        ...


class StudioRepository(Protocol):
    """What members last chose in the studio, one panel a member and guild."""

    async def get(self, account_id: str, guild_id: int) -> StudioChoices | None:
        """The member's choices, where there were any."""
        ...

    async def set(self, account_id: str, guild_id: int, choices: StudioChoices) -> None:
        """Keep them."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a member when they come next: a picture that waits in the gallery, a purchase.

    ``detail`` is JSON, for what the kind and the picture do not say.
    """

    notice_id: str
    account_id: str
    kind: str
    image_id: str | None
    at_ms: int
    detail: str = "{}"


class NoticeRepository(Protocol):
    """What could not be said when it happened."""

    async def add(self, notice: Notice) -> None:
        """Keep a notice; the same id twice is one notice."""
        ...

    async def any_for(self, account_id: str) -> bool:
        """Whether the member has a notice waiting."""
        ...

    async def take(self, account_id: str) -> Sequence[Notice]:
        """The member's notices, oldest first, removed."""
        ...

    async def drop(self, notice_id: str) -> None:
        """Take one away that was told otherwise, or is true no longer."""
        ...


class NoteRepository(Protocol):
    """Small facts of the installation, such as the hash of the synced commands."""

    async def get(self, key: str) -> str | None:
        """The value."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep it."""
        ...
