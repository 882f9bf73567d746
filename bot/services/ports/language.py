"""What services ask of a language model: an answer in a fixed form, or talk as it comes."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel

from bot.domain.errors import DarkroomError

Form = TypeVar("Form", bound=BaseModel)


@dataclass
class LanguageModelError(DarkroomError):
    """The model gave nothing that can be used; ``reason`` is for the log and holds no text of any talk."""

    reason: str


class Role(enum.StrEnum):
    """Who says a line: somebody in the talk, or the model itself."""

    OTHER = "other"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a talk. ``speaker`` is a display name; empty where it does not matter."""

    role: Role
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that the model may ask for instead of, or beside, talking. ``arguments`` describes its one form."""

    name: str
    description: str
    arguments: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Said:
    """The next piece of what the model says, to be appended to the pieces before."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """The model asks for a tool; ``arguments`` have the tool's form, checked."""

    name: str
    arguments: Mapping[str, object]


class LanguageModel(Protocol):
    """A chat endpoint. Its answers are untrusted: forms are checked, and talk is only text."""

    async def answer(self, instructions: str, lines: Sequence[Line], form: type[Form]) -> Form:
        """What it answers, in the form: every field there and of its type.

        Raises:
            LanguageModelError: no endpoint, no answer in time, or none that has the form.
        """
        ...

    def talk(
        self, instructions: str, lines: Sequence[Line], tools: Sequence[Tool] = ()
    ) -> AsyncIterator[Said | ToolUse]:
        """What it says, piece by piece as it comes. Cancelling the consuming task ends the call.

        Raises:
            LanguageModelError: no endpoint, or it broke off; what was said until then was said.
        """
        ...

    async def problems(self) -> Sequence[str]:
        """What keeps it from working now, each a sentence that says what to do; costs next to nothing."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...
