"""What tests look at: messages as they stand, and the REST requests that the bot sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playground._simcord import BackendMessage, walk_components
from playground.backend import LiveBackend

_BUTTON, _SELECTS, _TEXT_DISPLAY = 2, (3, 5, 6, 7, 8), 10
_LOADING = 1 << 7


@dataclass(slots=True)
class Request:
    """One REST request of the bot's."""

    method: str
    #: After ``/api/v10``, e.g. ``/channels/123/messages``.
    path: str
    #: The route it matched, e.g. ``/channels/{channel_id}/messages``; empty when none did.
    template: str
    query: dict[str, str]
    #: The JSON body; of a multipart request its ``payload_json``.
    body: Any
    #: Name and size in bytes of each uploaded file.
    files: list[tuple[str, int]]
    #: ``time.perf_counter()`` when it had been read.
    at: float
    #: The HTTP status that was answered; 0 when the connection was dropped instead.
    status: int = 0
    #: The JSON that was answered.
    answer: Any = None
    #: Whether the handler ran and succeeded, whatever was answered.
    took_effect: bool = False
    #: The fault that struck, if one did.
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a message; ``data`` are its bytes, as ``url`` serves them."""

    id: int
    filename: str
    description: str | None
    content_type: str
    size_bytes: int
    url: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Button:
    """A button on a message, wherever it is nested."""

    label: str | None
    custom_id: str | None
    style: int
    disabled: bool
    emoji: str | None
    url: str | None
    #: What a premium button sells; pressing it is a purchase (``StandIn.buy``), no interaction.
    sku_id: int | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """A select menu on a message; ``options`` are values of a string select."""

    custom_id: str
    kind: int
    placeholder: str | None
    options: tuple[str, ...]
    min_values: int
    max_values: int
    disabled: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stood when it was looked at. Ask the world again to see later edits."""

    id: int
    channel_id: int
    author_id: int
    #: The name that is shown: a webhook's per-message name, else the user's.
    author_name: str
    avatar_url: str | None
    content: str
    flags: int
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    attachments: list[Attachment]
    webhook_id: int | None
    #: The interaction that this message answers.
    interaction_id: int | None
    #: Who may see it, when it is ephemeral.
    interaction_user_id: int | None
    nonce: str | None
    edited: bool
    #: The message as the API shows it.
    wire: dict[str, Any] = field(repr=False)

    @property
    def ephemeral(self) -> bool:
        """Whether only ``interaction_user_id`` sees it."""
        return bool(self.flags & 1 << 6)

    @property
    def thinking(self) -> bool:
        """Whether it is still "thinking…"."""
        return bool(self.flags & _LOADING)

    @property
    def is_components_v2(self) -> bool:
        """Whether it is a Components V2 message."""
        return bool(self.flags & 1 << 15)

    def walk(self) -> Iterator[dict[str, Any]]:
        """Every component, depth first."""
        return iter(walk_components(self.components))

    @property
    def text(self) -> str:
        """All that can be read: content, text displays, embed titles and descriptions, line by line."""
        parts = [self.content]
        parts += [part["content"] for part in self.walk() if part.get("type") == _TEXT_DISPLAY]
        for embed in self.embeds:
            parts += [embed.get("title") or "", embed.get("description") or ""]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> list[Button]:
        """Its buttons, in order."""
        return [
            Button(
                label=part.get("label"),
                custom_id=part.get("custom_id"),
                style=part.get("style", 2),
                disabled=bool(part.get("disabled")),
                emoji=(part.get("emoji") or {}).get("name"),
                url=part.get("url"),
                sku_id=int(part["sku_id"]) if part.get("sku_id") else None,
            )
            for part in self.walk()
            if part.get("type") == _BUTTON
        ]

    @property
    def selects(self) -> list[Select]:
        """Its select menus, in order."""
        return [
            Select(
                custom_id=part["custom_id"],
                kind=part["type"],
                placeholder=part.get("placeholder"),
                options=tuple(option["value"] for option in part.get("options") or ()),
                min_values=part.get("min_values", 1),
                max_values=part.get("max_values", 1),
                disabled=bool(part.get("disabled")),
            )
            for part in self.walk()
            if part.get("type") in _SELECTS
        ]

    def button(self, label: str | None = None, *, custom_id: str | None = None) -> Button:
        """The one button whose label contains ``label`` (emoji included) or whose custom_id is given.

        Raises:
            LookupError: there is none, or more than one.
        """
        found = [
            button
            for button in self.buttons
            if (custom_id is None or button.custom_id == custom_id)
            and (label is None or label in f"{button.emoji or ''} {button.label or ''}")
        ]
        if len(found) != 1:
            shown = [(button.label, button.custom_id) for button in self.buttons]
            raise LookupError(f"{len(found)} buttons fit {label or custom_id!r}; the message has {shown}")
        return found[0]


def view(backend: LiveBackend, message: BackendMessage) -> Message:
    """A snapshot of a stored message."""
    wire = backend.message_wire(message)
    interaction = message.interaction_metadata or {}
    user_id = (interaction.get("user") or {}).get("id")
    return Message(
        id=message.id,
        channel_id=message.channel_id,
        author_id=message.author_id,
        author_name=wire["author"]["global_name"] or wire["author"]["username"],
        avatar_url=message.author_avatar,
        content=message.content,
        flags=message.flags,
        embeds=list(message.embeds),
        components=list(message.components),
        attachments=[
            Attachment(
                id=int(item["id"]),
                filename=item["filename"],
                description=item.get("description"),
                content_type=item["content_type"],
                size_bytes=item["size"],
                url=item["url"],
                data=backend.cdn.get(item["url"]) or b"",
            )
            for item in message.attachments
        ],
        webhook_id=message.webhook_id,
        interaction_id=int(interaction["id"]) if interaction else None,
        interaction_user_id=int(user_id) if user_id is not None else None,
        nonce=wire.get("nonce"),
        edited=message.edited_timestamp is not None,
        wire=wire,
    )
