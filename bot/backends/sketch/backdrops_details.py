"""Props that a scene names: drawn into any place, at its edges, where it makes sense there."""

from __future__ import annotations

import math
from collections.abc import Callable

from bot.backends.sketch.backdrops_east import steam
from bot.backends.sketch.backdrops_fair import balloon
from bot.backends.sketch.backdrops_growth import flowers, leafy_corner
from bot.backends.sketch.backdrops_paint import Painter, circle_d, leaf_d, num, points_d
from bot.backends.sketch.backdrops_sky import strew_leaves
from bot.backends.sketch.backdrops_town import bulbs, bunting, puddles

PARTY = ("#e8604c", "#f2b84b", "#4fa3b8", "#b07cc8", "#7ab06a", "#f28aa8")


def paint_details(p: Painter, *, indoors: bool) -> None:
    """Draw the named props that the place has not drawn itself; what cannot be is left undone."""
    for name in sorted(p.details - p.done):
        draw = _ANYWHERE.get(name) or (_INDOORS if indoors else _OUTDOORS).get(name)
        if draw:
            draw(p)
            p.done.add(name)


def _foot(p: Painter, fx: float, fy: float) -> tuple[float, float, float]:
    """A spot on the near ground and units per centimetre there."""
    y = p.h * fy
    return p.w * fx, y, p.metre(y) / 100


def _candles(p: Painter) -> None:
    for fx, fy, size in ((0.20, 0.965, 0.52), (0.815, 0.95, 0.46), (0.08, 0.93, 0.42)):
        x, y, cm = _foot(p, fx, fy)
        p.glow(x, y - 40 * cm * size, 60 * cm * size, "#ffb84f", 0.35 + 0.3 * p.light.lamps)
        p.part("candles", x, y, cm * size)


def _lanterns(p: Painter) -> None:
    size = p.short * 0.0019
    for k, (fx, fy) in enumerate(
        ((0.05, 0.20), (0.15, 0.14), (0.26, 0.17), (0.74, 0.16), (0.86, 0.13), (0.955, 0.21))
    ):
        x, y = p.w * fx, p.h * fy
        p.rect(x - 1, 0, 2, y - 60 * size, "#3a3038")
        if p.light.dark:
            p.glow(x, y - 24 * size, 58 * size, "#ff9f5a", 0.6)
        p.part("paperlantern", x, y, size, colours={"paper": ("#e8604c", "#f2b84b", "#fff0d0")[k % 3]})


def _flowers_outdoors(p: Painter) -> None:
    p.front = True
    for fx in (0.0, 0.80):
        flowers(
            p,
            f"named{fx}",
            p.w * fx,
            p.h * 0.93,
            p.w * 0.20,
            p.h * 0.07,
            12,
            p.h * 0.024,
            ("#f28aa8", "#fff3e0", "#f2b84b", "#b58ad8"),
        )
    p.front = False


def _flowers_indoors(p: Painter) -> None:
    x, y, cm = _foot(p, 0.05, 1.0)
    p.front = True
    p.part("planter", x, y, cm * 0.62)
    p.front = False


def _fireplace(p: Painter) -> None:
    x, y, cm = _foot(p, 0.12, 0.79)
    p.part("fireplace", x, y, cm)
    p.glow(x, y - 40 * cm, 95 * cm, "#ff9f45", 0.55)


def _campfire(p: Painter) -> None:
    x, y, cm = _foot(p, 0.86, 0.94)
    p.ellipse(x, y, 85 * cm, 13 * cm, "#ffb060", op=0.25 + 0.2 * p.light.lamps, raw=True)
    p.glow(x, y - 45 * cm, 125 * cm, "#ff9f45", 0.5 + 0.25 * p.light.lamps)
    p.part("campfire", x, y, cm * 0.58)
    rng = p.rng("sparks")
    p.path(
        "".join(
            circle_d(x + rng.uniform(-40, 40) * cm, y - rng.uniform(70, 160) * cm, rng.uniform(1, 2.2) * cm)
            for _ in range(12)
        ),
        "#ffd27a",
        raw=True,
    )


def _cherry_blossoms(p: Painter) -> None:
    for corner in ("left", "right"):
        leafy_corner(p, f"cherry-{corner}", corner, p.short * 0.30, "#a8566a")
    p.front = True
    rng = p.rng("blossoms")
    for tone in ("#f7a8c0", "#ffd6e2"):
        d = ""
        for side in (0, 1):
            for _ in range(22):
                reach = p.short * 0.34 * rng.random()
                a = rng.uniform(0.05, 1.35)
                x = math.cos(a) * reach
                x, y, r = (
                    (x if side == 0 else p.w - x),
                    math.sin(a) * reach,
                    p.short * rng.uniform(0.008, 0.013),
                )
                d += "".join(
                    circle_d(x + math.cos(k * 1.257) * r, y + math.sin(k * 1.257) * r, r * 0.72)
                    for k in range(5)
                )
        p.path(d, tone)
    p.front = False
    strew_leaves(p, "petals", 34, ("#f7b6c8", "#ffe0ea"))


def _string_lights(p: Painter) -> None:
    bulbs(p, -10, p.h * 0.03, p.w * 0.36, p.h * 0.035, p.h * 0.055, 10, p.short * 0.008)
    bulbs(p, p.w * 0.36, p.h * 0.035, p.w * 0.70, p.h * 0.03, p.h * 0.04, 9, p.short * 0.008)
    bulbs(p, p.w * 0.70, p.h * 0.03, p.w + 10, p.h * 0.045, p.h * 0.055, 9, p.short * 0.008)


def _balloons(p: Painter) -> None:
    rng = p.rng("balloons")
    for side in (0, 1):
        for k in range(4):
            x = p.w * (abs(side - 0.09) + rng.uniform(-0.06, 0.06))
            y = p.h * (0.15 + 0.085 * k + rng.uniform(-0.02, 0.02))
            p.stroke(
                f"M{num(x)} {num(y)}Q{num(x + 14)} {num(y + p.h * 0.14)} {num(x - 6)} {num(y + p.h * 0.26)}",
                "#f4ead8",
                2,
            )
            balloon(p, x, y, p.short * rng.uniform(0.040, 0.052), PARTY[(k + 3 * side) % 6])


def _autumn_leaves(p: Painter) -> None:
    strew_leaves(p, "autumn", 40, ("#d98a3a", "#c9603a", "#e8b24c"))
    rng = p.rng("fallen")
    p.path(
        "".join(
            leaf_d(
                p.w * rng.random(),
                p.h * rng.uniform(0.82, 0.99),
                p.short * rng.uniform(0.016, 0.026),
                rng.uniform(-0.4, 0.4),
            )
            for _ in range(26)
        ),
        "#c9703a",
    )


def _fireflies(p: Painter) -> None:
    rng = p.rng("fireflies")
    spots = [
        (p.w * rng.random(), p.h * rng.uniform(0.36, 0.95), p.short * rng.uniform(0.0035, 0.006))
        for _ in range(34)
    ]
    for share, op in ((4.5, 0.16), (2.3, 0.32), (1.0, 1.0)):
        p.path("".join(circle_d(x, y, r * share) for x, y, r in spots), "#f6ff9a", op=op, raw=True)


def _umbrella(p: Painter) -> None:
    x, y, cm = _foot(p, 0.95, 0.93)
    p.part("umbrellas", x, y, cm * 0.75)


def _butterflies(p: Painter) -> None:
    rng = p.rng("butterflies")
    for k in range(6):
        x, y = p.w * (rng.choice((0.04, 0.74)) + rng.random() * 0.22), p.h * rng.uniform(0.40, 0.85)
        s, a = p.short * rng.uniform(0.018, 0.028), rng.uniform(-0.5, 0.5)
        d = "".join(
            leaf_d(x, y, s * k2, a + t, 0.42)
            for t, k2 in ((-0.9, 1.0), (-2.25, 1.0), (0.7, 0.7), (2.45, 0.7))
        )
        p.path(d, PARTY[k])
        p.path(leaf_d(x, y + s * 0.35, s * 0.8, -math.pi / 2, 0.1), "#3a3038")


def _bubbles(p: Painter) -> None:
    rng = p.rng("bubbles")
    for k in range(16):
        x, y, r = (
            p.w * (rng.choice((0.02, 0.70)) + rng.random() * 0.28),
            p.h * rng.uniform(0.1, 0.9),
            p.short * rng.uniform(0.010, 0.030),
        )
        p.circle(x, y, r, ("#cfefff", "#ffdcf0")[k % 2], op=0.35, raw=True)
        p.stroke(
            f"M{num(x - r * 0.6)} {num(y - r * 0.2)}A{num(r * 0.7)} {num(r * 0.7)} 0 0 1 {num(x)} "
            f"{num(y - r * 0.68)}",
            "#ffffff",
            r * 0.16,
            raw=True,
        )


def _confetti(p: Painter) -> None:
    rng = p.rng("confetti")
    for tone in PARTY:
        d = ""
        for _ in range(16):
            x, y, s, a = (
                rng.random() * p.w,
                rng.random() * p.h,
                p.short * rng.uniform(0.006, 0.011),
                rng.random() * 3,
            )
            c, n = math.cos(a) * s, math.sin(a) * s
            d += points_d(
                [(x - c, y - n), (x + n * 0.5, y - c * 0.5), (x + c, y + n), (x - n * 0.5, y + c * 0.5)]
            )
        p.path(d, tone)


def _bunting(p: Painter) -> None:
    bunting(p, -10, p.h * 0.03, p.w * 0.5, p.h * 0.02, p.h * 0.055, 12, p.short * 0.036)
    bunting(p, p.w * 0.5, p.h * 0.02, p.w + 10, p.h * 0.03, p.h * 0.055, 12, p.short * 0.036)


def _christmas_tree(p: Painter) -> None:
    x, y, cm = _foot(p, 0.91 if "fireplace" in p.details else 0.09, 0.86)
    p.glow(x, y - 110 * cm, 110 * cm, "#ffd27a", 0.2 + 0.3 * p.light.lamps)
    p.part("xmastree", x, y, cm * 0.95)


def _pumpkins(p: Painter) -> None:
    for fx, fy, flip in ((0.09, 0.96, False), (0.91, 0.95, True)):
        x, y, cm = _foot(p, fx, fy)
        p.part("pumpkins", x, y, cm * 0.65, flip=flip)


def _cat(p: Painter) -> None:
    x, y, cm = _foot(p, 0.765, 0.955)
    p.part("cat", x, y, cm * 0.6, colours={"cloth": p.rng("cat").choice(("#4a4250", "#c98a4a", "#8f8a92"))})


def _dog(p: Painter) -> None:
    x, y, cm = _foot(p, 0.2, 0.965)
    p.part("dog", x, y, cm * 0.72, colours={"cloth": p.rng("dog").choice(("#b9814a", "#8a6a4f", "#d8b98a"))})


def _cake(p: Painter) -> None:
    x, y, cm = _foot(p, 0.86, 0.97)
    p.glow(x, y - 85 * cm, 50 * cm, "#ffb84f", 0.25 + 0.25 * p.light.lamps)
    p.part("cake", x, y, cm * 0.7)


def _motorcycle(p: Painter) -> None:
    x, y, cm = _foot(p, 0.83, 0.93)
    p.ellipse(x, y, 112 * cm * 0.62, 9 * cm * 0.62, "#000000", op=0.22)
    p.part("motorcycle", x, y, cm * 0.62)


def _beach_bar(p: Painter) -> None:
    x, y, cm = _foot(p, 0.2, 0.86)
    p.part("stall", x, y, cm * 0.62, colours={"cloth": "#d8b36a"})


_ANYWHERE: dict[str, Callable[[Painter], None]] = {
    "candles": _candles,
    "lanterns": _lanterns,
    "cherry blossoms": _cherry_blossoms,
    "string lights": _string_lights,
    "balloons": _balloons,
    "umbrella": _umbrella,
    "bubbles": _bubbles,
    "confetti": _confetti,
    "bunting": _bunting,
    "christmas tree": _christmas_tree,
    "pumpkins": _pumpkins,
    "cat": _cat,
    "cake": _cake,
    "dog": _dog,
    "steam": steam,
}
_INDOORS: dict[str, Callable[[Painter], None]] = {"flowers": _flowers_indoors, "fireplace": _fireplace}
_OUTDOORS: dict[str, Callable[[Painter], None]] = {
    "flowers": _flowers_outdoors,
    "beach bar": _beach_bar,
    "campfire": _campfire,
    "motorcycle": _motorcycle,
    "autumn leaves": _autumn_leaves,
    "fireflies": _fireflies,
    "butterflies": _butterflies,
    "puddles": lambda p: puddles(p, p.h * 0.72),
}
