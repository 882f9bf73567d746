"""What the page is told: messages as simcord's Preview projects them for one viewer, and the lists around them."""

from __future__ import annotations

import re
from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground._simcord import (
    BackendMessage,
    LiveEnv,
    PreviewParts,
    channel_accessible,
    command_leaves,
    message_accessible,
    walk_components,
)
from playground.backend import LocalCdn
from playground.places import Channel, Member

if TYPE_CHECKING:
    from playground.world import StandIn

#: Entity selects by component type: users, roles, users and roles, channels.
_ENTITY_SELECTS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
_THREAD_TYPES = {10, 11, 12}
_MESSAGE_MENU = 3
_LAZY = re.compile(r"^((?:>|[-*]) .*)\n(?=(?!(?:>|[-*]) )\S)", re.MULTILINE)
"""The end of a quote or a list: on Discord the next line is outside, in other Markdown it is not."""


@dataclass(slots=True)
class _Asset:
    available: bool


@dataclass(slots=True)
class _PreviewContext:
    env: LiveEnv
    timezone: str = "UTC"
    _sku_presentations: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])


class _Page:
    """The few fields of simcord's page that a projection reads; its assets are plain paths on our CDN."""

    def __init__(self, preview: _PreviewContext, viewer: Any, channel_id: int, cdn: LocalCdn) -> None:
        self.preview = preview
        self.viewer = viewer
        self.channel_id = channel_id
        self.layout = "channel"
        self.assets: dict[str, _Asset] = {}
        self.referenced_messages: set[tuple[int, int]] = set()
        self.message_references: dict[tuple[str, str], tuple[int, int]] = {}
        self._cdn = cdn

    def asset_id(self, key: str, metadata: dict[str, Any], **_: Any) -> str:
        """The path under ``/cdn/`` of a file of ours; anything else is not available offline."""
        url = self._cdn.local_url(str(metadata.get("url") or ""))
        asset = url.removeprefix(self._cdn.base_url) if url is not None else key
        self.assets[asset] = _Asset(available=url is not None)
        return asset


class Projector:
    """One viewer's sight of one channel."""

    def __init__(self, world: StandIn, parts: PreviewParts, viewer: Member, place: Channel) -> None:
        self.world = world
        self.viewer = viewer
        self.place = place
        self._parts = parts
        on_sale = {
            str(sku.id): {"name": sku.name, "price_text": sku.price_text, "locale": "en-US"}
            for sku in world.skus
        }
        self._preview = _PreviewContext(world.env, _sku_presentations=on_sale)
        actor = world.actor(viewer, place)
        self._page = _Page(self._preview, actor, place.id, world.backend.cdn)

    def sees(self, message: BackendMessage) -> bool:
        """Whether the viewer sees this message."""
        return message_accessible(self.world.backend, self.place.id, message, self.viewer.id)

    def message(self, message: BackendMessage) -> dict[str, Any]:
        """The message as the page's renderer takes it."""
        channel = self.world.backend.get_channel(self.place.id)
        shown = self._parts.project_message(
            self._preview, self._page, _as_discord_reads(message), compact=False, channel=channel
        )
        self._dress(shown["author"], shown["author"]["name"])
        reply = shown["reply"]
        if reply.get("author"):
            self._dress(reply["author"], reply["author"]["name"])
        shown["candidates"] = self._candidates(shown["components"])
        shown["sizes"] = {
            item["asset_id"]: [item["width"], item["height"]]
            for item in shown["attachments"]
            if item.get("width")
        }
        return shown

    def _dress(self, identity: dict[str, Any], name: str) -> None:
        """Give a face to everyone: the picture that was sent along, else the first letter of the name."""
        if not identity["avatar_available"]:
            identity["avatar"] = f"initial:{name}"
            identity["avatar_available"] = True
        if identity["webhook"]:
            identity["kind"] = "application"
        identity["bot"] = False

    def modal(self, handle: int, payload: dict[str, Any]) -> dict[str, Any]:
        """A modal as the page's renderer takes it."""
        shown = self._parts.clean(deepcopy(payload))
        self._parts.annotate(shown["components"], f"modal:{handle}")
        for component in walk_components(shown["components"]):
            if isinstance(component.get("content"), str):
                component["markdown_tokens"] = self._parts.markdown(component["content"], "text_display")
        name = self.world.backend.bot_user.name
        shown["application_name"] = name
        shown["application_identity"] = {
            "id": str(self.world.bot_id),
            "name": name,
            "kind": "application",
            "avatar": f"initial:{name}",
            "avatar_kind": "custom",
            "avatar_available": True,
        }
        return {
            "handle": str(handle),
            "payload": shown,
            "candidates": self._candidates(shown["components"]),
        }

    def _candidates(self, components: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for component in walk_components(components):
            kinds = _ENTITY_SELECTS.get(component.get("type", 0))
            if kinds is not None and "control_key" in component:
                entries = [entry for kind in kinds for entry in self._entities(kind, component)]
                chosen = {str(value["id"]) for value in component.get("default_values", [])}
                found[component["control_key"]] = {
                    "entries": entries,
                    "selected": [entry for entry in entries if entry["id"] in chosen],
                    "state": "ready",
                    "query": "",
                }
        return found

    def _entities(self, kind: str, component: dict[str, Any]) -> list[dict[str, Any]]:
        """What can be chosen of a kind: all of it, and of channels those of the types that are asked for."""
        if kind == "user":
            rows = [(member.id, member.name) for member in self.world.members]
        elif kind == "role":
            rows = [(role_id, name) for role_id, name in self.world.roles.items()]
        else:
            rows = [
                (channel.id, channel.name)
                for channel in self.world.channels
                if not channel.is_direct
                and visible(self.world, channel, self.viewer)
                and (channel.parent_id is None or _takes_threads(component))
            ]
        return [{"id": str(key), "label": name, "name": name, "kind": kind} for key, name in rows]

    def commands(self) -> dict[str, Any]:
        """Slash commands with their options and message commands, as far as the viewer may use them here."""
        backend = self.world.backend
        arguments = {"user_id": self.viewer.id, "channel_id": self.place.id}
        slash = [
            {
                "name": " ".join(path),
                "description": leaf.get("description", ""),
                "options": [_option(option) for option in leaf.get("options") or ()],
            }
            for command in backend.visible_commands(**arguments)
            if not command.get("nsfw") or self.place.age_restricted
            for path, leaf in command_leaves(command)
        ]
        menus: list[str] = []
        if not self.place.is_direct:
            menus = [command["name"] for command in backend.visible_commands(**arguments, type=_MESSAGE_MENU)]
        return {"slash": slash, "menus": menus}


def _as_discord_reads(message: BackendMessage) -> BackendMessage:
    """A copy whose texts end quotes and lists with their line, as Discord does."""
    shown = copy(message)
    shown.components = deepcopy(message.components)
    for component in walk_components(shown.components):
        content = component.get("content")
        if isinstance(content, str) and "```" not in content:
            component["content"] = _LAZY.sub(r"\1\n\n", content)
    return shown


def _option(option: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": option["name"],
        "description": option.get("description", ""),
        "type": option["type"],
        "required": bool(option.get("required")),
        "choices": [
            {"name": item["name"], "value": str(item["value"])} for item in option.get("choices") or ()
        ],
        "autocomplete": bool(option.get("autocomplete")),
        "min": option.get("min_value"),
        "max": option.get("max_value"),
        "max_length": option.get("max_length"),
    }


def _takes_threads(component: dict[str, Any]) -> bool:
    types = component.get("channel_types")
    return not types or not _THREAD_TYPES.isdisjoint(types)


def visible(world: StandIn, channel: Channel, viewer: Member) -> bool:
    """Whether a member sees a channel (their own direct messages, too)."""
    return channel_accessible(world.backend, channel.id, viewer.id)


def surroundings(world: StandIn, viewer: Member) -> dict[str, Any]:
    """The lists around the messages: channels that the viewer sees, people, roles, the bot's state."""
    world.channel(viewer)
    return {
        "guild": world.guild_name,
        "bot": {"id": str(world.bot_id), "name": world.backend.bot_user.name, "state": world.bot_state},
        "can_manage_bot": world.bot is not None,
        "viewer": str(viewer.id),
        "members": [
            {"id": str(member.id), "name": member.name, "moderator": member.moderator}
            for member in world.members
        ],
        "roles": [{"id": str(role_id), "name": name} for role_id, name in world.roles.items()],
        "channels": [
            {
                "id": str(channel.id),
                "name": channel.name,
                "topic": channel.topic,
                "age_restricted": channel.age_restricted,
                "parent": str(channel.parent_id) if channel.parent_id else None,
                "direct": channel.is_direct,
                "private": channel.name in world.private_channels,
            }
            for channel in world.channels
            if visible(world, channel, viewer)
        ],
        "faults": len(world.faults),
    }
