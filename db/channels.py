"""SQL about channels: who is present and answers when, who spoke which message, and the channel's webhook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.talking import USUAL, TalkWhen
from bot.services.ports.storage import SpokenMessage, WebhookRow
from db.statements import Statements, in_list

_INVITE = """
INSERT INTO presence (channel_id, companion_id, account_id, at_ms)
VALUES (:channel_id, :companion_id, :account_id, :at_ms)
ON CONFLICT (channel_id, companion_id) DO NOTHING RETURNING companion_id
"""
_DISMISS = """
DELETE FROM presence WHERE channel_id = :channel_id AND companion_id = :companion_id RETURNING companion_id
"""
_DISMISS_EVERYWHERE = "DELETE FROM presence WHERE companion_id = :companion_id"
_PRESENT = """
SELECT companion_id, account_id FROM presence WHERE channel_id IN ({channels}) ORDER BY at_ms, presence_id
"""
_ATTENDED = "SELECT DISTINCT channel_id FROM presence"
_TALK = "SELECT channel_id, talk_when FROM channel_talk WHERE guild_id = :guild_id ORDER BY channel_id"
_SET_TALK = """
INSERT INTO channel_talk (channel_id, guild_id, talk_when) VALUES (:channel_id, :guild_id, :talk_when)
ON CONFLICT (channel_id) DO UPDATE SET talk_when = excluded.talk_when
"""
_FORGET_TALK = "DELETE FROM channel_talk WHERE channel_id = :channel_id"
_ADD_SPOKEN = """
INSERT INTO spoken (message_id, channel_id, companion_id, account_id, at_ms)
VALUES (:message_id, :channel_id, :companion_id, :account_id, :at_ms)
ON CONFLICT (message_id) DO NOTHING
"""
_SPOKEN = "SELECT * FROM spoken WHERE message_id IN ({messages})"
_WEBHOOK = "SELECT * FROM webhook WHERE channel_id = :channel_id"
_SET_WEBHOOK = """
INSERT INTO webhook (channel_id, webhook_id, token) VALUES (:channel_id, :webhook_id, :token)
ON CONFLICT (channel_id) DO UPDATE SET webhook_id = excluded.webhook_id, token = excluded.token
"""
_FORGET_WEBHOOK = "DELETE FROM webhook WHERE channel_id = :channel_id"


class SqlChannels:
    """Implements :class:`bot.services.ports.storage.ChannelRepository`."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def invite(self, channel_id: int, companion_id: str, account_id: str, at_ms: int) -> bool:
        """See the protocol."""
        params = {
            "channel_id": channel_id,
            "companion_id": companion_id,
            "account_id": account_id,
            "at_ms": at_ms,
        }
        return await self._statements.fetch_one(_INVITE, params) is not None

    async def dismiss(self, channel_id: int, companion_id: str) -> bool:
        """See the protocol."""
        params = {"channel_id": channel_id, "companion_id": companion_id}
        return await self._statements.fetch_one(_DISMISS, params) is not None

    async def dismiss_everywhere(self, companion_id: str) -> None:
        """See the protocol."""
        await self._statements.execute(_DISMISS_EVERYWHERE, {"companion_id": companion_id})

    async def present(self, channel_ids: Sequence[int]) -> Sequence[tuple[str, str]]:
        """See the protocol."""
        placeholders, params = in_list("channel", channel_ids)
        rows = await self._statements.fetch_all(_PRESENT.format(channels=placeholders), params)
        return [(row["companion_id"], row["account_id"]) for row in rows]

    async def attended(self) -> Sequence[int]:
        """See the protocol."""
        return [row["channel_id"] for row in await self._statements.fetch_all(_ATTENDED, {})]

    async def talk(self, guild_id: int) -> Mapping[int, TalkWhen]:
        """See the protocol."""
        rows = await self._statements.fetch_all(_TALK, {"guild_id": guild_id})
        return {row["channel_id"]: TalkWhen(row["talk_when"]) for row in rows}

    async def set_talk(self, guild_id: int, channel_id: int, when: TalkWhen) -> None:
        """See the protocol. The usual is no row."""
        if when is USUAL:
            await self._statements.execute(_FORGET_TALK, {"channel_id": channel_id})
            return
        params = {"channel_id": channel_id, "guild_id": guild_id, "talk_when": when.value}
        await self._statements.execute(_SET_TALK, params)

    async def add_spoken(self, spoken: SpokenMessage) -> None:
        """See the protocol. The same message twice is one row."""
        params = {
            "message_id": spoken.message_id,
            "channel_id": spoken.channel_id,
            "companion_id": spoken.companion_id,
            "account_id": spoken.account_id,
            "at_ms": spoken.at_ms,
        }
        await self._statements.execute(_ADD_SPOKEN, params)

    async def spoken(self, message_ids: Sequence[int]) -> dict[int, SpokenMessage]:
        """See the protocol."""
        placeholders, params = in_list("message", message_ids)
        rows = await self._statements.fetch_all(_SPOKEN.format(messages=placeholders), params)
        return {
            row["message_id"]: SpokenMessage(
                message_id=row["message_id"],
                channel_id=row["channel_id"],
                companion_id=row["companion_id"],
                account_id=row["account_id"],
                at_ms=row["at_ms"],
            )
            for row in rows
        }

    async def webhook(self, channel_id: int) -> WebhookRow | None:
        """See the protocol."""
        row = await self._statements.fetch_one(_WEBHOOK, {"channel_id": channel_id})
        return None if row is None else WebhookRow(row["channel_id"], row["webhook_id"], row["token"])

    async def set_webhook(self, row: WebhookRow) -> None:
        """See the protocol."""
        params = {"channel_id": row.channel_id, "webhook_id": row.webhook_id, "token": row.token}
        await self._statements.execute(_SET_WEBHOOK, params)

    async def forget_webhook(self, channel_id: int) -> None:
        """See the protocol."""
        await self._statements.execute(_FORGET_WEBHOOK, {"channel_id": channel_id})
