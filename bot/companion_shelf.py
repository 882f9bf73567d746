"""The main companions, loaded from ``assets/companions`` and held to the rules for all companions."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.companion import Companion, Gender, Look, Style, fold_name
from bot.domain.errors import DarkroomError
from bot.services import companion_rules as rules

COMPANIONS_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "companions"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class BadCompanionFileError(Exception):
    """A companion's file can't be used; the text names the file and what is wrong."""


class _LookFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    style: Style = Field(strict=False)
    gender: Gender = Field(strict=False)
    hair: str
    eyes: str
    skin: str
    build: str
    age: int
    outfit: str
    details: list[str] = []

    def look(self) -> Look:
        """As the domain has it."""
        return Look(
            style=self.style,
            gender=self.gender,
            hair=self.hair,
            eyes=self.eyes,
            skin=self.skin,
            build=self.build,
            age=self.age,
            outfit=self.outfit,
            details=tuple(self.details),
        )


class _CompanionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    aliases: list[str] = []
    persona: str
    look: _LookFile


class AssetShelf:
    """Implements :class:`bot.services.ports.shelf.CompanionShelf` over a folder, read once when it is made.

    Pictures are read from disk when they are asked for.

    Raises:
        BadCompanionFileError: a file is malformed, breaks a rule, or takes another one's name.
    """

    def __init__(self, folder: Path = COMPANIONS_FOLDER) -> None:
        self._folder = folder
        companions: list[Companion] = []
        for path in sorted(folder.glob("*.toml")):
            try:
                companion = self._load(path)
                rules.check_names_free((companion.name, *companion.aliases), companions)
            except (ValidationError, tomllib.TOMLDecodeError, DarkroomError) as error:
                raise BadCompanionFileError(f"{path.name}: {error!r}") from error
            companions.append(companion)
        self._all = tuple(sorted(companions, key=lambda companion: fold_name(companion.name)))
        self._by_id = {companion.companion_id: companion for companion in self._all}

    def _load(self, path: Path) -> Companion:
        if not _ID.fullmatch(path.stem):
            raise BadCompanionFileError(f"{path.name}: an id is lower-case letters, digits and dashes")
        file = _CompanionFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        new = rules.checked(
            rules.NewCompanion(
                name=file.name,
                look=file.look.look(),
                aliases=tuple(file.aliases),
                persona=file.persona,
                is_adult=True,
                is_fictional=True,
            )
        )
        reference, avatar = self._reference_path(path.stem), self._avatar_path(path.stem)
        return Companion(
            companion_id=path.stem,
            name=new.name,
            look=new.look,
            aliases=new.aliases,
            persona=new.persona,
            reference_key=reference.name if reference.exists() else None,
            avatar=avatar.name if avatar.exists() else None,
        )

    def _reference_path(self, companion_id: str) -> Path:
        return self._folder / "references" / f"{companion_id}.jpg"

    def _avatar_path(self, companion_id: str) -> Path:
        return self._folder / "avatars" / f"{companion_id}.jpg"

    def all(self) -> Sequence[Companion]:
        """Every main companion, by name."""
        return self._all

    def get(self, companion_id: str) -> Companion | None:
        """One main companion."""
        return self._by_id.get(companion_id)

    async def reference(self, companion_id: str) -> bytes | None:
        """The JPEG that carries a main companion's likeness, where there is one."""
        companion = self._by_id.get(companion_id)
        if companion is None or companion.reference_key is None:
            return None
        return await asyncio.to_thread(self._reference_path(companion_id).read_bytes)

    async def avatar(self, companion_id: str) -> bytes | None:
        """A small square JPEG of a main companion's head, where there is one."""
        companion = self._by_id.get(companion_id)
        if companion is None or companion.avatar is None:
            return None
        return await asyncio.to_thread(self._avatar_path(companion_id).read_bytes)
