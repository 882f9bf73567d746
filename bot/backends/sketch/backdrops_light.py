"""Light: what time of day and weather do to every colour of a backdrop.

Everything is drawn in its colour at noon; :meth:`Light.grade` turns that into the colour of
the moment (ambient light, then the haze of distance), so one palette serves all times.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ASSETS = Path(__file__).resolve().parents[3] / "assets" / "sketch" / "backdrops"
"""Folder of the backdrops' editable parts and tables."""

Hex = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Unit = Annotated[float, Field(ge=0, le=1)]

LAMPS_ON = 0.5
"""From this amount on it is dark enough for lamps."""
DEFAULT_TIME = "afternoon"
DEFAULT_WEATHER = "fair"


class TimeEntry(BaseModel):
    """One ``[times.*]`` table of ``palettes.toml``; the file's head explains the keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...]
    sky: tuple[Hex, Hex, Hex, Hex]
    ambient: Hex
    room: Hex
    haze: Hex
    haze_strength: Unit
    sun: tuple[Unit, Unit, Unit] | None = None
    moon: tuple[Unit, Unit, Unit] | None = None
    sun_colour: Hex
    cloud: Hex
    beam: Hex
    lamps: Unit
    stars: Unit
    tint: Hex
    tint_strength: Unit
    rim: Hex


class WeatherEntry(BaseModel):
    """One ``[weathers.*]`` table of ``palettes.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[str, ...] = ()
    grey: Hex = "#ffffff"
    grey_mix: Unit = 0.0
    ambient: Hex = "#ffffff"
    haze_add: Annotated[float, Field(ge=-1, le=1)] = 0.0
    clouds: Unit = 0.3
    cover: bool = False
    needs_sun: bool = False
    rain: Unit = 0.0
    lightning: bool = False
    snow: Unit = 0.0
    fog: Unit = 0.0
    wind: Unit = 0.0


class Palettes(BaseModel):
    """All of ``palettes.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    anywhere_times: tuple[str, ...]
    anywhere_weathers: tuple[str, ...]
    times: dict[str, TimeEntry]
    weathers: dict[str, WeatherEntry]


@lru_cache(maxsize=1)
def palettes() -> Palettes:
    """The validated palettes. Raises ``pydantic.ValidationError`` for a broken file."""
    return Palettes.model_validate(tomllib.loads((ASSETS / "palettes.toml").read_text("utf-8")))


@lru_cache(maxsize=8192)
def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(red: float, green: float, blue: float) -> str:
    return f"#{round(red):02x}{round(green):02x}{round(blue):02x}"


@lru_cache(maxsize=16384)
def mix(one: str, other: str, share: float) -> str:
    """``one`` with ``share`` (clamped to 0..1) of ``other`` in it."""
    t = min(1.0, max(0.0, share))
    a, b = rgb(one), rgb(other)
    return _hex(*(x + (y - x) * t for x, y in zip(a, b, strict=True)))


@lru_cache(maxsize=16384)
def multiply(one: str, other: str) -> str:
    """The colour of a surface ``one`` under the light ``other``."""
    return _hex(*(x * y / 255 for x, y in zip(rgb(one), rgb(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Light:
    """The light of one moment: a time of day under a weather, outdoors or in a room.

    ``sun`` and ``moon`` are (x, y, radius) in fractions, None when not up; ``covered`` says that
    clouds hide them. Amounts (``lamps``, ``stars``, ``clouds``, ``rain`` …) are 0..1.
    """

    sky: tuple[str, ...]
    outdoors: str
    ambient: str
    haze: str
    haze_strength: float
    sun: tuple[float, float, float] | None
    moon: tuple[float, float, float] | None
    sun_colour: str
    cloud: str
    beam: str
    lamps: float
    stars: float
    clouds: float
    covered: bool
    rain: float
    lightning: bool
    snow: float
    fog: float
    wind: float
    sunny: bool
    tint: str
    tint_strength: float
    rim: str

    def grade(self, colour: str, depth: float = 0.0, *, outside: bool = False) -> str:
        """``colour`` (as at noon) in this light, ``depth`` 0 near to 1 at the horizon.

        ``outside`` is for what is seen through a window of a room.
        """
        ambient = self.outdoors if outside else self.ambient
        return mix(multiply(colour, ambient), self.haze, depth * self.haze_strength)

    @property
    def dark(self) -> bool:
        """Whether lamps are on."""
        return self.lamps >= LAMPS_ON


def light_of(
    time: str | None, weather: str | None, *, indoors: bool, lamplit: float = 0.0, lamp_light: str = "#d8a488"
) -> Light:
    """The light of a time and weather (keys of the palettes, None for nothing said).

    ``lamplit`` is how far a place is lit by its own lamps, of colour ``lamp_light``, once they are on.
    """
    table = palettes()
    hour = table.times[time or DEFAULT_TIME]
    sky = table.weathers[weather] if weather else WeatherEntry()
    pale = _hex(*(sum(rgb(hour.ambient)) / 3,) * 3)
    grey = multiply(sky.grey, mix(mix(hour.ambient, pale, 0.65), "#ffffff", 0.12))
    outdoors = multiply(mix(hour.ambient, pale, 0.55 * sky.grey_mix), sky.ambient)
    room = multiply(hour.room, mix(sky.ambient, "#ffffff", 0.5 if hour.lamps < LAMPS_ON else 0.8))
    wet = max(sky.rain, sky.fog, 0.6 * sky.snow)
    return Light(
        sky=tuple(mix(stop, grey, sky.grey_mix) for stop in hour.sky),
        outdoors=outdoors,
        ambient=mix(room if indoors else outdoors, lamp_light, lamplit * hour.lamps),
        haze=mix(hour.haze, grey, sky.grey_mix),
        haze_strength=min(0.96, max(0.0, hour.haze_strength + sky.haze_add)),
        sun=hour.sun,
        moon=hour.moon,
        sun_colour=hour.sun_colour,
        cloud=mix(hour.cloud, mix(grey, "#20242c", 0.12), min(0.9, sky.grey_mix)),
        beam=mix(hour.beam, grey, sky.grey_mix),
        lamps=max(hour.lamps, 0.55 if sky.lightning else 0.0),
        stars=0.0 if sky.cover else hour.stars,
        clouds=sky.clouds,
        covered=sky.cover,
        rain=sky.rain,
        lightning=sky.lightning,
        snow=sky.snow,
        fog=sky.fog,
        wind=sky.wind,
        sunny=sky.needs_sun,
        tint=mix(hour.tint, room, 0.7) if indoors else mix(hour.tint, grey, 0.5 * sky.grey_mix),
        tint_strength=min(0.5, hour.tint_strength * (0.75 if indoors else 1.0) + 0.08 * wet),
        rim=mix(
            hour.rim,
            "#ffe0a8" if indoors and hour.lamps >= LAMPS_ON else grey,
            0.45 if indoors else 0.4 * wet,
        ),
    )
