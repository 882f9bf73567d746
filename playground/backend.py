"""simcord's in-memory Discord, on a real clock, with what it leaves out: see each method."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from playground._simcord import (
    Backend,
    BackendInteraction,
    BackendMessage,
    CdnStore,
    LiveClock,
    Webhook,
    command_leaves,
    errors,
    serializers,
)

MIB = 1024 * 1024
_EMOJI_URL = re.compile(r"https://cdn\.discordapp\.com/emojis/(?P<id>\d+)\.\w+(?:\?.*)?")


@dataclass
class Limits:
    """What Discord limits, with its defaults; tests lower them to reach them."""

    #: One file in an interaction's answer (told to the bot as ``attachment_size_limit``), in bytes.
    interaction_upload_bytes: int = 10 * MIB
    #: One file in an ordinary channel message or webhook message, in bytes.
    guild_upload_bytes: int = 10 * MIB
    #: The whole request, in bytes.
    request_bytes: int = 25 * MIB
    #: Seconds within which the first answer to an interaction must arrive.
    ack_deadline_s: float = 3.0
    #: Seconds for which an interaction's token works after it.
    token_lifetime_s: float = 15 * 60.0
    #: Shards of one bucket that identify within so many seconds are refused (Discord: 5); 0: none are.
    identify_every_s: float = 0.0
    #: How many buckets of shards there are, and how many shards are recommended.
    max_concurrency: int = 1
    #: How many guilds the bot is said to be in: more than 2,500 a shard are refused.
    guilds: int = 0
    recommended_shards: int = 1
    #: Seconds for which an enforced nonce finds the earlier message.
    nonce_window_s: float = 5 * 60.0
    #: Webhooks in one channel.
    webhooks_per_channel: int = 15
    #: Whether the developer portal grants the bot the message-content intent: without it contents are hidden
    #: in REST answers as well, and a bot that asks for it is not let in (4014).
    message_content: bool = True


ChangeListener = Callable[[str, int, int | None], None]


class LocalCdn(CdnStore):
    """Attachments under our own loopback address, with the width and height of pictures."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def store_attachment(
        self, attachment_id: int, channel_id: int, filename: str, data: bytes, description: str | None
    ) -> dict[str, Any]:
        """Keep a file; returns the attachment as the API shows it."""
        stored = super().store_attachment(attachment_id, channel_id, filename, data, description)
        path = f"/attachments/{channel_id}/{attachment_id}/{filename}"
        del self._blobs[stored["url"]]
        url = self.base_url + path
        self._blobs[url] = data
        stored["url"] = stored["proxy_url"] = url
        stored["flags"] = 0
        if stored["content_type"].startswith("image/"):
            try:
                with Image.open(io.BytesIO(data)) as picture:
                    stored["width"], stored["height"] = picture.size
            except (OSError, Image.DecompressionBombError):
                pass
        return stored

    def store_emoji(self, emoji_id: int, data: bytes) -> None:
        """Keep an emoji's picture."""
        self._blobs[f"{self.base_url}/emojis/{emoji_id}.png"] = data

    def local_url(self, url: str) -> str | None:
        """Where a file is on this CDN: our own addresses, and Discord's for an emoji that was uploaded here."""
        emoji = _EMOJI_URL.fullmatch(url)
        candidate = f"{self.base_url}/emojis/{emoji['id']}.png" if emoji else url
        return candidate if candidate in self._blobs else None


class LiveBackend(Backend):
    """The one store behind REST, gateway, CDN, page and tests."""

    def __init__(self, cdn_url: str, bot_name: str) -> None:
        super().__init__(clock=LiveClock())
        self.limits = Limits()
        self.cdn = LocalCdn(cdn_url)
        self.bot_user.name = bot_name
        self.bot_user.discriminator = "0"
        self.age_restricted: set[int] = set()
        self.closed_dms: set[int] = set()
        self.gateway_url = ""
        self.sync_count = 0
        self.nonces: dict[tuple[int, str], tuple[int, float]] = {}
        self.message_nonces: dict[int, str] = {}
        self.change_listeners: list[ChangeListener] = []

    # ------------------------------------------------------------ what is told

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Shape the payload as Discord would, then tell every subscriber (no growing transcript)."""
        shaped = dict(payload)
        if event.startswith("CHANNEL_") and "id" in shaped:
            self.shape_channel(shaped)
        elif event in ("GUILD_CREATE", "GUILD_UPDATE"):
            self.shape_guild(shaped)
        elif event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            self.shape_message(shaped)
        elif event == "INTERACTION_CREATE":
            self._shape_interaction(shaped)
        self.tell(event, shaped)
        if not event.startswith(("MESSAGE_", "INTERACTION_", "TYPING_")):
            self._changed("world", int(shaped.get("channel_id") or shaped.get("id") or 0), None)
        elif event == "MESSAGE_DELETE_BULK":
            self._changed("delete", int(shaped["channel_id"]), None)

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Hand an event to every subscriber as it is."""
        for listener in self.subscribers:
            listener(event, payload)

    def _changed(self, what: str, channel_id: int, message_id: int | None) -> None:
        for listener in self.change_listeners:
            listener(what, channel_id, message_id)

    def shape_channel(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Add ``nsfw``, which simcord does not model."""
        if payload.get("guild_id") is not None and "thread_metadata" not in payload:
            payload["nsfw"] = int(payload["id"]) in self.age_restricted
        return payload

    def shape_guild(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Shape the channels inside a guild."""
        payload["channels"] = [self.shape_channel(dict(channel)) for channel in payload.get("channels", ())]
        payload["nsfw_level"] = 0
        return payload

    def shape_message(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Say that the application owns its webhooks' messages, show their avatars, echo the nonce."""
        webhook = self.webhooks.get(int(payload.get("webhook_id") or 0))
        if (webhook is not None and self.owned(webhook)) or (
            payload["author"]["id"] == str(self.bot_user.id) and payload.get("interaction_metadata")
        ):
            payload["application_id"] = str(self.application_id)
        nonce = self.message_nonces.get(int(payload["id"]))
        if nonce is not None:
            payload["nonce"] = nonce
        return payload

    def message_wire(self, message: BackendMessage) -> dict[str, Any]:
        """A stored message as the API shows it."""
        return self.shape_message(dict(serializers.message_payload(self, message)))

    def _shape_interaction(self, payload: dict[str, Any]) -> None:
        payload["attachment_size_limit"] = self.limits.interaction_upload_bytes
        if isinstance(payload.get("channel"), dict):
            payload["channel"] = self.shape_channel(dict(payload["channel"]))
        if isinstance(payload.get("message"), dict):
            payload["message"] = self.shape_message(dict(payload["message"]))
        if payload.get("guild_id") is not None:
            payload["authorizing_integration_owners"] = {"0": payload["guild_id"]}
            payload["guild"] = {"id": payload["guild_id"], "locale": "en-US", "features": []}
        resolved = (payload.get("data") or {}).get("resolved") or {}
        messages = resolved.get("messages")
        if messages:
            resolved["messages"] = {key: self.shape_message(dict(value)) for key, value in messages.items()}

    # ------------------------------------------------------- commands, channels

    def note_sync(self) -> None:
        """Count a bulk overwrite of commands and tell the listeners."""
        self.sync_count += 1
        self._changed("commands", 0, None)

    def command_names(self, guild_id: int | None) -> set[str]:
        """Full names of the synced commands of a guild and the global ones."""
        return {
            " ".join(path) if command["type"] == 1 else command["name"]
            for scope in {guild_id, None}
            for command in self.commands.get(scope, {}).values()
            for path, _ in command_leaves(command)
        }

    def set_age_restricted(self, channel_id: int, *, restricted: bool) -> None:
        """Turn a channel's age restriction on or off and announce it."""
        if restricted:
            self.age_restricted.add(channel_id)
        else:
            self.age_restricted.discard(channel_id)
        self.announce_channel_update(channel_id)

    def is_age_restricted(self, channel_id: int) -> bool:
        """Whether the channel, or a thread's parent, is age-restricted."""
        return self.get_channel(channel_id).permission_channel_id() in self.age_restricted

    # ---------------------------------------------------------------- messages

    def commit_message(self, message: BackendMessage, *, broadcast: bool = True) -> BackendMessage:
        """Put a prepared message in its channel and tell the listeners, also of ephemeral ones."""
        stored = super().commit_message(message, broadcast=broadcast)
        self._changed("create", stored.channel_id, stored.id)
        return stored

    def edit_message(self, channel_id: int, message_id: int, fields: dict[str, Any]) -> BackendMessage:
        """Change a message and tell the listeners, also of ephemeral ones."""
        message = super().edit_message(channel_id, message_id, fields)
        self._changed("edit", channel_id, message_id)
        return message

    def delete_message(self, channel_id: int, message_id: int) -> None:
        """Delete a message and tell the listeners, also of ephemeral ones."""
        super().delete_message(channel_id, message_id)
        self._changed("delete", channel_id, message_id)

    def find_nonce(self, author_id: int, nonce: str) -> BackendMessage | None:
        """The author's earlier message with this nonce, while the window is open and it still exists."""
        entry = self.nonces.get((author_id, nonce))
        if entry is None or self.clock.elapsed - entry[1] > self.limits.nonce_window_s:
            return None
        return next(
            (by_id[entry[0]] for by_id in self.messages.values() if entry[0] in by_id),
            None,
        )

    def remember_nonce(self, author_id: int, nonce: str, message_id: int) -> None:
        """Keep a nonce for the window, and on its message."""
        self.nonces[(author_id, nonce)] = (message_id, self.clock.elapsed)
        self.message_nonces[message_id] = nonce

    # ------------------------------------------------------------ interactions

    def new_interaction(
        self,
        type: int,  # noqa: A002  simcord's name
        channel_id: int,
        user_id: int,
        guild_id: int | None,
    ) -> BackendInteraction:
        """Begin an interaction, with the deadlines of ``limits``."""
        record = super().new_interaction(type, channel_id, user_id, guild_id)
        record.expires_at = self.iso_after(self.limits.token_lifetime_s)
        record.initial_response_deadline = self.iso_after(self.limits.ack_deadline_s)
        return record

    def interaction_by_token(self, token: str) -> BackendInteraction:
        """As Discord: 10015 before the acknowledgement, 401/50027 once the token has expired."""
        interaction_id = self.interaction_tokens.get(token)
        if interaction_id is None:
            raise errors.unknown_webhook()
        record = self.interactions[interaction_id]
        if record.expires_at is not None and self.now_iso() >= record.expires_at:
            raise errors.BackendError(401, 50027, "Invalid Webhook Token")
        if not record.responded:
            raise errors.unknown_webhook()
        return record

    # ---------------------------------------------------------------- webhooks

    def owned(self, webhook: Webhook) -> bool:
        """Whether the bot's application made this webhook, and so may put working buttons on its messages."""
        return webhook.creator_id == self.bot_user.id

    def webhook_wire(self, webhook: Webhook, *, include_token: bool = True) -> dict[str, Any]:
        """The webhook as REST shows it, with ``application_id`` when the application owns it."""
        payload = serializers.webhook_payload(self, webhook, include_token=include_token)
        if self.owned(webhook):
            payload["application_id"] = str(self.application_id)
        return payload
