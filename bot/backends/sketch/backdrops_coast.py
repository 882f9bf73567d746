"""By the sea: beach and lighthouse."""

# ruff: noqa: PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_growth import (
    bush,
    flowers,
    grassy_foot,
    leafy_corner,
    palm,
)
from bot.backends.sketch.backdrops_paint import Painter, Point, circle_d, num, smooth_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_water import rock, water


def beach(p: Painter) -> None:
    """Sea with sails, surf in bands, sand with palms, a parasol and shells."""
    p.hy = p.h * 0.52
    paint_sky(p, (0, 0, p.w, p.h * 0.60))
    p.depth = 0.75
    for fx, wide, high in ((0.88, 0.30, 0.05), (0.06, 0.20, 0.03)):
        cx, w, hgt = p.w * fx, p.short * wide, p.short * high
        p.path(
            f"M{num(cx - w)} {num(p.hy + 2)}Q{num(cx - w * 0.5)} {num(p.hy - hgt)} {num(cx - w * 0.15)} "
            f"{num(p.hy - hgt * 0.8)}T{num(cx + w * 0.5)} {num(p.hy - hgt * 0.5)}T{num(cx + w)} "
            f"{num(p.hy + 2)}z",
            "#6f9a86",
        )
    p.depth = 0
    water(p, "sea", p.hy, p.h * 0.74, "#25a0b8")
    p.depth = 0.3
    p.part("sailboat", p.w * 0.69, p.hy + p.h * 0.022, p.short * 0.00095)
    p.part(
        "sailboat", p.w * 0.20, p.hy + p.h * 0.012, p.short * 0.0005, flip=True, colours={"hull": "#4f7fa8"}
    )
    p.depth = 0
    for i, (y, tone, op) in enumerate(
        ((0.680, "#7fd6d8", 0.55), (0.700, "#ffffff", 0.9), (0.712, "#c8a878", 1.0), (0.722, "#f0d9a8", 1.0))
    ):
        rng = p.rng("surf")
        line = [
            (
                p.w * (k / 6 * 1.1 - 0.05),
                p.h * y + rng.uniform(-0.010, 0.010) * p.h + p.h * 0.03 * (k / 6 - 0.5),
            )
            for k in range(7)
        ]
        p.path(
            f"{smooth_d(line)}L{num(p.w)} {num(p.h)}L0 {num(p.h)}z",
            p.snowy(tone, 0.85) if i == 3 else tone,
            op=op,
        )
    p.ridge("sand", p.h * 0.83, p.h * 0.008, p.snowy("#f5e2b6", 0.9))
    p.ridge("sand-near", p.h * 0.92, p.h * 0.008, p.snowy("#f0d8a4", 0.9))
    rng = p.rng("grains")
    p.path(
        "".join(
            circle_d(rng.random() * p.w, p.h * rng.uniform(0.76, 0.99), p.short * rng.uniform(0.0012, 0.0026))
            for _ in range(60)
        ),
        "#d2b27e",
    )
    x = p.w * (0.865 if not p.tall else 0.90)
    m = p.metre(p.h * 0.78) / 100
    p.ellipse(x, p.h * 0.785, 80 * m, 6 * m, "#c9a878", op=0.6)
    p.part("parasol", x, p.h * 0.785, m, turn=6)
    p.part("towel", x - 25 * m, p.h * 0.815, m * 1.05)
    palm(p, "palm-left", p.w * 0.07, p.h * 0.88, p.h * 0.80, 0.13)
    palm(p, "palm-back", p.w * 0.015, p.h * 0.80, p.h * 0.55, 0.02)
    p.part("shell", p.w * 0.15, p.h * 0.95, p.short * 0.0016)
    p.part("starfish", p.w * 0.89, p.h * 0.93, p.short * 0.0018)
    paint_weather(p)
    p.front = True
    bush(p, "near", p.w * 0.99, p.h * 1.03, p.h * 0.20, leaf="#4f9a62")
    p.front = False
    leafy_corner(p, "twig", "right", p.short * 0.26, "#3f8a58")
    p.seat = "rock"


def lighthouse(p: Painter) -> None:
    """A striped lighthouse on a headland over the sea."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    water(p, "sea", p.hy, p.h * 0.92, "#2f86a8")
    p.depth = 0.3
    p.part("sailboat", p.w * 0.13, p.hy + p.h * 0.03, p.short * 0.0007)
    x, y = p.w * (0.80 if not p.tall else 0.78), p.h * 0.60
    scale = p.h * 0.00112
    p.depth = 0.32
    edge: list[Point] = [
        (p.w * 1.02, y - p.h * 0.02),
        (x - p.h * 0.08, y),
        (x - p.h * 0.14, y + p.h * 0.03),
        (x - p.h * 0.17, y + p.h * 0.09),
        (x - p.h * 0.13, y + p.h * 0.11),
        (x - p.h * 0.19, y + p.h * 0.20),
        (p.w * 1.02, y + p.h * 0.22),
    ]
    p.poly(edge, "#a48f80")
    p.poly([(x - p.h * 0.02, y), edge[3], edge[4], edge[5], (x - p.h * 0.02, y + p.h * 0.2)], "#7f6f6c")
    p.path(
        f"M{num(p.w * 1.02)} {num(y - p.h * 0.025)}L{num(x - p.h * 0.08)} {num(y - p.h * 0.004)}Q"
        f"{num(x - p.h * 0.15)} {num(y + p.h * 0.01)} {num(x - p.h * 0.15)} {num(y + p.h * 0.036)}Q"
        f"{num(x)} {num(y + p.h * 0.012)} {num(p.w * 1.02)} {num(y + p.h * 0.03)}z",
        p.snowy("#83b05e"),
    )
    p.path(
        "".join(circle_d(x - p.h * 0.19 + k * p.h * 0.06, y + p.h * 0.205, p.h * 0.016) for k in range(8)),
        "#ffffff",
        op=0.8,
    )
    if p.light.dark:
        lx, ly = x, y - 356 * scale
        for side in (-1, 1):
            far = p.w * 0.9
            p.poly(
                [
                    (lx, ly - 6 * scale),
                    (lx + side * far, ly - p.h * 0.10 - side * 30),
                    (lx + side * far, ly + p.h * 0.02 - side * 30),
                    (lx, ly + 6 * scale),
                ],
                "#fff0b8",
                op=0.22,
                raw=True,
            )
    p.part("lighthouse", x, y + p.h * 0.006, scale)
    if p.light.dark:
        p.glow(x, y - 356 * scale, 120 * scale, "#fff0b8", 0.9)
        p.done.add("light")
    p.depth = 0
    rng = p.rng("top")
    line: list[Point] = [
        (p.w * i / 8, p.h * (0.80 + rng.uniform(-0.01, 0.01) - 0.05 * (1 - i / 8))) for i in range(9)
    ]
    p.path(f"{smooth_d(line)}L{num(p.w)} {num(p.h)}L0 {num(p.h)}z", p.snowy("#86b45c"))
    low = [(px, py + p.h * 0.08) for px, py in line]
    p.path(f"{smooth_d(low)}L{num(p.w)} {num(p.h)}L0 {num(p.h)}z", p.snowy("#76a550"))
    p.tufts(rng, (0, p.h * 0.81, p.w, p.h * 0.17), 44, p.h * 0.03, "#5f9048")
    flowers(p, "thrift", 0, p.h * 0.83, p.w * 0.34, p.h * 0.15, 14, p.h * 0.014, ("#f2a0c0", "#fff0f4"))
    flowers(
        p, "thrift2", p.w * 0.66, p.h * 0.85, p.w * 0.34, p.h * 0.13, 12, p.h * 0.014, ("#f2a0c0", "#fff0f4")
    )
    for k, (fx, fy, s) in enumerate(((0.10, 0.86, 0.10), (0.19, 0.89, 0.06), (0.93, 0.88, 0.08))):
        rock(p, f"rock{k}", p.w * fx, p.h * fy, p.h * s)
    paint_weather(p)
    grassy_foot(p, "foot", p.h * 0.10, "#527f44")
    p.seat = "rock"


PAINTERS = {"beach": beach, "lighthouse": lighthouse}
