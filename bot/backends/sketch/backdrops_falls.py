"""A waterfall between mossy cliffs."""

from __future__ import annotations

from bot.backends.sketch.backdrops_growth import (
    bush,
    grassy_foot,
    leaf_colours,
    leafy_corner,
)
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, Point, circle_d, lens_d, num, points_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_water import water


def waterfall(p: Painter) -> None:
    """White water falling between mossy cliffs into a pool."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.50))
    greens = leaf_colours(p)
    p.depth = 0.75
    for i in range(round(p.w / 120) + 2):
        rng = p.rng(f"top{i}")
        p.foliage(
            i * 120 + rng.uniform(-25, 25),
            p.h * 0.20,
            p.h * 0.09,
            p.h * rng.uniform(0.09, 0.14),
            greens[i % 4],
            rng,
            10,
        )
    p.depth = 0.45
    p.wash((0, p.h * 0.21, p.w, p.h * 0.45), (p.snowy("#a3a69c", 0.3), "#84868a", "#656a76"))
    rng = p.rng("rock")
    _cliff_columns(p)
    p.path(
        "".join(
            lens_d(
                rng.random() * p.w,
                p.h * rng.uniform(0.28, 0.60),
                p.short * rng.uniform(0.06, 0.14),
                p.short * 0.02,
            )
            for _ in range(12)
        ),
        "#7d9a68",
    )
    fx = p.w * (0.69 if not p.tall else 0.74)
    half = p.short * 0.125
    p.depth = 0.06
    p.poly(
        [
            (fx - half, p.h * 0.20),
            (fx + half, p.h * 0.20),
            (fx + half * 1.18, p.h * 0.67),
            (fx - half * 1.18, p.h * 0.67),
        ],
        "#bfe4ee",
    )
    streaks, shade = "", ""
    for i in range(16):
        k = -1 + 2 * (i + rng.random()) / 16
        top = p.h * rng.uniform(0.20, 0.4)
        long, w = p.h * rng.uniform(0.12, 0.26), half * rng.uniform(0.03, 0.08)
        mark = points_d(
            [
                (fx + k * half, top),
                (fx + k * half + w, top),
                (fx + k * half * 1.1 + w, min(p.h * 0.67, top + long)),
                (fx + k * half * 1.1, min(p.h * 0.67, top + long)),
            ]
        )
        if i % 2:
            streaks += mark
        else:
            shade += mark
    p.path(streaks, "#ffffff")
    p.path(shade, "#8fc8da")
    mist = mix(p.c("#ffffff", 0), p.light.haze, 0.15)
    p.veil((fx - half * 1.3, p.h * 0.50, half * 2.6, p.h * 0.17), mist, (0.0, 0.75))
    p.depth = 0.15
    water(p, "pool", p.h * 0.655, p.h * 0.90, "#2fa6a8")
    p.path(
        "".join(
            circle_d(
                fx + rng.uniform(-1.5, 1.5) * half,
                p.h * rng.uniform(0.65, 0.68),
                p.short * rng.uniform(0.012, 0.034),
            )
            for _ in range(26)
        ),
        "#ffffff",
        op=0.85,
    )
    for i in range(3):
        p.stroke(
            f"M{num(fx - half * (1.6 + i * 0.5))} {num(p.h * (0.70 + i * 0.025))}q"
            f"{num(half * (1.6 + i * 0.5))} {num(p.h * 0.025)} {num(half * (3.2 + i))} 0",
            "#ffffff",
            p.short * 0.004,
            op=0.6,
        )
    for side, y0, tall in ((-1, 0.80, 1.0), (1, 0.84, 0.55)):
        x = p.w * (0.5 + side * 0.5)
        p.depth = 0.08
        edge: list[Point] = [
            (x + side * 10, p.h * (0.62 - 0.36 * tall)),
            (x - side * p.w * 0.10, p.h * (0.64 - 0.30 * tall)),
            (x - side * p.w * 0.13, p.h * 0.60),
            (x - side * p.w * 0.22, p.h * 0.74),
            (x - side * p.w * 0.25, p.h * y0 + p.h * 0.06),
            (x + side * 10, p.h),
        ]
        p.poly(edge, p.snowy("#7d7f7c", 0.5))
        p.poly(
            [
                edge[1],
                edge[2],
                edge[3],
                edge[4],
                (x - side * p.w * 0.12, p.h * 0.85),
                (x - side * p.w * 0.06, p.h * 0.6),
            ],
            p.snowy("#666a6c", 0.3),
        )
        for k, (dx, yy) in enumerate(
            ((0.02, 0.64 - 0.36 * tall), (0.10, 0.645 - 0.30 * tall), (0.13, 0.62), (0.21, 0.76))
        ):
            bush(
                p,
                f"moss{side}{k}",
                x - side * p.w * dx,
                p.h * yy + p.h * 0.012,
                p.h * 0.13,
                leaf=greens[k % 4],
            )
    p.depth = 0
    _flat_rock(p)
    paint_weather(p)
    grassy_foot(p, "ferns", p.h * 0.12, "#3f8a58")
    leafy_corner(p, "twig", "left", p.short * 0.36)
    p.seat = "rock"


def _cliff_columns(p: Painter) -> None:
    """Upright slabs of rock, lit on the left and dark on the right."""
    rng = p.rng("columns")
    lit, dark = "", ""
    x = -p.short * 0.05
    while x < p.w:
        w = p.short * rng.uniform(0.05, 0.11)
        top, low = p.h * rng.uniform(0.20, 0.34), p.h * rng.uniform(0.50, 0.66)
        lit += points_d(
            [(x, top), (x + w * 0.45, top + w * 0.3), (x + w * 0.38, low), (x + w * 0.06, low - w * 0.5)]
        )
        dark += points_d(
            [
                (x + w * 0.45, top + w * 0.3),
                (x + w * 0.9, top + w),
                (x + w * 0.8, low + w * 0.4),
                (x + w * 0.38, low),
            ]
        )
        x += w * rng.uniform(1.0, 1.5)
    p.path(lit, "#b0b1a8")
    p.path(dark, "#6c717c")


def _flat_rock(p: Painter) -> None:
    rng = p.rng("flat")
    line: list[Point] = [
        (p.w * i / 8, p.h * (0.865 + 0.05 * abs(i / 4 - 1) ** 2 + rng.uniform(-0.006, 0.006)))
        for i in range(9)
    ]
    p.poly([*line, (p.w, p.h), (0, p.h)], p.snowy("#8f9088", 0.6))
    p.poly([*line, *((x, y + p.h * 0.035) for x, y in reversed(line))], p.snowy("#b4b3a6", 0.85))


PAINTERS = {"waterfall": waterfall}
