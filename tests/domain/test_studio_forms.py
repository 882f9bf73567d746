"""Whether a prompt reads like tags or like sentences; and what a panel's choices ask for."""

from __future__ import annotations

import pytest

from bot.domain.picture import Resolution
from bot.domain.presets import PresetChoice
from bot.domain.request import RequestKind
from bot.domain.studio import Mode, PromptForm, StudioChoices, fits_mode, form_of, prompt_limit

K, F = RequestKind, PromptForm


@pytest.mark.parametrize(
    ("prompt", "form"),
    [
        ("", F.EITHER),
        ("on the beach", F.EITHER),
        ("red dress, rooftop", F.EITHER),
        ("red dress, rooftop garden, sunset, smiling", F.TAGS),
        ("1girl, long hair, school of magic\nnight, stars, wind", F.TAGS),
        ("赤いドレス、屋上、夕焼け、笑顔", F.TAGS),
        ("She is leaning on the railing while the sun sets behind her", F.SENTENCES),
        ("Mira waits. It rains.", F.EITHER),
        ("Mira waits on a bridge in the rain.", F.SENTENCES),
        ("The cat sleeps, the dog barks, and she is reading by the window.", F.SENTENCES),
        ("Mira está con una amiga en la playa", F.SENTENCES),
        ("walking through tall autumn grass slowly", F.SENTENCES),
        ("golden light, calm water all around", F.EITHER),
    ],
)
def test_a_prompt_is_told_to_be_tags_sentences_or_either(prompt: str, form: PromptForm) -> None:
    assert form_of(prompt) is form


def test_what_can_be_either_fits_both_modes() -> None:
    tags, sentence = "red dress, rooftop, sunset, smiling", "She is reading while it is raining outside."
    assert fits_mode("", Mode.PREMIUM)
    assert fits_mode("", Mode.ADVANCED)
    assert (fits_mode(tags, Mode.PREMIUM), fits_mode(tags, Mode.ADVANCED)) == (True, False)
    assert (fits_mode(sentence, Mode.PREMIUM), fits_mode(sentence, Mode.ADVANCED)) == (False, True)


def test_what_the_mode_does_not_have_is_not_asked_for() -> None:
    everything = StudioChoices(
        companion_ids=("a", "b"),
        prompt="waving",
        presets=PresetChoice(outfit="gown"),
        resolution=Resolution.R4K,
        count=8,
    )
    premium = everything.options()
    assert (everything.kind, premium.companion_ids) == (K.PREMIUM, ("a",))
    assert (premium.presets.ids, premium.resolution, premium.count) == (("gown",), Resolution.R2K, 8)
    advanced = StudioChoices(**{**_fields(everything), "mode": Mode.ADVANCED})
    asked = advanced.options()
    assert (advanced.kind, asked.presets.ids) == (K.ADVANCED, ())
    assert (asked.resolution, asked.count) == (Resolution.R4K, 1)
    group = StudioChoices(**{**_fields(everything), "is_group": True})
    assert (group.kind, group.options().companion_ids) == (K.GROUP, ("a", "b"))


def _fields(choices: StudioChoices) -> dict[str, object]:
    return {name: getattr(choices, name) for name in choices.__slots__}


def test_each_kind_has_the_limit_of_its_prompt() -> None:
    assert [prompt_limit(kind) for kind in (K.PREMIUM, K.ADVANCED, K.GROUP, K.EDIT)] == [
        1_000,
        2_000,
        2_000,
        1_000,
    ]
