"""From a companion's look to a body and a head."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.backends.sketch.colours import ColourWords
from bot.backends.sketch.head import HeadLook
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.skeleton import Proportions
from bot.backends.sketch.words import Reading, phrases
from bot.domain.companion import Gender, Look

DEFAULT_HAIR, DEFAULT_EYES, DEFAULT_SKIN = "#6b432b", "#7a4a2a", "#efc09c"
GREY_FROM = 70
"""The age from which hair of no said colour is drawn grey."""


@dataclass(frozen=True, slots=True)
class Person:
    """A look as it is drawn, with the words of it that can't be."""

    body: Proportions
    head: HeadLook
    not_drawn: tuple[str, ...]


class Looks:
    """Knows bodies.toml and hair.toml."""

    def __init__(self, parts: Parts, colours: ColourWords, ignored: frozenset[str]) -> None:
        self._bodies = parts.table("bodies")
        self._hair = parts.table("hair")
        self._colours = colours
        self._ignored = ignored
        self._builds = phrases({name: entry["words"] for name, entry in self._bodies["build"].items()})
        self._heights = phrases({name: entry["words"] for name, entry in self._bodies["height"].items()})
        self._structure = phrases(self._hair["structure"])
        self._length = phrases(self._hair["length"])
        self._texture = phrases(self._hair["texture"])
        self._free = phrases({"free": self._hair["colour_free"]})

    def person(self, look: Look, marks: frozenset[str], *, flip: bool) -> Person:
        """The body and head of a look. ``marks`` are face marks that its details named."""
        left: list[str] = []
        body = self._body(look, left)
        hair = Reading(look.hair)
        style = self._hair_style(hair, male=look.gender is Gender.MALE)
        hair_colours = [colour for _place, colour in self._colours.find(hair, "hair")]
        hair.all(self._free)
        left += hair.left(self._ignored)
        eyes = self._one_colour(look.eyes, "eyes", DEFAULT_EYES, left)
        skin = self._one_colour(look.skin, "skin", DEFAULT_SKIN, left)
        default = DEFAULT_HAIR if look.age < GREY_FROM else "#b9bbc2"
        head = HeadLook(
            style=look.style.value,
            strong=look.gender is Gender.MALE,
            lashes=look.gender is Gender.FEMALE,
            skin=skin,
            hair_style=style,
            hair=hair_colours[0] if hair_colours else default,
            eyes=eyes,
            flip=flip,
            age=look.age,
            streaks=hair_colours[1] if len(hair_colours) > 1 else None,
            marks=marks,
        )
        return Person(body, head, tuple(left))

    def _one_colour(self, text: str, kind: str, default: str, left: list[str]) -> str:
        reading = Reading(text)
        found = self._colours.find(reading, kind)
        left += reading.left(self._ignored | {"toned", "deep", "bright", "light", "dark", "pale"})
        return found[0][1] if found else default

    def _body(self, look: Look, left: list[str]) -> Proportions:
        reading = Reading(look.build)
        numbers: dict[str, float] = dict(self._bodies["gender"][look.gender.value])
        build = reading.first(self._builds)
        height = reading.first(self._heights)
        left += reading.left(self._ignored)
        for key, factor in self._bodies["build"].get(build or "average", {}).items():
            if key != "words":
                numbers[key] = numbers[key] * factor
        style: dict[str, Any] = self._bodies["style"][look.style.value]
        for key in ("arm_top", "elbow", "wrist", "thigh", "knee", "calf", "ankle", "neck"):
            numbers[key] *= style["limbs"]
        tall = self._bodies["height"].get(height or "", {"scale": 1.0, "legs": 1.0})
        numbers["thigh_length"] *= tall["legs"]
        numbers["shin_length"] *= tall["legs"]
        body = Proportions(**numbers, head=style["head"], neck_length=style["neck_length"])
        return replace(body, scale=tall["scale"])

    def _hair_style(self, hair: Reading, *, male: bool) -> str:
        structure = [found.name for found in hair.all(self._structure)]
        length = hair.first(self._length)
        textures = {found.name for found in hair.all(self._texture)}
        bangs = "bangs" in textures
        order = list(self._hair["structure"])
        if structure:
            best = min(structure, key=order.index)
            if best == "bob" and bangs:
                best = "bob_bangs"
            if best == "braid" and length is None and male:
                best = "locs"
            return best
        styles: dict[str, str] = self._hair["style"]
        rank = [name for name in self._hair["texture"] if name in textures]
        for texture in ["bangs", *rank] if bangs else rank:
            for key in self._keys(length, texture, male=male):
                if key in styles:
                    return styles[key]
        for key in self._keys(length or "default", None, male=male):
            if key in styles:
                return styles[key]
        return styles["default"]

    @staticmethod
    def _keys(length: str | None, texture: str | None, *, male: bool) -> list[str]:
        key = "-".join(part for part in (length, texture) if part)
        return [f"{key}-m", key] if male else [key]
