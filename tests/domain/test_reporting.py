"""Reports and cases, apart from everything."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.errors import AlreadyDecidedError, NothingToRefundError, OwnReportError, TooManyReportsError
from bot.domain.money import Split
from bot.domain.reporting import (
    DAY_MS,
    HOUR_MS,
    MOST_REPORTS,
    Case,
    Decision,
    Verdict,
    require_decidable,
    require_impartial,
    require_room,
)

NOW_MS = 10 * DAY_MS
OPEN = Case("case", "image", 1, "ana", NOW_MS)
DECIDED = replace(OPEN, verdict=Verdict(Decision.REJECT, "kim", "", NOW_MS))


def test_decisions_do_what_they_are_called() -> None:
    assert {d for d in Decision if d.refunds} == {Decision.REFUND, Decision.REFUND_REMOVE}
    assert {d for d in Decision if d.removes} == {Decision.REMOVE, Decision.REFUND_REMOVE}


def test_a_twenty_first_report_of_a_day_waits_for_the_next_day() -> None:
    spread = [NOW_MS - DAY_MS + 1 + n * HOUR_MS for n in range(20)]
    with pytest.raises(TooManyReportsError) as refused:
        require_room(spread, NOW_MS)
    assert refused.value.next_at_s == (spread[0] + DAY_MS) / 1000
    require_room(spread[1:], NOW_MS)


@given(st.lists(st.integers(NOW_MS - DAY_MS - 1, NOW_MS), max_size=30))
def test_a_report_is_possible_exactly_when_no_limit_is_full_and_again_when_it_was_said(
    earlier: list[int],
) -> None:
    full = any(
        len([at_ms for at_ms in earlier if at_ms > NOW_MS - within_ms]) >= most
        for within_ms, most in MOST_REPORTS
    )
    try:
        require_room(earlier, NOW_MS)
    except TooManyReportsError as error:
        assert full
        then_ms = int(error.next_at_s * 1000)
        require_room(earlier, then_ms)
        with pytest.raises(TooManyReportsError):
            require_room(earlier, then_ms - 1)
    else:
        assert not full


def test_nobody_decides_on_what_they_have_a_part_in() -> None:
    require_impartial(OPEN, ["ben"], "kim")
    for account_id, whose in (("ben", "report"), ("ana", "picture")):
        with pytest.raises(OwnReportError) as refused:
            require_impartial(OPEN, ["ben"], account_id)
        assert refused.value.whose == whose


@pytest.mark.parametrize("decision", Decision)
def test_a_case_is_decided_once(decision: Decision) -> None:
    require_decidable(OPEN, decision, Split(50), is_refunded=False)
    with pytest.raises(AlreadyDecidedError) as refused:
        require_decidable(DECIDED, decision, Split(50), is_refunded=False)
    assert (refused.value.decision, refused.value.account_id) == ("reject", "kim")


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize(("share", "is_refunded"), [(Split(), False), (Split(0, 50), True)])
def test_only_what_was_paid_and_kept_goes_back(
    decision: Decision, share: Split, *, is_refunded: bool
) -> None:
    if not decision.refunds:
        require_decidable(OPEN, decision, share, is_refunded=is_refunded)
        return
    with pytest.raises(NothingToRefundError) as refused:
        require_decidable(OPEN, decision, share, is_refunded=is_refunded)
    assert refused.value.is_refunded == is_refunded


def test_a_case_is_shown_when_its_card_says_what_it_is_now() -> None:
    assert not OPEN.is_shown
    assert replace(OPEN, shown_revision=1).is_shown
    assert not replace(OPEN, shown_revision=1, revision=2).is_shown
    assert (OPEN.is_open, DECIDED.is_open) == (True, False)
