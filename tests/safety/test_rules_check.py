"""The built-in check: single cues, pairs of cues, and their disguises."""

from __future__ import annotations

import pytest

from bot.domain.errors import UnsafeRequestError
from bot.domain.picture import Rating
from bot.safety.rules import RulesCheck

CHECK = RulesCheck()


@pytest.mark.parametrize(
    "text",
    [
        "a picnic at the beach in swimwear",
        "children play in the background of the park",
        "a high school building in the rain",
        "in the hospital, the doctor checks her pulse",
        "a Renaissance painting in the museum",
        "Essex, Sussex and a sextant on the map",
        "she is 30 years old today",
        "",
    ],
)
async def test_everyday_scenes_pass(text: str) -> None:
    assert await CHECK.rate([text]) is Rating.GENERAL


@pytest.mark.parametrize(
    "disguise", ["nude", "NUDE", "n u d e", "n.u.d.e", "nüde", "nu\u200bde", "ｎｕｄｅ", "nud3"]
)
async def test_suggestive_cues_are_seen_through_disguises(disguise: str) -> None:
    assert await CHECK.rate(["at the lake", disguise]) is Rating.MATURE


@pytest.mark.parametrize("age", ["a teen", "underage", "17 years old", "16yo", "未成年"])
async def test_a_suggestive_cue_with_an_age_cue_has_a_rule_of_its_own(age: str) -> None:
    with pytest.raises(UnsafeRequestError) as caught:
        await CHECK.rate([age, "lingerie"])
    assert caught.value.rule == "minor"


@pytest.mark.parametrize(
    ("text", "rule"),
    [("looks like a teen", "minor"), ("a seductive smile", "mature"), ("a celebrity", "real_person")],
)
async def test_companions_are_adults_clothed_and_invented(text: str, rule: str) -> None:
    with pytest.raises(UnsafeRequestError) as caught:
        await CHECK.check_companion(["Nova", text])
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    "persona", ["a calm ship's engineer", "a kind baker, mother of a small child", "teaches children to sail"]
)
async def test_an_ordinary_companion_passes(persona: str) -> None:
    await CHECK.check_companion(["Nova", "long silver hair", "27 years old", persona])
