"""What services ask of a safety check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.picture import Rating


class SafetyCheck(Protocol):
    """Judges texts before anything is paid or kept, and pictures before anybody sees them."""

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """How a picture of these texts is rated; they are judged together.

        Args:
            texts: everything that says what is pictured, in the order in which it was said.
            forbidden: the guild's own words, refused by the rule ``guild_words``.

        Raises:
            UnsafeRequestError: no setting allows it; it names the rule.
        """
        ...

    async def rate_talk(self, text: str, before: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """How something that a companion is about to say is rated.

        Talk is no picture: what is grim, in an unknown language or about somebody real may be said.

        Args:
            text: what would be said.
            before: what was said before it, which tells who it is said to and about.
            forbidden: the guild's own words, refused by the rule ``guild_words``.

        Raises:
            UnsafeRequestError: no setting allows it; it names the rule.
        """
        ...

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        """Pass what a companion may be: its names, looks and persona, judged together.

        Raises:
            UnsafeRequestError: it may not; it names the rule.
        """
        ...

    async def rate_picture(self, jpeg: bytes) -> Rating | None:
        """How a finished picture is rated; general where :attr:`checks_pictures` is false.

        None: nobody could look at it now.

        Raises:
            UnsafeRequestError: no setting allows it; it names the rule.
        """
        ...

    @property
    def checks_pictures(self) -> bool:
        """Whether pictures are looked at."""
        ...
