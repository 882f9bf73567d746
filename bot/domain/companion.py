"""Companions and how they look."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass

ADULT_AGE = 18
"""No companion is younger. This is a rule, not a setting."""


class Style(enum.StrEnum):
    """How a companion is drawn."""

    REALISTIC = "realistic"
    ANIME = "anime"


class Gender(enum.StrEnum):
    """Which pronouns the writer follows and which presets fit."""

    FEMALE = "female"
    MALE = "male"
    NONBINARY = "nonbinary"


@dataclass(frozen=True, slots=True)
class Look:
    """The structured appearance of a companion. Free text fields are short English phrases.

    ``hair`` is style and colour ("long wavy auburn hair"), ``eyes`` a colour ("green"),
    ``skin`` a tone ("light brown"), ``build`` one word or two ("athletic"), ``age`` in years
    (never under :data:`ADULT_AGE`), ``outfit`` what they usually wear, ``details`` marks that
    stay with them ("round glasses", "freckles").
    """

    style: Style
    gender: Gender
    hair: str
    eyes: str
    skin: str
    build: str
    age: int
    outfit: str
    details: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The visible attributes in one fixed order, for a prompt. The outfit is not among them."""
        person = {Gender.FEMALE: "woman", Gender.MALE: "man", Gender.NONBINARY: "androgynous person"}[
            self.gender
        ]
        parts = (
            f"{self.age}-year-old {person}",
            self.hair,
            f"{self.eyes} eyes" if self.eyes else "",
            f"{self.skin} skin" if self.skin else "",
            f"{self.build} build" if self.build else "",
            *self.details,
        )
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Companion:
    """A character. A main companion (``owner_id`` None) ships with the bot; a custom one has an owner.

    ``reference_key`` names the chosen full-body picture in the picture store (or, for main
    companions, the asset); with one, the companion is *advanced-ready*. ``is_shared``: its owner lets
    other members of the guild picture it, once it is advanced-ready.
    """

    companion_id: str
    name: str
    look: Look
    aliases: tuple[str, ...] = ()
    persona: str = ""
    owner_id: int | None = None
    guild_id: int | None = None
    reference_key: str | None = None
    avatar: str | None = None
    is_shared: bool = False

    @property
    def is_main(self) -> bool:
        """Whether it ships with the bot."""
        return self.owner_id is None

    @property
    def advanced_ready(self) -> bool:
        """Whether its likeness can be given to a backend."""
        return self.reference_key is not None

    def may_be_pictured_by(self, user_id: int) -> bool:
        """Whether a member may choose it for a picture: a main one, their own, or one that its owner shares."""
        return self.is_main or self.owner_id == user_id or (self.is_shared and self.advanced_ready)


def fold_name(name: str) -> str:
    """A name as it is compared: compatibility forms, accents and case folded away.

    Source: Unicode TR15 (NFKD) and the default case folding of Unicode ch. 3.13.
    """
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
