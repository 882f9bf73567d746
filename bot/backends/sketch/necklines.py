"""Necklines and collars."""

from __future__ import annotations

from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Point, Ribbon, line, number, polygon, smooth
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.skeleton import Skeleton

BARE = {"strap": 0.235, "bandeau": 0.26, "halter": 0.22}
"""Where a top that leaves the shoulders free begins on the torso."""
_OPENINGS = {
    "crew": (0.075, 1.3),
    "collar": (0.13, 1.15),
    "scoop": (0.17, 2.1),
    "v": (0.23, 1.45),
    "boat": (0.06, 2.6),
    "square": (0.16, 2.0),
    "wrap": (0.27, 1.5),
}
"""Depth (of the torso) and half-width (in necks) of an opening."""


def draw_neckline(canvas: Canvas, skeleton: Skeleton, worn: Worn, skin: Ink) -> None:
    """The opening, in skin, and its edge."""
    kind = worn.cut.neck
    if kind in BARE:
        return
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    if kind == "turtle":
        _turtle(canvas, skeleton, ink)
        return
    neck, at = skeleton.body.neck, skeleton.torso_at
    outline = _edge(skeleton, kind)
    up_right, up_left = at(1, -0.05, neck), at(-1, -0.05, neck)
    canvas.shape(
        f"{outline}L{number(up_right[0])} {number(up_right[1])}L{number(up_left[0])} {number(up_left[1])}Z",
        skin.base,
    )
    shade = [at(-1, -0.04, neck), at(0.1, 0.045, neck), at(1, -0.04, neck)]
    canvas.shape(smooth(shade) + "Z", skin.shade, opacity=0.8)
    trim = second.base if "trim" in worn.cut.features else ink.shade
    canvas.stroke(outline, ink.line, 5.4 if kind != "collar" else 2, 0.7)
    canvas.stroke(outline, trim, 4 if kind != "collar" else 1)
    if kind == "wrap":
        half = neck * _OPENINGS[kind][1]
        for a, b in ((at(-1, 0.0, half * 1.05), at(0.62, 0.62)), (at(1, 0.0, half * 1.05), at(0.0, 0.27))):
            canvas.stroke(line(a, b), second.line, 11)
            canvas.stroke(line(a, b), second.base, 9)


def _edge(skeleton: Skeleton, kind: str) -> str:
    at = skeleton.torso_at
    depth, wide_by = _OPENINGS[kind]
    half = skeleton.body.neck * wide_by

    def pair(v: float, share: float) -> tuple[Point, Point]:
        return at(-1, v, half * share), at(1, v, half * share)

    (left, right), bottom = pair(0.0, 1.0), at(0, depth, 0)
    if kind in {"v", "collar", "wrap"}:
        a, b = pair(depth * 0.55, 0.52)
        return line(left, a, bottom, b, right)
    if kind == "square":
        a, b = pair(depth, 0.86)
        return line(left, a, b, right)
    a, b = pair(depth * 0.72, 0.72)
    return smooth([left, a, bottom, b, right])


def _turtle(canvas: Canvas, skeleton: Skeleton, ink: Ink) -> None:
    neck, at = skeleton.body.neck, skeleton.torso_at
    rows = [(-0.13 + i * 0.06, neck * (1.16 + i * 0.05)) for i in range(4)]
    wide = Ribbon(tuple(at(-1, v, w) for v, w in rows), tuple(at(1, v, w) for v, w in rows), round_end=6)
    canvas.ribbon(wide, ink)
    fold = Ribbon(wide.left[:3], wide.right[:3], round_end=4)
    canvas.ribbon(fold.part(0.0, 0.75, 3), ink)


def draw_collar(canvas: Canvas, skeleton: Skeleton, colour: str) -> None:
    """A folded shirt collar around the neck."""
    ink = Ink.of(colour, canvas.lighting)
    neck, at = skeleton.body.neck, skeleton.torso_at
    for side in (-1, 1):
        points = [
            at(side, -0.065, neck * 1.08),
            at(side, 0.012, neck * 1.62),
            at(side, 0.098, neck * 1.05),
            at(0, 0.07, 0),
        ]
        canvas.shape(
            polygon(points),
            ink.light if side == canvas.lighting.side else ink.base,
            line=ink.line,
        )
