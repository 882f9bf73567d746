"""Every touch of simcord's private modules, in one place. simcord is pinned to exactly 3.2.1 for this file.

What is reused: the in-memory backend and its REST handlers, the permission and command-access rules, the actors
that validate what a member may do, and the preview's projection and markdown. What is changed here: the clock
is the real one, nothing ever "settles" (the bot lives in another process), and routing is compiled once into a
table of our own, so that simcord used in process by other tests is not affected.
"""

from __future__ import annotations

# ruff: noqa: SLF001  reaching into private modules is what this file is for
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord.http.routes as _routes  # noqa: F401  (importing registers the handlers)
from simcord._clock import Clock
from simcord._modal import _submit_modal as submit_modal
from simcord.actors import MemberActor, _autocomplete_result
from simcord.backend import Backend, errors, serializers
from simcord.backend.access import channel_accessible, message_accessible
from simcord.backend.cdn import CdnStore
from simcord.backend.errors import BackendError, OptionError, SetupError
from simcord.backend.models import Channel as BackendChannel
from simcord.backend.models import Guild as BackendGuild
from simcord.backend.models import Interaction as BackendInteraction
from simcord.backend.models import Member as BackendMember
from simcord.backend.models import Message as BackendMessage
from simcord.backend.models import Overwrite, Role, Webhook
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle, UserHandle
from simcord.components import walk_components
from simcord.enums import ChannelType, OverwriteType
from simcord.env import Env
from simcord.http import router
from simcord.http._helpers import bot_message, message_edit_changes, message_response
from simcord.http.router import RequestContext
from simcord.intents import EVENT_INTENTS, censor_message, prune_guild_create, required_intent
from simcord.interactions import command_leaves, parse_option_input
from simcord.results import InteractionResult, ResponseMessage

__all__ = [
    "EVENT_INTENTS",
    "Backend",
    "BackendChannel",
    "BackendError",
    "BackendGuild",
    "BackendInteraction",
    "BackendMember",
    "BackendMessage",
    "CdnStore",
    "ChannelHandle",
    "ChannelType",
    "GuildHandle",
    "Handler",
    "InteractionResult",
    "LiveClock",
    "LiveEnv",
    "MemberActor",
    "OptionError",
    "Overwrite",
    "OverwriteType",
    "PreviewParts",
    "RequestContext",
    "ResponseMessage",
    "Role",
    "RoleHandle",
    "RouteTable",
    "SetupError",
    "UserHandle",
    "Webhook",
    "autocomplete_as",
    "bot_message",
    "censor_message",
    "channel_accessible",
    "command_leaves",
    "errors",
    "intents_of",
    "interaction_id",
    "load_preview",
    "message_accessible",
    "message_edit_changes",
    "message_response",
    "original_handler",
    "parse_option_input",
    "prune_guild_create",
    "required_intent",
    "serializers",
    "submit_modal",
    "walk_components",
]

Handler = Callable[[RequestContext], Any]
autocomplete_as = _autocomplete_result


class LiveClock(Clock):
    """Wall-clock time, plus whatever ``advance`` has added (tests may skip ahead)."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._skipped_s = 0.0

    @property
    def elapsed(self) -> float:  # type: ignore[override]
        return time.monotonic() - self._started + self._skipped_s

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._skipped_s)

    def advance(self, seconds: float) -> None:
        self._skipped_s += seconds


class LiveEnv(Env):
    """simcord's environment without a bot inside it: operations return as soon as they are dispatched."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(discord.Client(intents=discord.Intents(guilds=True)), check_errors=False)
        self.backend = backend
        self._started = True

    def _begin_operation(self, label: str) -> None:
        """Allow overlap: members act concurrently here."""

    def _end_operation(self) -> None:
        """See ``_begin_operation``."""

    async def _settle_internal(self, **_: Any) -> None:
        """Nothing to settle: the bot answers over the network, in its own time."""


def intents_of(value: int) -> discord.Intents:
    """The intents that a bot identified with."""
    return discord.Intents._from_value(value)


def interaction_id(result: InteractionResult) -> int:
    """Which interaction a result of an actor belongs to."""
    return result._interaction.id


class RouteTable:
    """simcord's REST handlers with our replacements laid over them, indexed for quick matching."""

    def __init__(self, replacements: dict[tuple[str, str], Handler]) -> None:
        handlers: dict[tuple[str, str], Handler] = {
            (method, "/" + "/".join(template)): handler
            for method, entries in router._ROUTES.items()
            for template, handler in entries
        }
        handlers.update(replacements)
        self._by_shape: dict[tuple[str, int, str], list[tuple[int, list[str], str, Handler]]] = {}
        for (method, template), handler in handlers.items():
            segments = template.strip("/").split("/")
            literals = sum(not segment.startswith("{") for segment in segments)
            row = (literals, segments, template, handler)
            self._by_shape.setdefault((method, len(segments), segments[0]), []).append(row)
        for rows in self._by_shape.values():
            rows.sort(key=lambda row: -row[0])

    def match(self, method: str, path: str) -> tuple[str, dict[str, str], Handler] | None:
        """Return ``(template, arguments, handler)`` of the most literal route that fits, if any."""
        segments = path.strip("/").split("/")
        for _, template_segments, template, handler in self._by_shape.get(
            (method, len(segments), segments[0]), ()
        ):
            arguments: dict[str, str] = {}
            for expected, segment in zip(template_segments, segments, strict=True):
                if expected[0] == "{":
                    arguments[expected[1:-1]] = segment
                elif expected != segment:
                    break
            else:
                return template, arguments, handler
        return None


@dataclass(frozen=True, slots=True)
class PreviewParts:
    """What the page takes from simcord's Preview: the projection of a message, and its browser modules."""

    static: Path
    project_message: Callable[..., dict[str, Any]]
    clean: Callable[[Any], Any]
    annotate: Callable[[Any, str], None]
    markdown: Callable[..., list[dict[str, Any]]]


def load_preview() -> PreviewParts:
    """Import the Preview, which needs the ``simcord[preview]`` extra; only the page does.

    Raises:
        ImportError: the extra is not installed.
    """
    from simcord import preview  # noqa: PLC0415  as said above
    from simcord.preview import _component_projection, _markdown, _messages  # noqa: PLC0415

    return PreviewParts(
        static=Path(preview.__file__).with_name("static"),
        project_message=_messages._message_projection,
        clean=_component_projection._clean,
        annotate=_component_projection._annotate_tree,
        markdown=_markdown.markdown_tokens,
    )


def original_handler(method: str, template: str) -> Handler:
    """Simcord's own handler of a route, for replacements that only add to it."""
    segments = template.strip("/").split("/")
    for entry, handler in router._ROUTES[method]:
        if entry == segments:
            return handler
    raise LookupError(f"simcord has no route {method} {template}")
