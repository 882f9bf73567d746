"""From words to the things that somebody wears or holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.backends.sketch.colours import ColourWords
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.things import Thing
from bot.backends.sketch.words import Found, Phrases, Reading, phrases

_WORN_AS_COLOUR = frozenset({"gloves", "stockings", "belt"})


@dataclass(slots=True)
class Carried:
    """What was found so far. ``pose`` is the pose that the last held thing asks for."""

    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    pose: str = ""

    @property
    def marks(self) -> frozenset[str]:
        """Freckles, beards and other marks of the face."""
        return frozenset(name for name, thing in self.things.items() if thing.on == "mark")

    @property
    def colours(self) -> dict[str, str]:
        """Gloves, stockings and belt, which are drawn with the clothes."""
        return {thing.on: thing.colour for thing in self.things.values() if thing.on in _WORN_AS_COLOUR}

    @property
    def _held(self) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.on == "hand"]

    @property
    def shown(self) -> tuple[Thing, ...]:
        """What is drawn as a thing: everything else that is worn, and the last thing held."""
        kept = self._held[-1:]
        return tuple(
            thing
            for thing in self.things.values()
            if thing.on not in _WORN_AS_COLOUR | {"mark", "hand"} or thing in kept
        )

    @property
    def put_down(self) -> list[str]:
        """Names of held things for which there is no hand."""
        return [thing.name.replace("_", " ") for thing in self._held[:-1]]


class Belongings:
    """Knows the things of things.toml; ``garments`` are phrases that are clothes though a thing's word is in them."""

    def __init__(self, parts: Parts, colours: ColourWords, garments: Phrases) -> None:
        self._things: dict[str, dict[str, Any]] = parts.table("things")
        self.words = phrases({name: entry["words"] for name, entry in self._things.items()})
        """Every phrase that means a thing."""
        self._colours = colours
        self._garments = garments

    def take(self, reading: Reading, carried: Carried) -> None:
        """Add what a text names; a colour right before a thing is its colour."""
        for match in reading.all(self.words, take=False):
            if self._is_garment(reading, match):
                continue
            entry = self._things[match.name]
            start = max(match.start - 2, 0)
            if match.start and (reading.tokens[match.start - 1],) in self._garments:
                start = match.start  # "white shirt, tie": the colour is the shirt's
            before = Reading(" ".join(reading.tokens[start : match.start]))
            colours = (
                [] if set(range(start, match.start)) & reading.taken else self._colours.find(before, "cloth")
            )
            reading.taken.update(range(match.start, match.end))
            colour = entry.get("colour", "#c0504d")
            if colours:
                reading.taken.update(range(start + colours[-1][0], match.start))
                colour = colours[-1][1]
            carried.things[match.name] = Thing(match.name, entry["on"], colour)
            carried.pose = entry.get("pose", carried.pose)

    def _is_garment(self, reading: Reading, match: Found) -> bool:
        """Whether the word only says what kind of garment follows ("baseball" in "baseball jersey")."""
        return tuple(reading.tokens[match.start : match.end + 1]) in self._garments
