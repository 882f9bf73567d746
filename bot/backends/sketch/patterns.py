"""Patterns printed on cloth: stripes, dots, flowers, checks, a star."""

from __future__ import annotations

from collections.abc import Callable

from bot.backends.sketch.geometry import Point, Ribbon, distance, number
from bot.backends.sketch.paint import Canvas, Ink

_STAR = "M0,-16 L4.7,-5 L16,-4 L7.5,3.5 L10,15 L0,9 L-10,15 L-7.5,3.5 L-16,-4 L-4.7,-5Z"


def draw_pattern(canvas: Canvas, strip: Ribbon, pattern: str, second: Ink, start: float) -> None:
    """A pattern over a strip of cloth, from a fraction of its length on; an unknown one is plain."""
    printer = _PRINTERS.get(pattern)
    if printer:
        printer(canvas, strip, second, start)


def _stripes(canvas: Canvas, strip: Ribbon, second: Ink, start: float) -> None:
    step = (0.97 - start) / 6
    for i in range(6):
        v = start + i * step
        canvas.shape(strip.part(v, v + step * 0.45, 3).path(), second.base)


def _scattered(mark: Callable[[Canvas, Point, Ink], None]) -> Callable[[Canvas, Ribbon, Ink, float], None]:
    def scatter(canvas: Canvas, strip: Ribbon, second: Ink, start: float) -> None:
        top, low = strip.at(0, start), strip.at(0, 1.0)
        rows = max(round(distance(top, low) / 30), 2)
        for row in range(rows):
            v = start + (0.97 - start) * (row + 0.4) / rows
            columns = max(round(distance(strip.at(-1, v), strip.at(1, v)) / 26), 3)
            for column in range(columns):
                u = -0.9 + 1.8 * (column + (0.75 if row % 2 else 0.25)) / columns
                mark(canvas, strip.at(u, v), second)

    return scatter


def _checks(canvas: Canvas, strip: Ribbon, second: Ink, start: float) -> None:
    step = (1 - start) / 5
    for i in range(5):
        v = start + i * step
        canvas.shape(strip.part(v, v + step * 0.3, 3).path(), second.base, opacity=0.5)
        u = -0.8 + i * 0.4
        canvas.shape(strip.band(u - 0.07, u + 0.07).part(start, 1).path(), second.base, opacity=0.5)


def _star(canvas: Canvas, strip: Ribbon, second: Ink, start: float) -> None:
    x, y = strip.at(0, start + 0.14)
    canvas.raw(f'<path d="{_STAR}" fill="{second.base}"/>', f"translate({number(x)} {number(y)})")


def _dot(canvas: Canvas, place: Point, second: Ink) -> None:
    canvas.dot(place, 3.1, second.base)


def _flower(canvas: Canvas, place: Point, second: Ink) -> None:
    x, y = place
    for dx, dy in ((0, -1), (0.95, -0.3), (0.6, 0.8), (-0.6, 0.8), (-0.95, -0.3)):
        canvas.dot((x + dx * 2.9, y + dy * 2.9), 2.2, second.base)
    canvas.dot(place, 1.6, second.deep)


_PRINTERS = {
    "stripes": _stripes,
    "dots": _scattered(_dot),
    "flowers": _scattered(_flower),
    "checks": _checks,
    "star": _star,
}
