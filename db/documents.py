"""Domain values kept as JSON in one column: written whole, read whole, never queried by part."""

from __future__ import annotations

import json
import re
from typing import Generic, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from bot.domain.companion import Look
from bot.domain.guild import GuildSettings
from bot.domain.request import Promise, RequestOptions
from bot.domain.scene import Scene
from bot.domain.studio import StudioChoices
from db.statements import kept_text

T = TypeVar("T")

_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class Document(Generic[T]):
    """How values of one type are written and read.

    A field that a newer program adds must have a default, so that older rows can still be read.
    """

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)

    def write(self, value: T) -> str:
        """As JSON text, of characters that every database can keep; see :func:`db.statements.kept_text`."""
        try:
            text = self._adapter.dump_json(value).decode()
        except PydanticSerializationError:
            text = kept_text(json.dumps(self._adapter.dump_python(value, mode="json"), ensure_ascii=False))
        return _ESCAPED_NUL.sub(r"\1", text)

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
