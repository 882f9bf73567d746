# ruff: noqa: PLR2004 - the numbers are the drawing
"""Outer layers: jackets, coats, cloaks, aprons and drapes."""

from __future__ import annotations

from bot.backends.sketch.bottoms import skirt_ribbon
from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Point, Ribbon, closed, lerp, line, number, polygon, smooth
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.skeleton import Skeleton

_OPENING = {
    "lapel": (0.2, 0.34),
    "biker": (0.26, 0.3),
    "stand": (0.2, 0.22),
    "shirt": (0.24, 0.3),
    "plain": (0.3, 0.42),
    "v": (0.3, 0.12),
    "hood": (0.2, 0.2),
}


def _ribbon(skeleton: Skeleton, worn: Worn) -> Ribbon:
    cut = worn.cut
    return skirt_ribbon(skeleton, cut.length, cut.flare, cut.ease, start=0.035)


def draw_back(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """What of an outer layer lies behind the legs and the body."""
    cut = worn.cut
    ink = Ink.of(worn.colour, canvas.lighting)
    if cut.kind == "cloak":
        strip = skirt_ribbon(skeleton, cut.length, cut.flare, cut.ease + 8, start=0.02)
        canvas.shape(Ribbon(strip.left, strip.right, round_end=20).path(), ink.shade, line=ink.line)
        for u in (-0.7, -0.3, 0.35, 0.72):
            a, b = strip.at(u * 0.8, 0.3), strip.at(u, 1.0)
            canvas.stroke(line(a, b), ink.deep, 5, 0.6)
    elif cut.kind == "jacket" and cut.length > 0.16:
        strip = _ribbon(skeleton, worn)
        canvas.shape(Ribbon(strip.left, strip.right, round_end=6).path(), ink.deep, line=ink.line)
    if "hood" in cut.neck:
        draw_hood(canvas, skeleton, worn.colour)


def draw_hood(canvas: Canvas, skeleton: Skeleton, colour: str) -> None:
    """A hood that lies down behind the neck."""
    ink = Ink.of(colour, canvas.lighting)
    neck, at = skeleton.body.neck, skeleton.torso_at
    points = [
        at(-1, 0.09, neck * 3.0),
        at(-1, -0.06, neck * 2.5),
        at(0, -0.14, 0),
        at(1, -0.06, neck * 2.5),
        at(1, 0.09, neck * 3.0),
        at(0, 0.12, 0),
    ]
    canvas.shape(closed(points), ink.base, line=ink.line)
    inner = [
        at(-1, 0.05, neck * 2.0),
        at(-1, -0.05, neck * 1.7),
        at(0, -0.1, 0),
        at(1, -0.05, neck * 1.7),
        at(1, 0.05, neck * 2.0),
        at(0, 0.1, 0),
    ]
    canvas.shape(closed(inner), ink.deep)


def draw_front(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """What of an outer layer lies over the top."""
    if worn.cut.kind == "apron":
        _apron(canvas, skeleton, worn)
    elif worn.cut.kind == "drape":
        _drape(canvas, skeleton, worn)
    elif worn.cut.kind == "jacket":
        _jacket(canvas, skeleton, worn)


def draw_over_arms(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """A cloak's mantle, which lies over the shoulders."""
    if worn.cut.kind != "cloak":
        return
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    body, at = skeleton.body, skeleton.torso_at
    wide = body.shoulder + body.arm_top * 0.75 + 8
    for side in (-1, 1):
        points = [
            at(side, -0.045, body.neck * 1.25),
            at(side, 0.05, wide * 0.8),
            at(side, 0.2, wide),
            at(side, 0.34, wide * 1.02),
            at(side, 0.3, wide * 0.62),
            at(side, 0.16, body.neck * 1.5),
            at(side, 0.07, body.neck * 0.6),
        ]
        canvas.shape(closed(points), ink.base if side == canvas.lighting.side else ink.shade, line=ink.line)
        a, b = at(side, -0.03, body.neck * 1.2), at(side, 0.07, body.neck * 0.7)
        canvas.stroke(line(a, b), second.base, 4)
    x, y = at(0, 0.075)
    canvas.dot((x, y), 9, second.deep)
    canvas.dot((x, y), 6.5, second.base)
    canvas.dot((x - 2, y - 2), 2, second.light)


def _panels(strip: Ribbon, top: float, low: float) -> tuple[Ribbon, Ribbon]:
    count = len(strip.left) - 1

    def edge(side: int) -> tuple[Point, ...]:
        points: list[Point] = []
        for i, (a, b) in enumerate(zip(strip.left, strip.right, strict=True)):
            share = top + (low - top) * i / count
            points.append(lerp(a, b, (side * share + 1) / 2))
        return tuple(points)

    return Ribbon(strip.left, edge(-1), round_end=3), Ribbon(edge(1), strip.right, round_end=3)


def _jacket(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    cut = worn.cut
    ink = Ink.of(worn.colour, canvas.lighting)
    strip = _ribbon(skeleton, worn)
    shut = "closed" in cut.features
    if shut:
        canvas.ribbon(Ribbon(strip.left, strip.right, round_end=8), ink, line_from=0.2)
        _vee(canvas, skeleton, ink, cut.neck)
        middle = skeleton.torso_at(0, 0.3 if cut.neck in {"lapel", "v"} else 0.1)
        end = strip.at(0, 0.995)
        canvas.stroke(line(middle, end), ink.deep, 2)
    else:
        for side, panel in zip((-1, 1), _panels(strip, *_OPENING.get(cut.neck, (0.24, 0.32))), strict=True):
            canvas.ribbon(panel, ink, rim=0.45 if side == canvas.lighting.side else 0.0)
        for panel in _panels(strip, *_OPENING.get(cut.neck, (0.24, 0.32))) if "ribs" in cut.features else ():
            canvas.shape(panel.part(0.93, 1.0, 2).path(), ink.shade, line=ink.deep)
    _jacket_collar(canvas, skeleton, worn, ink)
    _jacket_parts(canvas, skeleton, worn)


def _vee(canvas: Canvas, skeleton: Skeleton, ink: Ink, neck: str) -> None:
    at, width = skeleton.torso_at, skeleton.body.neck
    depth = 0.28 if neck in {"lapel", "v"} else 0.1
    points = [at(-1, 0.0, width * 1.25), at(0, depth, 0), at(1, 0.0, width * 1.25), at(0, -0.02, 0)]
    canvas.shape(polygon(points), ink.deep)


def _jacket_collar(canvas: Canvas, skeleton: Skeleton, worn: Worn, ink: Ink) -> None:
    neck, at, kind = skeleton.body.neck, skeleton.torso_at, worn.cut.neck
    if kind in {"lapel", "biker"}:
        depth = 0.46 if kind == "lapel" else 0.3
        for side in (-1, 1):
            tip = at(side, 0.22, neck * 3.0)
            points = [
                at(side, -0.05, neck * 1.15),
                at(side, 0.06, neck * 2.0),
                at(side, 0.13, neck * 2.5),
                at(side, 0.12, neck * 2.0),
                tip,
                at(side, depth, neck * 0.75),
                at(side, 0.2, neck * 0.95),
                at(side, 0.02, neck * 1.05),
            ]
            canvas.shape(
                polygon(points), ink.light if side == canvas.lighting.side else ink.base, line=ink.line
            )
    elif kind == "shirt":
        for side in (-1, 1):
            points = [
                at(side, -0.06, neck * 1.1),
                at(side, 0.03, neck * 2.1),
                at(side, 0.12, neck * 2.2),
                at(side, 0.1, neck * 0.95),
                at(side, 0.0, neck * 1.0),
            ]
            canvas.shape(polygon(points), ink.light, line=ink.line)
    elif kind == "stand":
        for side in (-1, 1):
            points = [
                at(side, -0.1, neck * 1.2),
                at(side, -0.06, neck * 1.5),
                at(side, 0.07, neck * 1.8),
                at(side, 0.11, neck * 0.9),
                at(side, 0.0, neck * 1.02),
            ]
            canvas.shape(polygon(points), ink.shade, line=ink.line)
    elif kind == "hood":
        points = [
            at(-1, -0.07, neck * 1.3),
            at(-1, 0.05, neck * 2.3),
            at(0, 0.15, 0),
            at(1, 0.05, neck * 2.3),
            at(1, -0.07, neck * 1.3),
            at(0, 0.06, 0),
        ]
        canvas.shape(closed(points), ink.shade, line=ink.line)


def _jacket_parts(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    features, at = worn.cut.features, skeleton.torso_at
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    opening = _OPENING.get(worn.cut.neck, (0.24, 0.32))
    if "buttons" in features:
        for place in _button_places(skeleton, worn, opening[1]):
            canvas.dot(place, 4, second.deep)
            canvas.dot(place, 2.4, second.base)
    if "pockets" in features:
        v = 0.92 if worn.cut.length > 0.15 else 0.42
        for side in (-1, 1):
            flap = [(0.42, v), (0.86, v - 0.01), (0.88, v + 0.1), (0.46, v + 0.11)]
            canvas.shape(polygon([at(side * u, w) for u, w in flap]), ink.shade, line=ink.deep)
    if "zip" in features or "zips" in features:
        for side in (-1, 1):
            u = side * opening[1] * 0.96
            canvas.stroke(line(at(u * 0.8, 0.22), at(u, 0.98)), second.base, 2.6)
    _jacket_badges(canvas, skeleton, worn, second)
    if "zips" in features:
        for a, b in (((0.5, 0.42), (0.82, 0.38)), ((0.52, 0.78), (0.84, 0.7)), ((-0.52, 0.78), (-0.84, 0.7))):
            canvas.stroke(line(at(*a), at(*b)), second.base, 3)


def _button_places(skeleton: Skeleton, worn: Worn, opening: float) -> list[Point]:
    shut, double = "closed" in worn.cut.features, "belt" in worn.cut.features
    column = 0.0 if shut else -opening - 0.05
    columns = (column - 0.22, column + 0.22) if double else (column,)
    rows = (0.42, 0.56, 0.7, 0.84) if shut else (0.56, 0.72)
    return [skeleton.torso_at(u, v) for u in columns for v in rows]


def _jacket_badges(canvas: Canvas, skeleton: Skeleton, worn: Worn, second: Ink) -> None:
    at = skeleton.torso_at
    if "belt" in worn.cut.features:
        canvas.ribbon(skeleton.torso(0.66, 0.73, plus=worn.cut.ease + 1.5), second, rim=0)
        x, y = at(0, 0.695)
        canvas.shape(f"M{number(x - 9)} {number(y - 9)}h18v18h-18Z", second.light, line=second.line)
    if "badge" in worn.cut.features:
        corners = [at(0.42, 0.3), at(0.68, 0.29), at(0.68, 0.38), at(0.42, 0.39)]
        canvas.shape(polygon(corners), second.base, line=second.deep)


def _apron(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    ink = Ink.of(worn.colour, canvas.lighting)
    at = skeleton.torso_at
    strip = skirt_ribbon(skeleton, worn.cut.length, 6, 5)
    for side in (-1, 1):
        canvas.stroke(line(at(side * 0.42, 0.27), at(side * 0.3, 0.02)), ink.line, 8)
        canvas.stroke(line(at(side * 0.42, 0.27), at(side * 0.3, 0.02)), ink.base, 6)
    skirt = strip.band(-0.78, 0.78)
    canvas.ribbon(Ribbon(skirt.left, skirt.right, round_end=8), ink)
    bib = [at(-0.5, 0.25), at(0.5, 0.25), at(0.62, 0.55), at(0.82, 0.72), at(-0.82, 0.72), at(-0.62, 0.55)]
    canvas.shape(polygon(bib), ink.base, line=ink.line)
    canvas.shape(skeleton.torso(0.685, 0.725, plus=5).path(), ink.shade, line=ink.line)
    pocket = [at(-0.36, 0.82), at(0.36, 0.82), at(0.34, 1.02), at(-0.34, 1.02)]
    canvas.shape(polygon(pocket), ink.shade, line=ink.deep)


def _drape(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    at = skeleton.torso_at
    upper = [at(-1.0, 0.06), at(-0.2, 0.3), at(0.5, 0.52), at(1.06, 0.74)]
    lower = [at(1.06, 0.98), at(0.3, 0.76), at(-0.4, 0.5), at(-1.04, 0.2)]
    canvas.shape(smooth(upper) + smooth(lower, start=False) + "Z", ink.light, line=ink.line)
    canvas.stroke(smooth(upper), second.base, 5)
    canvas.stroke(smooth(lower), second.base, 7)
    for share in (0.3, 0.6):
        points = [lerp(a, b, share) for a, b in zip(upper, lower[::-1], strict=True)]
        canvas.stroke(smooth(points), ink.shade, 2.4)
