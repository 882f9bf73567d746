"""Prompts and alt text."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.companion import Gender, Look, Style
from bot.domain.scene import Figure, Scene
from bot.writers.prompts import PROMPT_LIMIT, activity, natural_prompt, placed, scene_text, tags_prompt, trim

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
    assert tags[:2] == ["1girl", "1boy"]
    assert "rooftop garden" in tags
    assert len(tags) == len(set(tags))


def test_a_solo_picture_is_tagged_so():
    assert "solo" in tags_prompt(Scene((Figure("m"),)), LOOKS).split(", ")


def test_a_long_scene_is_shortened_before_anyones_look():
    long = Scene((Figure("m", action="x" * 900), Figure("k", action="y" * 900)), setting="z" * 500)
    text = natural_prompt(long, LOOKS)
    assert len(text) <= PROMPT_LIMIT
    assert "long auburn hair" in text
    assert "short black hair" in text


def test_settings_read_as_english():
    assert placed("beach") == "on a beach"
    assert placed("old observatory") == "in an old observatory"
    assert placed("edge of the cliff") == "at the edge of the cliff"
    assert placed("under the bridge") == "under the bridge"
    assert placed("ruins") == "in the ruins"
    assert placed("") == ""


def test_activity_joins_what_there_is():
    assert activity(Figure("m", pose="sitting", expression="smiling")) == "sitting, smiling"
    assert activity(Figure("m")) == ""


def test_trim_cuts_between_phrases():
    assert trim("one, two, three", 100) == "one, two, three"
    assert trim("first phrase, second phrase", 20) == "first phrase"


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
        assert len(text) <= PROMPT_LIMIT


def test_prompts_are_pure():
    first, second = itertools.tee(natural_prompt(TWO, LOOKS) for _ in range(2))
    assert next(first) == next(second)
