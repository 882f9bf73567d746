"""What an endpoint sends, as far as it is read. Everything else in it is left out, and nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast

from pydantic import BaseModel, BeforeValidator, Field


def _text(value: object) -> object:
    """Text, or the texts of a list of parts: some servers send thoughts and words as parts."""
    if not isinstance(value, list):
        return value
    parts = [
        cast("dict[str, object]", part) for part in cast("list[object]", value) if isinstance(part, dict)
    ]
    return "".join(str(part.get("text", "")) for part in parts if part.get("type") == "text")


def _or_empty(value: object) -> object:
    return [] if value is None else value


Text = Annotated[str | None, BeforeValidator(_text)]


class Message(BaseModel):
    """A whole answer."""

    content: Text = None
    refusal: str | None = None


class Choice(BaseModel):
    """One of the answers; there is one."""

    message: Message
    finish_reason: str | None = None


class Completion(BaseModel):
    """``POST /chat/completions``, not streamed."""

    choices: Annotated[list[Choice], Field(min_length=1)]


class CallPiece(BaseModel):
    """What of a tool call is in one piece of a stream."""

    class Function(BaseModel):
        """Its name (once) and the next characters of its arguments."""

        name: str | None = None
        arguments: str | None = None

    index: int | None = None
    function: Function = Function()


class Delta(BaseModel):
    """The next of an answer."""

    content: Text = None
    tool_calls: Annotated[list[CallPiece], BeforeValidator(_or_empty)] = []


class PieceChoice(BaseModel):
    """The next of one of the answers."""

    delta: Delta = Delta()
    finish_reason: str | None = None


class Piece(BaseModel):
    """One event of a stream. The last one, with the usage, has no choices."""

    choices: Annotated[list[PieceChoice], BeforeValidator(_or_empty)] = []


class Listed(BaseModel):
    """One model of ``GET /models``."""

    id: str


class Models(BaseModel):
    """``GET /models``."""

    data: list[Listed]

    def has(self, model: str) -> bool:
        """Whether a model is listed; Ollama adds a tag to names that have none."""
        return any(listed.id in {model, f"{model}:latest"} for listed in self.data)

    def first(self, count: int) -> Sequence[str]:
        """The names of some, in one line each and not too long."""
        return [" ".join(listed.id.split())[:80] for listed in self.data[:count]]
