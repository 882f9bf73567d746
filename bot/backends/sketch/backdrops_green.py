"""Tended green: park and garden."""

from __future__ import annotations

from bot.backends.sketch.backdrops_growth import (
    bush,
    flowers,
    grassy_foot,
    leaf_colours,
    leafy_corner,
    tree,
)
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import lamp, path_of
from bot.backends.sketch.backdrops_paint import Painter, Point, circle_d, num
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather


def park(p: Painter) -> None:
    """Lawn, pond, a winding path, lamps and a bench under trees."""
    p.hy = p.h * 0.55
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    greens = leaf_colours(p)
    p.depth = 0.85
    for i in range(round(p.w / 110) + 2):
        rng = p.rng(f"edge{i}")
        p.foliage(
            i * 110 + rng.uniform(-25, 25),
            p.h * 0.565,
            p.h * 0.065,
            p.h * rng.uniform(0.05, 0.1),
            greens[i % 4],
            rng,
            9,
        )
    p.depth = 0.4
    p.ridge("lawn-far", p.h * 0.60, p.h * 0.006, p.snowy("#8fbd68"))
    p.depth = 0.3
    pond = (p.w * 0.70, p.h * 0.645)
    p.ellipse(*pond, p.w * 0.20, p.h * 0.022, mix(p.light.sky[2], "#7fb4c4", 0.35), raw=True)
    p.ellipse(
        pond[0] - p.w * 0.03,
        pond[1] - p.h * 0.004,
        p.w * 0.10,
        p.h * 0.006,
        mix(p.light.sky[3], "#ffffff", 0.2),
        raw=True,
    )
    p.depth = 0.12
    p.ridge("lawn", p.h * 0.69, p.h * 0.010, p.snowy("#82b458"))
    path_of(p, "path", "#e6cfa4", top=p.h * 0.62, wide=0.66)
    for i, (fx, fy, tall, depth) in enumerate(
        ((0.30, 0.665, 0.30, 0.3), (0.93, 0.70, 0.44, 0.18), (0.045, 0.76, 0.68, 0.05))
    ):
        p.depth = depth
        p.ellipse(p.w * fx, p.h * fy, p.h * tall * 0.26, p.h * 0.012, p.snowy("#6a9c4c", 0.6))
        tree(p, f"tree{i}", p.w * fx, p.h * fy, p.h * tall)
    p.depth = 0.05
    m = p.metre(p.h * 0.79) / 100
    lamp(p, p.w * 0.80, p.h * 0.74, p.metre(p.h * 0.74) / 100)
    p.part("bench", p.w * (0.83 if not p.tall else 0.80), p.h * 0.80, m * 0.92, colours={"cloth": "#b9764a"})
    p.depth = 0
    p.tufts(p.rng("grass"), (0, p.h * 0.80, p.w * 0.26, p.h * 0.18), 16, p.h * 0.022, "#669a46")
    p.tufts(p.rng("grass2"), (p.w * 0.74, p.h * 0.84, p.w * 0.26, p.h * 0.14), 14, p.h * 0.022, "#669a46")
    flowers(
        p,
        "flowers",
        0,
        p.h * 0.86,
        p.w * 0.24,
        p.h * 0.12,
        12,
        p.h * 0.013,
        ("#fff6e6", "#f4b6c4", "#f7d560"),
    )
    paint_weather(p)
    leafy_corner(p, "twig", "left", p.short * 0.38)
    grassy_foot(p, "foot", p.h * 0.08, "#4f8d48", gap=0.3)
    p.seat = "bench"


def garden(p: Painter) -> None:
    """Hedges, rose arch, flower beds along a path."""
    p.hy = p.h * 0.54
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    p.depth = 0.8
    for i in range(round(p.w / 150) + 2):
        rng = p.rng(f"edge{i}")
        p.foliage(
            i * 150 + rng.uniform(-25, 25),
            p.h * 0.54,
            p.h * 0.09,
            p.h * rng.uniform(0.07, 0.13),
            leaf_colours(p)[i % 4],
            rng,
            10,
        )
    p.depth = 0.45
    p.rect(0, p.h * 0.535, p.w, p.h * 0.1, p.snowy("#5c9a62", 0.3), rx=14)
    p.rect(0, p.h * 0.535, p.w, p.h * 0.022, p.snowy("#7db874", 0.95), rx=11)
    p.depth = 0.25
    p.ridge("lawn", p.h * 0.63, p.h * 0.004, p.snowy("#95c46a"))
    p.depth = 0.1
    path_of(p, "path", "#ead6b0", top=p.h * 0.63, wide=0.6, bend=0.03)
    arch_m = p.metre(p.h * 0.66) / 100
    p.depth = 0.3
    _rose_arch(p, p.w * 0.5, p.h * 0.665, arch_m * 1.25)
    tones = ("#e8718c", "#f5a3b4", "#f7d560", "#b58ad8", "#ffffff")
    for i, (y, size) in enumerate(((0.70, 0.55), (0.79, 0.8), (0.92, 1.15))):
        p.depth = 0.2 - 0.1 * i
        for side in (-1, 1):
            for k in range(3):
                x = p.w / 2 + side * (min(p.w, p.h) * (0.25 + 0.06 * i) + k * p.h * 0.17 * size + p.h * 0.05)
                bush(
                    p,
                    f"bed{i}{side}{k}",
                    x,
                    p.h * y,
                    p.h * 0.19 * size,
                    bloom=tones[(i + k + (side > 0)) % 5],
                )
    p.depth = 0
    paint_weather(p)
    p.front = True
    bush(p, "near-left", 0, p.h * 1.03, p.h * 0.26, bloom="#e8718c", leaf="#3f7f50")
    bush(p, "near-right", p.w, p.h * 1.04, p.h * 0.24, bloom="#fff0d8", leaf="#3f7f50")
    p.front = False
    leafy_corner(p, "twig", "right", p.short * 0.30)
    p.seat = "bench"


def _rose_arch(p: Painter, x: float, y: float, cm: float) -> None:
    w, tall = 95 * cm, 170 * cm
    d = (
        f"M{num(x - w)} {num(y)}V{num(y - tall)}A{num(w)} {num(w)} 0 0 1 {num(x + w)} {num(y - tall)}V"
        f"{num(y)}"
    )
    p.stroke(d, "#f3ead8", 12 * cm)
    rng = p.rng("arch")
    spots: list[Point] = [(x - w, y - tall * t) for t in (0.1, 0.35, 0.6, 0.85)]
    spots += [(x + w, y - tall * t) for t in (0.1, 0.35, 0.6, 0.85)]
    spots += [
        (x - w * 0.8, y - tall - w * 0.6),
        (x - w * 0.3, y - tall - w * 0.97),
        (x + w * 0.3, y - tall - w * 0.97),
        (x + w * 0.8, y - tall - w * 0.6),
    ]
    for sx, sy in spots:
        p.foliage(sx, sy, 34 * cm, 30 * cm, "#5a9a58", rng, 8)
    if not p.light.snow:
        for tone in ("#f08aa2", "#fbd0d8"):
            p.path(
                "".join(
                    circle_d(sx + rng.uniform(-30, 30) * cm, sy + rng.uniform(-28, 28) * cm, 8 * cm)
                    for sx, sy in spots * 2
                ),
                tone,
            )


PAINTERS = {"park": park, "garden": garden}
