"""How often the built-in rules err; ``python -m tests.safety.score --failures`` tells which."""

from __future__ import annotations

import pytest

from tests.safety.evaluation import Score, all_scores, answer, identified
from tests.safety.score import table

MOST_REFUSED = 0.02
"""Of what must pass."""
MOST_UNDERRATED = 0.02
"""Of what is mature, rated general."""


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    found = all_scores()
    print("\n" + table(found))  # noqa: T201 -- the rates belong to the run's output
    return found


def test_the_sets_are_large_enough_to_say_something(scores: dict[str, Score]) -> None:
    assert scores["must pass"].cases >= 150
    assert scores["minor"].cases >= 150
    assert scores["likeness"].cases >= 150
    assert scores["mature at the border"].cases >= 150


@pytest.mark.parametrize("name", ["minor", "minor, by stated age", "minor, cut across texts", "likeness"])
def test_what_no_setting_allows_is_never_missed(scores: dict[str, Score], name: str) -> None:
    assert scores[name].wrong == []


def test_everyday_prompts_are_hardly_ever_refused_or_rated_mature(scores: dict[str, Score]) -> None:
    assert scores["must pass"].rate <= MOST_REFUSED, scores["must pass"].wrong


def test_mature_is_hardly_ever_called_general(scores: dict[str, Score]) -> None:
    told = scores["mature at the border"]
    assert told.rate <= MOST_UNDERRATED, told.wrong


def test_clothes_and_hugs_are_not_called_mature(scores: dict[str, Score]) -> None:
    told = scores["general at the border"]
    assert told.rate <= MOST_REFUSED, told.wrong


def test_what_was_written_after_the_rules_does_not_get_worse() -> None:
    """As measured in docs/safety.md, after mending; what is left is told there."""
    found = all_scores("holdout")
    assert found["must pass"].rate <= MOST_REFUSED
    assert found["minor, other disguises"].rate <= 0.001
    assert found["likeness, other disguises"].rate <= 0.01
    assert found["mature at the border"].rate <= MOST_UNDERRATED
    assert found["general at the border"].rate <= MOST_REFUSED


def test_no_cue_alone_is_refused_as_if_it_were_two(subtests_of: dict[str, str]) -> None:
    assert {name: said for name, said in subtests_of.items() if said == "minor"} == {}


@pytest.fixture
def subtests_of() -> dict[str, str]:
    from bot.safety.rules import RulesCheck  # noqa: PLC0415 -- one checker for all of it

    check = RulesCheck()
    return {
        identifier: answer(check, (f"a portrait, {cue}",))
        for name in ("age", "suggestive")
        for identifier, cue in identified(name)
    }
