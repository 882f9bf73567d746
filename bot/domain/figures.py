"""How numbers are written where there is little room: the same in a text and on a chart."""

from __future__ import annotations

from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SECONDS = ((995, 2), (9_950, 1), (99_500, 0))
"""Below so many milliseconds, so many digits after the point."""

_LEAST_SHARE, _TENTH = 0.001, 0.0995
_WRITTEN_OUT, _MILLION, _HUNDRED = 9_999.5, 999_500, 99.95
"""Where rounding would make the next of each out of what is a little less."""


def seconds(ms: float) -> str:
    """A length of time at about two digits: ``0.34 s``, ``4.2 s``, ``48 s``, ``3 min 20 s``."""
    for below_ms, digits in _SECONDS:
        if ms < below_ms:
            return f"{ms / 1000:.{digits}f} s"
    minutes, rest_s = divmod(round(ms / 1000), 60)
    return f"{minutes} min {rest_s} s" if rest_s else f"{minutes} min"


def percent(share: float) -> str:
    """A share of one: ``0 %``, ``0.4 %``, ``12 %``. What is more than nothing never becomes nothing."""
    if 0 < share < _LEAST_SHARE:
        return "< 0.1 %"
    return f"{share:.{int(share < _TENTH)}%}".replace(".0%", "%").replace("%", " %")


def many(count: float) -> str:
    """A number: ``950``, ``9,400``, ``12.4k``, ``129k``, ``1.2M``."""
    if count < _WRITTEN_OUT:
        return f"{count:,.0f}"
    share, unit = (count / 1_000_000, "M") if count >= _MILLION else (count / 1_000, "k")
    return f"{share:,.{int(share < _HUNDRED)}f}".removesuffix(".0") + unit


def day_of(day: date, *, with_year: bool = False) -> str:
    """``5 Jul``, or ``5 Jul 2026``: in English, wherever the bot runs."""
    written = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{written} {day.year}" if with_year else written
