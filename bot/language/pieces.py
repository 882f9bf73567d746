"""A talk as it streams in: words without thoughts, and tool calls put together from their pieces."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import structlog
from pydantic import ValidationError

from bot.language.wire import CallPiece
from bot.services.ports.language import Tool, ToolUse

log = structlog.get_logger()

MOST_CALLS = 4
"""Tool calls of one answer; further ones are dropped."""
MOST_ARGUMENTS = 8_000
"""Characters of one call's arguments."""

_OPENING, _CLOSING = "<think>", "</think>"


class _Part(enum.Enum):
    """Where in an answer a stream is."""

    BEGINNING = enum.auto()
    THOUGHT = enum.auto()
    AFTER_THOUGHT = enum.auto()
    WORDS = enum.auto()


class Spoken:
    """Leaves out the thought that some models write before they speak, wherever the pieces break."""

    def __init__(self) -> None:
        self._part = _Part.BEGINNING
        self._held = ""

    def take(self, text: str) -> str:
        """What of the text so far can be said now."""
        if self._part is _Part.WORDS:
            return text
        self._held += text
        if self._part is _Part.BEGINNING:
            begun = self._held.lstrip()
            if not begun.startswith(_OPENING):
                return "" if _OPENING.startswith(begun) else self._speak()
            self._part = _Part.THOUGHT
            self._held = begun.removeprefix(_OPENING)
        if self._part is _Part.THOUGHT:
            _, closing, after = self._held.partition(_CLOSING)
            if not closing:
                self._held = self._held[-len(_CLOSING) :]  # of a long thought its end is all that matters
                return ""
            self._part = _Part.AFTER_THOUGHT
            self._held = after
        self._held = self._held.lstrip()
        return self._speak() if self._held else ""

    def rest(self) -> str:
        """What was held back to the end: it did not become a thought."""
        return self._speak() if self._part is _Part.BEGINNING else ""

    def _speak(self) -> str:
        self._part = _Part.WORDS
        said, self._held = self._held, ""
        return said


@dataclass(slots=True)
class _Call:
    name: str = ""
    arguments: str = ""


class Calls:
    """The tool calls of one answer."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._calls: dict[int, _Call] = {}

    def take(self, piece: CallPiece) -> None:
        """One more piece. Without an index, a name begins a call, and what has none goes on with the last."""
        at = piece.index
        if at is None:
            at = max(self._calls, default=-1)
            at = max(at, 0) if at >= 0 and not piece.function.name else at + 1
        if at not in self._calls and len(self._calls) >= MOST_CALLS:
            _dropped("too_many")
            return
        call = self._calls.setdefault(at, _Call())
        call.name = call.name or (piece.function.name or "")
        # one character more than the most: told from what fits
        call.arguments = (call.arguments + (piece.function.arguments or ""))[: MOST_ARGUMENTS + 1]

    def uses(self) -> Iterator[ToolUse]:
        """The calls that have the form of their tool, in order. Others are dropped; the log says why."""
        for _, call in sorted(self._calls.items()):
            tool = self._tools.get(call.name)
            if tool is None:
                _dropped("unknown_tool")
                continue
            if len(call.arguments) > MOST_ARGUMENTS:
                _dropped("too_long", tool.name)
                continue
            try:
                arguments: object = json.loads(call.arguments or "{}")
            except (ValueError, RecursionError):
                _dropped("not_json", tool.name)
                continue
            try:
                checked = tool.arguments.model_validate(arguments)
            except ValidationError:
                _dropped("wrong_form", tool.name)
                continue
            yield ToolUse(tool.name, checked.model_dump())


def _dropped(kind: str, tool: str = "") -> None:
    """Log it by kind: what the model wrote is never logged."""
    log.info("tool_call_dropped", kind=kind, tool=tool)
