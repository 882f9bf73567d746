"""The presets that ship with the bot, loaded from ``assets/presets`` and checked strictly."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from bot.domain.companion import Gender, fold_name
from bot.domain.presets import Preset, PresetKind
from bot.domain.scene import TIMES_OF_DAY, WEATHERS, Figure, Scene

PRESETS_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "presets"
MAX_NAME_LENGTH = 40
MAX_TAGS_LENGTH = 300
MAX_WORDS_LENGTH = 120
"""Of one field that says what is to be seen."""

FITS: Mapping[str, frozenset[Gender]] = MappingProxyType(
    {"female": frozenset({Gender.FEMALE}), "male": frozenset({Gender.MALE}), "any": frozenset(Gender)}
)
"""Whom a preset is made for, by the word in its entry."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class BadPresetFileError(Exception):
    """A file of presets can't be used. ``entry`` is the preset's id or place ("#3"), empty for the whole file."""

    def __init__(self, file: str, entry: str, why: str) -> None:
        super().__init__(f"{file}: {entry}: {why}" if entry else f"{file}: {why}")
        self.file = file
        self.entry = entry
        self.why = why


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("an id is 1 to 40 lower-case letters, digits and dashes")
    return text


def _line(text: str, longest: int) -> str:
    if not text.strip():
        raise ValueError("must say something")
    if text != text.strip() or not text.isprintable():
        raise ValueError("must be one line without spaces around it")
    if len(text) > longest:
        raise ValueError(f"{len(text)} characters, {longest} at most")
    return text


def _name(text: str) -> str:
    return _line(text, MAX_NAME_LENGTH)


def _words(text: str) -> str:
    return _line(text, MAX_WORDS_LENGTH)


def _tags(text: str) -> str:
    if not all(tag.strip() for tag in _line(text, MAX_TAGS_LENGTH).split(",")):
        raise ValueError("an empty tag between commas")
    return text


def _hour(text: str) -> str:
    return _one_of(text, TIMES_OF_DAY)


def _sky(text: str) -> str:
    return _one_of(text, WEATHERS)


def _one_of(text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise ValueError(f"must be one of {', '.join(known)}")
    return text


_Words = Annotated[str, AfterValidator(_words)]


class _Entry(BaseModel):
    """What all kinds have. A field that is left out is empty; one that is there says something."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, AfterValidator(_id)]
    name: Annotated[str, AfterValidator(_name)]
    fits: Literal["female", "male", "any"]
    tags: Annotated[str, AfterValidator(_tags)]

    def shows(self) -> Scene:
        """The structured words, as a scene of one nameless figure."""
        raise NotImplementedError


class _OutfitEntry(_Entry):
    outfit: _Words

    def shows(self) -> Scene:
        return Scene((Figure("", outfit=self.outfit),))


class _ActionEntry(_Entry):
    pose: _Words = ""
    action: _Words = ""
    expression: _Words = ""

    @model_validator(mode="after")
    def _does_something(self) -> _ActionEntry:
        if not (self.pose or self.action):
            raise ValueError("needs a pose or an action")
        return self

    def shows(self) -> Scene:
        return Scene((Figure("", action=self.action, pose=self.pose, expression=self.expression),))


class _SceneEntry(_Entry):
    setting: _Words
    time_of_day: Annotated[str, AfterValidator(_hour)] = ""
    weather: Annotated[str, AfterValidator(_sky)] = ""
    light: _Words = ""
    mood: _Words = ""
    details: list[_Words] = []

    def shows(self) -> Scene:
        return Scene(
            (Figure(""),),
            setting=self.setting,
            time_of_day=self.time_of_day,
            weather=self.weather,
            light=self.light,
            mood=self.mood,
            details=tuple(self.details),
        )


_ENTRIES: Mapping[PresetKind, type[_Entry]] = MappingProxyType(
    {PresetKind.OUTFIT: _OutfitEntry, PresetKind.ACTION: _ActionEntry, PresetKind.SCENE: _SceneEntry}
)


class AssetPresets:
    """Implements :class:`bot.services.ports.presets.PresetShelf` over a folder, read once when it is made.

    Each kind has one file: ``outfits.toml``, ``actions.toml``, ``scenes.toml``. Thumbnails are read from disk
    when they are asked for.

    Raises:
        BadPresetFileError: a file is missing or malformed, or two presets have one id or name.
    """

    def __init__(self, folder: Path = PRESETS_FOLDER) -> None:
        self._folder = folder
        self._by_id: dict[str, Preset] = {}
        self._by_kind = {kind: self._load(kind) for kind in PresetKind}

    def _load(self, kind: PresetKind) -> tuple[Preset, ...]:
        file = f"{kind.value}s.toml"
        presets: list[Preset] = []
        names: set[str] = set()
        for entry, table in enumerate(_tables(self._folder / file), start=1):
            label = _label(entry, table)
            preset = _preset(kind, file, label, table)
            if preset.preset_id in self._by_id:
                raise BadPresetFileError(file, label, "another preset has this id")
            if fold_name(preset.name) in names:
                raise BadPresetFileError(file, label, f"another preset is called {preset.name!r}")
            names.add(fold_name(preset.name))
            self._by_id[preset.preset_id] = preset
            presets.append(preset)
        return tuple(presets)

    def all(self, kind: PresetKind) -> Sequence[Preset]:
        """Every preset of a kind, in the order of its file."""
        return self._by_kind[kind]

    def get(self, preset_id: str) -> Preset | None:
        """One preset."""
        return self._by_id.get(preset_id)

    async def thumbnail(self, preset_id: str) -> bytes | None:
        """A small JPEG of what the preset looks like, where there is one."""
        if preset_id not in self._by_id:
            return None
        try:
            return await asyncio.to_thread(thumbnail_path(self._folder, preset_id).read_bytes)
        except FileNotFoundError:
            return None


def thumbnail_path(folder: Path, preset_id: str) -> Path:
    """Where a preset's thumbnail is kept in a folder of presets."""
    return folder / "thumbnails" / f"{preset_id}.jpg"


def _tables(path: Path) -> list[object]:
    """The ``[[preset]]`` tables of a file, not yet checked."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadPresetFileError(path.name, "", "is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPresetFileError(path.name, "", str(error)) from error
    tables = file.pop("preset", None)
    if file or not isinstance(tables, list):
        raise BadPresetFileError(path.name, "", "holds [[preset]] tables and nothing else")
    return cast("list[object]", tables)


def _label(entry: int, table: object) -> str:
    """How an error names an entry: by its id where it has one, else by its place, counted from 1."""
    given = cast("dict[str, Any]", table).get("id") if isinstance(table, dict) else None
    return given if isinstance(given, str) and given else f"#{entry}"


def _preset(kind: PresetKind, file: str, label: str, table: object) -> Preset:
    try:
        entry = _ENTRIES[kind].model_validate(table)
    except ValidationError as error:
        found = ((".".join(map(str, one["loc"])), one["msg"]) for one in error.errors())
        why = "; ".join(f"{field}: {message}" if field else message for field, message in found)
        raise BadPresetFileError(file, label, why) from error
    return Preset(entry.id, kind, entry.name, FITS[entry.fits], entry.tags, entry.shows())
