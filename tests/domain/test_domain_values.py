"""Words, sizes and prompts of the domain."""

from __future__ import annotations

import pytest

from bot.domain.companion import Companion, Gender, Look, Style, fold_name
from bot.domain.picture import Aspect, Resolution, size_px
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

LOOK = Look(
    Style.ANIME, Gender.MALE, "short black hair", "brown", "tan", "athletic", 30, "grey suit", ("freckles",)
)
BARE = Look(Style.REALISTIC, Gender.NONBINARY, "", "", "", "", 40, "")


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
    with pytest.raises(ValueError, match="not quoted"):
        request.require_shape()
