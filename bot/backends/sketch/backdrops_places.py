"""Places of lights and journeys: neon alley, fairground, shrine, hot-spring street, harbour, deck."""

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import leaf_colours, leafy_corner, tree
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, lens_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import skyline
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_town import bulbs, bunting, facade, puddles
from bot.backends.sketch.backdrops_water import water

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
        cables += f"M-5 {num(y + rng.uniform(-20, 20))}Q{num(p.w / 2)} {num(y + p.h * 0.12)} {num(p.w + 5)} {num(y + rng.uniform(-30, 30))}"
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
    p.seat = "crate"


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
    p.seat = "edge"


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
        f"M{num(x)} {num(y + r * 1.2)}C{num(x - r * 1.4)} {num(y + r * 0.2)} {num(x - r * 1.1)} {num(y - r * 1.2)} {num(x)} {num(y - r * 1.2)}S{num(x + r * 1.4)} {num(y + r * 0.2)} {num(x)} {num(y + r * 1.2)}zM{num(x)} {num(y + r * 1.1)}l{num(r * 0.16)} {num(r * 0.26)}h{num(-r * 0.32)}z",
        tone,
    )
    p.ellipse(x - r * 0.38, y - r * 0.5, r * 0.18, r * 0.32, "#ffffff", op=0.5)


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
    p.seat = "steps"


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
        f"M{num(p.w / 2 - mid * 0.16)} {num(y)}Q{num(p.w / 2)} {num(y - p.h * 0.06)} {num(p.w / 2 + mid * 0.16)} {num(y)}V{num(y + p.h * 0.012)}Q{num(p.w / 2)} {num(y - p.h * 0.035)} {num(p.w / 2 - mid * 0.16)} {num(y + p.h * 0.012)}z",
        "#d9503c",
    )
    p.stroke(
        "".join(
            f"M{num(p.w / 2 + k * mid * 0.05)} {num(y - p.h * (0.028 - 0.0028 * k * k))}v{num(-p.h * 0.034)}"
            for k in range(-3, 4)
        )
        + f"M{num(p.w / 2 - mid * 0.155)} {num(y - p.h * 0.038)}Q{num(p.w / 2)} {num(y - p.h * 0.094)} {num(p.w / 2 + mid * 0.155)} {num(y - p.h * 0.038)}",
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
        f"M0 {num(p.h * 0.205)}Q{num(p.w * 0.2)} {num(p.h * 0.14)} {num(p.w * 0.5)} {num(p.h * 0.13)}T{num(p.w)} {num(p.h * 0.205)}",
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
    p.seat = "edge"


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


def harbour(p: Painter) -> None:
    """Quay with bollards and crates, sailing ships, boats and houses over the water."""
    p.hy = p.h * 0.53
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    p.depth = 0.8
    p.ridge("hill", p.h * 0.50, p.h * 0.03, p.snowy("#7f9f92"), steps=5, bottom=p.h * 0.56)
    p.depth = 0.6
    w = p.h * 0.075
    for k in range(int(p.w / w) + 2):
        rng = p.rng(f"house{k}")
        if 0.42 < k * w / p.w < 0.55:
            continue
        facade(p, f"house{k}", k * w, p.h * 0.552, w * 0.98, p.h * rng.uniform(0.07, 0.13), shop=False)
    p.depth = 0
    water(p, "harbour", p.h * 0.55, p.h * 0.85, "#2f8fa8")
    p.depth = 0.28
    p.part("ship", p.w * (0.20 if not p.tall else 0.16), p.h * 0.655, p.h * 0.00145)
    p.depth = 0.2
    p.part("sailboat", p.w * 0.80, p.h * 0.64, p.h * 0.0021, colours={"hull": "#3f7f9a"})
    p.part("rowboat", p.w * 0.90, p.h * 0.76, p.h * 0.0019, colours={"hull": "#d9604f"})
    p.depth = 0
    y = p.h * 0.815
    p.wash((0, y, p.w, p.h - y), (p.snowy("#b9906a", 0.85), p.snowy("#9a7252", 0.85)))
    p.rect(0, y, p.w, p.h * 0.010, p.snowy("#d3ac84", 0.95))
    rng = p.rng("planks")
    d = "".join(rect_d(0, y + (p.h - y) * t, p.w, 3) for t in (0.16, 0.36, 0.62, 0.9))
    for t0, t1 in ((0.0, 0.16), (0.16, 0.36), (0.36, 0.62), (0.62, 0.9)):
        d += "".join(
            rect_d(p.w * rng.random(), y + (p.h - y) * t0, 3, (p.h - y) * (t1 - t0)) for _ in range(3)
        )
    p.path(d, "#7a563c", op=0.7)
    m = p.metre(p.h * 0.86) / 100
    for fx in (0.265, 0.735):
        p.path(
            f"M{num(p.w * fx - 13 * m)} {num(p.h * 0.845)}V{num(p.h * 0.845 - 34 * m)}Q{num(p.w * fx - 22 * m)} {num(p.h * 0.845 - 48 * m)} {num(p.w * fx)} {num(p.h * 0.845 - 50 * m)}T{num(p.w * fx + 13 * m)} {num(p.h * 0.845 - 34 * m)}V{num(p.h * 0.845)}z",
            "#4a4c58",
        )
    rope = f"M{num(p.w * 0.735)} {num(p.h * 0.845 - 30 * m)}Q{num(p.w * 0.80)} {num(p.h * 0.845)} {num(p.w * 0.86)} {num(p.h * 0.765)}"
    p.stroke(rope, "#d9bd8c", 3.5 * m)
    p.part("crate", p.w * 0.07, p.h * 0.91, m * 1.15)
    p.part("crate", p.w * 0.05, p.h * 0.91 - 69 * m, m * 0.9, colours={"wood": "#a97a50"})
    p.part("barrel", p.w * 0.155, p.h * 0.925, m * 0.95)
    p.part("barrel", p.w * 0.945, p.h * 0.93, m)
    if p.light.dark:
        p.part("streetlamp", p.w * 0.88, p.h * 0.84, m * 0.9)
        p.glow(p.w * 0.88, p.h * 0.84 - 275 * m, 90 * m, "#ffd98a", 0.75)
        p.done.add("light")
    else:
        p.part("streetlamp", p.w * 0.88, p.h * 0.84, m * 0.9)
    paint_weather(p)
    p.seat = "crate"


def deck(p: Painter) -> None:
    """The deck of a sailing ship: mast, sail, shrouds, railing and the open sea."""
    p.hy = p.h * 0.50
    paint_sky(p, (0, 0, p.w, p.h * 0.58))
    water(p, "sea", p.hy, p.h * 0.80, "#1f7f9f")
    rng = p.rng("waves")
    p.depth = 0.2
    p.path(
        "".join(
            lens_d(
                rng.random() * p.w,
                p.h * rng.uniform(0.54, 0.68),
                p.short * rng.uniform(0.05, 0.14),
                p.short * 0.018,
            )
            for _ in range(14)
        ),
        "#ffffff",
        op=0.7,
    )
    p.part("sailboat", p.w * 0.83, p.hy + p.h * 0.012, p.short * 0.0006)
    p.depth = 0
    y = p.h * 0.735
    p.wash((0, y, p.w, p.h - y), (p.snowy("#c4966a", 0.85), p.snowy("#a3744c", 0.85)))
    d = ""
    n = int(p.w / (p.h * 0.11)) + 3
    for i in range(-n, n + 1):
        t, b = p.w / 2 + (i + 0.5) * p.h * 0.055, p.w / 2 + (i + 0.5) * p.h * 0.115
        d += points_d([(t - 0.8, y), (t + 0.8, y), (b + 2.5, p.h), (b - 2.5, p.h)])
    p.path(d, "#7a5236", op=0.7)
    m = p.metre(p.h * 0.745) / 100
    high = 92 * m
    gap = 24 * m
    d = ""
    for i in range(int(p.w / gap) + 2):
        x = (i - 0.2) * gap
        d += f"M{num(x - 3 * m)} {num(y)}Q{num(x - 8 * m)} {num(y - high * 0.4)} {num(x - 3 * m)} {num(y - high * 0.85)}H{num(x + 3 * m)}Q{num(x + 8 * m)} {num(y - high * 0.4)} {num(x + 3 * m)} {num(y)}z"
    p.path(d, "#8a5a3c")
    p.rect(0, y - high, p.w, high * 0.15, p.snowy("#a36c46", 0.9))
    p.rect(0, y - high * 0.10, p.w, high * 0.14, "#7a4f36")
    mast = p.w * (0.20 if not p.tall else 0.13)
    mw = p.h * 0.020
    p.path(
        f"M{num(mast + mw * 2)} {num(p.h * 0.03)}Q{num(mast + p.h * 0.30)} {num(p.h * 0.02)} {num(mast + p.h * 0.42)} {num(p.h * 0.06)}Q{num(mast + p.h * 0.34)} {num(p.h * 0.20)} {num(mast + p.h * 0.40)} {num(p.h * 0.33)}Q{num(mast + p.h * 0.2)} {num(p.h * 0.36)} {num(mast + mw * 2)} {num(p.h * 0.32)}z",
        "#fff3dc",
    )
    p.path(
        f"M{num(mast - mw * 2)} {num(p.h * 0.03)}Q{num(mast - p.h * 0.30)} {num(p.h * 0.02)} {num(mast - p.h * 0.42)} {num(p.h * 0.06)}Q{num(mast - p.h * 0.30)} {num(p.h * 0.20)} {num(mast - p.h * 0.40)} {num(p.h * 0.33)}Q{num(mast - p.h * 0.2)} {num(p.h * 0.36)} {num(mast - mw * 2)} {num(p.h * 0.32)}z",
        "#f4e6cc",
    )
    p.rect(mast - p.h * 0.44, p.h * 0.028, p.h * 0.88, p.h * 0.016, "#6f4a34", rx=6)
    p.rect(mast - mw, -5, 2 * mw, p.h * 0.79, "#8a5c3e")
    p.rect(mast + mw * 0.2, -5, 0.8 * mw, p.h * 0.79, "#6f4732")
    for k in (0.40, 0.70):
        p.rect(mast - mw * 1.15, p.h * k, 2.3 * mw, p.h * 0.012, "#e8c490")
    top, foot = (p.w * 0.90, -10.0), (p.w * 0.76, p.w * 1.06)
    lines = "".join(
        f"M{num(top[0] + (k - 2) * 8)} {num(top[1])}L{num(foot[0] + (foot[1] - foot[0]) * k / 4)} {num(y - high)}"
        for k in range(5)
    )
    for k in range(1, 9):
        t = (k / 9) ** 0.9
        a, b = top[0] - 16 + (foot[0] - top[0] + 16) * t, top[0] + 16 + (foot[1] - top[0] - 16) * t
        lines += f"M{num(a)} {num(top[1] + (y - high - top[1]) * t)}L{num(b)} {num(top[1] + (y - high - top[1]) * t)}"
    p.stroke(lines, "#5f4636", p.short * 0.0036)
    near = p.metre(p.h * 0.88) / 100
    p.part("barrel", p.w * 0.08, p.h * 0.90, near)
    p.part("crate", p.w * 0.94, p.h * 0.91, near)
    coil = "".join(
        f"M{num(p.w * 0.80 - r * near)} {num(p.h * 0.90)}a{num(r * near)} {num(r * 0.32 * near)} 0 1 0 {num(2 * r * near)} 0a{num(r * near)} {num(r * 0.32 * near)} 0 1 0 {num(-2 * r * near)} 0"
        for r in (30, 22, 14)
    )
    p.stroke(coil, "#d9bd8c", 6 * near)
    if p.light.dark:
        p.part("paperlantern", mast + p.h * 0.06, p.h * 0.50, p.h * 0.0016, colours={"paper": "#ffd27a"})
        p.glow(mast + p.h * 0.06, p.h * 0.465, p.h * 0.13, "#ffc870", 0.7)
        p.done.add("light")
    paint_weather(p)
    p.seat = "barrel"


PAINTERS = {
    "alley": alley,
    "festival": festival,
    "shrine": shrine,
    "onsen": onsen,
    "harbour": harbour,
    "ship": deck,
}
