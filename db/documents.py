"""Domain values kept as JSON in one column: written whole, read whole, never queried by part."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter

from bot.domain.companion import Look
from bot.domain.guild import GuildSettings
from bot.domain.request import Promise, RequestOptions
from bot.domain.scene import Scene
from bot.domain.studio import StudioChoices

T = TypeVar("T")


class Document(Generic[T]):
    """How values of one type are written and read.

    A field that a newer program adds must have a default, so that older rows can still be read.
    """

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def write(self, value: T) -> str:
        """As JSON text."""
        return self._adapter.dump_json(value).decode()

    def read(self, text: str) -> T:
        """From JSON text that :meth:`write` made."""
        return self._adapter.validate_json(text)


GUILD_SETTINGS = Document(GuildSettings)
LOOK = Document(Look)
OPTIONS = Document(RequestOptions)
PROMISE = Document(Promise)
SCENE = Document(Scene)
STUDIO_CHOICES = Document(StudioChoices)
WORDS = Document(tuple[str, ...])
