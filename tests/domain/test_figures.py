from __future__ import annotations

from datetime import date

import pytest

from bot.domain.figures import day_of, many, percent, seconds


@pytest.mark.parametrize(
    ("ms", "written"),
    [
        (0, "0.00 s"),
        (340, "0.34 s"),
        (994, "0.99 s"),
        (995, "1.0 s"),
        (4_249, "4.2 s"),
        (9_949, "9.9 s"),
        (9_950, "10 s"),
        (99_499, "99 s"),
        (99_500, "1 min 40 s"),
        (119_700, "2 min"),
        (600_000, "10 min"),
    ],
)
def test_times_are_written_with_about_two_digits(ms: int, written: str) -> None:
    assert seconds(ms) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.0, "0 %"),
        (0.00001, "< 0.1 %"),
        (0.004, "0.4 %"),
        (0.02, "2 %"),
        (0.0549, "5.5 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.5, "50 %"),
        (1.0, "100 %"),
    ],
)
def test_shares_are_written_as_percent_and_something_is_never_nothing(share: float, written: str) -> None:
    assert percent(share) == written


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0"),
        (999, "999"),
        (9_999, "9,999"),
        (10_000, "10k"),
        (12_440, "12.4k"),
        (99_960, "100k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (1_240_000, "1.2M"),
        (2_500_000_000, "2,500M"),
    ],
)
def test_numbers_are_short_where_they_are_large(count: int, written: str) -> None:
    assert many(count) == written


def test_days_are_written_in_english() -> None:
    assert day_of(date(2026, 5, 3)) == "3 May"
    assert day_of(date(2026, 12, 31), with_year=True) == "31 Dec 2026"
