"""Trousers, shorts and skirts, cut along the legs."""

from __future__ import annotations

from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Point, Ribbon, lerp, number, profile, scaled
from bot.backends.sketch.paint import Canvas, Ink
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


def draw_trousers(canvas: Canvas, skeleton: Skeleton, worn: Worn) -> None:
    """Trousers or shorts: a tube for each leg and the seat that joins them."""
    cut, body = worn.cut, skeleton.body
    ink = Ink.of(worn.colour, canvas.lighting)
    ease = cut.ease
    length = min(cut.length, 1.0)
    if cut.kind == "tights":
        width = scaled(body.leg, 1.02, 0.5)
    elif cut.flare > 0:
        base = scaled(body.leg, 1.02, ease)
        hem = base(length) + cut.flare
        width = profile((0, base(0)), (0.2, base(0.2)), (0.52, base(0.52) + cut.flare * 0.3), (length, hem))
    else:
        base = scaled(body.leg, 1.03, ease)
        width = profile(
            (0, base(0)), (0.18, base(0.18)), (0.5, base(0.5)), (1.0, max(base(1.0), body.calf * 0.8))
        )
    strips: list[Ribbon] = []
    for leg in _leg_order(skeleton):
        strip = leg.strip(width, 0.0, length)
        strips.append(strip)
        rim = 0.45 if leg.side == canvas.lighting.side else 0.0
        canvas.ribbon(Ribbon(strip.left, strip.right, round_end=3), ink, line_from=0.16, rim=rim)
        inner = Ribbon(strip.left, strip.right).band(-1, -0.55) if leg.side > 0 else strip.band(0.55, 1)
        canvas.shape(inner.part(0.05, 0.5).path(), ink.deep, opacity=0.35)
        if "cuffs" in cut.features:
            canvas.ribbon(strip.part(0.95, 1.0, 3), Ink.of(worn.second, canvas.lighting), rim=0)
        if "side_stripe" in cut.features:
            band = strip.band(0.62, 0.86) if leg.side > 0 else strip.band(-0.86, -0.62)
            canvas.shape(band.path(), Ink.of(worn.second, canvas.lighting).base)
        if "crease" in cut.features:
            a, b, c = strip.at(0, 0.2), strip.at(0, 0.55), strip.at(0, 0.96)
            canvas.stroke(
                f"M{number(a[0])} {number(a[1])}Q{number(b[0])} {number(b[1])} {number(c[0])} {number(c[1])}",
                ink.deep, 1.4, 0.55,
            )  # fmt: skip
    seat = skeleton.torso(WAIST, 1.13, plus=ease * 0.7)
    crotch = lerp(skeleton.legs[0].joints[0], skeleton.legs[1].joints[0], 0.5)
    canvas.ribbon(Ribbon(seat.left, seat.right, round_end=14), ink, line_to=0.8, rim=0)
    canvas.stroke(
        f"M{number(crotch[0])} {number(crotch[1] + 26)}"
        f"L{number(skeleton.torso_at(0, WAIST + 0.04)[0])} {number(skeleton.torso_at(0, WAIST + 0.04)[1])}",
        ink.deep, 1.5, 0.6,
    )  # fmt: skip
    if "pockets" in cut.features:
        for side in (-1, 1):
            a, b = seat.at(side * 0.5, 0.2), seat.at(side * 0.92, 0.5)
            canvas.stroke(
                f"M{number(a[0])} {number(a[1])}Q{number(a[0])} {number(b[1])} {number(b[0])} {number(b[1])}",
                ink.deep, 1.6, 0.8,
            )  # fmt: skip
    band = seat.part(0.0, 0.12, 2)
    canvas.shape(band.path(), ink.shade)
    if "ripped" in cut.features:
        for strip in strips:
            for v in (0.5, 0.3):
                p, q = strip.at(-0.4, v), strip.at(0.4, v + 0.01)
                canvas.stroke(
                    f"M{number(p[0])} {number(p[1])}L{number(q[0])} {number(q[1])}", ink.light, 4, 0.9
                )


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
    _skirt_pattern(canvas, hem, worn, second)
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


def _skirt_pattern(canvas: Canvas, strip: Ribbon, worn: Worn, second: Ink) -> None:
    if worn.pattern in {"dots", "flowers"}:
        for row in range(7):
            for col in range(6):
                u = -0.85 + 1.7 * (col + (0.5 if row % 2 else 0.1)) / 6
                place = strip.at(u, 0.1 + row * 0.13)
                if worn.pattern == "dots":
                    canvas.dot(place, 3.2, second.base)
                else:
                    flower(canvas, place, 5.5, second.base, second.deep)
    elif worn.pattern == "stripes":
        for row in range(6):
            canvas.shape(strip.part(0.08 + row * 0.155, 0.14 + row * 0.155, 3).path(), second.base)
    elif worn.pattern == "checks":
        for row in range(5):
            canvas.shape(strip.part(0.1 + row * 0.18, 0.14 + row * 0.18, 3).path(), second.base, opacity=0.5)
        for col in range(5):
            u = -0.8 + col * 0.4
            canvas.shape(strip.band(u - 0.05, u + 0.05).path(), second.base, opacity=0.5)


def flower(canvas: Canvas, centre: Point, size: float, petals: str, heart: str) -> None:
    """A small printed flower."""
    x, y = centre
    for dx, dy in ((0, -1), (0.95, -0.3), (0.6, 0.8), (-0.6, 0.8), (-0.95, -0.3)):
        canvas.dot((x + dx * size * 0.55, y + dy * size * 0.55), size * 0.42, petals)
    canvas.dot(centre, size * 0.3, heart)
