"""What a press on the studio's panel does to the choices, also a forged one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain import studio_changes as changes
from bot.domain.companion import Gender, Style
from bot.domain.errors import CastSizeError, InvalidInputError, PromptTooLongError
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice, PresetKind
from bot.domain.studio import CompanionFilter, CompanionSource, Mode, StudioChoices

NEW = StudioChoices()
GROUP = StudioChoices(is_group=True, companion_ids=("a", "b"))


def test_solo_and_group_keep_who_was_chosen() -> None:
    solo = changes.for_group(GROUP, is_group=False)
    assert solo.cast_ids == ("a",)
    assert changes.for_group(solo, is_group=True) == GROUP


def test_a_solo_choice_takes_the_place_of_the_one_pictured() -> None:
    assert changes.with_cast(NEW, ["a", "b"], ["a"]).companion_ids == ("a",)
    assert changes.with_cast(StudioChoices(companion_ids=("a",)), ["a", "b"], ["b"]).companion_ids == ("b",)
    hidden_group = StudioChoices(companion_ids=("a", "b", "c"))
    assert changes.with_cast(hidden_group, ["d"], ["d"]).companion_ids == ("d", "b", "c")
    assert changes.with_cast(hidden_group, ["b"], ["b"]).companion_ids == ("b", "c")
    assert changes.with_cast(hidden_group, ["a"], []).companion_ids == ()


def test_a_group_keeps_those_chosen_on_other_pages_and_in_order() -> None:
    assert changes.with_cast(GROUP, ["c", "d"], ["d"]).companion_ids == ("a", "b", "d")
    assert changes.with_cast(GROUP, ["a", "b", "c"], ["c", "b"]).companion_ids == ("b", "c")
    assert changes.with_cast(GROUP, ["a", "b"], []).companion_ids == ()
    assert changes.without_cast(GROUP).companion_ids == ()


def test_a_group_of_four_is_not_chosen() -> None:
    with pytest.raises(CastSizeError) as refused:
        changes.with_cast(GROUP, ["c", "d"], ["c", "d"])
    assert (refused.value.count, refused.value.least, refused.value.most) == (4, 2, 3)


def test_a_prompt_too_long_for_its_mode_is_kept_and_one_too_long_for_any_is_not() -> None:
    assert changes.with_prompt(NEW, f"  {'x' * 2_000} ").prompt == "x" * 2_000
    with pytest.raises(PromptTooLongError) as refused:
        changes.with_prompt(NEW, "x" * 2_001)
    assert (refused.value.length, refused.value.limit) == (2_001, 2_000)


def test_each_kind_has_a_preset_of_its_own() -> None:
    chosen = NEW
    for kind in PresetKind:
        chosen = changes.with_preset(chosen, kind, f"some-{kind}")
    assert chosen.presets == PresetChoice("some-outfit", "some-action", "some-scene")
    assert changes.with_preset(chosen, PresetKind.ACTION, "").presets.ids == ("some-outfit", "some-scene")


def test_shapes_sizes_numbers_and_modes_are_chosen() -> None:
    chosen = changes.with_count(changes.with_resolution(changes.with_aspect(NEW, "9:16"), "4K"), "8")
    assert (chosen.aspect, chosen.resolution, chosen.count) == (Aspect.TALL, Resolution.R4K, 8)
    assert changes.with_aspect(chosen, changes.ANY).aspect is None
    assert changes.in_mode(chosen, "advanced").mode is Mode.ADVANCED


def test_the_list_is_filtered_from_its_first_page() -> None:
    chosen = changes.on_page(NEW, 4)
    assert chosen.listed.page == 4
    chosen = changes.from_source(chosen, "mine")
    chosen = changes.of_gender(changes.of_style(chosen, "anime"), "male")
    chosen = changes.searching(chosen, "  Kai  ")
    assert chosen.listed == CompanionFilter(CompanionSource.MINE, Style.ANIME, Gender.MALE, "Kai", 0)
    chosen = changes.of_gender(changes.of_style(chosen, changes.ANY), changes.ANY)
    assert (chosen.listed.style, chosen.listed.gender) == (None, None)
    assert changes.unfiltered(chosen).listed == CompanionFilter()
    assert changes.on_page(chosen, -3).listed.page == 0
    assert len(changes.searching(NEW, "x" * 500).listed.search) == changes.MAX_SEARCH


@pytest.mark.parametrize(
    ("change", "forged"),
    [
        (changes.in_mode, "royal"),
        (changes.with_aspect, "21:9"),
        (changes.with_resolution, "8K"),
        (changes.with_resolution, "1K"),
        *((changes.with_count, count) for count in ("0", "9", "-1", "10", "", "one", "٣", "²")),
        (changes.from_source, "everywhere"),
        (changes.of_style, "cubist"),
        (changes.of_gender, ""),
    ],
)
def test_a_forged_value_changes_nothing(change: Callable[[StudioChoices, str], object], forged: str) -> None:
    with pytest.raises(InvalidInputError):
        change(NEW, forged)
