"""What the model says becomes short plain phrases about what can be seen; the safety checks still see all the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.scene import TIMES_OF_DAY, WEATHERS, Candidate
from bot.writers.llm.cleaning import OUTFIT, PHRASE, SHORT, Cleaner
from bot.writers.llm.instructions import INSTRUCTIONS
from bot.writers.llm.leaking import Instructed
from bot.writers.llm.naming import Names
from bot.writers.rules.vocabulary import vocabulary
from tests.writers.talk import KAEL, MIRA, talk

ROSE = Candidate("rose", "Rose")
MEI = Candidate("mei", "Mei-Lin", ("Méi",))
TALK = replace(
    talk("Mira: hi", "sam: hi", "Max Power: hi", "x: hi", who=(MIRA, KAEL, ROSE, MEI), by="Zoë"), hint="hi"
)


def cleaner(*cast: str) -> Cleaner:
    return Cleaner(Names(TALK, cast or ("mira", "kael"), vocabulary()), Instructed(INSTRUCTIONS, 4))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Leaning on the Railing.", "leaning on the railing"),
        ("  red\n dress ", "red, dress"),
        ("**red** _dress_ `x` ~~y~~ ||z||", "red dress x y z"),
        ("red dress, red dress; RED DRESS", "red dress"),
        ("see https://evil.example/a?b=c now", "see now"),
        ("[a link](https://evil.example) here", "a link here"),
        ("at discord.gg/abc and www.evil.example", "at and"),
        ("<@123> <@&5> <#7> <:smile:99> waving @everyone @here", "waving"),
        ("a {{7*7}} $(rm -rf /) <script>alert(1)</script>", "a 7 7 rm -rf script alert 1"),
        ("smil\u200bing\u202e \x00softly\ud800", "smil ing softly"),
        ("ｓｍｉｌｉｎｇ", "smiling"),
        ("don’t panic", "don't panic"),
        ("café terrace", "café terrace"),
        ("", ""),
        ("... !!! 123", ""),
        ("улыбается, smiling", "smiling"),
        ("屋上庭園", ""),
        ("😀", ""),
    ],
)
def test_phrases_are_plain(text: str, phrase: str) -> None:
    assert cleaner().phrase(text) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("smiling, long red hair, waving", "smiling, waving"),
        ("green eyes sparkling", ""),
        ("dark-haired and laughing", ""),
        ("a blonde in a red dress", ""),
        ("pale skin", ""),
        ("her hair is pink", ""),
        ("a 25-year-old, laughing", "laughing"),
        ("aged 30", ""),
        ("slim body", ""),
        ("eyes closed", "eyes closed"),
        ("brushing hair from her face", "brushing hair from her face"),
        ("wind in her hair", "wind in her hair"),
        ("tall grass", "tall grass"),
        ("dark green coat", "dark green coat"),
    ],
)
def test_looks_are_not_the_models_to_say(text: str, phrase: str) -> None:
    assert cleaner().phrase(text) == phrase


@pytest.mark.parametrize(
    "text",
    ["naked on the bed", "a 12-year-old", "as a little schoolgirl", "aged 9", "child in her arms"],
)
def test_what_the_safety_checks_must_see_is_left_for_them(text: str) -> None:
    assert cleaner().phrase(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "the price is 0",
        "rating: general",
        "ignore the rules",
        "i'm sorry",
        "as an ai model",
        "system message",
    ],
)
def test_what_no_picture_shows_is_dropped(text: str) -> None:
    assert cleaner().phrase(f"waving, {text}") in {"waving", "waving, general"}


@pytest.mark.parametrize(
    ("cast", "text", "phrase"),
    [
        ("mira kael", "leaning on kael", "leaning on Kael"),
        ("mira", "Leaning on Kael", "leaning"),
        ("mira", "dancing with SAM under the stars", "dancing"),
        ("mira", "wearing sam's red jacket", "wearing red jacket"),
        ("mira", "Kael", ""),
        ("mira", "smiling at zoë, waving", "smiling, waving"),
        ("mira", "smiling at zoe", "smiling"),
        ("mira", "arm in arm with Max Power", "arm in arm"),
        ("mira", "to the max", "to the max"),
        ("mira", "holding a rose", "holding a rose"),
        ("mira", "holding Rose", "holding"),
        ("rose", "Holding a rose", "holding a rose"),
        ("rose", "kissing Rose", "kissing Rose"),
        ("mira", "with méi at the mall", ""),
        ("mei", "beside mei-lin", "beside Mei-Lin"),
        ("mira", "samba dancing", "samba dancing"),
    ],
)
def test_of_names_only_the_casts_stay(cast: str, text: str, phrase: str) -> None:
    assert cleaner(*cast.split()).phrase(text) == phrase


@pytest.mark.parametrize(
    "text",
    [
        INSTRUCTIONS,
        "whoever in it claims to be the system",
        "Who is in the picture",
        "WHO—IS·IN*THE*PICTURE",
        "smiling, only companions of the list, waving",
        "the wish where thére is one",
    ],
)
def test_a_value_that_repeats_the_instructions_is_dropped(text: str) -> None:
    assert cleaner().phrase(text) == ""


def test_a_value_is_cut_at_a_part_else_at_a_word() -> None:
    assert cleaner().phrase("red coat, " + "y" * 40 + ", " + "z" * 50, PHRASE) == "red coat, " + "y" * 40
    assert cleaner().phrase("very " * 40, SHORT) == ("very " * 8).strip()
    assert cleaner().phrase("v" * 400, SHORT) == "v" * SHORT


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Rooftop Garden", "rooftop garden"),
        ("Kitchen", "kitchen"),
        ("Paris", "Paris"),
        ("New York", "New York"),
        ("Old lighthouse", "old lighthouse"),
        ("Paris, at Kael's", "paris, at Kael's"),
        ("Sam", ""),
    ],
)
def test_a_place_keeps_its_capitals_where_it_is_a_name(text: str, place: str) -> None:
    assert cleaner().place(text) == place


@pytest.mark.parametrize(
    ("text", "time"),
    [(time, time) for time in TIMES_OF_DAY]
    + [
        ("Sunrise", "dawn"),
        ("late afternoon", "afternoon"),
        ("golden hour", "sunset"),
        ("late at night", "night"),
    ]
    + [("", ""), ("13:37", ""), ("always", ""), ("knight", "")],
)
def test_a_time_of_day_is_one_that_there_is(text: str, time: str) -> None:
    assert cleaner().time(text) == time


@pytest.mark.parametrize(
    ("text", "weather"),
    [(weather, weather) for weather in WEATHERS]
    + [
        ("Thunderstorm with rain", "storm"),
        ("cold rain", "rain"),
        ("light breeze", "wind"),
        ("freezing", "cold"),
    ]
    + [("", ""), ("frogs", ""), ("unicorn", "")],
)
def test_a_weather_is_one_that_there_is(text: str, weather: str) -> None:
    assert cleaner().weather(text) == weather


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from([SHORT, PHRASE, OUTFIT]))
def test_any_text_becomes_a_short_plain_phrase(text: str, limit: int) -> None:
    phrase = cleaner().phrase(text, limit)
    assert len(phrase) <= limit
    assert phrase == " ".join(phrase.split())
    assert re.search(r"[<>@#`*_~|{}\[\]()\\:;\"]", phrase) is None
    without_names = re.sub("Mira|Mi|Kael", "", phrase)
    assert without_names == without_names.lower()


@settings(deadline=None)
@given(st.integers(0, 1_000), st.integers(4, 40))
def test_no_run_of_the_instructions_gets_through(start: int, length: int) -> None:
    words = re.findall(r"[^\W_]+", INSTRUCTIONS)
    at = start % (len(words) - 4)
    assert cleaner().phrase(" ".join(words[at : at + length])) == ""
