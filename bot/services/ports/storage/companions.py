"""Custom companions, and who is present and speaks where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.companion import Companion
from bot.domain.talking import TalkWhen


@dataclass(frozen=True, slots=True)
class SpokenMessage:
    """A companion's message: which companion, and the account of the member behind it (None: the bot)."""

    message_id: int
    channel_id: int
    companion_id: str
    account_id: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """The app-owned webhook of a channel."""

    channel_id: int
    webhook_id: int
    token: str = field(repr=False)


class CompanionRepository(Protocol):
    """Custom companions. Main ones are assets and are not in the database."""

    async def add(self, companion: Companion, owner_account_id: str, at_ms: int) -> None:
        """Insert a custom companion."""
        ...

    async def get(self, companion_id: str) -> Companion | None:
        """One custom companion that is not deleted."""
        ...

    async def owned_by(self, account_id: str, guild_id: int) -> Sequence[Companion]:
        """A member's own companions in a guild, by name."""
        ...

    async def of_guild(self, guild_id: int) -> Sequence[Companion]:
        """All custom companions of a guild, by name."""
        ...

    async def delete(self, companion_id: str, at_ms: int) -> bool:
        """Delete; False when it is not there."""
        ...

    async def set_reference(self, companion_id: str, reference_key: str) -> bool:
        """Give it the picture that carries its likeness; False when it is not there."""
        ...

    async def set_shared(self, companion_id: str, *, is_shared: bool) -> bool:
        """Let other members picture it, or not; False when it is not there."""
        ...


class ChannelRepository(Protocol):
    """Who is present in a channel, who spoke which message, and through which webhook."""

    async def invite(self, channel_id: int, companion_id: str, account_id: str, at_ms: int) -> bool:
        """Put a companion in a channel or thread; False when it is there."""
        ...

    async def dismiss(self, channel_id: int, companion_id: str) -> bool:
        """Take it out; False when it was not there."""
        ...

    async def dismiss_everywhere(self, companion_id: str) -> None:
        """Take a deleted companion out of all channels."""
        ...

    async def present(self, channel_ids: Sequence[int]) -> Sequence[tuple[str, str]]:
        """(companion id, account that invited it) of the companions in these channels, oldest first."""
        ...

    async def attended(self) -> Sequence[int]:
        """All channels and threads where a companion is present, in any guild."""
        ...

    async def talk(self, guild_id: int) -> Mapping[int, TalkWhen]:
        """When companions answer, for the channels of a guild where something else than the usual was chosen."""
        ...

    async def set_talk(self, guild_id: int, channel_id: int, when: TalkWhen) -> None:
        """Choose it for a channel."""
        ...

    async def add_spoken(self, spoken: SpokenMessage) -> None:
        """Remember whose message it is."""
        ...

    async def spoken(self, message_ids: Sequence[int]) -> dict[int, SpokenMessage]:
        """What is known about these messages."""
        ...

    async def webhook(self, channel_id: int) -> WebhookRow | None:
        """The channel's webhook, where one was made."""
        ...

    async def set_webhook(self, row: WebhookRow) -> None:
        """Keep (or replace) the channel's webhook."""
        ...

    async def forget_webhook(self, channel_id: int) -> None:
        """It is gone on Discord's side."""
        ...
