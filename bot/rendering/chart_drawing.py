"""Draws the charts of a guild with matplotlib, in a process of its own: ``python -m bot.rendering.chart_drawing``.

Nothing but that process imports this module, so that the bot stays as light as it is. It reads one pickled pair
of statistics and words from its standard input, writes a PNG to its standard output, and ends; it also ends when
its input is closed, which is how it learns that the bot is gone, kill -9 included.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's own types leave its keyword arguments open.

from __future__ import annotations

import io
import os
import pickle
import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import IdentityTransform

from bot.domain.figures import day_of, many, percent, seconds
from bot.domain.request import RequestKind
from bot.domain.stats import GuildStats, Spread
from bot.rendering.chart_text import legible, shortened
from bot.services.ports.charts import ChartWords

WIDTH_PX, HEIGHT_PX = 1400, 1700
"""A phone that shows it as wide as itself shows its text at about the size of Discord's."""

MOST_REASONS = 5
"""So many reasons have a bar of their own; all others share one."""

_DPI = 72  # so that points are pixels
_MARGIN_PX, _GAP_PX, _PAD_PX = 36, 24, 32
_FULL_PX = WIDTH_PX - 2 * _MARGIN_PX
_HALF_PX = (_FULL_PX - _GAP_PX) // 2

_FEW_DAYS, _MONTH_DAYS = 10, 31
"""Up to so many, bars stand apart and dots are big; up to so many, there are dots."""

_BACK, _CARD, _LINE = "#1e1f22", "#2b2d31", "#44474f"
_BRIGHT, _PLAIN, _MUTED = "#f5f6f8", "#dbdee1", "#a7adb8"
_BLUE, _GREEN, _RED, _YELLOW = "#8089ff", "#57cf94", "#f47073", "#f2c552"
_KINDS = {
    RequestKind.INSTANT: _BLUE,
    RequestKind.PREMIUM: "#46c6d2",
    RequestKind.ADVANCED: _YELLOW,
    RequestKind.GROUP: "#f083b8",
    RequestKind.EDIT: "#a2db78",
    RequestKind.REFERENCE: "#c3c8d1",
}

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib
    "font.size": 24.0,
    "text.parse_math": False,  # a name with two dollars in it is a name
    "text.color": _PLAIN,
    "axes.facecolor": "none",
    "axes.edgecolor": _LINE,
    "axes.linewidth": 2.0,
    "axes.axisbelow": True,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
}


def draw(stats: GuildStats, words: ChartWords) -> bytes:
    """A PNG of :data:`WIDTH_PX` × :data:`HEIGHT_PX` pixels."""
    mpl.rcdefaults()  # whatever file of settings lies about on this machine
    mpl.rcParams.update(_STYLE)  # pyright: ignore[reportCallIssue, reportArgumentType]
    page = _Page()
    page.head(stats, words)
    page.tiles(stats)
    page.pictures(stats, words, top=366, height=480)
    page.moments(stats, top=366 + 480 + _GAP_PX, height=360)
    below = 366 + 480 + 360 + 2 * _GAP_PX
    page.reasons(stats, words, top=below, height=HEIGHT_PX - _MARGIN_PX - below)
    page.times(stats, top=below, height=HEIGHT_PX - _MARGIN_PX - below)
    return page.png()


class _Page:
    """A page of cards. All places are pixels from its upper left corner."""

    def __init__(self) -> None:
        self._figure = Figure(figsize=(WIDTH_PX / _DPI, HEIGHT_PX / _DPI), dpi=_DPI, facecolor=_BACK)
        self._canvas = FigureCanvasAgg(self._figure)

    def png(self) -> bytes:
        """The page as it is now."""
        out = io.BytesIO()
        self._figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()

    def head(self, stats: GuildStats, words: ChartWords) -> None:
        """Whose it is, and of when."""
        font = font_manager.get_font(font_manager.findfont("DejaVu Sans:bold"))
        title = legible(
            words.title, lambda letter: font.get_char_index(ord(letter)) != 0, otherwise="This server"
        )
        self._write(_MARGIN_PX + 6, 66, title, room=_FULL_PX - 12, size=46, weight="bold", color=_BRIGHT)
        period = f"{day_of(stats.first_day)} – {day_of(stats.last_day, with_year=True)}"
        self._write(_MARGIN_PX + 6, 122, f"{period}  ·  {stats.days} days, UTC", size=27, color=_MUTED)

    def tiles(self, stats: GuildStats) -> None:
        """The four numbers that matter most."""
        shown = (
            (many(stats.picture_count), "picture" if stats.picture_count == 1 else "pictures", _BLUE),
            (many(sum(stats.spent)), "moments spent", _YELLOW),
            (percent(stats.refund_rate), f"refunded ({many(stats.refunded)})", _GREEN),
            (percent(stats.refusal_rate), f"not made ({many(stats.unmade_count)})", _RED),
        )
        width = (_FULL_PX - 3 * _GAP_PX) / 4
        for place, (number, what, colour) in enumerate(shown):
            left = _MARGIN_PX + place * (width + _GAP_PX)
            self._box(left, 166, width, 176)
            shade = (
                colour if number.strip("0 %") else _PLAIN
            )  # nothing is nothing to be alarmed or glad about
            self._write(left + 28, 230, number, room=width - 56, size=58, weight="bold", color=shade)
            self._write(left + 28, 301, what, room=width - 56, size=26, color=_PLAIN)

    def pictures(self, stats: GuildStats, words: ChartWords, *, top: int, height: int) -> None:
        """Bars by day, one colour a kind."""
        if not stats.pictures:
            self._nothing("Pictures by day", "No pictures were made.", top, height)
            return
        axes = self._days("Pictures by day", stats, top, height)
        heights = [0] * stats.days
        for kind, counts in stats.pictures.items():
            axes.bar(
                range(stats.days), counts, bottom=heights, width=_bar_width(stats.days), color=_KINDS[kind]
            )
            heights = [below + count for below, count in zip(heights, counts, strict=True)]
        _count_up(axes, max(heights))
        self._legend(
            top + 100,
            [
                (_KINDS[kind], f"{words.kinds[kind]} {many(sum(counts))}")
                for kind, counts in stats.pictures.items()
            ],
        )

    def moments(self, stats: GuildStats, *, top: int, height: int) -> None:
        """What was spent as bars, what was handed out as a line over them."""
        if not any((*stats.spent, *stats.given)):
            self._nothing("Moments by day", "No moments moved.", top, height)
            return
        axes = self._days("Moments by day", stats, top, height)
        days = range(stats.days)
        axes.bar(days, stats.spent, width=_bar_width(stats.days), color=_YELLOW)
        axes.plot(
            days,
            stats.given,
            color=_GREEN,
            linewidth=4,
            marker="o",
            markersize=_dot_size(stats.days),
            clip_on=False,
        )
        _count_up(axes, max(*stats.spent, *stats.given))
        shown = [
            (_YELLOW, f"spent {many(sum(stats.spent))}"),
            (_GREEN, f"handed out {many(sum(stats.given))}"),
        ]
        if any(stats.given_back):
            shown.append((_CARD, f"refunded {many(sum(stats.given_back))}"))
        self._legend(top + 100, shown)

    def reasons(self, stats: GuildStats, words: ChartWords, *, top: int, height: int) -> None:
        """A bar for each reason for which nothing was made."""
        self._card("Not made, by reason", _MARGIN_PX, top, _HALF_PX, height)
        if not stats.unmade:
            self._write(_MARGIN_PX + _PAD_PX, top + height / 2, "All that was asked for was made.", size=25)
            return
        shown = [(words.reasons[reason], count) for reason, count in stats.unmade]
        if len(shown) > MOST_REASONS + 1:
            shown = [
                *shown[:MOST_REASONS],
                ("other reasons", sum(count for _, count in shown[MOST_REASONS:])),
            ]
        most = max(count for _, count in shown)
        step = (height - 106) / (MOST_REASONS + 1)
        for place, (name, count) in enumerate(shown):
            middle = top + 80 + step * (place + 0.5)
            left, room = _MARGIN_PX + _PAD_PX, _HALF_PX - 2 * _PAD_PX
            self._write(left, middle, shortened(name, 30), size=24)
            self._write(left + room, middle, many(count), size=24, weight="bold", ha="right")
            self._box(left, middle + 18, max(room * count / most, 8), 8, colour=_RED, rounding=4)

    def times(self, stats: GuildStats, *, top: int, height: int) -> None:
        """How long half of all, and nearly all, took."""
        left = _MARGIN_PX + _HALF_PX + _GAP_PX
        self._card("How long it took", left, top, _HALF_PX, height)
        spreads = [("waiting", stats.waiting, _BLUE), ("making", stats.making, _YELLOW)]
        longest_ms = max((spread.p95_ms for _, spread, _ in spreads if spread is not None), default=0)
        for place, (name, spread, colour) in enumerate(spreads):
            self._spread(top + 124 + place * 122, name, spread, longest_ms=longest_ms, colour=colour)
        notes = "half within ●   95 % within ◆"
        if stats.times_since is not None:
            notes += f"   measured since {day_of(stats.times_since)}"
        self._write(left + _PAD_PX, top + height - 38, notes, size=22, color=_MUTED)

    def _spread(self, top: float, name: str, spread: Spread | None, *, longest_ms: int, colour: str) -> None:
        left, room = _MARGIN_PX + _HALF_PX + _GAP_PX + _PAD_PX, _HALF_PX - 2 * _PAD_PX
        self._write(left, top, name, size=24)
        if spread is None:
            self._write(left + room, top, "not measured yet", size=24, color=_MUTED, ha="right")
            return
        numbers = f"● {seconds(spread.p50_ms)}   ◆ {seconds(spread.p95_ms)}"
        self._write(left + room, top, numbers, size=24, weight="bold", color=colour, ha="right")
        self._box(left, top + 40, room, 10, colour=_LINE, rounding=5)
        near, far = (room * ms / max(longest_ms, 1) for ms in (spread.p50_ms, spread.p95_ms))
        self._box(left, top + 40, max(far, 10), 10, colour=colour, rounding=5)
        for at, marker in ((near, "o"), (far, "D")):
            self._mark(left + min(max(at, 8), room - 8), top + 45, marker, colour)

    # ------------------------------------------------------------------ parts

    def _days(self, title: str, stats: GuildStats, top: int, height: int) -> Axes:
        """A card as wide as the page, with a place for each day."""
        self._card(title, _MARGIN_PX, top, _FULL_PX, height)
        axes = self._axes(_MARGIN_PX + 108, top + 142, _FULL_PX - 108 - 2 * _PAD_PX, height - 142 - 64)
        axes.set_xlim(-0.6, stats.days - 0.4)
        ticks = _day_ticks(stats.days)
        axes.set_xticks(ticks, [day_of(stats.first_day + timedelta(days=day)) for day in ticks])
        return axes

    def _nothing(self, title: str, text: str, top: int, height: int) -> None:
        """A card as wide as the page that says why it is empty."""
        self._card(title, _MARGIN_PX, top, _FULL_PX, height)
        self._write(_MARGIN_PX + _PAD_PX, top + height / 2, text, size=25)

    def _axes(self, left: float, top: float, width: float, height: float) -> Axes:
        axes = self._figure.add_axes(
            (left / WIDTH_PX, 1 - (top + height) / HEIGHT_PX, width / WIDTH_PX, height / HEIGHT_PX)
        )
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0, pad=12)
        axes.grid(axis="y", color=_LINE, linewidth=1.5)
        return axes

    def _card(self, title: str, left: float, top: float, width: float, height: float) -> None:
        self._box(left, top, width, height)
        self._write(left + _PAD_PX, top + 46, title, size=29, weight="bold", color=_BRIGHT)

    def _legend(self, top: float, shown: Sequence[tuple[str, str]]) -> None:
        """Squares of colour and what they stand for, side by side."""
        left: float = _MARGIN_PX + _PAD_PX
        gap, square = 34, 36
        room = _FULL_PX - 2 * _PAD_PX - len(shown) * (gap + square) + gap
        size = 24 * min(1, room / sum(self._width(what, 24) for _, what in shown))
        for colour, what in shown:
            if colour != _CARD:
                self._box(left, top - 12, 24, 24, colour=colour, rounding=6)
                left += square
            left += self._write(left, top, what, size=size) + gap

    def _box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        colour: str = _CARD,
        rounding: float = 24,
    ) -> None:
        corner = (left, HEIGHT_PX - top - height)
        style = f"round,pad=0,rounding_size={min(rounding, width / 2, height / 2)}"
        box = FancyBboxPatch(corner, width, height, boxstyle=style, facecolor=colour, linewidth=0)
        box.set_transform(IdentityTransform())
        box.set_zorder(-1)
        self._figure.add_artist(box)

    def _mark(self, left: float, top: float, marker: str, colour: str) -> None:
        at = [left / WIDTH_PX], [1 - top / HEIGHT_PX]
        line = Line2D(
            *at, marker=marker, markersize=21, color=colour, markeredgecolor=_CARD, markeredgewidth=4
        )
        self._figure.add_artist(line)

    def _write(
        self, left: float, middle: float, text: str, *, room: float = _FULL_PX, size: float, **how: Any
    ) -> float:
        """One line of text, smaller where it would not fit into its room; how wide it came out."""
        written = self._figure.text(
            left / WIDTH_PX, 1 - middle / HEIGHT_PX, text, va="center_baseline", size=size, **how
        )
        renderer = self._canvas.get_renderer()
        width = written.get_window_extent(renderer).width
        while width > room:  # letters are fitted to pixels: a size in proportion may still be too much
            size *= min(room / width, 0.98)
            written.set_fontsize(size)
            width = written.get_window_extent(renderer).width
        return width

    def _width(self, text: str, size: float) -> float:
        return (
            Text(0, 0, text, size=size, figure=self._figure)
            .get_window_extent(self._canvas.get_renderer())
            .width
        )


def _bar_width(days: int) -> float:
    return 0.62 if days <= _FEW_DAYS else 0.78


def _dot_size(days: int) -> float:
    return 14 if days <= _FEW_DAYS else 9 if days <= _MONTH_DAYS else 0


def _day_ticks(days: int) -> list[int]:
    """Some days at even distances, the last among them."""
    step = max(1, -(-days // 7))
    return list(range((days - 1) % step, days, step))


def _count_up(axes: Axes, most: float) -> None:
    """A scale of whole numbers from nothing to a little over the most."""
    axes.set_ylim(0, max(most, 1) * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(_scale_number))


def _scale_number(count: float, _place: int | None) -> str:
    return many(count)


def _end_with_the_bot() -> None:
    """Wait for the end of the input. Not by ``sys.stdin``, whose lock would be held when this process ends."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main() -> None:
    """Draw once. What goes wrong is told by its kind alone: a message could hold what somebody typed."""
    try:
        stats, words = pickle.load(sys.stdin.buffer)  # noqa: S301 - only the bot, its parent, writes there
        threading.Thread(target=_end_with_the_bot, daemon=True).start()
        out = draw(stats, words)
    except Exception as error:  # the boundary of this program
        sys.stdout.write(type(error).__name__)
        raise SystemExit(1) from error
    sys.stdout.buffer.write(out)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
