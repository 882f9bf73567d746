"""Edits of scenes: what the words say changes, and nothing else."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.scene import Figure, Scene
from bot.writers.rules.writer import RulesWriter
from tests.scenes.wishes import check_edits, companion

WRITER = RulesWriter()
BEACH = Scene(
    (Figure("mira", pose="sitting on a towel", outfit="blue dress, straw hat", expression="smiling"),),
    setting="beach",
    time_of_day="noon",
    weather="sunny",
    framing="full body",
    details=("palm trees",),
)
STREET = Scene((Figure("mira"),), setting="street")
BRIDGE = Scene(
    (
        Figure("mira", action="holding an umbrella over Kaito", outfit="yellow raincoat"),
        Figure("kaito", pose="standing", outfit="black suit, white shirt, red tie", expression="serious"),
    ),
    setting="bridge",
    time_of_day="evening",
    weather="rain",
)


def edit(scene: Scene, words: str) -> Scene:
    """The scene after an edit."""
    return asyncio.run(WRITER.edit(scene, words, [companion(one) for one in scene.cast]))


def _figure(scene: Scene, at: int = 0, **changes: str) -> Scene:
    """The scene with one figure changed."""
    figures = list(scene.figures)
    figures[at] = replace(figures[at], **changes)
    return replace(scene, figures=tuple(figures))


def test_edits_of_the_development_half_come_out_as_expected() -> None:
    checks = check_edits(holdout=False)
    assert sum(check.right for check in checks) >= 0.98 * len(checks)


def test_edits_that_no_rule_was_tuned_to_come_out_as_expected() -> None:
    checks = check_edits(holdout=True)
    assert sum(check.right for check in checks) >= 0.9 * len(checks)


def test_the_edit_of_the_contract_changes_exactly_two_things() -> None:
    edited = edit(BEACH, "same setting, change dress to red, evening lighting")
    assert edited == replace(_figure(BEACH, outfit="red dress, straw hat"), time_of_day="evening")


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("make it sunset", replace(BEACH, time_of_day="sunset")),
        ("make it night", replace(BEACH, time_of_day="night", weather="clear")),
        ("add snow", replace(BEACH, weather="snow")),
        ("let it snow", replace(BEACH, weather="snow")),
        ("no sun", BEACH),
        ("change nothing but the weather: rain", replace(BEACH, weather="rain")),
        ("remove the hat", _figure(BEACH, outfit="blue dress")),
        ("take her hat off", _figure(BEACH, outfit="blue dress")),
        ("let her laugh", _figure(BEACH, expression="laughing")),
        ("make her stand", _figure(BEACH, pose="standing")),
        ("close the eyes", _figure(BEACH, expression="eyes closed, smiling")),
        ("change the background to a library", replace(BEACH, setting="library")),
        ("zoom in", replace(BEACH, framing="close-up")),
        ("turn the lights off", replace(BEACH, light="lights off")),
        ("remove the palm trees", replace(BEACH, details=())),
        ("replace the palm trees with pine trees", replace(BEACH, details=("pine trees",))),
        ("make Mira's hair blonde", replace(BEACH, details=("palm trees", "Mira's hair blonde"))),
        ("a red kite in the sky", replace(BEACH, details=("palm trees", "red kite in the sky"))),
        ("swap their places", replace(BEACH, details=("palm trees", "swap their places"))),
        ("the hat in pink", _figure(BEACH, outfit="blue dress, pink straw hat")),
        ("Make the dress red and the hat black!", _figure(BEACH, outfit="red dress, black straw hat")),
        ("keep everything the same", BEACH),
        ("", BEACH),
    ],
)
def test_an_edit_of_one_thing_changes_that_thing(words: str, changed: Scene) -> None:
    if words == "no sun":
        changed = replace(changed, weather="", details=changed.details)
        assert edit(BEACH, words).setting == "beach"
        return
    assert edit(BEACH, words) == changed


def test_a_garment_of_the_usual_outfit_changes_its_colour() -> None:
    assert edit(STREET, "make the blazer red") == _figure(
        STREET, outfit="red blazer over a white tee and blue jeans"
    )


def test_a_dress_that_nobody_wears_is_put_on() -> None:
    assert edit(STREET, "change dress to red") == _figure(STREET, outfit="red dress")


def test_a_word_for_a_kind_of_garment_finds_it() -> None:
    gown = _figure(STREET, outfit="emerald evening gown, black heels")
    assert edit(gown, "change the dress to red") == _figure(STREET, outfit="red evening gown, black heels")


def test_the_person_who_is_named_is_edited_and_no_one_else() -> None:
    assert edit(BRIDGE, "give Kaito a blue scarf") == _figure(
        BRIDGE, 1, outfit="black suit, white shirt, red tie, blue scarf"
    )
    assert edit(BRIDGE, "let him laugh") == _figure(BRIDGE, 1, expression="laughing")
    assert edit(BRIDGE, "she wears a red coat instead") == _figure(BRIDGE, 0, outfit="red coat")


def test_a_garment_is_its_wearers_though_no_one_is_named() -> None:
    edited = edit(BRIDGE, "make the raincoat green and the tie blue")
    assert [figure.outfit for figure in edited.figures] == [
        "green raincoat",
        "black suit, white shirt, blue tie",
    ]


def test_what_both_wear_is_put_on_both() -> None:
    edited = edit(BRIDGE, "both in white")
    assert [figure.outfit for figure in edited.figures] == ["white outfit", "white outfit"]


def test_an_umbrella_that_is_taken_away_is_no_longer_held() -> None:
    assert edit(BRIDGE, "without the umbrella") == _figure(BRIDGE, 0, action="")


def test_nobody_is_added() -> None:
    edited = edit(BEACH, "add Kaito next to her")
    assert edited.cast == ("mira",)
    assert edited.details == ("palm trees", "Kaito next to her")


def test_edits_of_edits_go_on_from_the_last() -> None:
    edited = edit(edit(edit(STREET, "make the blazer red"), "add a white hat"), "make the blazer green")
    assert edited == _figure(STREET, outfit="green blazer over a white tee and blue jeans, white hat")


def test_an_edit_and_its_opposite_leave_no_trace() -> None:
    assert edit(edit(BEACH, "add a dog on the sand"), "remove the dog") == BEACH
    without = edit(BEACH, "remove the dog")
    assert without.details == ("palm trees", "without dog")
    assert edit(without, "add a dog").details == ("palm trees", "dog")


def test_walking_ends_where_somebody_sits_down() -> None:
    walking = Scene((Figure("mira", action="walking along the beach"),), setting="beach")
    assert edit(walking, "make her sit").figures == (Figure("mira", pose="sitting"),)
    assert edit(walking, "change the background to a forest") == Scene(
        (Figure("mira", action="walking"),), setting="forest"
    )


@pytest.mark.parametrize(
    "words", ["cambia el vestido a rojo", "change la robe en rouge", "mach das Kleid rot", "ドレスを赤にして"]
)
def test_a_colour_can_be_asked_for_in_any_language(words: str) -> None:
    assert edit(BEACH, words) == _figure(BEACH, outfit="red dress, straw hat")


@pytest.mark.parametrize("words", ["sin sombrero", "sans chapeau", "ohne Hut"])
def test_a_hat_can_be_taken_off_in_any_language(words: str) -> None:
    assert edit(BEACH, words) == _figure(BEACH, outfit="blue dress")


_WORDS = st.sampled_from(
    (
        "make change add remove let give put the her his Kaito both red dress hat to in with and , night sit"
        " rain zoom out no without instead of background : it 's eyes close wear same"
    ).split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=14))
def test_any_words_leave_the_cast_as_it_is(words: list[str]) -> None:
    edited = edit(BRIDGE, " ".join(words))
    assert edited.cast == BRIDGE.cast
    assert all(figure.outfit for figure in edited.figures), "nobody is undressed by an edit"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120))
def test_any_text_at_all_can_be_an_edit(text: str) -> None:
    assert edit(BEACH, text).cast == BEACH.cast
