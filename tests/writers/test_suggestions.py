"""What things in the scene suggest of place, time and weather."""

import pytest

from tests.writers.talk import alone, scene


@pytest.mark.parametrize(
    ("words", "setting"),
    [
        ("*grips the steering wheel and squints through the windshield*", "car"),
        ("*shapes the loaves and slides them into the bread oven*", "bakery"),
        ("*looks up as the seatbelt sign pings*", "plane"),
        ("*kneels in the front pew during the hymn*", "church"),
        ("*shelves the overdue novels in the stacks*", "library"),
        ("*hangs the bridle and brushes the saddles*", "stable"),
    ],
)
def test_things_suggest_a_place(words: str, setting: str):
    assert alone(f"Mira: {words}").setting == setting


def test_most_things_decide():
    made = alone("Mira: *sits on the couch*", "Mira: *stirs the saucepan with a ladle and washes the dishes*")
    assert made.setting == "kitchen"


def test_a_place_in_a_comparison_is_not_here():
    assert alone("Mira: *counts coins with the speed of a casino*").setting != "casino"
    assert alone("Mira: *lays the flat of her hand on the door*").setting != "flat"


def test_what_only_passes_by_does_not_move_the_scene():
    made = alone("Mira: *leans on the battlements*", "Mira: *nods* every torch in the valley flickers")
    assert made.setting == "battlements"


def test_out_onto_without_a_verb_moves_the_scene():
    assert alone("Mira: *sits in the chapel*", "Mira: *up the stair, out onto the roof*").setting == "roof"


@pytest.mark.parametrize(
    ("words", "weather"),
    [
        ("*drums her fingers* thirty degrees? no, it's 36 degrees in here", "hot"),
        ("*checks the thermometer: minus 8 degrees*", "cold"),
        ("*holds on as her cloak billows, leaves whirling*", "wind"),
        ("*steps over a puddle, the puddles are drying already*", "sunny"),
        ("*aims the telescope at saturn*", "clear"),
    ],
)
def test_things_suggest_the_weather(words: str, weather: str):
    assert alone(f"Mira: {words}").weather == weather


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("*mops the floor after closing*", "night"),
        ("*hits snooze on the alarm clock*", "morning"),
        ("the light is going *packs up the easel*", "dusk"),
    ],
)
def test_things_suggest_the_time(words: str, time: str):
    assert alone(f"Mira: {words}").time_of_day == time


def test_day_says_less_than_any_other_suggestion():
    assert alone("Mira: *hits snooze* ugh", "Mira: *stuffs her books in for class*").time_of_day == "morning"


def test_boarding_alone_is_leaving():
    made = scene(
        "Kael: *stands on the platform*",
        "Mira: *hugs him and hops on the train*",
        "Kael: *waves until it is gone*",
    )
    assert made.cast == ("kael",)
    assert made.setting == "platform"
