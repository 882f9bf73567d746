from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NotEnoughMomentsError
from bot.domain.money import Balance, Split, share_of, split_cost

AMOUNTS = st.integers(0, 10_000)
SPLITS = st.builds(Split, AMOUNTS, AMOUNTS)


@given(SPLITS, SPLITS)
def test_splits_add_up_by_bucket(one: Split, other: Split):
    assert one + other - other == one
    assert one + -one == Split()
    assert (one + other).total == one.total + other.total


@given(SPLITS, AMOUNTS)
def test_granted_moments_are_spent_first(free: Split, cost: int):
    if cost > free.total:
        with pytest.raises(NotEnoughMomentsError) as caught:
            split_cost(Balance(free), cost)
        assert (caught.value.needed, caught.value.available) == (cost, free.total)
        return
    paid = split_cost(Balance(free), cost)
    assert paid.total == cost
    assert paid.purchased == 0 or paid.granted == free.granted
    assert paid.purchased <= free.purchased


@given(SPLITS, AMOUNTS)
def test_purchased_moments_never_pay_for_a_mature_picture(free: Split, cost: int):
    if cost > free.granted:
        with pytest.raises(NotEnoughMomentsError) as caught:
            split_cost(Balance(free), cost, purchased_allowed=False)
        assert caught.value.available == free.granted
        return
    assert split_cost(Balance(free), cost, purchased_allowed=False) == Split(cost)


def test_nothing_is_paid_while_something_is_owed():
    with pytest.raises(NotEnoughMomentsError) as caught:
        split_cost(Balance(Split(100, 100), owed=1), 50)
    assert caught.value.owed == 1


@given(SPLITS, st.integers(1, 8))
def test_the_shares_of_a_batch_are_its_price_and_differ_by_one_at_most(paid: Split, count: int):
    shares = [share_of(paid, count, index) for index in range(count)]
    assert sum(shares, Split()) == paid
    totals = [share.total for share in shares]
    assert max(totals) - min(totals) <= 1
    assert all(share.granted >= 0 and share.purchased >= 0 for share in shares)
