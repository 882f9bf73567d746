"""Words, sizes and prompts of the domain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.companion import Companion, Gender, Look, Style, fold_name
from bot.domain.picture import Aspect, Resolution, size_px
from bot.domain.prompts import MAX_PROMPT, natural_prompt, scene_text, tags_prompt
from bot.domain.request import (
    NEXT_STATES,
    OPEN_STATES,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import Figure, Scene

LOOK = Look(
    Style.ANIME, Gender.MALE, "short black hair", "brown", "tan", "athletic", 30, "grey suit", ("freckles",)
)
BARE = Look(Style.REALISTIC, Gender.NONBINARY, "", "", "", "", 40, "")
LOOKS = {"mira": ("Mira", LOOK), "kaito": ("Kaito", BARE)}


@pytest.mark.parametrize("aspect", list(Aspect))
@pytest.mark.parametrize("resolution", list(Resolution))
def test_sizes_are_true_pixels(aspect: Aspect, resolution: Resolution) -> None:
    width_px, height_px = size_px(aspect, resolution)
    across, down = aspect.ratio
    assert max(width_px, height_px) == resolution.long_edge_px
    assert width_px % 8 == height_px % 8 == 0
    assert width_px / height_px == pytest.approx(across / down, rel=0.01)


@pytest.mark.parametrize(
    ("one", "other"), [("Zoë", "zoe"), ("  MIRA ", "mira"), ("Ｍｉｒａ", "Mira"), ("Straße", "STRASSE")]
)
def test_names_compare_without_accents_case_or_width(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_a_look_lists_only_what_is_known() -> None:
    assert LOOK.words() == (
        "30-year-old man",
        "short black hair",
        "brown eyes",
        "tan skin",
        "athletic build",
        "freckles",
    )
    assert BARE.words() == ("40-year-old androgynous person",)


def test_a_companion_is_ready_with_a_reference() -> None:
    main, custom = (
        Companion("mira", "Mira", LOOK, reference_key="m.jpg"),
        Companion("x", "X", LOOK, owner_id=1),
    )
    assert (main.is_main, main.advanced_ready) == (True, True)
    assert (custom.is_main, custom.advanced_ready) == (False, False)


def test_final_states_have_no_next() -> None:
    assert {state for state in RequestState if state.is_open} == OPEN_STATES == set(NEXT_STATES)


def test_a_scene_in_words_says_who_where_and_when() -> None:
    scene = Scene(
        (
            Figure("mira", action="leaning on the railing", outfit="red dress", expression="smiling"),
            Figure("kaito"),
        ),
        setting="rooftop",
        time_of_day="dusk",
        weather="rain",
        light="warm light",
        mood="calm.",
        details=("lanterns",),
    )
    text = scene_text(scene, {"mira": "Mira"})
    assert text == (
        "Mira, leaning on the railing, wearing red dress, smiling. Someone. "
        "Setting: rooftop, dusk, rain. Warm light, calm. Lanterns."
    )


def test_a_prompt_has_everyones_looks_and_usual_clothes() -> None:
    scene = Scene((Figure("mira", pose="standing"), Figure("kaito", action="waving")), framing="wide shot")
    prompt = natural_prompt(scene, LOOKS)
    assert prompt.startswith(
        "Wide shot. 2 people together. Mira, standing, wearing grey suit; 30-year-old man"
    )
    assert "Kaito, waving; 40-year-old androgynous person" in prompt
    tags = tags_prompt(scene, LOOKS)
    assert tags.startswith("wide shot, 30-year-old man, short black hair")
    assert tags.endswith("waving")


def test_one_person_needs_no_head_count() -> None:
    assert natural_prompt(Scene((Figure("mira"),)), LOOKS).startswith("Mira, wearing grey suit")


@given(st.text(max_size=3000), st.text(max_size=3000), st.lists(st.text(max_size=300), max_size=5))
def test_prompts_never_exceed_their_limit_nor_lose_anybody(
    outfit: str, setting: str, details: list[str]
) -> None:
    scene = Scene(
        (Figure("mira", outfit=outfit), Figure("kaito", action=outfit)),
        setting=setting,
        details=tuple(details),
    )
    for text in (natural_prompt(scene, LOOKS), tags_prompt(scene, LOOKS), scene_text(scene, {})):
        assert len(text) <= MAX_PROMPT
    prompt = natural_prompt(scene, LOOKS)
    assert "Mira" in prompt
    assert "Kaito" in prompt


def test_what_is_too_long_is_cut_at_the_end_of_a_phrase() -> None:
    scene = Scene((Figure("mira"),), details=tuple(f"thing number {number}" for number in range(200)))
    text = scene_text(scene, {"mira": "Mira"})
    assert len(text) <= MAX_PROMPT
    assert text.endswith(tuple(f"thing number {number}." for number in range(200)))
    assert len(scene_text(Scene((Figure("mira", action="x" * 2000),)), {"mira": "Mira"})) == MAX_PROMPT


def test_a_request_without_a_quote_has_no_scene() -> None:
    reply = ReplyTarget(1, 2, None, None, 0, 0)
    request = ImageRequest(
        "r",
        RequestKind.INSTANT,
        SourceKind.INTERACTION,
        1,
        "a",
        1,
        "Ana",
        "k",
        reply,
        RequestState.RECEIVED,
        RequestOptions(),
        0,
        0,
    )
    assert request.guild_id == 1
    with pytest.raises(ValueError, match="not quoted"):
        request.require_scene()
