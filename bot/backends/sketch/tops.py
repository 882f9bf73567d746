"""Tops and dress bodices: cut along the torso, with necklines, collars and small parts."""

from __future__ import annotations

from bot.backends.sketch.bottoms import flower
from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Point, Ribbon, number, polygon, smooth
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.skeleton import Skeleton

BARE = {"strap": 0.235, "bandeau": 0.26, "halter": 0.22}
"""Where a top that leaves the shoulders free begins on the torso."""


def line(*points: Point) -> str:
    """Path data of straight strokes through the points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def draw_skin(canvas: Canvas, skeleton: Skeleton, skin: Ink) -> None:
    """Shoulders and chest, which a low neckline shows."""
    canvas.ribbon(skeleton.torso(-0.05, 0.45), skin, line_from=0.3, rim=0.3)
    for side in (-1, 1):
        a, b = skeleton.torso_at(side * 0.12, 0.055), skeleton.torso_at(side * 0.62, 0.035)
        canvas.stroke(
            f"M{number(a[0])} {number(a[1])}Q{number(a[0])} {number(b[1] + 3)} {number(b[0])} {number(b[1])}",
            skin.deep,
            1.3,
            0.55,
        )


def draw_top(canvas: Canvas, skeleton: Skeleton, worn: Worn, skin: Ink) -> None:
    """A top from its neckline to its hem."""
    cut = worn.cut
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    start = BARE.get(cut.neck, 0.015)
    end = 0.8 if cut.tuck else cut.length
    strip = skeleton.torso(start, end, plus=cut.ease)
    body = Ribbon(strip.left, strip.right, round_end=4 if not cut.tuck else 0)
    if cut.neck in BARE:
        _bare_top(canvas, skeleton, worn, ink)
    else:
        canvas.ribbon(body, ink, line_from=0.22)
    _pattern(canvas, skeleton, worn, strip, second)
    _bust(canvas, skeleton, ink)
    _folds(canvas, skeleton, ink, end)
    _neckline(canvas, skeleton, worn, ink, second, skin)
    draw_features(canvas, skeleton, worn, strip, ink, second)


def _bare_top(canvas: Canvas, skeleton: Skeleton, worn: Worn, ink: Ink) -> None:
    cut = worn.cut
    end = 0.8 if cut.tuck else cut.length
    start = BARE[cut.neck]
    strip = skeleton.torso(start, end, plus=max(cut.ease - 1, 0.5))
    canvas.ribbon(Ribbon(strip.left, strip.right), ink, line_from=0.05)
    at = skeleton.torso_at
    if cut.neck == "bandeau":
        top = [
            at(-1, start + 0.01),
            at(-0.5, start - 0.035),
            at(0, start + 0.02),
            at(0.5, start - 0.035),
            at(1, start + 0.01),
        ]
    elif cut.neck == "halter":
        top = [
            at(-1, start + 0.02),
            at(-0.55, 0.1),
            at(-0.2, -0.02),
            at(0, 0.16),
            at(0.2, -0.02),
            at(0.55, 0.1),
            at(1, start + 0.02),
        ]
    else:
        top = [
            at(-1, start + 0.01),
            at(-0.72, 0.15),
            at(-0.4, 0.17),
            at(0, 0.245),
            at(0.4, 0.17),
            at(0.72, 0.15),
            at(1, start + 0.01),
        ]
    under = [at(0.98, start + 0.05), at(-0.98, start + 0.05)]
    canvas.shape(smooth(top) + "L" + "L".join(f"{number(x)} {number(y)}" for x, y in under) + "Z", ink.base)
    canvas.stroke(smooth(top), ink.line, canvas.outline, 0.8)
    if cut.neck == "strap":
        for side in (-1, 1):
            a, b = at(side * 0.66, 0.165), at(side * 0.86, 0.045)
            canvas.stroke(line(a, b), ink.line, 7.4)
            canvas.stroke(line(a, b), ink.base, 5.4)


def _bust(canvas: Canvas, skeleton: Skeleton, ink: Ink) -> None:
    bust = skeleton.body.bust
    if bust <= 0.5:
        if bust == 0:
            for side in (-1, 1):
                a, b, c = (
                    skeleton.torso_at(side * u, v) for u, v in ((0.12, 0.345), (0.42, 0.385), (0.72, 0.33))
                )
                canvas.stroke(smooth([a, b, c]), ink.deep, 1.5, 0.4)
        return
    for side in (-1, 1):
        a, b, c = (skeleton.torso_at(side * u, v) for u, v in ((0.16, 0.385), (0.5, 0.44), (0.88, 0.375)))
        d = skeleton.torso_at(side * 0.54, 0.405)
        canvas.shape(smooth([a, b, c]) + smooth([c, d, a], start=False) + "Z", ink.deep, opacity=0.45)


def _folds(canvas: Canvas, skeleton: Skeleton, ink: Ink, end: float) -> None:
    side = -canvas.lighting.side
    for u, v, length in ((0.95, 0.62, 0.3), (0.96, 0.68, 0.42), (-0.96, 0.66, 0.24)):
        if v < end:
            a, b = (
                skeleton.torso_at(side * u, v),
                skeleton.torso_at(side * (u - length * (1 if u > 0 else -1)), v + 0.025),
            )
            canvas.stroke(line(a, b), ink.deep, 1.5, 0.5)


def _pattern(canvas: Canvas, skeleton: Skeleton, worn: Worn, strip: Ribbon, second: Ink) -> None:
    if worn.pattern == "stripes":
        for i in range(6):
            v = 0.2 + i * 0.14
            canvas.shape(strip.part(v, v + 0.06, 3).path(), second.base)
    elif worn.pattern in {"dots", "flowers"}:
        for row in range(7):
            for col in range(5):
                u = -0.8 + 1.6 * (col + (0.5 if row % 2 else 0.1)) / 5
                place = strip.at(u, 0.24 + row * 0.115)
                if worn.pattern == "dots":
                    canvas.dot(place, 3, second.base)
                else:
                    flower(canvas, place, 5, second.base, second.deep)
    elif worn.pattern == "checks":
        for i in range(5):
            v = 0.12 + i * 0.18
            canvas.shape(strip.part(v, v + 0.05, 3).path(), second.base, opacity=0.5)
        for i in range(5):
            u = -0.8 + i * 0.4
            canvas.shape(strip.band(u - 0.07, u + 0.07).part(0.12, 1).path(), second.base, opacity=0.5)
    elif worn.pattern == "star":
        x, y = skeleton.torso_at(0, 0.36)
        star = "M0,-16 L4.700,-5 L16,-4 L7.500,3.500 L10,15 L0,9 L-10,15 L-7.500,3.500 L-16,-4 L-4.700,-5Z"
        canvas.raw(f'<path d="{star}" fill="{second.base}"/>', f"translate({number(x)} {number(y)})")


def _neckline(canvas: Canvas, skeleton: Skeleton, worn: Worn, ink: Ink, second: Ink, skin: Ink) -> None:
    """The opening, in skin, and its edge."""
    neck, kind = skeleton.body.neck, worn.cut.neck
    at = skeleton.torso_at
    if kind in BARE:
        return
    if kind == "turtle":
        strip = skeleton.torso(-0.13, 0.05)
        wide = Ribbon(
            tuple(at(-1, -0.13 + i * 0.06, neck * (1.16 + i * 0.05)) for i in range(4)),
            tuple(at(1, -0.13 + i * 0.06, neck * (1.16 + i * 0.05)) for i in range(4)),
            round_end=6,
        )
        canvas.ribbon(wide, ink)
        fold = Ribbon(wide.left[:3], wide.right[:3], round_end=4)
        canvas.ribbon(fold.part(0.0, 0.75, 3), ink)
        del strip
        return
    depth, wide_by = {"crew": (0.075, 1.3), "collar": (0.13, 1.15), "scoop": (0.17, 2.1), "v": (0.23, 1.45), "boat": (0.06, 2.6), "square": (0.16, 2.0), "wrap": (0.27, 1.5), "deep_v": (0.3, 1.5)}.get(kind, (0.075, 1.3))  # fmt: skip
    half = neck * wide_by
    left, right = at(-1, 0.0, half), at(1, 0.0, half)
    if kind in {"v", "collar", "wrap", "deep_v"}:
        edge = [
            left,
            at(-1, depth * 0.55, half * 0.52),
            at(0, depth, 0),
            at(1, depth * 0.55, half * 0.52),
            right,
        ]
        outline = line(*edge)
    elif kind == "square":
        edge = [left, at(-1, depth, half * 0.86), at(1, depth, half * 0.86), right]
        outline = line(*edge)
    else:
        edge = [
            left,
            at(-1, depth * 0.72, half * 0.72),
            at(0, depth, 0),
            at(1, depth * 0.72, half * 0.72),
            right,
        ]
        outline = smooth(edge)
    up_right, up_left = at(1, -0.05, neck * 1.0), at(-1, -0.05, neck * 1.0)
    canvas.shape(
        outline + f"L{number(up_right[0])} {number(up_right[1])}L{number(up_left[0])} {number(up_left[1])}Z",
        skin.base,
    )
    shade = [at(-1, -0.04, neck), at(0.1, 0.045, neck), at(1, -0.04, neck)]
    canvas.shape(smooth(shade) + "Z", skin.shade, opacity=0.8)
    trim = second.base if "trim" in worn.cut.features else ink.shade
    canvas.stroke(outline, ink.line, 5.4 if kind != "collar" else 2, 0.7)
    canvas.stroke(outline, trim, 4 if kind != "collar" else 1)
    if kind == "wrap":
        for side in (-1, 1):
            a, b = at(side * 1.0, 0.0, half * 1.05), at(-side * 0.62, 0.62)
            if side > 0:
                b = at(0.0, 0.27)
            canvas.stroke(line(a, b), second.line, 11)
            canvas.stroke(line(a, b), second.base, 9)


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
            at(side, 0.0, neck * 0.92),
        ]
        canvas.shape(
            polygon([points[0], points[1], points[2], points[3]]),
            ink.light if side == canvas.lighting.side else ink.base,
            line=ink.line,
        )


def draw_features(
    canvas: Canvas, skeleton: Skeleton, worn: Worn, strip: Ribbon, ink: Ink, second: Ink
) -> None:
    """Buttons, zips, pockets, ties, bows, sashes and plates."""
    features, at = worn.cut.features, skeleton.torso_at
    if "placket" in features:
        canvas.stroke(line(at(0, 0.13), at(0, min(worn.cut.length, 1.0))), ink.deep, 1.6, 0.8)
    if "buttons" in features:
        for i in range(5):
            v = 0.2 + i * 0.14
            if v < worn.cut.length - 0.03:
                canvas.dot(at(0, v), 3, second.light)
                canvas.dot(at(0, v), 1.4, second.deep)
    if "zip" in features:
        canvas.stroke(line(at(0, 0.08), at(0, worn.cut.length)), second.deep, 3.4)
        canvas.stroke(line(at(0, 0.08), at(0, worn.cut.length)), second.light, 1.4)
    if "pocket" in features:
        p = [at(0.2, 0.3), at(0.62, 0.29), at(0.6, 0.42), at(0.42, 0.45), at(0.22, 0.43)]
        canvas.shape(polygon(p), ink.shade, line=ink.deep)
    if "kangaroo" in features:
        p = [at(-0.34, 0.66), at(0.34, 0.66), at(0.66, 0.9), at(-0.66, 0.9)]
        canvas.shape(polygon(p), ink.shade, line=ink.deep)
    if "strings" in features:
        for side in (-1, 1):
            a, b = at(side * 0.2, 0.07), at(side * 0.24, 0.27)
            canvas.stroke(line(a, b), second.light, 3)
            canvas.dot(b, 2.8, second.deep)
    if "tie" in features:
        p = [
            at(-0.07, 0.085),
            at(0.07, 0.085),
            at(0.05, 0.13),
            at(0.11, 0.5),
            at(0, 0.58),
            at(-0.11, 0.5),
            at(-0.05, 0.13),
        ]
        canvas.shape(polygon(p), second.base, line=second.line)
    if "bow" in features:
        c = at(0, 0.1)
        for side in (-1, 1):
            p = [c, at(side * 0.34, 0.04), at(side * 0.36, 0.16)]
            canvas.shape(polygon(p), second.base, line=second.line)
            canvas.stroke(line(c, at(side * 0.14, 0.27)), second.base, 5)
        canvas.dot(c, 5, second.deep)
    if "ribs" in features:
        for v in (0.93, 0.96, 0.99):
            canvas.stroke(
                line(at(-0.98, worn.cut.length * v), at(0.98, worn.cut.length * v)), ink.deep, 1.3, 0.55
            )
    if "knit" in features:
        for row in range(5):
            v = 0.26 + row * 0.13
            points = [at(-0.85 + i * 0.17, v + (0.018 if i % 2 else -0.018)) for i in range(11)]
            canvas.stroke(line(*points), second.base, 3, 0.85)
    if "lace" in features or "frill" in features:
        for i in range(7):
            canvas.dot(at(0.5 * (i - 3) / 3, 0.2 + 0.03 * (i % 2)), 5, second.light)
    if "plates" in features:
        _breastplate(canvas, skeleton, ink, second)
    if "belt" in features:
        band = skeleton.torso(0.66, 0.715, plus=worn.cut.ease + 1.5)
        canvas.ribbon(band, second, rim=0)
        b = at(0, 0.688)
        canvas.shape(f"M{number(b[0] - 7)} {number(b[1] - 7)}h14v14h-14Z", "#e2c063", line=second.line)
    if "emblem" in features:
        canvas.dot(at(0.4, 0.28), 7, second.base)
        canvas.dot(at(0.4, 0.28), 3.4, second.light)
    if "shoulder_strap" in features:
        canvas.stroke(line(at(-0.85, 0.05), at(0.9, 0.72)), second.base, 9)


def draw_sash(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """A wide sash around the waist, over top and skirt."""
    if "sash" not in worn.cut.features:
        return
    second = Ink.of(worn.second, canvas.lighting)
    canvas.ribbon(skeleton.torso(0.58, 0.77, plus=worn.cut.ease + 2.5), second)
    canvas.shape(skeleton.torso(0.655, 0.69, plus=worn.cut.ease + 3).path(), second.light)
    canvas.dot(skeleton.torso_at(0, 0.672), 5.5, second.deep)


def draw_belt(canvas: Canvas, skeleton: Skeleton, colour: str) -> None:
    """A belt that was asked for."""
    ink = Ink.of(colour, canvas.lighting)
    canvas.ribbon(skeleton.torso(0.7, 0.75, plus=5.5), ink, rim=0)
    x, y = skeleton.torso_at(0, 0.725)
    canvas.shape(f"M{number(x - 7)} {number(y - 6)}h14v12h-14Z", "#e2c063", line=ink.line)


def _breastplate(canvas: Canvas, skeleton: Skeleton, ink: Ink, second: Ink) -> None:
    at = skeleton.torso_at
    edge = [
        at(-0.92, 0.14),
        at(-0.9, 0.36),
        at(-0.55, 0.55),
        at(0, 0.6),
        at(0.55, 0.55),
        at(0.9, 0.36),
        at(0.92, 0.14),
        at(0.4, 0.1),
        at(0, 0.15),
        at(-0.4, 0.1),
    ]
    canvas.shape(smooth(edge) + "Z", ink.light, line=ink.line)
    side = -canvas.lighting.side
    shade = [
        at(0.06 * side, 0.16),
        at(0.92 * side, 0.15),
        at(0.9 * side, 0.36),
        at(0.55 * side, 0.54),
        at(0.06 * side, 0.59),
    ]
    canvas.shape(smooth(shade) + "Z", ink.shade, opacity=0.7)
    canvas.stroke(line(at(0, 0.16), at(0, 0.6)), second.base, 3)
    for v in (0.68, 0.78):
        canvas.stroke(smooth([at(-0.98, v - 0.02), at(0, v + 0.02), at(0.98, v - 0.02)]), ink.deep, 2.4)
    canvas.dot(at(0, 0.33), 8, second.base)
    canvas.dot(at(0, 0.33), 4, second.light)
