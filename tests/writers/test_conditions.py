"""Time of day, weather and light."""

import pytest

from tests.writers.talk import alone


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("sam: 3 am lol", "night"),
        ("sam: its like 11pm why are you still up", "night"),
        ("Mira: it's seven in the morning *yawns*", "morning"),
        ("Mira: Good morning, sleepyhead.", "morning"),
        ("sam: [Time: 7:45 PM | Weather: light rain]", "evening"),
        ("Mira: *the clock strikes midnight*", "midnight"),
        ("sam: the sun sinks below the horizon", "sunset"),
        ("Mira: The sun's just coming up over the fjord.", "dawn"),
        ("Mira: *stares up at the stars*", "night"),
        ("Mira: *twilight settles over the garden*", "dusk"),
        ("sam: lunch break!", "noon"),
    ],
)
def test_time_is_read_from_words_clocks_and_the_sky(line: str, time: str):
    assert alone(line).time_of_day == time


@pytest.mark.parametrize(
    ("line", "weather"),
    [
        ("Mira: it's pouring out there.", "rain"),
        ("Mira: *jumps as thunder rolls over the barn*", "storm"),
        ("Mira: *the first snow of the year drifts past the lamp*", "snow"),
        ("Mira: *pulls her coat tight against the wind*", "wind"),
        ("Mira: the fog's so thick I can't see my feet", "fog"),
        ("sam: not a cloud in the sky today", "clear"),
        ("Kael: *shields his eyes from the noon sun*", "sunny"),
    ],
)
def test_weather_is_read_from_what_is_seen(line: str, weather: str):
    assert alone(line).weather == weather


def test_the_last_one_stated_wins():
    made = alone(
        "Mira: *rain drums on the roof* what a morning", "Mira: *hours later, snow falls in the moonlight*"
    )
    assert (made.time_of_day, made.weather) == ("night", "snow")


def test_weather_that_has_ended_is_gone():
    made = alone("Mira: *rain drums on the roof*", "Mira: the rain finally stopped. *stretches*")
    assert made.weather != "rain"


@pytest.mark.parametrize(
    "line",
    [
        "Mira: *storms off*",
        "Mira: *hails a cab*",
        "Mira: I'm under the weather.",
        "Mira: *shakes the snow globe*",
        "Mira: *winds up the toy*",
    ],
)
def test_idioms_are_no_weather(line: str):
    assert alone(line).weather == ""


def test_light_is_kept_apart():
    assert alone("Mira: *lights the candles*").light == "candlelight"


def test_light_that_pours_is_no_rain():
    made = alone("Mira: *flips pancakes, sun pouring through the kitchen window*")
    assert made.weather == "sunny"
