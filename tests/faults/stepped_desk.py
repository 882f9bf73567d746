"""The moderators' side of Discord, with parts at which a test can let the bot die."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.domain.request import Image
from bot.services.ports.review import CardPlace, CaseFile, Exhibit, Outcome, ReviewDesk

T = TypeVar("T")


class SteppedReviewDesk:
    """A mod channel, and people's ears, whose every use is a step."""

    def __init__(self, inner: ReviewDesk, reach: Callable[[str, str], None]) -> None:
        self._inner = inner
        self._reach = reach

    async def fetch_name(self, guild_id: int) -> str:
        """As it is."""
        return await self._inner.fetch_name(guild_id)

    async def edit_card(self, place: CardPlace, file: CaseFile, exhibit: Exhibit) -> bool:
        """A step."""
        return await self._step("edit_card", self._inner.edit_card(place, file, exhibit))

    async def find_card(self, channel_id: int, file: CaseFile) -> CardPlace | None:
        """As it is."""
        return await self._inner.find_card(channel_id, file)

    async def post_card(self, channel_id: int, file: CaseFile, exhibit: Exhibit) -> CardPlace | None:
        """A step: after it the card stands and nobody knows."""
        return await self._step("post_card", self._inner.post_card(channel_id, file, exhibit))

    async def take_out(self, image: Image, left: Sequence[Image]) -> bool:
        """A step."""
        return await self._step("take_out", self._inner.take_out(image, left))

    async def tell(self, user_id: int, outcome: Outcome, nonce: str) -> bool:
        """A step: after it somebody was told and nobody knows."""
        return await self._step("tell", self._inner.tell(user_id, outcome, nonce))

    async def _step(self, name: str, work: Awaitable[T]) -> T:
        self._reach(f"desk.{name}", "before")
        value = await work
        self._reach(f"desk.{name}", "after")
        return value
