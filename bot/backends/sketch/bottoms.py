# ruff: noqa: PLR2004 - the numbers are the drawing
"""Trousers, shorts and skirts, cut along the legs."""

from __future__ import annotations

from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Point, Ribbon, Width, lerp, line, number, profile, scaled, smooth
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.patterns import draw_pattern
from bot.backends.sketch.skeleton import Limb, Skeleton

WAIST = 0.7
"""Where a waistband sits on the torso."""


def draw_bottom(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """Whatever covers the hips and legs."""
    if worn.cut.kind == "skirt":
        draw_skirt(canvas, skeleton, worn)
    else:
        draw_trousers(canvas, skeleton, worn)


def _leg_order(skeleton: Skeleton) -> tuple[Limb, Limb]:
    first, second = sorted(skeleton.legs, key=lambda leg: leg.joints[1][1])
    return first, second


def _leg_width(skeleton: Skeleton, worn: Worn) -> Width:
    cut, body = worn.cut, skeleton.body
    if cut.kind == "tights":
        return scaled(body.leg, 1.02, 0.5)
    base = scaled(body.leg, 1.03, cut.ease)
    if cut.flare > 0:
        stops = (0, base(0)), (0.2, base(0.2)), (0.52, base(0.52) + cut.flare * 0.3)
        return profile(*stops, (cut.length, base(cut.length) + cut.flare))
    return profile((0, base(0)), (0.18, base(0.18)), (0.5, base(0.5)), (1.0, max(base(1.0), body.calf * 0.8)))


def draw_trousers(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """Trousers or shorts: a tube for each leg and the seat that joins them."""
    ink = Ink.of(worn.colour, canvas.lighting)
    width = _leg_width(skeleton, worn)
    for leg in _leg_order(skeleton):
        end = min(worn.cut.length, leg.half if leg.hidden else 1.0)
        strip = leg.strip(width, 0.0, end)
        knee = width(end) * 1.2 if leg.hidden and end == leg.half else 3.0
        rim = 0.45 if leg.side == canvas.lighting.side else 0.0
        canvas.ribbon(Ribbon(strip.left, strip.right, round_end=knee), ink, line_from=0.16, rim=rim)
        inner = strip.band(-1, -0.55) if leg.side > 0 else strip.band(0.55, 1)
        canvas.shape(inner.part(0.05, 0.5).path(), ink.deep, opacity=0.35)
        _leg_parts(canvas, leg, strip, worn)
    seat = skeleton.torso(WAIST, 1.13, plus=worn.cut.ease * 0.7)
    canvas.ribbon(Ribbon(seat.left, seat.right, round_end=14), ink, line_to=0.8, rim=0)
    crotch = lerp(skeleton.legs[0].joints[0], skeleton.legs[1].joints[0], 0.5)
    fly = line((crotch[0], crotch[1] + 26), skeleton.torso_at(0, WAIST + 0.04))
    canvas.stroke(fly, ink.deep, 1.5, 0.6)
    if "pockets" in worn.cut.features:
        for side in (-1, 1):
            (ax, ay), (bx, by) = seat.at(side * 0.5, 0.2), seat.at(side * 0.92, 0.5)
            canvas.stroke(
                f"M{number(ax)} {number(ay)}Q{number(ax)} {number(by)} {number(bx)} {number(by)}",
                ink.deep,
                1.6,
                0.8,
            )
    canvas.shape(seat.part(0.0, 0.12, 2).path(), ink.shade)


def _leg_parts(canvas: Canvas, leg: Limb, strip: Ribbon, worn: Worn) -> None:
    features = worn.cut.features
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    if worn.pattern and worn.pattern != "star":
        draw_pattern(canvas, strip, worn.pattern, second, 0.12)
    if "cuffs" in features:
        canvas.ribbon(strip.part(0.95, 1.0, 3), second, rim=0)
    if "side_stripe" in features:
        band = strip.band(0.62, 0.86) if leg.side > 0 else strip.band(-0.86, -0.62)
        canvas.shape(band.path(), second.base)
    if "crease" in features:
        canvas.stroke(smooth([strip.at(0, 0.2), strip.at(0, 0.55), strip.at(0, 0.96)]), ink.deep, 1.4, 0.55)


def skirt_ribbon(
    skeleton: Skeleton, length: float, flare: float, ease: float, start: float = WAIST
) -> Ribbon:
    """The outline of a skirt or a coat's tails: from the waist over the hips along the outer sides of the legs."""
    body = skeleton.body
    width = body.leg
    left: list[Point] = []
    right: list[Point] = []
    steps_torso, steps_leg = (7, 12) if start > 0.5 else (14, 12)
    hip_end = 1.0
    torso_width = skeleton.torso_width()
    for i in range(steps_torso):
        v = start + (hip_end - start) * i / steps_torso
        extra = ease + flare * 0.12 * (i / steps_torso) ** 2
        left.append(skeleton.torso_at(-1, v, torso_width(v) + extra))
        right.append(skeleton.torso_at(1, v, torso_width(v) + extra))
    joint = abs(skeleton.legs[1].joints[0][0] - skeleton.legs[0].joints[0][0]) / 2
    settle = body.hip - joint - width(0)
    sides = [leg.strip(lambda _v: 0.0) for leg in skeleton.legs]
    for i in range(1, steps_leg + 1):
        share = i / steps_leg
        v = length * share
        grow = ease + flare * (0.12 + 0.88 * share)
        points: list[Point] = []
        for leg, centre in zip(skeleton.legs, sides, strict=True):
            at = centre.at(0, v)
            before, after = centre.at(0, max(v - 0.05, 0)), centre.at(0, min(v + 0.05, 1))
            dx, dy = after[0] - before[0], after[1] - before[1]
            size = (dx * dx + dy * dy) ** 0.5 or 1.0
            outward = (dy / size * leg.side, -dx / size * leg.side)
            half = width(v * 0.6) * (1 - 0.25 * share) + grow + settle * (1 - share)
            points.append((at[0] + outward[0] * half, at[1] + outward[1] * half * 0.6))
        left.append(points[0])
        right.append(points[1])
    return Ribbon(_loose(left, -1, steps_torso), _loose(right, 1, steps_torso))


def _loose(points: list[Point], side: int, hip: int) -> tuple[Point, ...]:
    """Cloth hangs: below the hips a contour never turns in by more than a little."""
    out: list[Point] = []
    widest = points[hip - 1][0] * side
    for i, (x, y) in enumerate(points):
        if i >= hip:
            widest = max(widest - 1.2, x * side)
            x = max(x * side, widest) * side  # noqa: PLW2901
        out.append((x, y))
    return tuple(out)


def draw_skirt(canvas: Canvas, skeleton: Skeleton, worn: Worn, start: float = WAIST) -> None:
    """A skirt, also of a dress."""
    cut = worn.cut
    ink = Ink.of(worn.colour, canvas.lighting)
    strip = skirt_ribbon(skeleton, cut.length, cut.flare, cut.ease, start)
    hem = Ribbon(strip.left, strip.right, round_end=9 + cut.flare * 0.12)
    canvas.ribbon(hem, ink)
    second = Ink.of(worn.second, canvas.lighting)
    folds = 9 if "pleats" in cut.features else 5 if cut.flare > 12 else 2
    for i in range(folds):
        u = -0.8 + 1.6 * (i + 0.5) / folds
        top, bottom = strip.at(u * 0.8, 0.4 if "pleats" not in cut.features else 0.12), strip.at(u, 0.995)
        wide = 0.05 if "pleats" in cut.features else 0.045 + 0.02 * (i % 2)
        right = strip.at(u + wide * 2, 1.0)
        canvas.shape(
            f"M{number(top[0])} {number(top[1])}L{number(bottom[0])} {number(bottom[1] + 4)}"
            f"L{number(right[0])} {number(right[1] + 4)}Z",
            ink.deep,
            opacity=0.4,
        )
    if worn.pattern != "star":
        draw_pattern(canvas, hem, worn.pattern, second, 0.1)
    if "slit" in cut.features:
        a, b, c = strip.at(0.42, 0.55), strip.at(0.3, 1.0), strip.at(0.56, 1.0)
        canvas.shape(
            f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1] + 8)}L{number(c[0])} {number(c[1] + 6)}Z",
            ink.deep,
        )
    if "band" in cut.features:
        canvas.shape(strip.part(0.0, 0.07, 2).path(), second.base)
    if "hem" in cut.features or "lace" in cut.features:
        band = strip.part(0.92, 1.0, 3)
        canvas.ribbon(Ribbon(band.left, band.right, round_end=9 + cut.flare * 0.12), second, rim=0)
