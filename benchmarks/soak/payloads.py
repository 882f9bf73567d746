"""Discord's objects as the soak's loopback Discord sends them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 100
OWNER_ID = 1
JOINED_AT = "2026-01-01T00:00:00+00:00"
UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
EVERYTHING = (1 << 50) - 1
PLAIN_MEMBER = 0x400 | 0x800 | 0x10000 | 0x8000 | 0x4000 | 0x80000000
"""View, send, read the history, attach, embed, use commands."""
EPHEMERAL, THINKING = 64, 128
TEXT_CHANNEL = 0
_DISCORD_EPOCH_MS = 1_420_070_400_000

Json = dict[str, Any]
_numbers = itertools.count()


def new_id() -> int:
    """A snowflake of now; each is larger than the one before."""
    return ((int(time.time() * 1000) - _DISCORD_EPOCH_MS) << 22) | (next(_numbers) & 0x3FFFFF)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a guild. ``is_known``: the bot and its Discord know it (else it was deleted)."""

    guild_id: int
    channel_id: int
    name: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A member; moderators may do everything."""

    user_id: int
    name: str
    is_moderator: bool = False

    @property
    def permissions(self) -> str:
        """As Discord sends them with an interaction."""
        return str(EVERYTHING if self.is_moderator else PLAIN_MEMBER)

    def as_user(self) -> Json:
        """A user object."""
        return user(self.user_id, self.name)

    def as_member(self) -> Json:
        """A member object with permissions."""
        return member(self.as_user()) | {"permissions": self.permissions}


@dataclass(slots=True)
class Post:
    """A message. ``seen_by`` is whom alone an ephemeral one is shown, None where all see it."""

    message_id: int
    place: Place
    author: Json
    body: Json
    seen_by: int | None = None
    flags: int = 0
    webhook_id: int | None = None
    nonce: str | None = None
    attachments: list[Json] = field(default_factory=list)
    is_gone: bool = False

    @property
    def components(self) -> list[Json]:
        """The clickable and readable parts."""
        return self.body.get("components") or []

    @property
    def is_thinking(self) -> bool:
        """Whether it is a "thinking…" that nothing filled."""
        return bool(self.flags & THINKING) and not self.is_gone

    def change(self, body: Mapping[str, Any], files: Sequence[Json]) -> None:
        """Take in an edit, or the words of an answer."""
        for name in ("content", "components", "embeds"):
            if name in body:
                self.body[name] = body[name] or ([] if name != "content" else "")
        if "attachments" in body or files:
            kept = {str(part.get("id")) for part in body.get("attachments") or []}
            self.attachments = [part for part in self.attachments if part["id"] in kept] + list(files)
        self.flags = (self.flags & ~THINKING) | (int(body.get("flags") or 0) & ~THINKING)

    def as_json(self) -> Json:
        """As Discord sends it."""
        found = {
            "id": str(self.message_id),
            "channel_id": str(self.place.channel_id),
            "author": self.author,
            "content": self.body.get("content", ""),
            "components": self.components,
            "attachments": self.attachments,
            "embeds": [],
            "timestamp": JOINED_AT,
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "pinned": False,
            "type": 0,
            "flags": self.flags,
        }
        if self.webhook_id is not None:
            found |= {"webhook_id": str(self.webhook_id), "application_id": str(BOT_ID)}
        return found


def clickables(components: object) -> list[Json]:
    """Every component in a message or form that has a custom id and is not disabled."""
    found: list[Json] = []
    pending: list[Any] = [components]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending.extend(reversed(part))
        elif isinstance(part, dict):
            if "custom_id" in part and not part.get("disabled"):
                found.append(part)
            pending += [part.get("accessory"), part.get("component"), part.get("components")]
    return found


def user(user_id: int, name: str, *, bot: bool = False) -> Json:
    """A user object."""
    return {"id": str(user_id), "username": name, "discriminator": "0", "avatar": None, "bot": bot}


def member(who: Json) -> Json:
    """A member object."""
    return {"user": who, "roles": [], "joined_at": JOINED_AT, "deaf": False, "mute": False, "flags": 0}


def bot_user() -> Json:
    """The bot itself."""
    return user(BOT_ID, "Darkroom", bot=True)


def application() -> Json:
    """The bot's application."""
    return {
        "id": str(BOT_ID),
        "name": "Darkroom",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 1 << 19,
        "owner": user(OWNER_ID, "owner"),
        "summary": "",
    }


def channel(place: Place, position: int = 0) -> Json:
    """A text channel."""
    return {
        "id": str(place.channel_id),
        "guild_id": str(place.guild_id),
        "type": TEXT_CHANNEL,
        "name": place.name,
        "topic": None,
        "position": position,
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "permission_overwrites": [],
    }


def guild(guild_id: int, places: Sequence[Place]) -> Json:
    """A guild as GUILD_CREATE sends it."""
    everyone = {
        "id": str(guild_id),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": str(EVERYTHING),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    role = everyone | {"id": str(guild_id + 500_000), "name": "regulars", "position": 1}
    return {
        "id": str(guild_id),
        "name": f"guild {guild_id}",
        "icon": None,
        "owner_id": str(OWNER_ID),
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "mfa_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "features": [],
        "large": False,
        "member_count": 120,
        "emojis": [],
        "stickers": [],
        "voice_states": [],
        "presences": [],
        "threads": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "members": [member(bot_user())],
        "roles": [everyone, role],
        "channels": [channel(place, position) for position, place in enumerate(places)],
    }


def interaction(interaction_id: int, token: str, *, kind: int, who: Person, place: Place, data: Json) -> Json:
    """An interaction as INTERACTION_CREATE sends it; ``kind`` is its type."""
    return {
        "id": str(interaction_id),
        "application_id": str(BOT_ID),
        "type": kind,
        "token": token,
        "version": 1,
        "guild_id": str(place.guild_id),
        "channel_id": str(place.channel_id),
        "channel": channel(place) | {"permissions": str(EVERYTHING)},
        "member": who.as_member(),
        "app_permissions": str(EVERYTHING),
        "locale": "en-US",
        "guild_locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(place.guild_id)},
        "context": 0,
        "attachment_size_limit": UPLOAD_LIMIT_BYTES,
        "data": data,
    }
