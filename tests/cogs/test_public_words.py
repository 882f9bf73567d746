"""What is said in a channel about somebody's wish tells nobody what they have."""

from __future__ import annotations

import pytest

from bot.domain import errors
from cogs.base.errors import words_for
from cogs.images._public_words import public_words


@pytest.mark.parametrize(
    "error",
    [
        errors.NotEnoughMomentsError(50, 37),
        errors.NotEnoughMomentsError(50, 37, granted_only=True),
        errors.NotEnoughMomentsError(50, 37, 137),
        errors.BudgetSpentError("member", 50, 37, 137, 1_800_000_000.0),
        errors.BudgetSpentError("guild", 50, 37, 137, 1_800_000_000.0),
    ],
)
def test_no_balance_no_debt_and_no_budget_is_told(error: errors.DarkroomError) -> None:
    told = public_words(error)
    assert told is not None
    assert "37" not in told
    assert "charged" in told
    assert any(number in (words_for(error) or "") for number in ("37", "137")), "alone, they are told"


def test_the_price_is_told_and_where_to_look() -> None:
    told = public_words(errors.NotEnoughMomentsError(150, 37)) or ""
    assert "150 moments" in told
    assert "`/moments balance`" in told


def test_everything_else_is_said_as_it_is_to_one_person() -> None:
    for error in (errors.UnsafeRequestError("word"), errors.DuplicateRequestError(), errors.OverdraftError()):
        assert public_words(error) == words_for(error)
