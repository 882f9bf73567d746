"""The form of the model's answer, and how it is read: whatever is not text is nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, WithJsonSchema, create_model

MOST_READ = 600
"""Characters of one value that are looked at: a good one has a tenth."""
MOST_ENTRIES = 40
"""Entries of one list that are looked at."""
FORMS_KEPT = 64


def _text(value: object) -> str:
    return value[:MOST_READ] if isinstance(value, str) else ""


def _entries(value: object) -> list[object]:
    if isinstance(value, str):
        return [value]
    return cast("list[object]", value)[:MOST_ENTRIES] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [_text(entry) for entry in _entries(value)]


def _figures(value: object) -> object:
    """The entries of a cast; a bare id is one about whom nothing is said. What is no list is no cast at all."""
    if not isinstance(value, list):
        return value
    entries = _entries(cast("object", value))
    return [{"id": entry} if isinstance(entry, str) else entry for entry in entries]


Said = Annotated[str, BeforeValidator(_text)]


class FigureForm(BaseModel):
    """One of the cast, as the model says it."""

    id: Said = ""
    action: Said = ""
    pose: Said = ""
    outfit: Said = ""
    expression: Said = ""


class SceneForm(BaseModel):
    """The picture, as the model says it."""

    cast: Annotated[list[FigureForm], BeforeValidator(_figures)]
    setting: Said = ""
    time_of_day: Said = ""
    weather: Said = ""
    light: Said = ""
    mood: Said = ""
    framing: Said = ""
    details: Annotated[list[str], BeforeValidator(_texts)] = []

    def values(self) -> tuple[str, ...]:
        """Every text of it, in the order in which it is asked for."""
        people = [text for f in self.cast for text in (f.action, f.pose, f.outfit, f.expression)]
        around = (self.setting, self.time_of_day, self.weather, self.light, self.mood, self.framing)
        return (*people, *around, *self.details)


@lru_cache(maxsize=FORMS_KEPT)
def form_for(candidates: int) -> type[SceneForm]:
    """The form where so many companions can be pictured: servers that obey a schema allow their ids alone."""
    ids = {"type": "string", "enum": [label(number) for number in range(candidates)]}
    figure = create_model("Figure", __base__=FigureForm, id=(Annotated[Said, WithJsonSchema(ids)], ""))
    figures: Any = Annotated[list[figure], BeforeValidator(_figures)]
    return create_model("Scene", __base__=SceneForm, cast=(figures, ...))


def label(number: int) -> str:
    """How a candidate is called to the model: real ids stay here."""
    return f"c{number + 1}"
