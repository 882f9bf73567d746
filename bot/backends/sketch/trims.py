"""The small parts of a top: buttons, zips, pockets, ties, bows, knitting, plates; and belts and sashes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import line, number, polygon, smooth
from bot.backends.sketch.necklines import draw_collar
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.skeleton import Skeleton


@dataclass(frozen=True, slots=True)
class _Sewing:
    """What a trim is sewn on, and with which inks."""

    canvas: Canvas
    skeleton: Skeleton
    worn: Worn
    ink: Ink
    second: Ink


def draw_trims(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """Every small part that the cut names, in a fixed order."""
    sewing = _Sewing(
        canvas, skeleton, worn, Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    )
    for name, sew in _TRIMS.items():
        if name in worn.cut.features:
            sew(sewing)


def _placket(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    s.canvas.stroke(line(at(0, 0.13), at(0, min(s.worn.cut.length, 1.0))), s.ink.deep, 1.6, 0.8)


def _buttons(s: _Sewing) -> None:
    for i in range(5):
        v = 0.2 + i * 0.14
        if v < s.worn.cut.length - 0.03:
            s.canvas.dot(s.skeleton.torso_at(0, v), 3, s.second.light)
            s.canvas.dot(s.skeleton.torso_at(0, v), 1.4, s.second.deep)


def _zip(s: _Sewing) -> None:
    path = line(s.skeleton.torso_at(0, 0.08), s.skeleton.torso_at(0, s.worn.cut.length))
    s.canvas.stroke(path, s.second.deep, 3.4)
    s.canvas.stroke(path, s.second.light, 1.4)


def _pocket(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    corners = [at(0.2, 0.3), at(0.62, 0.29), at(0.6, 0.42), at(0.42, 0.45), at(0.22, 0.43)]
    s.canvas.shape(polygon(corners), s.ink.shade, line=s.ink.deep)


def _kangaroo(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    corners = [at(-0.34, 0.66), at(0.34, 0.66), at(0.66, 0.9), at(-0.66, 0.9)]
    s.canvas.shape(polygon(corners), s.ink.shade, line=s.ink.deep)


def _strings(s: _Sewing) -> None:
    for side in (-1, 1):
        a, b = s.skeleton.torso_at(side * 0.2, 0.07), s.skeleton.torso_at(side * 0.24, 0.27)
        s.canvas.stroke(line(a, b), s.second.light, 3)
        s.canvas.dot(b, 2.8, s.second.deep)


def _tie(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    half = [at(0.07, 0.085), at(0.05, 0.13), at(0.11, 0.5), at(0, 0.58)]
    other = [at(-0.11, 0.5), at(-0.05, 0.13), at(-0.07, 0.085)]
    s.canvas.shape(polygon([*half, *other]), s.second.base, line=s.second.line)


def _bow(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    knot = at(0, 0.1)
    for side in (-1, 1):
        loop = [knot, at(side * 0.34, 0.04), at(side * 0.36, 0.16)]
        s.canvas.shape(polygon(loop), s.second.base, line=s.second.line)
        s.canvas.stroke(line(knot, at(side * 0.14, 0.27)), s.second.base, 5)
    s.canvas.dot(knot, 5, s.second.deep)


def _ribs(s: _Sewing) -> None:
    at, length = s.skeleton.torso_at, s.worn.cut.length
    for share in (0.93, 0.96, 0.99):
        s.canvas.stroke(line(at(-0.98, length * share), at(0.98, length * share)), s.ink.deep, 1.3, 0.55)


def _knit(s: _Sewing) -> None:
    for row in range(5):
        v = 0.26 + row * 0.13
        zigzag = [s.skeleton.torso_at(-0.85 + i * 0.17, v + (0.018 if i % 2 else -0.018)) for i in range(11)]
        s.canvas.stroke(line(*zigzag), s.second.base, 3, 0.85)


def _frill(s: _Sewing) -> None:
    for i in range(7):
        s.canvas.dot(s.skeleton.torso_at(0.5 * (i - 3) / 3, 0.2 + 0.03 * (i % 2)), 5, s.second.light)


def _plates(s: _Sewing) -> None:
    at, canvas = s.skeleton.torso_at, s.canvas
    right = [at(0.55, 0.55), at(0.9, 0.36), at(0.92, 0.14), at(0.4, 0.1)]
    left = [at(-0.4, 0.1), at(-0.92, 0.14), at(-0.9, 0.36), at(-0.55, 0.55)]
    canvas.shape(smooth([*left, at(0, 0.6), *right, at(0, 0.15)]) + "Z", s.ink.light, line=s.ink.line)
    side = -canvas.lighting.side
    shade = [(0.06, 0.16), (0.92, 0.15), (0.9, 0.36), (0.55, 0.54), (0.06, 0.59)]
    canvas.shape(smooth([at(u * side, v) for u, v in shade]) + "Z", s.ink.shade, opacity=0.7)
    canvas.stroke(line(at(0, 0.16), at(0, 0.6)), s.second.base, 3)
    for v in (0.68, 0.78):
        canvas.stroke(smooth([at(-0.98, v - 0.02), at(0, v + 0.02), at(0.98, v - 0.02)]), s.ink.deep, 2.4)
    canvas.dot(at(0, 0.33), 8, s.second.base)
    canvas.dot(at(0, 0.33), 4, s.second.light)


def _belt(s: _Sewing) -> None:
    s.canvas.ribbon(s.skeleton.torso(0.66, 0.715, plus=s.worn.cut.ease + 1.5), s.second, rim=0)
    x, y = s.skeleton.torso_at(0, 0.688)
    buckle = s.canvas.lighting.lit("#e2c063")
    s.canvas.shape(f"M{number(x - 7)} {number(y - 7)}h14v14h-14Z", buckle, line=s.second.line)


def _emblem(s: _Sewing) -> None:
    s.canvas.dot(s.skeleton.torso_at(0.4, 0.28), 7, s.second.base)
    s.canvas.dot(s.skeleton.torso_at(0.4, 0.28), 3.4, s.second.light)


def _shoulder_strap(s: _Sewing) -> None:
    at = s.skeleton.torso_at
    s.canvas.stroke(line(at(-0.85, 0.05), at(0.9, 0.72)), s.second.base, 9)


def _collar_second(s: _Sewing) -> None:
    draw_collar(s.canvas, s.skeleton, s.worn.second)


_TRIMS: dict[str, Callable[[_Sewing], None]] = {
    "placket": _placket,
    "buttons": _buttons,
    "zip": _zip,
    "pocket": _pocket,
    "kangaroo": _kangaroo,
    "strings": _strings,
    "tie": _tie,
    "ribs": _ribs,
    "knit": _knit,
    "frill": _frill,
    "plates": _plates,
    "belt": _belt,
    "emblem": _emblem,
    "shoulder_strap": _shoulder_strap,
    "collar_second": _collar_second,
    "bow": _bow,
}


def draw_sash(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """A wide sash around the waist, over top and skirt."""
    second = Ink.of(worn.second, canvas.lighting)
    canvas.ribbon(skeleton.torso(0.58, 0.77, plus=worn.cut.ease + 2.5), second)
    canvas.shape(skeleton.torso(0.655, 0.69, plus=worn.cut.ease + 3).path(), second.light)
    canvas.dot(skeleton.torso_at(0, 0.672), 5.5, second.deep)


def draw_belt(canvas: Canvas, skeleton: Skeleton, colour: str) -> None:
    """A belt that was asked for."""
    ink = Ink.of(colour, canvas.lighting)
    canvas.ribbon(skeleton.torso(0.7, 0.75, plus=5.5), ink, rim=0)
    x, y = skeleton.torso_at(0, 0.725)
    canvas.shape(
        f"M{number(x - 7)} {number(y - 6)}h14v12h-14Z", canvas.lighting.lit("#e2c063"), line=ink.line
    )
