"""In town: street and market, with what hangs and stands there."""

# ruff: noqa: C901, PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import leafy_corner, tree
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import lamp
from bot.backends.sketch.backdrops_paint import Painter, Point, circle_d, lens_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import skyline
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather

FACADES = ("#e8b48c", "#d98f78", "#a9c0b4", "#e6cf9c", "#b8a9c4", "#c9a18a")


AWNINGS = ("#d9604f", "#3f8f86", "#e2a23c", "#5f7fb0")


def bulbs(
    p: Painter, ax: float, ay: float, bx: float, by: float, sag: float, count: int, size: float
) -> None:
    """A chain of light bulbs hanging between two points; they shine when it is dark."""
    cx, cy = (ax + bx) / 2, (ay + by) / 2 + sag * 2
    p.stroke(f"M{num(ax)} {num(ay)}Q{num(cx)} {num(cy)} {num(bx)} {num(by)}", "#3a3434", size * 0.22)
    spots: list[Point] = []
    for i in range(count):
        t = (i + 0.5) / count
        spots.append(
            (
                (1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * bx,
                (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * by + size,
            )
        )
    if p.light.lamps > 0.2:
        p.path(
            "".join(circle_d(x, y, size * 2.3) for x, y in spots),
            "#ffd27a",
            op=0.28 * p.light.lamps,
            raw=True,
        )
    p.path(
        "".join(circle_d(x, y, size) for x, y in spots),
        mix(p.c("#fff0c8"), "#fff3c4", p.light.lamps),
        raw=True,
    )


def bunting(
    p: Painter, ax: float, ay: float, bx: float, by: float, sag: float, count: int, size: float
) -> None:
    """A string of small flags between two points."""
    cx, cy = (ax + bx) / 2, (ay + by) / 2 + sag * 2
    p.stroke(f"M{num(ax)} {num(ay)}Q{num(cx)} {num(cy)} {num(bx)} {num(by)}", "#fff3dc", size * 0.08)
    tones = ("#e8604c", "#f2c84c", "#4fa3b8", "#7ab06a")
    flags = dict.fromkeys(tones, "")
    for i in range(count):
        t = (i + 0.5) / count
        x, y = (
            (1 - t) ** 2 * ax + 2 * t * (1 - t) * cx + t * t * bx,
            (1 - t) ** 2 * ay + 2 * t * (1 - t) * cy + t * t * by,
        )
        push = size * 0.35 * p.light.wind
        flags[tones[i % 4]] += points_d([(x - size * 0.42, y), (x + size * 0.42, y), (x + push, y + size)])
    for tone, d in flags.items():
        p.path(d, tone)


def facade(p: Painter, key: str, x: float, y: float, w: float, tall: float, *, shop: bool = True) -> None:
    """A town house seen from the front, its foot at ``y``: shop below, shuttered windows above."""
    rng = p.rng(key)
    tone, awning = rng.choice(FACADES), rng.choice(AWNINGS)
    p.rect(x, y - tall, w, tall, tone)
    p.rect(x - w * 0.03, y - tall, w * 1.06, tall * 0.022, mix(tone, "#ffffff", 0.35))
    if rng.random() < 0.5:
        p.poly(
            [
                (x - w * 0.04, y - tall),
                (x + w * 0.1, y - tall * 1.1),
                (x + w * 0.9, y - tall * 1.1),
                (x + w * 1.04, y - tall),
            ],
            p.snowy("#a3564a", 0.85),
        )
    else:
        p.rect(x + w * 0.65, y - tall * 1.07, w * 0.14, tall * 0.08, "#8d5d50")
    ground = tall * 0.30 if shop else 0.0
    rows, cols = max(2, round((tall - ground) / (w * 0.52))), 2 if w < tall * 0.5 else 3
    cell_w, cell_h = w / cols, (tall - ground) * 0.96 / rows
    shutters, boxes, warm, cold, lintel = "", "", "", "", ""
    for r in range(rows):
        for c in range(cols):
            cx, cy = x + cell_w * (c + 0.5), y - ground - cell_h * (r + 0.5)
            ww, wh = cell_w * 0.36, cell_h * 0.56
            lit = rng.random() < 0.6
            pane = rect_d(cx - ww / 2, cy - wh / 2, ww, wh)
            if lit:
                warm += pane
            else:
                cold += pane
            shutters += rect_d(cx - ww * 0.86, cy - wh / 2, ww * 0.32, wh) + rect_d(
                cx + ww * 0.54, cy - wh / 2, ww * 0.32, wh
            )
            lintel += rect_d(cx - ww * 0.6, cy + wh / 2, ww * 1.2, wh * 0.07) + rect_d(
                cx - ww * 0.03, cy - wh / 2, ww * 0.06, wh
            )
            if rng.random() < 0.4:
                boxes += rect_d(cx - ww * 0.6, cy + wh * 0.42, ww * 1.2, wh * 0.14)
    if cold:
        p.path(cold, mix(p.light.sky[1], p.c("#5f7f92"), 0.6), raw=True)
    if warm:
        p.path(warm, mix(mix(p.light.sky[2], p.c("#7f9fb0"), 0.6), "#ffd584", p.light.lamps * 0.95), raw=True)
        if p.light.dark:
            p.done.add("lights")
    p.path(lintel, mix(tone, "#ffffff", 0.4))
    p.path(shutters, mix(awning, "#30405a", 0.25))
    if boxes:
        p.path(boxes, "#5c9c60")
    if shop:
        _shop_front(p, x, y, w, ground, awning)


def _shop_front(p: Painter, x: float, y: float, w: float, high: float, awning: str) -> None:
    p.rect(x + w * 0.05, y - high * 0.84, w * 0.9, high * 0.84, mix(awning, "#2a2430", 0.5))
    glass = mix(mix(p.light.sky[2], p.c("#86a4ac"), 0.7), "#ffd890", p.light.lamps * 0.95)
    p.path(
        rect_d(x + w * 0.09, y - high * 0.72, w * 0.50, high * 0.56)
        + rect_d(x + w * 0.68, y - high * 0.72, w * 0.22, high * 0.66),
        glass,
        raw=True,
    )
    p.path(
        rect_d(x + w * 0.335, y - high * 0.72, w * 0.012, high * 0.56)
        + rect_d(x + w * 0.86, y - high * 0.36, w * 0.02, high * 0.07),
        "#fff3dc",
    )
    top, low = y - high * 0.98, y - high * 0.74
    n = 8
    for i in range(n):
        a, b = x + w * i / n, x + w * (i + 1) / n
        tone = awning if i % 2 else "#fff3e0"
        p.path(
            f"M{num(a)} {num(top)}H{num(b)}V{num(low)}a{num((b - a) / 2)} {num((b - a) / 2)} 0 0 1 "
            f"{num(a - b)} 0z",
            p.snowy(tone, 0.5),
        )


def street(p: Painter) -> None:
    """Coloured town houses along a paved street, awnings, lamps and trees."""
    p.hy = p.h * 0.52
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    skyline(p, "far", 0, p.w, p.h * 0.57, p.h * 0.26, 0.85)
    base = p.h * 0.605
    for depth, y, tall, gap in ((0.5, 0.60, 0.34, 0.15), (0.22, 0.618, 0.48, 0.30)):
        p.depth = depth
        w = p.h * tall * 0.52
        for side in (-1, 1):
            edge = p.w / 2 + side * min(p.w, p.h) * gap
            k = 0
            while 0 < edge < p.w and k < 8:
                x = edge - w if side < 0 else edge
                rng = p.rng(f"house{depth}{side}{k}")
                facade(
                    p,
                    f"house{depth}{side}{k}",
                    x,
                    p.h * y,
                    w,
                    p.h * tall * rng.uniform(0.85, 1.12),
                    shop=depth < 0.4,
                )
                edge += side * w
                k += 1
    p.depth = 0.15
    p.wash((0, base, p.w, p.h - base), (p.snowy("#b9b0a8", 0.7), p.snowy("#a59a94", 0.7)))
    p.depth = 0.1
    for side in (-1, 1):
        near, far = p.w / 2 + side * p.w * 0.42, p.w / 2 + side * min(p.w, p.h) * 0.16
        outer = p.w / 2 + side * p.w * 0.62
        p.poly([(far, base), (outer, base), (outer, p.h), (near, p.h)], p.snowy("#d8cdbf", 0.9))
        p.poly(
            [(far, base), (near, p.h), (near - side * p.w * 0.02, p.h), (far - side * 3, base)],
            p.snowy("#efe6d8", 0.9),
        )
    p.depth = 0
    rng = p.rng("stones")
    d = ""
    for _ in range(46):
        t = rng.random()
        y = base + (p.h - base) * t
        half = (min(p.w, p.h) * 0.14 + (p.w * 0.40 - min(p.w, p.h) * 0.14) * t) * 0.92
        x = p.w / 2 + rng.uniform(-1, 1) * half
        s = p.h * (0.006 + 0.022 * t)
        d += lens_d(x, y, s * 1.6, s * 0.6)
    p.path(d, p.snowy("#8f8682", 0.5), op=0.6)
    if p.light.rain or "puddles" in p.details:
        puddles(p, base)
    m = p.metre(p.h * 0.72) / 100
    tree(p, "tree", p.w * 0.90, p.h * 0.74, p.h * 0.50)
    lamp(p, p.w * 0.135, p.h * 0.755, m * 1.02)
    lamp(p, p.w * 0.77, p.h * 0.675, p.metre(p.h * 0.675) / 100)
    near = p.metre(p.h * 0.86) / 100
    p.part("planter", p.w * 0.03, p.h * 0.90, near)
    p.part("planter", p.w * 0.975, p.h * 0.92, near)
    paint_weather(p)
    leafy_corner(p, "twig", "right", p.short * 0.22)
    p.seat = "bench"


def puddles(p: Painter, top: float) -> None:
    """Puddles that mirror the sky on the ground below ``top``."""
    for i, (fx, t, s) in enumerate(
        ((0.30, 0.45, 0.12), (0.70, 0.66, 0.17), (0.22, 0.85, 0.15), (0.56, 0.2, 0.07))
    ):
        x, y, r = p.w * fx, top + (p.h - top) * t, p.short * s
        p.ellipse(x, y, r, r * 0.16, mix(p.light.sky[2], "#e8f2ff", 0.2), op=0.75, raw=True)
        p.ellipse(
            x - r * 0.2,
            y - r * 0.03,
            r * 0.4,
            r * 0.04,
            mix(p.light.sky[3], "#ffffff", 0.4 if i % 2 else 0.2),
            op=0.8,
            raw=True,
        )
    p.done.add("puddles")


def market(p: Painter) -> None:
    """Stalls with fruit under striped awnings, bunting and bulbs overhead."""
    p.hy = p.h * 0.52
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    p.depth = 0.55
    w = p.h * 0.17
    for k in range(math.ceil(p.w / w) + 1):
        facade(
            p,
            f"house{k}",
            (k - 0.3) * w,
            p.h * 0.61,
            w,
            p.h * p.rng(f"tall{k}").uniform(0.30, 0.42),
            shop=False,
        )
    p.depth = 0.12
    p.wash((0, p.h * 0.605, p.w, p.h * 0.395), (p.snowy("#dcc4a0", 0.8), p.snowy("#c4a57e", 0.8)))
    clothes = ("#e8604c", "#3f9a8f", "#e2a23c", "#5f7fb0", "#b0609a")
    for i, (y, off) in enumerate(((0.665, 0.20), (0.72, 0.345), (0.82, 0.52))):
        p.depth = 0.3 - 0.14 * i
        m = p.metre(p.h * y) / 100
        for side in (-1, 1):
            p.part(
                "stall",
                p.w / 2 + side * (min(p.w, p.h * 1.45) * off + p.w * 0.02),
                p.h * y,
                m * (0.98 if i < 2 else 0.88),
                colours={"cloth": clothes[(i * 2 + (side > 0)) % 5]},
                flip=side > 0,
            )
            if p.light.dark and i == 1:
                p.glow(p.w / 2 + side * min(p.w, p.h * 1.45) * off, p.h * y - 140 * m, 90 * m, "#ffc870", 0.6)
    p.depth = 0
    bunting(p, -10, p.h * 0.10, p.w * 0.5, p.h * 0.03, p.h * 0.05, 12, p.short * 0.036)
    bunting(p, p.w * 0.5, p.h * 0.03, p.w + 10, p.h * 0.12, p.h * 0.05, 12, p.short * 0.036)
    bulbs(p, -10, p.h * 0.03, p.w + 10, p.h * 0.02, p.h * 0.09, 15, p.short * 0.008)
    m = p.metre(p.h * 0.93) / 100
    p.part("crate", p.w * 0.90, p.h * 0.95, m * 0.95)
    p.path(
        "".join(
            circle_d(p.w * 0.90 + dx * m, p.h * 0.95 - dy * m, 9 * m)
            for dx, dy in ((-20, 60), (-4, 62), (14, 60), (-12, 72), (6, 73))
        ),
        "#e8703c",
    )
    p.part("crate", p.w * 0.06, p.h * 0.965, m, colours={"wood": "#a97a50"})
    p.path(
        "".join(
            circle_d(p.w * 0.06 + dx * m, p.h * 0.965 - dy * m, 10 * m)
            for dx, dy in ((-18, 60), (0, 63), (18, 60), (-9, 74), (9, 74))
        ),
        "#8fb24e",
    )
    p.done.add("bunting")
    paint_weather(p)
    p.seat = "bench"


PAINTERS = {"street": street, "market": market}
