"""Time of day, weather, light and mood: the last one that is stated, idioms and negations aside."""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import re

from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.world import World

_CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>a\.?m\b|p\.?m\b|o'clock|uhr\b|時)?",
    re.IGNORECASE,
)
_HOURS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_SPELLED = re.compile(
    r"\b(" + "|".join(_HOURS) + r")\s+(am|pm|in the (?:morning|afternoon|evening)|at night)\b"
)
_BY_HOUR = (
    (0, "midnight"),
    (1, "night"),
    (5, "dawn"),
    (7, "morning"),
    (12, "noon"),
    (13, "afternoon"),
    (18, "evening"),
    (21, "night"),
)
_CLEAR_SKY = frozenset(
    {
        "stars",
        "moon",
        "starlight",
        "milky way",
        "full moon",
        "constellations",
        "starry",
        "stargazing",
        "moonlight",
        "night sky",
    }
)
CONDITIONS = frozenset(
    {Mark.TIME, Mark.WEATHER, Mark.LIGHT, Mark.MOOD, Mark.TIME_HINT, Mark.WEATHER_HINT, Mark.PLACE_HINT}
)
"""The kinds of marks that :func:`read_conditions` looks at."""
_HINTS = frozenset({Mark.TIME_HINT, Mark.WEATHER_HINT, Mark.PLACE_HINT})
_GARMENT_AFTER = frozenset("dress coat jacket boots hat gown colored coloured blue black".split())


def clock_time(text: str) -> str:
    """The time of day that a clock time names (``2 AM`` → ``night``), or ""."""
    spelled = _SPELLED.search(text)
    if spelled:
        late = spelled.group(2) in {"pm", "in the afternoon", "in the evening", "at night"}
        return _of_hour((_HOURS[spelled.group(1)] % 12 + (12 if late else 0)) % 24)
    for match in _CLOCK.finditer(text):
        half = (match.group("half") or "").lower().replace(".", "")
        if not half and match.group("minute") is None:
            continue
        hour = int(match.group("hour"))
        if half == "pm" and hour < 12:  # noqa: PLR2004
            hour += 12
        elif half == "am" and hour == 12:  # noqa: PLR2004
            hour = 0
        elif half == "o'clock":
            continue
        return _of_hour(hour)
    return ""


def _of_hour(hour: int) -> str:
    return next(name for start, name in reversed(_BY_HOUR) if hour >= start)


def read_conditions(world: World, sentence: Sentence, start: int, end: int, *, spoken: bool) -> None:
    """Set what the clause ``start``..``end`` states, the words after ``end`` being untrue."""
    words = sentence.words
    hidden = {
        i for mark in sentence.marks if mark.mark is Mark.CONDITION_NOT for i in range(mark.start, mark.end)
    }
    ended = [mark for mark in sentence.marks if mark.mark is Mark.ENDED and start <= mark.start < end]
    for mark in sentence.marks:
        if mark.mark not in _HINTS or mark.start < start or mark.end > end or mark.start in hidden:
            continue
        if mark.mark is Mark.TIME_HINT:
            world.time_hint = mark.value
        elif mark.mark is Mark.WEATHER_HINT:
            world.weather_hint = mark.value
        elif not spoken:
            world.place_hint = mark.value
    if "degrees" in words:
        _read_degrees(world, words, start, end)
    if "sun" in words:
        _read_sun(world, words, start, end, hidden)
    for mark in sentence.marks:
        if (
            mark.start < start
            or mark.end > end
            or mark.mark not in {Mark.TIME, Mark.WEATHER, Mark.LIGHT, Mark.MOOD}
        ):
            continue
        if mark.start in hidden:
            continue
        after = words[mark.end] if mark.end < len(words) else ""
        before = words[mark.start - 1] if mark.start else ""
        if mark.mark is Mark.TIME:
            _time(world, mark.value, " ".join(words[mark.start : mark.end]), before, after, spoken=spoken)
        elif mark.mark is Mark.WEATHER:
            if (
                after in _GARMENT_AFTER
                or (
                    before in {"of", "about", "against"}
                    and words[max(0, mark.start - 2)] in {"smell", "sound", "scent", "talk", "bead", "beads"}
                )
            ) and after in _GARMENT_AFTER:
                continue
            if any(0 <= over.start - mark.end <= 3 for over in ended):  # noqa: PLR2004 "the rain has finally stopped"
                if world.weather == mark.value or mark.value != "cloudy":
                    world.weather = ""
                continue
            if mark.value == "storm" and before in {"to", "will"}:
                continue
            if mark.value == "wind" and world.weather in {"storm", "rain", "snow"}:
                continue
            if mark.value == "cloudy" and world.weather in {"storm", "rain"}:
                continue
            if mark.value == "rain" and world.weather == "storm" and world.message == world.weather_at:
                continue
            world.weather = mark.value
            world.weather_at = world.message
        elif mark.mark is Mark.LIGHT:
            world.light = mark.value
        elif not spoken:
            world.mood = mark.value


_HOT_FROM = 28
_COLD_TO = 5


def _read_degrees(world: World, words: list[str], start: int, end: int) -> None:
    """What a temperature suggests, "35 degrees"; from 50 on they are degrees Fahrenheit."""
    at = words.index("degrees")
    if not start < at < end or not words[at - 1].isdecimal():
        return
    degrees = int(words[at - 1][:4])
    if degrees >= 50:  # noqa: PLR2004 hotter than any air in °C
        degrees = (degrees - 32) * 5 // 9
    if degrees >= _HOT_FROM:
        world.weather_hint = "hot"
    elif degrees <= _COLD_TO or words[max(0, at - 2)] == "minus":
        world.weather_hint = "cold"


_SUN_UP = frozenset("rise rises rising rose risen up peeks peeking climbs creeps".split())
_SUN_DOWN = frozenset(
    "set sets setting sinking sinks sink dips dipping dipped low down melts melting dying".split()
)


def _read_sun(world: World, words: list[str], start: int, end: int, hidden: set[int]) -> None:
    """What the sun does tells the time; a sun that only shines is sunny weather."""
    for at in range(start, end):
        if words[at] != "sun" or at in hidden:
            continue
        around = words[at + 1 : min(end, at + 7)]
        before = words[at - 1] if at > start else ""
        if not _SUN_UP.isdisjoint(around):
            world.time = "dawn"
        elif not _SUN_DOWN.isdisjoint(around) or before in {"setting", "sinking", "dying", "low"}:
            world.time = "sunset"
        elif before == "rising":
            world.time = "dawn"
        elif (
            around[:1]
            and around[0] in {"hat", "hats", "dress", "screen", "lotion", "block", "god", "king", "room"}
        ) or before in {"of", "no", "my"}:
            continue
        else:
            world.weather = "sunny"


def _time(world: World, value: str, phrase: str, before: str, after: str, *, spoken: bool) -> None:
    if phrase in {"night", "evening", "morning", "afternoon"}:
        if (
            before
            in {
                "every",
                "all",
                "one",
                "last",
                "some",
                "tomorrow",
                "yesterday",
                "each",
                "most",
                "other",
                "next",
                "that",
            }
            and before != "next"
        ):
            return
        if spoken and before == "this" and phrase == "morning":
            return
        if (
            phrase == "night"
            and before in {"good", "day", "a", "girls'", "first", "wedding", "fun"}
            and spoken
        ):
            return
    if (
        (
            phrase in {"moon", "stars", "night", "starry"}
            and world.time in {"midnight", "dusk", "evening"}
            and value == "night"
        )
        and phrase != "night"
        and world.time != "evening"
    ):
        return
    if phrase == "tonight" and (world.time in {"evening", "midnight", "dusk", "sunset"}):
        return
    if phrase == "breakfast" and world.time:
        return
    if after == "'s" and phrase in {"sunset", "sunrise"}:
        return
    if phrase in _CLEAR_SKY and not world.weather:
        world.weather = "clear"
    world.time = value
