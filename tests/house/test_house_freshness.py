"""How old an interaction is, whatever this machine's clock says."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.freshness import BEHIND_S, WINDOW_S, Freshness


class Clock:
    """Seconds since this machine started; Discord's clock is ``ahead_s`` before it."""

    def __init__(self, ahead_s: float = 1_750_000_000.0) -> None:
        self.now_s = 100.0
        self.ahead_s = ahead_s

    def __call__(self) -> float:
        return self.now_s

    def discord_s(self) -> float:
        return self.now_s + self.ahead_s


@pytest.mark.parametrize("ahead_s", [0.0, -3600.0, 3600.0, 1_750_000_000.0])
def test_the_difference_between_the_clocks_is_no_age(ahead_s: float) -> None:
    clock = Clock(ahead_s)
    freshness = Freshness(clock)
    assert freshness.age_s(clock.discord_s()) == 0
    clock.now_s += 50
    assert freshness.age_s(clock.discord_s() - 2.5) == pytest.approx(2.5)
    assert freshness.age_s(clock.discord_s()) == pytest.approx(0, abs=1e-6)


def test_a_clock_that_drifts_makes_nothing_old() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    for _ in range(24 * 60):
        clock.now_s += 60
        clock.ahead_s -= (
            60 * 0.0005
        )  # Discord's is slower by half a second in a thousand: as bad as quartz gets
        assert freshness.age_s(clock.discord_s()) < 0.5


def test_after_a_quiet_day_the_first_is_new() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    freshness.age_s(clock.discord_s())
    clock.now_s += 86_400
    clock.ahead_s -= 40
    assert freshness.age_s(clock.discord_s()) == 0


def test_what_discord_tells_later_after_a_lost_connection_is_old() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    freshness.age_s(clock.discord_s())
    clock.now_s += 3
    made_at_s = clock.discord_s()
    clock.now_s += 20
    assert freshness.age_s(made_at_s) == pytest.approx(20)


def test_what_was_pressed_in_one_millisecond_is_equally_old() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    freshness.age_s(clock.discord_s() - 9)
    freshness.age_s(clock.discord_s())
    clock.now_s += 2
    assert [freshness.age_s(clock.discord_s() - 1) for _ in range(2)] == [pytest.approx(1)] * 2


def test_a_time_that_stands_still_is_no_clock() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    made_at_s = clock.discord_s()
    for _ in range(5):
        assert freshness.age_s(made_at_s) == 0
        clock.now_s += 60


def test_it_is_behind_for_a_while_after_discord_said_so() -> None:
    clock = Clock()
    freshness = Freshness(clock)
    assert not freshness.is_behind()
    freshness.refused()
    clock.now_s += BEHIND_S - 1
    assert freshness.is_behind()
    clock.now_s += 2
    assert not freshness.is_behind()


@given(
    waits=st.lists(st.tuples(st.floats(0, 30), st.floats(0, 10)), min_size=1, max_size=60),
)
def test_an_age_is_never_too_large(waits: list[tuple[float, float]]) -> None:
    clock = Clock(0.0)
    freshness = Freshness(clock)
    for pause_s, waited_s in waits:
        clock.now_s += pause_s
        assert -1e-6 <= freshness.age_s(clock.discord_s() - waited_s) <= waited_s + 1e-6


@given(st.floats(0.1, WINDOW_S * 0.9))
def test_overload_of_minutes_is_still_seen(lasts_s: float) -> None:
    clock = Clock()
    freshness = Freshness(clock)
    assume(abs(lasts_s - 5) > 1e-6)  # or both would be made in the same moment
    freshness.age_s(clock.discord_s())
    clock.now_s += lasts_s
    assert freshness.age_s(clock.discord_s() - 5) == pytest.approx(5, abs=1e-3)
