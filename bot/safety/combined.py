"""The built-in rules and a moderation service together: the stricter of the two holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.legibility import Illegible
from bot.safety.openai_moderation import Moderation
from bot.safety.rules import RulesCheck


class Moderator(Protocol):
    """A service that judges text and pictures; None where it can't be reached."""

    async def of_text(self, texts: Sequence[str]) -> Moderation | None:
        """Judge texts together."""
        ...

    async def of_picture(self, jpeg: bytes) -> Moderation | None:
        """Judge a picture."""
        ...


class CombinedCheck:
    """Implements :class:`bot.services.ports.safety.SafetyCheck`: what one refuses is refused.

    A text in a language that the rules do not have is rated by the service alone. Without an answer the
    rules alone count for text, and nobody has looked at a picture.
    """

    def __init__(self, rules: RulesCheck, moderator: Moderator) -> None:
        self._rules = rules
        self._moderator = moderator

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """The stricter rating.

        Raises:
            UnsafeRequestError: one of them refuses.
        """
        verdict = self._rules.judge(texts, forbidden)
        moderation = await self._moderator.of_text(texts)
        if moderation is None:
            return verdict.rating
        if moderation.is_of_minors or (moderation.is_sexual and verdict.is_anyone_young):
            raise UnsafeRequestError("minor")
        if moderation.flagged:
            return Rating.MATURE
        is_only_foreign = verdict.illegible is Illegible.LANGUAGE and not verdict.has_mature_cue
        return Rating.GENERAL if is_only_foreign else verdict.rating

    async def rate_talk(self, text: str, before: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        """The stricter rating; the service is asked about what would be said alone.

        Raises:
            UnsafeRequestError: one of them refuses.
        """
        rating = await self._rules.rate_talk(text, before, forbidden=forbidden)
        moderation = await self._moderator.of_text([text])
        if moderation is None:
            return rating
        if moderation.is_of_minors:
            raise UnsafeRequestError("minor")
        return Rating.MATURE if moderation.is_sexual else rating

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        """Pass what both pass.

        Raises:
            UnsafeRequestError: one of them refuses.
        """
        await self._rules.check_companion(texts, forbidden=forbidden)
        moderation = await self._moderator.of_text(texts)
        if moderation is None:
            return
        if moderation.is_of_minors:
            raise UnsafeRequestError("minor")
        if moderation.is_sexual:
            raise UnsafeRequestError(Rating.MATURE.value)

    async def rate_picture(self, jpeg: bytes) -> Rating | None:
        """Mature is what the service flags at all; None where it is out of reach.

        Raises:
            UnsafeRequestError: it flags a minor.
        """
        moderation = await self._moderator.of_picture(jpeg)
        if moderation is None:
            return None
        if moderation.is_of_minors:
            raise UnsafeRequestError("minor")
        return Rating.MATURE if moderation.flagged else Rating.GENERAL

    @property
    def checks_pictures(self) -> bool:
        """Yes."""
        return True
