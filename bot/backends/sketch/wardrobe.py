"""From the words of an outfit to what is worn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.backends.sketch.clothes import Cut, Outfit, Worn
from bot.backends.sketch.colours import ColourWords
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.words import Found, Reading, phrases

_SLOTS = ("top", "bottom", "outer", "feet")
DEFAULT_OUTFIT = {
    "female": "white blouse and blue jeans",
    "male": "grey tee and blue jeans",
    "nonbinary": "green sweater and dark jeans",
}
"""What is worn when neither the scene nor the look says anything."""


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    colour: str | None
    pattern: str | None
    place: int


def _cut(table: dict[str, Any]) -> Cut:
    plain = {key: value for key, value in table.items() if key not in {"colour", "second", "features"}}
    return Cut(**plain, features=frozenset(table.get("features", ())))


class Wardrobe:
    """Knows the garments of garments.toml."""

    def __init__(self, parts: Parts, colours: ColourWords) -> None:
        self._garments = parts.table("garments")
        self.words = phrases({name: entry["words"] for name, entry in self._garments.items()})
        words = parts.table("words")
        self._patterns = phrases(words["pattern"])
        self._plain = phrases({"plain": words["cloth"]["plain"]})
        self._colours = colours

    def knows(self, reading: Reading) -> bool:
        """Whether any garment is named; takes nothing."""
        return bool(reading.all(self.words, take=False))

    def read(self, reading: Reading) -> list[_Named]:
        """The garments that a text names with their colours and patterns, and takes their words."""
        garments = reading.all(self.words)
        colours = self._colours.find(reading, "cloth")
        patterns = reading.all(self._patterns)
        reading.all(self._plain)
        named: list[_Named] = []
        previous = 0
        for i, found in enumerate(garments):
            name = self._qualified(reading, previous, found)
            following = garments[i + 1].start if i + 1 < len(garments) else len(reading.tokens)
            mine = [colour for place, colour in colours if previous <= place < found.start]
            if not mine and "in" in reading.tokens[found.end : found.end + 1]:
                mine = [colour for place, colour in colours if found.end <= place < following]
            marks = [p.name for p in patterns if previous <= p.start < found.start]
            named.append(_Named(name, mine[-1] if mine else None, marks[-1] if marks else None, found.start))
            previous = found.end
        if len(garments) == 0 and colours:
            named.append(_Named("", colours[0][1], None, 0))
        return named

    def _qualified(self, reading: Reading, start: int, found: Found) -> str:
        """A garment whose name a word further left completes: "long green skirt" is a long skirt."""
        noun = tuple(reading.tokens[found.start : found.end])
        for token in reading.tokens[max(start, found.start - 4) : found.start]:
            if (token, *noun) in self.words:
                return self.words[(token, *noun)]
        return found.name

    def outfit(self, named: list[_Named], base: list[_Named], gender: str) -> Outfit:
        """What is worn: the named garments, completed by their own defaults, the usual outfit, or a plain one."""
        slots: dict[str, Worn] = {}
        tint = next((item.colour for item in named if not item.name), None)
        real = [item for item in named if item.name]
        for item in real:
            self._put(slots, item)
        if tint is not None or not real:
            for item in base:
                self._put(slots, replace(item, colour=tint or item.colour))
        swim = any(self._garments[item.name].get("swim") for item in real)
        if not ("top" in slots and "bottom" in slots):
            for name in self._beside(real, gender, slots):
                self._put(slots, _Named(name, None, None, -1), over=False)
        if swim and gender == "male" and "outer" not in slots and slots["top"].cut.kind == "swim":
            self._put(slots, _Named("swim_trunks", real[0].colour, None, -1))
        top, bottom = slots["top"], slots["bottom"]
        if top.cut.tuck and bottom.cut.kind != "skirt" and top.cut.kind == "bodice":
            top = replace(top, cut=replace(top.cut, tuck=False, length=0.95))
        return Outfit(top, bottom, slots.get("outer"), self._feet(slots, real, gender))

    def _beside(self, real: list[_Named], gender: str, slots: dict[str, Worn]) -> list[str]:
        names: list[str] = []
        for item in real:
            names += self._garments[item.name].get("default", [])
        if "bottom" in slots and slots["bottom"].cut.kind == "skirt":
            names.append("blouse")
        if gender == "male":
            names = ["slacks" if name == "skirt" else name for name in names]
        return [*names, "tee", "jeans"]

    def _put(self, slots: dict[str, Worn], item: _Named, *, over: bool = True) -> None:
        entry = self._garments[item.name]
        for slot in _SLOTS:
            if slot not in entry or (slot == "feet" and len(entry.keys() & set(_SLOTS)) > 1):
                continue
            if slot in slots and not over:
                continue
            cut = Cut(entry["feet"]) if slot == "feet" else _cut(entry[slot])
            own = entry[slot].get("colour") if slot != "feet" else None
            colour, second = item.colour or entry["colour"], entry["second"]
            if slot == "top" and entry.get("swap"):
                colour, second = entry["second"], colour
            if own:
                colour = own
            slots[slot] = Worn(cut, colour, second, item.pattern or entry.get("pattern", ""))

    def _feet(self, slots: dict[str, Worn], real: list[_Named], gender: str) -> Worn | None:
        if "feet" in slots:
            feet = slots["feet"]
            return None if feet.cut.kind == "bare" else feet
        kinds = [self._garments[item.name]["feet"] for item in real if "feet" in self._garments[item.name]]
        kind = kinds[0] if kinds else "sneakers"
        if not kinds and "bottom" in slots:
            if slots["bottom"].cut.kind == "skirt":
                kind = "flats"
            elif "crease" in slots["bottom"].cut.features:
                kind = "loafers"
        if kind == "heels" and gender == "male":
            kind = "loafers"
        if kind == "bare":
            return None
        entry = self._garments.get(kind, {"colour": "#8e9aa8", "second": "#ffffff"})
        return Worn(Cut(kind), entry["colour"], entry["second"])
