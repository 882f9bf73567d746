"""Colour words: "dark blue", "pale pink", "auburn"."""

from __future__ import annotations

from bot.backends.sketch.paint import shifted
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.words import Reading, phrases


class ColourWords:
    """Knows colours.toml. Kinds are "cloth", "hair", "eyes" and "skin"."""

    def __init__(self, parts: Parts) -> None:
        table = parts.table("colours")
        self._shade: dict[str, list[float]] = table["shade"]
        self._values: dict[str, dict[str, str]] = {}
        for kind in ("cloth", "hair", "eyes", "skin"):
            own: dict[str, str] = table[kind]
            self._values[kind] = own if kind in {"cloth", "skin"} else table["cloth"] | own
        self._phrases = {
            kind: phrases({word: (word,) for word in values}) for kind, values in self._values.items()
        }

    def find(self, reading: Reading, kind: str) -> list[tuple[int, str]]:
        """(place, "#rrggbb") of each colour of a kind in a text; takes their words."""
        found: list[tuple[int, str]] = []
        for match in reading.all(self._phrases[kind]):
            colour = self._values[kind][match.name]
            place = match.start
            before = reading.tokens[place - 1] if place else ""
            if before in self._shade and place - 1 not in reading.taken:
                saturation, lightness = self._shade[before]
                colour = shifted(colour, 0.0, saturation, lightness)
                reading.taken.add(place - 1)
                place -= 1
            found.append((place, colour))
        return found

    def named(self, kind: str, word: str) -> str:
        """The colour of one word."""
        return self._values[kind][word]
