"""A member's own prompts as scenes."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.scene import Figure, Scene
from bot.writers.rules.writer import RulesWriter
from tests.scenes.wishes import check_prompts, companion, everything

WRITER = RulesWriter()
MIRA = companion("mira")


def read(text: str, *names: str) -> Scene:
    """What the writer reads in a prompt about these companions."""
    return asyncio.run(WRITER.read_prompt(text, [companion(name) for name in names or ("mira",)]))


def test_prompts_of_the_development_half_are_read_as_expected() -> None:
    checks = check_prompts(holdout=False)
    assert sum(check.right for check in checks) >= 0.97 * len(checks)


def test_prompts_that_no_rule_was_tuned_to_are_read_as_expected() -> None:
    checks = check_prompts(holdout=True)
    assert sum(check.right for check in checks) >= 0.9 * len(checks)


def test_tags_become_the_fields_of_a_scene() -> None:
    assert read("red dress, sitting, beach, sunset, smiling") == Scene(
        (Figure("mira", pose="sitting", outfit="red dress", expression="smiling"),),
        setting="beach",
        time_of_day="sunset",
    )


def test_clothes_in_tags_of_their_own_add_up_and_things_are_kept() -> None:
    assert read("leather jacket, ripped jeans, motorcycle, city street, night, rain") == Scene(
        (Figure("mira", outfit="leather jacket, ripped jeans"),),
        setting="city street",
        time_of_day="night",
        weather="rain",
        details=("motorcycle",),
    )


def test_a_sentence_is_read_clause_by_clause() -> None:
    prompt = (
        "Mira leans on the railing of a rooftop bar at dusk, wearing an emerald evening gown,"
        " city lights behind her, laughing softly"
    )
    assert read(prompt) == Scene(
        (
            Figure(
                "mira",
                pose="leaning on the railing",
                outfit="emerald evening gown",
                expression="laughing softly",
            ),
        ),
        setting="rooftop bar",
        time_of_day="dusk",
        details=("city lights behind her",),
    )


def test_each_of_a_group_gets_what_is_said_of_them() -> None:
    prompt = "Mira in a yellow raincoat holds an umbrella over Kaito, who wears a black suit, on a bridge in the rain"
    scene = read(prompt, "mira", "kaito")
    mira, kaito = scene.figures
    assert mira.action == "holding an umbrella over Kaito"
    assert mira.outfit.startswith("yellow raincoat")
    assert kaito == Figure("kaito", outfit="black suit")
    assert (scene.setting, scene.weather, scene.details) == ("bridge", "rain", ())


def test_and_a_name_that_waves_begins_what_somebody_else_does() -> None:
    scene = read("Mira reads a book, Juno drinks coffee and Kaito waves hello.", "mira", "juno", "kaito")
    assert [figure.action for figure in scene.figures] == [
        "reading a book",
        "drinking coffee",
        "waving hello",
    ]


@pytest.mark.parametrize(
    "words", ["all three toast", "they toast", "everyone toasts", "Mira, Kaito and Juno toast"]
)
def test_what_all_do_is_done_by_everyone(words: str) -> None:
    scene = read(f"{words} at a beach bar", "mira", "kaito", "juno")
    assert [figure.action for figure in scene.figures] == ["toasting"] * 3
    assert scene.setting == "beach bar"


def test_she_and_he_are_whom_they_can_mean_though_no_name_is_said() -> None:
    scene = read("She reads a book while he sleeps on the sofa", "kaito", "mira")
    assert scene.figures == (
        Figure("kaito", pose="sleeping on the sofa"),
        Figure("mira", action="reading a book"),
    )


def test_the_cast_is_the_cast_whoever_is_named() -> None:
    scene = read("Anna and Tom dance, Kaito watches", "mira", "juno")
    assert scene.cast == ("mira", "juno")
    assert {"Anna", "Tom", "Kaito"} <= set(everything(scene).replace(",", "").split())
    assert not any(figure.action or figure.pose for figure in scene.figures)


def test_a_scarf_alone_is_worn_with_the_usual_clothes() -> None:
    assert read("red scarf, beach").figures[0].outfit == f"{MIRA.look.outfit}, red scarf"


def test_a_coat_alone_takes_the_place_of_the_usual_one() -> None:
    assert MIRA.look.outfit == "navy blazer over a white tee and blue jeans"
    assert read("orange coat").figures[0].outfit == "orange coat over a white tee and blue jeans"


def test_a_sunset_says_nothing_of_the_weather() -> None:
    assert read("sunset, beach, starry sky, sunlit room").weather == ""


@pytest.mark.parametrize("prompt", ["", "   ", "\n", ",,, . ;"])
def test_an_empty_prompt_is_a_scene_in_which_nothing_is_said(prompt: str) -> None:
    assert read(prompt, "mira", "kaito") == Scene((Figure("mira"), Figure("kaito")))


def test_what_is_not_to_be_there_is_not_put_on() -> None:
    scene = read("Mira on a street without a hat")
    assert "hat" not in scene.figures[0].outfit
    assert scene.details == ("without a hat",)


@pytest.mark.parametrize("place", ["porch of a log cabin", "cafe in Paris"])
def test_a_place_of_a_place_is_one_setting(place: str) -> None:
    scene = read(f"Mira stands on the {place} in the rain")
    assert (scene.setting, scene.weather, scene.details) == (place, "rain", ())


def test_hair_is_a_detail_and_no_deed() -> None:
    assert read("hair blowing in the wind, long lashes").figures == (Figure("mira"),)


def test_somebody_elses_deeds_are_no_companions() -> None:
    scene = read("waves crashing behind her, falling leaves, a cat sleeping on the sofa")
    assert scene.figures == (Figure("mira"),)


def test_marks_of_image_programs_are_read_through() -> None:
    scene = read("(red dress:1.3), long_sleeves, <lora:film:0.8>, [beach]")
    assert scene.figures[0].outfit == "red dress"
    assert "lora" not in everything(scene)
    assert scene.details == ("long sleeves",)
    assert scene.setting == "beach"


def test_framing_is_taken_only_where_it_is_said() -> None:
    assert read("red dress").framing == ""
    assert read("close-up portrait of Mira in a park").framing.startswith("close-up")
    assert read("full body, from above, red dress").framing == "full body, from above"


@pytest.mark.parametrize(
    ("prompt", "outfit", "setting"),
    [
        ("vestido rojo, playa", "red dress", "beach"),
        ("robe verte, bibliothèque", "green dress", "library"),
        ("blaues Kleid, Wald", "blue dress", "forest"),
        ("赤いドレス、森", "red dress", "forest"),
        ("emerald green sari, gold trim, forest", "emerald green sari", "forest"),
    ],
)
def test_tags_of_any_language_are_read(prompt: str, outfit: str, setting: str) -> None:
    scene = read(prompt)
    assert (scene.figures[0].outfit, scene.setting) == (outfit, setting)


def test_foreign_words_that_no_list_has_are_kept_as_they_are() -> None:
    assert read("vestido rojo, playa, zarzaparrilla").details == ("zarzaparrilla",)


def test_the_longest_prompt_is_read() -> None:
    sentence = (
        "Mira in a linen shirt kneels beside a wheelbarrow and waters a lemon tree with a copper can, while"
        " Kaito, in a brown apron, carries pots past rows of orchids at the back of the greenhouse. "
    )
    scene = read((sentence * 11)[:2_000], "mira", "kaito")
    assert "greenhouse" in scene.setting
    assert ["linen shirt" in scene.figures[0].outfit, "brown apron" in scene.figures[1].outfit] == [
        True,
        True,
    ]


_WORDS = st.sampled_from(
    (
        "Mira Kaito she he both red dress hat wearing sits on a the bench in park , . and with her 's of as"
        ' who " ( close-up light no without rain 3pm de la rote 赤い ドレス'
    ).split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=25))
def test_any_words_give_a_scene_of_just_the_cast(words: list[str]) -> None:
    scene = read(" ".join(words), "mira", "kaito")
    assert scene.cast == ("mira", "kaito")
    texts = [text for f in scene.figures for text in (f.action, f.pose, f.outfit, f.expression)]
    assert all(text == text.strip() for text in [*texts, scene.setting, *scene.details])
    assert all(scene.details)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    assert read(text, "juno").cast == ("juno",)


def test_no_word_with_a_meaning_is_lost() -> None:
    prompt = "trombone, red velvet dress, greenhouse, orchids on a shelf, kneeling beside a wheelbarrow"
    shown = everything(read(prompt))
    assert all(
        word in shown for word in ("trombone", "velvet", "greenhouse", "orchids", "shelf", "wheelbarrow")
    )
