"""Prompts and alt text."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.companion import Gender, Look, Style
from bot.domain.prompts import (
    MAX_PROMPT,
    activity,
    natural_prompt,
    placed,
    premium_prompt,
    scene_text,
    tags_prompt,
    trim,
)
from bot.domain.scene import Figure, Scene

LOOK = Look(
    Style.REALISTIC,
    Gender.FEMALE,
    "long auburn hair",
    "green",
    "light",
    "slim",
    27,
    "blue jumper",
    ("freckles",),
)
OTHER = Look(Style.ANIME, Gender.MALE, "short black hair", "brown", "tan", "athletic", 30, "grey suit")
LOOKS = {"m": ("Mira", LOOK), "k": ("Kael", OTHER)}
TWO = Scene(
    (
        Figure(
            "m", action="pouring tea", pose="sitting on the step", outfit="red dress", expression="smiling"
        ),
        Figure("k"),
    ),
    setting="rooftop garden",
    time_of_day="dusk",
    weather="rain",
    light="candlelight",
    mood="cozy",
    details=("a black cat",),
)


def test_every_one_of_the_cast_is_joined_with_their_look():
    text = natural_prompt(TWO, LOOKS)
    assert "long auburn hair" in text
    assert "short black hair" in text


def test_clothes_from_the_talk_beat_the_usual_ones():
    text = natural_prompt(TWO, LOOKS)
    assert "wearing red dress" in text
    assert "blue jumper" not in text
    assert "wearing grey suit" in text


def test_the_scene_in_words_says_who_does_what_where():
    assert scene_text(TWO, {"m": "Mira", "k": "Kael"}) == (
        "Mira in a red dress, sitting on the step, pouring tea, smiling; Kael, in a rooftop garden, at dusk, rain,"
        " candlelight, cozy mood, a black cat."
    )


def test_tags_count_people_and_hold_no_doubles():
    tags = tags_prompt(TWO, LOOKS).split(", ")
    assert tags[:2] == ["1woman", "1man"]
    assert "rooftop garden" in tags
    assert len(tags) == len(set(tags))


def test_a_studio_prompt_leaves_out_who_is_not_known_and_names_what_is_worn_once():
    figures = (Figure("m", outfit="red gown"), Figure("k"), Figure("gone"))
    tags = premium_prompt("smiling, 1woman", (), Scene(figures), LOOKS).split(", ")
    assert tags.count("1woman") == 1
    assert tags[-1] == "smiling"
    assert LOOK.outfit not in tags
    assert OTHER.outfit in tags


def test_adults_are_counted_as_adults():
    person = dataclasses.replace(LOOK, gender=Gender.NONBINARY)
    looks = {"m": ("Mira", LOOK), "n": ("Nea", LOOK), "o": ("Oz", person)}
    tags = tags_prompt(Scene((Figure("m"), Figure("n"), Figure("o"), Figure("x"))), looks)
    assert tags.startswith("2women, 1person, 27-year-old woman")
    assert "girl" not in tags


def test_a_solo_picture_is_tagged_so():
    assert "solo" in tags_prompt(Scene((Figure("m"),)), LOOKS).split(", ")


def test_the_framing_and_head_count_open_the_prompt():
    scene = Scene((Figure("m", pose="standing"), Figure("k")), framing="wide shot")
    assert natural_prompt(scene, LOOKS).startswith("wide shot. 2 people together. Mira standing; Kael.")
    assert natural_prompt(Scene((Figure("m"),)), LOOKS).startswith("Mira. Mira: 27-year-old woman")


def test_without_clothes_none_are_made_up():
    bare = dataclasses.replace(LOOK, outfit="")
    assert "wearing" not in natural_prompt(Scene((Figure("m"),)), {"m": ("Mira", bare)})


def test_who_is_not_known_by_name_is_someone():
    assert (
        scene_text(Scene((Figure("x", pose="sitting"),), setting="park"), {}) == "someone sitting, in a park."
    )
    assert not scene_text(Scene(()), {})


def test_plural_clothes_have_no_article():
    assert scene_text(Scene((Figure("m", outfit="rolled jeans"),)), {"m": "Mira"}) == "Mira in rolled jeans."
    assert scene_text(Scene((Figure("m", outfit="old dress"),)), {"m": "Mira"}) == "Mira in an old dress."
    assert scene_text(Scene((Figure("m", outfit=", "),)), {"m": "Mira"}) == "Mira in a , ."


def test_a_time_of_day_has_its_preposition():
    assert scene_text(Scene((Figure("m"),), time_of_day="morning"), {"m": "Mira"}) == "Mira, in the morning."


def test_a_long_scene_is_shortened_before_anyones_look():
    long = Scene((Figure("m", action="x" * 900), Figure("k", action="y" * 900)), setting="z" * 500)
    text = natural_prompt(long, LOOKS)
    assert len(text) <= MAX_PROMPT
    assert "long auburn hair" in text
    assert "short black hair" in text


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("beach", "on a beach"),
        ("old observatory", "in an old observatory"),
        ("edge of the cliff", "at the edge of the cliff"),
        ("deck of the ship", "on the deck of the ship"),
        ("middle of the road", "at the middle of the road"),
        ("under the bridge", "under the bridge"),
        ("ruins", "in the ruins"),
        ("home", "at home"),
        ("Paris", "in Paris"),
        ("", ""),
    ],
)
def test_settings_read_as_english(setting: str, text: str):
    assert placed(setting) == text


def test_activity_joins_what_there_is():
    assert activity(Figure("m", pose="sitting", expression="smiling")) == "sitting, smiling"
    assert activity(Figure("m")) == ""


def test_trim_cuts_between_phrases():
    assert trim("one, two, three", 100) == "one, two, three"
    assert trim("first phrase, second phrase", 20) == "first phrase"
    assert trim("A sentence. Another one", 15) == "A sentence."
    assert trim("x" * 30, 20) == "x" * 20


@given(st.text(max_size=3000), st.integers(min_value=1, max_value=1500))
def test_trim_never_goes_over(text: str, limit: int):
    assert len(trim(text, limit)) <= limit


@given(st.lists(st.text(max_size=400), min_size=8, max_size=8))
def test_no_text_is_longer_than_a_prompt_may_be(parts: list[str]):
    figures = tuple(
        Figure(c, action=a, outfit=o) for c, a, o in zip("mk", parts[:2], parts[2:4], strict=True)
    )
    scene = Scene(figures, setting=parts[4], time_of_day=parts[5], weather=parts[6], details=(parts[7],))
    for text in (natural_prompt(scene, LOOKS), tags_prompt(scene, LOOKS), scene_text(scene, {"m": "Mira"})):
        assert len(text) <= MAX_PROMPT
    prompt = natural_prompt(scene, LOOKS)
    assert "Mira: 27-year-old woman" in prompt
    assert "Kael: 30-year-old man" in prompt
