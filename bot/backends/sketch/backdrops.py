"""Backdrops of the sketch backend: a place under a light, drawn around the figures.

``draw_backdrop`` reads open phrases, draws the nearest place it knows as SVG fragments behind
and in front of the figures, and reports exactly which of the words are to be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.backends.sketch import (
    backdrops_above,
    backdrops_coast,
    backdrops_east,
    backdrops_fair,
    backdrops_falls,
    backdrops_green,
    backdrops_halls,
    backdrops_home,
    backdrops_inns,
    backdrops_nature,
    backdrops_nightlife,
    backdrops_rides,
    backdrops_ships,
    backdrops_space,
    backdrops_town,
    backdrops_water,
    backdrops_wild,
    backdrops_work,
)
from bot.backends.sketch.backdrops_details import paint_details
from bot.backends.sketch.backdrops_light import Light, light_of, palettes
from bot.backends.sketch.backdrops_paint import Painter
from bot.backends.sketch.backdrops_words import (
    Match,
    find_details,
    find_setting,
    find_time,
    find_weather,
    folded,
    lexicon,
    without_accents,
    words_of,
)

_PLAIN = "studio"
_ALWAYS_NAMED = frozenset({"sun", "moon", "stars", "clouds", "birds", "lightning"})


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A drawn place, in user units (the picture's short side is 1000).

    ``behind`` and ``in_front`` are SVG fragments for below and above the figures, ``defs`` what
    they refer to (ids start with ``bd-``). The nearest feet stand at ``ground_y``. ``tint`` is the
    ambient light to multiply onto figures by ``tint_strength`` (0..1), ``rim`` a rim light colour.
    ``drawn`` are the given words that are really there (lower case, single words). ``seat`` says
    what one may sit on here, None when nothing stands about.
    """

    defs: str
    behind: str
    in_front: str
    ground_y: float
    horizon_y: float
    tint: str
    tint_strength: float
    rim: str
    drawn: frozenset[str]
    seat: str | None


_PAINTERS: dict[str, Callable[[Painter], None]] = {
    **backdrops_above.PAINTERS,
    **backdrops_coast.PAINTERS,
    **backdrops_east.PAINTERS,
    **backdrops_fair.PAINTERS,
    **backdrops_falls.PAINTERS,
    **backdrops_green.PAINTERS,
    **backdrops_halls.PAINTERS,
    **backdrops_home.PAINTERS,
    **backdrops_inns.PAINTERS,
    **backdrops_nature.PAINTERS,
    **backdrops_nightlife.PAINTERS,
    **backdrops_rides.PAINTERS,
    **backdrops_ships.PAINTERS,
    **backdrops_space.PAINTERS,
    **backdrops_town.PAINTERS,
    **backdrops_water.PAINTERS,
    **backdrops_wild.PAINTERS,
    **backdrops_work.PAINTERS,
}


def setting_names() -> tuple[str, ...]:
    """Names of all places that can be drawn, in the order of the word list."""
    return tuple(lexicon().settings)


def draw_backdrop(  # noqa: PLR0917 -- the order of the contract with the figures
    setting: str,
    time_of_day: str,
    weather: str,
    details: tuple[str, ...],
    width: float,
    height: float,
    seed: int,
) -> Backdrop:
    """Draw the place nearest to ``setting`` at that time, in that weather, with those details.

    All words are open phrases and may be empty; none of them gets into the markup. Same
    arguments, same backdrop; time and weather change the light, never the furniture.
    """
    place = find_setting(setting)
    name = place.name if place else _PLAIN
    entry = lexicon().settings[name]
    texts = (setting, *details)
    hour = find_time(time_of_day) or _first(find_time, texts, palettes().anywhere_times)
    sky = find_weather(weather) or _first(find_weather, texts, palettes().anywhere_weathers)
    if not entry.weather:
        sky = None
    light = light_of(
        hour.name if hour else entry.time,
        sky.name if sky else None,
        indoors=entry.indoors,
        lamplit=entry.lamplit,
        lamp_light=entry.lamp_light,
    )
    props = find_details(texts)
    painter = Painter(width, height, seed, light, frozenset(prop.name for prop in props))
    _PAINTERS[name](painter)
    paint_details(painter, indoors=entry.indoors)
    return Backdrop(
        defs=painter.defs,
        behind=painter.behind,
        in_front=painter.in_front,
        ground_y=painter.gy,
        horizon_y=painter.hy,
        tint=light.tint,
        tint_strength=light.tint_strength,
        rim=light.rim,
        drawn=_claims(
            place, hour, sky, props, texts=(setting, time_of_day, weather, *details), painter=painter
        ),
        seat=painter.seat,
    )


def _first(
    find: Callable[[str], Match | None], texts: tuple[str, ...], safe: tuple[str, ...]
) -> Match | None:
    """The first match that needs none but the ``safe`` words, which mean the same anywhere."""
    for text in texts:
        for word in folded(text):
            if word in safe:
                return find(word)
    return None


def _claims(
    place: Match | None,
    hour: Match | None,
    sky: Match | None,
    props: tuple[Match, ...],
    *,
    texts: tuple[str, ...],
    painter: Painter,
) -> frozenset[str]:
    """Those of the given words that the picture shows, also without their accents."""
    shown: set[str] = set()
    if place:
        entry = lexicon().settings[place.name]
        shown.update(*(folded(word) for word in entry.shows))
        shown.update(*(single for word in entry.words if len(single := folded(word)) == 1))
        if place.claimed:
            shown.update(place.words)
    if hour:
        shown.update(hour.words)
    if sky and _weather_seen(sky.name, painter.light):
        shown.update(sky.words, folded(sky.name))
    for prop in props:
        if prop.name in painter.done:
            shown.update(prop.words)
    for name in painter.done & _ALWAYS_NAMED:
        shown.update(folded(name))
    written = {word for text in texts for word in words_of(text) if folded(word)[0] in shown}
    return frozenset(written | {without_accents(word) for word in written})


def _weather_seen(name: str, light: Light) -> bool:
    return name != "sunny" or light.sun is not None
