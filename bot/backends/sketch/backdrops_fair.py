"""Places of lights: neon alley and fairground."""

# ruff: noqa: PLR0915, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import leaf_colours
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import path_of
from bot.backends.sketch.backdrops_paint import Painter, circle_d, lens_d, num, points_d
from bot.backends.sketch.backdrops_rooms import skyline
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_town import bulbs, bunting, puddles

NEONS = ("#ff5fa8", "#4fe3f0", "#b07cff", "#ffb84f", "#7dff9a")


def alley(p: Painter) -> None:
    """A narrow street of neon signs, cables, pipes and puddles."""
    p.hy = p.h * 0.52
    paint_sky(p, (0, 0, p.w, p.h * 0.64))
    skyline(p, "far", 0, p.w, p.h * 0.62, p.h * 0.62, 0.8, tone="#7d7f9c")
    skyline(p, "mid", p.w * 0.22, p.w * 0.56, p.h * 0.64, p.h * 0.34, 0.5, tone="#6d6a8a")
    base = p.h * 0.63
    p.depth = 0.12
    p.wash((0, base, p.w, p.h - base), ("#5f5c74", "#47445c"))
    mid = min(p.w, p.h)
    for side in (-1, 1):
        x0, x1 = p.w / 2 + side * mid * 0.20, p.w / 2 + side * p.w * 0.62
        out = max(abs(x1 - p.w / 2), mid * 0.5) * side + p.w / 2
        p.depth = 0.3
        p.poly([(x0, p.h * 0.14), (out, -p.h * 0.25), (out, p.h * 0.97), (x0, base)], "#5c5872")
        p.depth = 0.1
        for k in range(4):
            a, b = k / 4, (k + 0.8) / 4
            xa, xb = x0 + (out - x0) * a**1.3, x0 + (out - x0) * b**1.3
            for r in range(3):
                ya = p.h * (0.16 + 0.13 * r) - p.h * 0.10 * a
                ww, wh = abs(xb - xa) * 0.55, p.h * 0.075
                rng = p.rng(f"w{side}{k}{r}")
                lit = rng.random() < 0.55
                tone = rng.choice(("#ffd890", "#ffb8d8", "#9fe8f0"))
                p.rect(
                    min(xa, xb) + abs(xb - xa) * 0.15,
                    ya,
                    ww,
                    wh,
                    mix(p.c("#4a4c66"), tone, (0.25 + 0.65 * p.light.lamps) if lit else 0.04),
                    raw=True,
                )
        shop_a, shop_b = p.w / 2 + side * mid * 0.30, p.w / 2 + side * mid * 0.62
        y = p.h * 0.735
        glow = NEONS[0] if side < 0 else NEONS[1]
        p.poly(
            [(shop_a, p.h * 0.50), (shop_b, p.h * 0.46), (shop_b, y + p.h * 0.08), (shop_a, y - p.h * 0.045)],
            mix(p.c("#6a5a72"), mix(glow, "#fff0d0", 0.5), 0.25 + 0.5 * p.light.lamps),
            raw=True,
        )
        p.poly(
            [
                (shop_a - side * 8, p.h * 0.485),
                (shop_b, p.h * 0.43),
                (shop_b, p.h * 0.485),
                (shop_a - side * 8, p.h * 0.515),
            ],
            "#d9506a" if side < 0 else "#3f7f9a",
        )
        p.path(
            "".join(
                points_d(
                    [
                        (shop_a + (shop_b - shop_a) * t, p.h * 0.5),
                        (shop_a + (shop_b - shop_a) * t + 5, p.h * 0.5),
                        (shop_a + (shop_b - shop_a) * t + 5, y + p.h * 0.05 * t),
                        (shop_a + (shop_b - shop_a) * t, y + p.h * 0.05 * t),
                    ]
                )
                for t in (0.33, 0.66)
            ),
            "#3a3450",
        )
        for t in (0.08, 0.16):
            x = p.w / 2 + side * mid * (0.22 + t * 0.35)
            p.rect(x, p.h * 0.02, p.short * 0.008, p.h * 0.6, "#423f58")
    p.depth = 0
    cables = ""
    rng = p.rng("cables")
    for k in range(5):
        y = p.h * (0.05 + 0.06 * k)
        cables += (
            f"M-5 {num(y + rng.uniform(-20, 20))}Q{num(p.w / 2)} {num(y + p.h * 0.12)} {num(p.w + 5)} "
            f"{num(y + rng.uniform(-30, 30))}"
        )
    p.stroke(cables, "#2a2840", p.short * 0.004)
    s = p.h * 0.00135
    signs = (
        ("neon-b", 0.235, 0.44, 0, 1.0),
        ("neon-a", 0.15, 0.30, 1, 1.15),
        ("neon-b", 0.80, 0.50, 2, 1.2),
        ("neon-a", 0.90, 0.24, 3, 1.0),
        ("neon-a", 0.72, 0.215, 4, 0.7),
    )
    for name, fx, fy, k, size in signs:
        x = p.w / 2 + (fx - 0.5) * (p.w if not p.tall else p.w * 1.06)
        if p.light.dark:
            p.glow(x, p.h * fy - 60 * s * size, 105 * s * size, NEONS[k], 0.55)
        p.part(
            name,
            x,
            p.h * fy,
            s * size,
            colours=None if p.light.lamps > 0.3 else {"fire": mix(NEONS[k], "#8a8aa0", 0.3)},
        )
    m = p.metre(p.h * 0.80) / 100
    if p.light.dark:
        p.glow(p.w * 0.90, p.h * 0.82 - 120 * m, 110 * m, "#9fe8f0", 0.5)
    p.part("vending", p.w * 0.90, p.h * 0.82, m)
    p.part("crate", p.w * 0.08, p.h * 0.85, m * 1.1, colours={"wood": "#7a6a72"})
    p.part("crate", p.w * 0.105, p.h * 0.85 - 66 * m, m * 0.9, colours={"wood": "#8a6f6a"})
    puddles(p, base)
    if p.light.dark:
        shine = "".join(
            lens_d(p.w * fx, p.h * (0.80 + 0.06 * i), p.short * 0.26, p.short * 0.014)
            for i, fx in enumerate((0.28, 0.34, 0.2))
        )
        p.path(shine, NEONS[0], op=0.4, raw=True)
        shine = "".join(
            lens_d(p.w * fx, p.h * (0.77 + 0.07 * i), p.short * 0.24, p.short * 0.014)
            for i, fx in enumerate((0.72, 0.64, 0.80))
        )
        p.path(shine, NEONS[1], op=0.4, raw=True)
    p.done.add("light")
    paint_weather(p)
    p.seat = "bench"


def festival(p: Painter) -> None:
    """Ferris wheel, striped tents, stalls, bunting and bulbs."""
    p.hy = p.h * 0.54
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    p.depth = 0.7
    for k in range(round(p.w / 110) + 2):
        rng = p.rng(f"trees{k}")
        p.foliage(
            k * 110 + rng.uniform(-20, 20),
            p.h * 0.60,
            p.h * 0.055,
            p.h * 0.05,
            leaf_colours(p)[k % 4],
            rng,
            8,
        )
    p.depth = 0.32
    x, s = p.w * (0.71 if not p.tall else 0.74), p.h * 0.0018
    p.part("ferriswheel", x, p.h * 0.635, s)
    if p.light.dark:
        dots = "".join(
            circle_d(x + math.cos(a) * 138 * s, p.h * 0.635 - 160 * s + math.sin(a) * 138 * s, 5 * s)
            for a in (math.tau * k / 24 for k in range(24))
        )
        p.path(dots, "#ffe08a", raw=True)
        p.glow(x, p.h * 0.635 - 160 * s, 90 * s, "#ffd27a", 0.5)
    p.part("tent", p.w * 0.30, p.h * 0.64, p.h * 0.00085, colours={"cloth": "#5f7fb0"})
    p.depth = 0.1
    p.wash((0, p.h * 0.625, p.w, p.h * 0.375), (p.snowy("#c9b088", 0.85), p.snowy("#b09468", 0.85)))
    path_of(p, "walk", "#dcc49a", top=p.h * 0.627, wide=0.8, bend=0.06)
    p.depth = 0.08
    p.part("tent", p.w * 0.10, p.h * 0.70, p.h * 0.00190)
    m = p.metre(p.h * 0.76) / 100
    p.part("stall", p.w * 0.985, p.h * 0.775, m * 0.85, colours={"cloth": "#e2a23c"})
    if p.light.dark:
        p.glow(p.w * 0.985, p.h * 0.775 - 130 * m, 100 * m, "#ffc870", 0.55)
        p.glow(p.w * 0.10, p.h * 0.66, p.h * 0.12, "#ffc870", 0.5)
    p.depth = 0
    _balloon_bunch(p, p.w * 0.12, p.h * 0.93, p.h * 0.60)
    bunting(p, -10, p.h * 0.04, p.w * 0.5, p.h * 0.02, p.h * 0.06, 12, p.short * 0.036)
    bunting(p, p.w * 0.5, p.h * 0.02, p.w + 10, p.h * 0.05, p.h * 0.06, 12, p.short * 0.036)
    bulbs(p, -10, p.h * 0.14, p.w * 0.5, p.h * 0.06, p.h * 0.05, 11, p.short * 0.008)
    bulbs(p, p.w * 0.5, p.h * 0.06, p.w + 10, p.h * 0.13, p.h * 0.05, 11, p.short * 0.008)
    p.done.update(("bunting", "balloons", "light", "string lights"))
    rng = p.rng("paper")
    for tone in ("#e8604c", "#f2c84c", "#4fa3b8"):
        p.path(
            "".join(
                points_d([(a, b), (a + 7, b + 3), (a + 5, b + 7)])
                for a, b in ((rng.random() * p.w, p.h * rng.uniform(0.72, 0.98)) for _ in range(12))
            ),
            tone,
        )
    paint_weather(p)
    p.seat = "bench"


def _balloon_bunch(p: Painter, x: float, y: float, tall: float) -> None:
    rng = p.rng("bunch")
    spots = [
        (dx * tall, -tall * dy)
        for dx, dy in ((-0.16, 0.72), (0.12, 0.70), (-0.04, 0.86), (0.18, 0.90), (-0.20, 0.93), (0.02, 1.02))
    ]
    p.stroke(
        "".join(
            f"M{num(x)} {num(y)}Q{num(x + dx * 0.2)} {num(y + dy * 0.4)} {num(x + dx)} {num(y + dy)}"
            for dx, dy in spots
        ),
        "#f4ead8",
        tall * 0.005,
    )
    tones = ["#e8604c", "#f2b84b", "#4fa3b8", "#b07cc8", "#7ab06a", "#f28aa8"]
    for (dx, dy), tone in zip(spots, tones, strict=True):
        balloon(p, x + dx, y + dy, tall * rng.uniform(0.085, 0.10), tone)
    p.part("crate", x, y + 2, tall * 0.0022, colours={"wood": "#d9604f"})


def balloon(p: Painter, x: float, y: float, r: float, tone: str) -> None:
    """A balloon with its knot at (x, y + r·1.25)."""
    p.path(
        f"M{num(x)} {num(y + r * 1.2)}C{num(x - r * 1.4)} {num(y + r * 0.2)} {num(x - r * 1.1)} "
        f"{num(y - r * 1.2)} {num(x)} {num(y - r * 1.2)}S{num(x + r * 1.4)} {num(y + r * 0.2)} {num(x)} "
        f"{num(y + r * 1.2)}zM{num(x)} {num(y + r * 1.1)}l{num(r * 0.16)} {num(r * 0.26)}h"
        f"{num(-r * 0.32)}z",
        tone,
    )
    p.ellipse(x - r * 0.38, y - r * 0.5, r * 0.18, r * 0.32, "#ffffff", op=0.5)


PAINTERS = {"alley": alley, "festival": festival}
