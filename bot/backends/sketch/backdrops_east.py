"""Shrine and hot-spring street."""

# ruff: noqa: PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import leaf_colours, leafy_corner, tree
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, lens_d, num, rect_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather


def shrine(p: Painter) -> None:
    """A torii at the head of stone steps, lanterns and old trees."""
    p.hy = p.h * 0.55
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    greens = leaf_colours(p)
    for i, (depth, y, size) in enumerate(((0.82, 0.54, 0.13), (0.6, 0.60, 0.14))):
        p.depth = depth
        for k in range(round(p.w / 120) + 2):
            rng = p.rng(f"trees{i}{k}")
            p.foliage(
                k * 120 + rng.uniform(-30, 30),
                p.h * y,
                p.h * 0.085,
                p.h * size * rng.uniform(0.7, 1.1),
                greens[(k + i) % 4],
                rng,
                10,
            )
    p.depth = 0.4
    p.ridge("moss", p.h * 0.63, p.h * 0.006, p.snowy("#7fa868"))
    c, mid = p.w / 2, min(p.w, p.h)
    p.depth = 0.35
    for k in range(6):
        y0, y1 = p.h * (0.60 + 0.022 * k), p.h * (0.60 + 0.022 * (k + 1))
        half = mid * (0.15 + 0.018 * k)
        p.rect(c - half, y0, 2 * half, y1 - y0 + 1, p.snowy("#cfc8ba", 0.9))
        p.rect(c - half, y0 + (y1 - y0) * 0.45, 2 * half, (y1 - y0) * 0.6, p.snowy("#a9a294", 0.2))
    p.depth = 0.22
    m = p.metre(p.h * 0.70) / 100
    p.part("torii", c, p.h * 0.735, p.h * 0.00196)
    p.depth = 0.1
    p.ridge("ground", p.h * 0.735, p.h * 0.004, p.snowy("#86ad68"))
    top, foot = mid * 0.25, mid * 0.46
    p.poly(
        [(c - top, p.h * 0.732), (c + top, p.h * 0.732), (c + foot, p.h * 1.01), (c - foot, p.h * 1.01)],
        p.snowy("#d3ccbe", 0.85),
    )
    d = ""
    for k, t in enumerate((0.12, 0.28, 0.50, 0.78)):
        y = p.h * (0.732 + 0.27 * t)
        half = top + (foot - top) * t
        d += rect_d(c - half, y, 2 * half, 2 + 2 * t)
        for j in (-0.5, 0.0, 0.5) if k % 2 else (-0.25, 0.25):
            d += rect_d(
                c + j * half * 1.3,
                y - p.h * 0.27 * (t - (0, 0.12, 0.28, 0.50)[k]),
                2.4,
                p.h * 0.27 * (t - (0, 0.12, 0.28, 0.50)[k]),
            )
    p.path(d, "#a9a294", op=0.8)
    for side in (-1, 1):
        p.depth = 0.05
        tree(
            p,
            f"tree{side}",
            c + side * p.w * 0.46,
            p.h * 0.76,
            p.h * 0.62,
            leaf="#f2a8bc" if "cherry blossoms" in p.details else None,
        )
        x, y = c + side * mid * 0.365, p.h * 0.79
        p.part("stonelantern", x, y, m * 0.95)
        if p.light.dark:
            p.glow(x, y - 115 * m, 85 * m, "#ffc870", 0.75)
            p.done.add("light")
    p.depth = 0
    p.tufts(p.rng("grass"), (0, p.h * 0.78, p.w * 0.22, p.h * 0.2), 14, p.h * 0.022, "#6a9450")
    p.tufts(p.rng("grass2"), (p.w * 0.78, p.h * 0.78, p.w * 0.22, p.h * 0.2), 14, p.h * 0.022, "#6a9450")
    paint_weather(p)
    p.front = True
    for side in (-1, 1):
        p.part("paperlantern", c + side * p.w * 0.42, p.h * 0.13, p.short * 0.0019)
    p.front = False
    p.done.add("lanterns")
    leafy_corner(
        p, "twig", "left", p.short * 0.24, "#c86a7f" if "cherry blossoms" in p.details else "#3c7350"
    )
    p.seat = "bench"


def onsen(p: Painter) -> None:
    """Wooden inns with glowing paper windows, lanterns, a red bridge and steam."""
    p.hy = p.h * 0.53
    paint_sky(p, (0, 0, p.w, p.h * 0.64))
    p.depth = 0.85
    p.ridge("hill", p.h * 0.46, p.h * 0.04, p.snowy("#6f9a86"), steps=5)
    p.depth = 0.6
    p.ridge("hill2", p.h * 0.54, p.h * 0.02, p.snowy("#6a9a6c"), steps=5)
    base = p.h * 0.625
    mid = min(p.w, p.h)
    p.depth = 0.12
    p.wash((0, base, p.w, p.h - base), (p.snowy("#b4aaa2", 0.85), p.snowy("#988d86", 0.85)))
    for i, (depth, y, off, size) in enumerate(
        ((0.45, 0.635, 0.16, 0.00088), (0.22, 0.67, 0.35, 0.00128), (0.06, 0.745, 0.62, 0.0019))
    ):
        p.depth = depth
        for side in (-1, 1):
            x, s = p.w / 2 + side * mid * off, p.h * size
            p.part(
                "machiya",
                x,
                p.h * y,
                s,
                flip=side > 0,
                colours={"wood": "#7a5240" if (i + side) % 2 else "#8a5a48"},
            )
            if p.w > p.h and i < 2:
                p.part(
                    "machiya",
                    x + side * 330 * s * (2.0 - i * 0.15),
                    p.h * y,
                    s * 0.95,
                    colours={"wood": "#86604c"},
                )
    p.depth = 0.25
    y = p.h * 0.665
    p.path(
        f"M{num(p.w / 2 - mid * 0.16)} {num(y)}Q{num(p.w / 2)} {num(y - p.h * 0.06)} "
        f"{num(p.w / 2 + mid * 0.16)} {num(y)}V{num(y + p.h * 0.012)}Q{num(p.w / 2)} "
        f"{num(y - p.h * 0.035)} {num(p.w / 2 - mid * 0.16)} {num(y + p.h * 0.012)}z",
        "#d9503c",
    )
    p.stroke(
        "".join(
            f"M{num(p.w / 2 + k * mid * 0.05)} {num(y - p.h * (0.028 - 0.0028 * k * k))}v{num(-p.h * 0.034)}"
            for k in range(-3, 4)
        )
        + f"M{num(p.w / 2 - mid * 0.155)} {num(y - p.h * 0.038)}"
        f"Q{num(p.w / 2)} {num(y - p.h * 0.094)} {num(p.w / 2 + mid * 0.155)} {num(y - p.h * 0.038)}",
        "#d9503c",
        p.h * 0.006,
    )
    p.depth = 0
    d = ""
    rng = p.rng("stones")
    for _ in range(40):
        t = rng.random()
        d += lens_d(
            p.w * rng.random(),
            base + p.h * 0.05 + (p.h * 0.93 - base) * t,
            p.h * (0.02 + 0.05 * t),
            p.h * (0.006 + 0.01 * t),
        )
    p.path(d, "#857a74", op=0.5)
    size = p.short * 0.00155
    for k, (fx, fy) in enumerate(
        ((0.055, 0.25), (0.16, 0.21), (0.265, 0.19), (0.735, 0.19), (0.84, 0.21), (0.945, 0.25))
    ):
        if p.light.dark:
            p.glow(p.w * fx, p.h * fy - 24 * size, 60 * size, "#ff9f5a", 0.6)
        p.part("paperlantern", p.w * fx, p.h * fy, size, colours={"paper": "#e8604c" if k % 2 else "#fff0d0"})
    p.stroke(
        f"M0 {num(p.h * 0.205)}Q{num(p.w * 0.2)} {num(p.h * 0.14)} {num(p.w * 0.5)} {num(p.h * 0.13)}T"
        f"{num(p.w)} {num(p.h * 0.205)}",
        "#3a3038",
        p.short * 0.003,
    )
    p.done.update(("lanterns", "light"))
    steam(p)
    paint_weather(p)
    m = p.metre(p.h * 0.88) / 100
    p.part("stonelantern", p.w * 0.955, p.h * 0.93, m * 0.8)
    if p.light.dark:
        p.glow(p.w * 0.955, p.h * 0.93 - 95 * m, 70 * m, "#ffc870", 0.7)
    p.part("barrel", p.w * 0.05, p.h * 0.93, m * 0.75)
    p.seat = "bench"


def steam(p: Painter) -> None:
    """Wisps of steam rising at both sides."""
    rng = p.rng("steam")
    d = ""
    for fx in (0.13, 0.24, 0.77, 0.88):
        x, y, s = p.w * fx, p.h * rng.uniform(0.64, 0.74), p.short * rng.uniform(0.09, 0.13)
        for k in range(5):
            r = s * (0.16 + 0.10 * k)
            d += circle_d(
                x + math.sin(k * 1.4 + fx * 9) * s * 0.25 + p.light.wind * s * 0.3 * k, y - s * 0.42 * k, r
            )
    p.path(d, mix("#ffffff", p.light.haze, 0.25), op=0.26, raw=True)
    p.done.add("steam")


PAINTERS = {"shrine": shrine, "onsen": onsen}
