"""What services ask of the voice that companions speak with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.companion import Companion
from bot.domain.errors import DarkroomError


@dataclass
class NoRoomForVoiceError(DarkroomError):
    """``channel_id`` has as many webhooks as Discord allows, and none of them is ours."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a guild, or a thread (``parent_id`` is then its channel)."""

    guild_id: int
    channel_id: int
    parent_id: int | None = None

    @property
    def channel_ids(self) -> tuple[int, ...]:
        """Where companions count as present: here, and in a thread's channel."""
        return (self.channel_id,) if self.parent_id is None else (self.channel_id, self.parent_id)

    @property
    def webhook_channel_id(self) -> int:
        """Whose webhook speaks here: a thread has none of its own."""
        return self.channel_id if self.parent_id is None else self.parent_id


class CompanionVoice(Protocol):
    """Posts what a companion says."""

    async def say(self, place: Place, companion: Companion, text: str) -> int:
        """Post the text under the companion's name and return the message's id.

        Once begun, the message is sent to its end, even if the caller is cancelled.

        Raises:
            MissingPermissionError: the bot may not speak there; it names the permission.
            NoRoomForVoiceError: no webhook can be made there.
            NotFoundError: the place is gone.
            InvalidInputError: the place's own filters don't let the text pass.
            DeliveryDelayedError: the platform is failing; try again later.
        """
        ...


class TalkingVoice(CompanionVoice, Protocol):
    """The same, for what a companion says little by little."""

    async def show_typing(self, place: Place) -> None:
        """Show for some seconds that an answer is on its way. Never raises: it is only a courtesy."""
        ...

    async def rewrite(self, place: Place, message_id: int, text: str) -> None:
        """Put another text into a message that was posted with :meth:`say`; what hangs on it stays.

        Once begun, it is done to its end, even if the caller is cancelled.

        Raises:
            NotFoundError: the message, its webhook or the place is gone.
            MissingPermissionError, InvalidInputError, DeliveryDelayedError: as with :meth:`say`.
        """
        ...
