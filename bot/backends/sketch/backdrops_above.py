"""Above the town: rooftop and balcony; and the station."""

# ruff: noqa: PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import bush, leafy_corner
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import skyline
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_town import FACADES, bulbs


def rooftop(p: Painter) -> None:
    """A roof terrace over the city: planters, bulbs, railing, decking."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    skyline(p, "far", 0, p.w, p.h * 0.66, p.h * 0.46, 0.85)
    skyline(p, "mid", 0, p.w, p.h * 0.70, p.h * 0.34, 0.58, tone="#8a8598")
    skyline(p, "left", 0, p.w * 0.30, p.h * 0.72, p.h * 0.52, 0.34, tone="#9a8790")
    skyline(p, "right", p.w * 0.72, p.w * 0.28, p.h * 0.72, p.h * 0.46, 0.34, tone="#8f8796")
    p.depth = 0.3
    p.rect(0, p.h * 0.66, p.w, p.h * 0.08, "#7d7686")
    p.depth = 0
    y = p.h * 0.73
    p.wash((0, y, p.w, p.h - y), (p.snowy("#b98d68", 0.85), p.snowy("#9a7050", 0.85)))
    gap = p.h * 0.13
    d = ""
    n = int(p.w / gap) + 3
    for i in range(-n, n + 1):
        t, b = p.w / 2 + i * gap * (y - p.hy) / (p.h - p.hy), p.w / 2 + i * gap
        d += points_d([(t - 0.8, y), (t + 0.8, y), (b + 2.4, p.h), (b - 2.4, p.h)])
    p.path(d, p.snowy("#7d573f", 0.5), op=0.7)
    m = p.metre(y) / 100
    _rail(p, y, 100 * m, "#4a545e")
    near = p.metre(p.h * 0.80) / 100
    for i, fx in enumerate((0.09, 0.93, 0.25 if not p.tall else 0.02)):
        p.part("planter", p.w * fx, p.h * (0.80 if i < 2 else 0.765), near * (0.95 if i < 2 else 0.75))
    p.part("plant", p.w * 0.985, p.h * 0.88, near * 1.25, colours={"pot": "#c9835f"})
    p.part("plant", p.w * 0.01, p.h * 0.91, near * 1.3, colours={"pot": "#e9dccb"})
    for fx in (0.035, 0.965):
        p.rect(p.w * fx - 3 * near, p.h * 0.06, 6 * near, p.h * 0.73, "#5a4638")
    bulbs(p, p.w * 0.035, p.h * 0.07, p.w * 0.52, p.h * 0.045, p.h * 0.055, 10, p.short * 0.009)
    bulbs(p, p.w * 0.52, p.h * 0.045, p.w * 0.965, p.h * 0.07, p.h * 0.055, 10, p.short * 0.009)
    p.done.update(("string lights", "light"))
    paint_weather(p)
    leafy_corner(p, "twig", "left", p.short * 0.26)
    p.seat = "bench"


def _rail(p: Painter, y: float, high: float, tone: str) -> None:
    gap = high * 0.16
    n = int(p.w / gap) + 1
    p.path("".join(rect_d(i * gap, y - high, high * 0.014, high) for i in range(n)), tone)
    p.rect(0, y - high * 1.02, p.w, high * 0.06, p.snowy(tone, 0.9))
    p.rect(0, y - high * 0.12, p.w, high * 0.035, tone)


def balcony(p: Painter) -> None:
    """A balcony with a stone balustrade over roofs, vines and flower boxes."""
    p.hy = p.h * 0.58
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    skyline(p, "far", 0, p.w, p.h * 0.60, p.h * 0.26, 0.88, tone="#93a0b4")
    for i, (depth, y, size) in enumerate(((0.62, 0.58, 0.12), (0.32, 0.66, 0.19))):
        p.depth = depth
        x, k = -p.h * 0.05, 0
        while x < p.w:
            rng = p.rng(f"roof{i}{k}")
            w, tall = p.h * size * rng.uniform(0.8, 1.3), p.h * size * rng.uniform(0.5, 0.9)
            tone = rng.choice(FACADES)
            p.rect(x, p.h * y - tall, w, tall + p.h * 0.25, tone)
            p.poly(
                [
                    (x - w * 0.06, p.h * y - tall),
                    (x + w * 0.5, p.h * y - tall - w * 0.36),
                    (x + w * 1.06, p.h * y - tall),
                ],
                p.snowy(rng.choice(("#b8604c", "#a9564a", "#c4745a")), 0.9),
            )
            glass = mix(mix(p.light.sky[2], p.c("#7f9fb0"), 0.6), "#ffd584", p.light.lamps)
            p.path(
                rect_d(x + w * 0.2, p.h * y - tall * 0.8, w * 0.18, tall * 0.3)
                + rect_d(x + w * 0.6, p.h * y - tall * 0.8, w * 0.18, tall * 0.3),
                glass,
                raw=True,
            )
            x += w * 1.02
            k += 1
    p.depth = 0
    y = p.h * 0.80
    m = p.metre(y) / 100
    p.wash((0, y, p.w, p.h - y), (p.snowy("#e2d3ba", 0.8), p.snowy("#cbb898", 0.8)))
    gap, high = 30 * m, 96 * m
    d = ""
    for i in range(int(p.w / gap) + 2):
        x = (i - 0.3) * gap
        d += (
            f"M{num(x - 5 * m)} {num(y)}Q{num(x - 14 * m)} {num(y - high * 0.3)} {num(x - 4 * m)} "
            f"{num(y - high * 0.62)}L{num(x - 6 * m)} {num(y - high * 0.86)}H{num(x + 6 * m)}L"
            f"{num(x + 4 * m)} {num(y - high * 0.62)}Q{num(x + 14 * m)} {num(y - high * 0.3)} "
            f"{num(x + 5 * m)} {num(y)}z"
        )
    p.path(d, "#f4ead8")
    p.rect(0, y - high, p.w, high * 0.15, p.snowy("#fbf4e6", 0.95))
    p.rect(0, y - high * 0.86, p.w, high * 0.03, "#20182c", op=0.14)
    p.rect(0, y - high * 0.07, p.w, high * 0.09, "#eadfca")
    for fx in (0.12, 0.88):
        p.part("planter", p.w * fx, y - high, m * 0.62, colours={"wood": "#c9835f"})
    p.part("plant", p.w * 0.96, p.h * 0.90, m * 1.25, colours={"pot": "#c9835f"})
    p.part("potplant", p.w * 0.05, p.h * 0.90, m * 1.4)
    paint_weather(p)
    p.front = True
    for side in (-1, 1):
        x = p.w * (0.5 + side * 0.5)
        w = min(p.w, p.h) * 0.045
        p.rect(x - w, 0, 2 * w, p.h, "#c9a98a")
        p.rect(x - w if side > 0 else x, 0, w * 0.4, p.h, "#e0c4a6")
        for k in range(6):
            bush(
                p,
                f"vine{side}{k}",
                x - side * w * (0.2 + 0.3 * (k % 2)),
                p.h * (0.12 + 0.115 * k),
                p.short * 0.075,
                bloom="#f08ab0" if k % 2 else None,
                leaf="#4a8a54",
            )
    p.front = False
    leafy_corner(p, "twig", "left", p.short * 0.30)
    p.seat = "bench"


def station(p: Painter) -> None:
    """A train at the platform, clock, bench and a roof with lamps."""
    p.hy = p.h * 0.50
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    skyline(p, "far", 0, p.w, p.h * 0.60, p.h * 0.2, 0.8)
    p.depth = 0.6
    for k in range(round(p.w / 130) + 2):
        rng = p.rng(f"trees{k}")
        p.foliage(k * 130 + rng.uniform(-20, 20), p.h * 0.60, p.h * 0.06, p.h * 0.06, "#5f9a58", rng, 8)
    p.depth = 0.2
    p.rect(0, p.h * 0.60, p.w, p.h * 0.15, "#8f857c")
    p.path(
        "".join(
            rect_d(k * p.h * 0.04, p.h * 0.685, p.h * 0.022, p.h * 0.012)
            for k in range(int(p.w / p.h / 0.04) + 2)
        ),
        "#6a5040",
    )
    p.rect(0, p.h * 0.68, p.w, p.h * 0.007, "#c4ccd2")
    p.depth = 0.12
    m = p.metre(p.h * 0.70) / 100
    p.part("train", p.w * 0.64, p.h * 0.69, m * 1.28)
    p.part("train", p.w * 0.64 - 606 * m * 1.28, p.h * 0.69, m * 1.28)
    p.depth = 0
    y = p.h * 0.725
    p.wash((0, y, p.w, p.h - y), ("#d3c8ba", "#b5a99c"))
    p.rect(0, y, p.w, p.h * 0.010, "#f2ece2")
    p.rect(0, y + p.h * 0.028, p.w, p.h * 0.020, "#f2c84c")
    d = ""
    for i in range(-8, 9):
        t, b = p.w / 2 + i * p.h * 0.12, p.w / 2 + i * p.h * 0.25
        d += points_d([(t - 1, y + p.h * 0.05), (t + 1, y + p.h * 0.05), (b + 2, p.h), (b - 2, p.h)])
    p.path(d + rect_d(0, p.h * 0.84, p.w, 2.5), "#988c82", op=0.7)
    roof = p.h * 0.115
    p.poly([(0, 0), (p.w, 0), (p.w, roof), (p.w * 0.5, roof * 0.62), (0, roof)], "#4f6a70")
    p.poly(
        [
            (0, roof),
            (p.w * 0.5, roof * 0.62),
            (p.w, roof),
            (p.w, roof * 1.14),
            (p.w * 0.5, roof * 0.76),
            (0, roof * 1.14),
        ],
        "#e9dfc8",
    )
    mm = p.metre(p.h * 0.80) / 100
    for fx in (0.07, 0.93):
        x = p.w * fx
        p.rect(x - 7 * mm, roof * 0.9, 14 * mm, p.h * 0.80 - roof * 0.9, "#3f5a60")
        p.path(
            f"M{num(x - 7 * mm)} {num(roof * 2.2)}Q{num(x - 10 * mm)} {num(roof * 1.2)} "
            f"{num(x - 60 * mm)} {num(roof)}H{num(x + 60 * mm)}Q{num(x + 10 * mm)} {num(roof * 1.2)} "
            f"{num(x + 7 * mm)} {num(roof * 2.2)}z",
            "#3f5a60",
        )
        p.rect(x - 11 * mm, p.h * 0.775, 22 * mm, p.h * 0.03, "#33494e")
    clock(p, p.w * (0.225 if not p.tall else 0.20), p.h * 0.225, 24 * mm)
    for fx in (0.36, 0.66):
        p.part("pendant", p.w * fx, p.h * 0.165, mm * 0.75)
        if p.light.dark:
            p.glow(p.w * fx, p.h * 0.175, 55 * mm, "#ffd98a", 0.6)
    p.part("bench", p.w * 0.87, p.h * 0.845, mm * 1.05, colours={"cloth": "#a96f48"})
    p.part("suitcase", p.w * 0.14, p.h * 0.90, mm * 1.25)
    paint_weather(p)
    p.seat = "bench"


def clock(p: Painter, x: float, y: float, r: float) -> None:
    """A round clock on a hanger; its hands do not tell the hour."""
    p.rect(x - r * 0.06, 0, r * 0.12, y, "#33424a")
    p.circle(x, y, r * 1.14, "#33424a")
    p.circle(x, y, r, mix(p.c("#fbf6e8"), "#fff3cf", 0.7 * p.light.lamps), raw=True)
    ticks = "".join(
        circle_d(x + math.sin(a) * r * 0.8, y - math.cos(a) * r * 0.8, r * 0.055)
        for a in (math.tau * i / 12 for i in range(12))
    )
    p.path(ticks, "#33424a")
    p.stroke(
        f"M{num(x)} {num(y)}L{num(x - r * 0.32)} {num(y - r * 0.3)}M{num(x)} {num(y)}L"
        f"{num(x + r * 0.28)} {num(y - r * 0.6)}",
        "#33424a",
        r * 0.1,
    )


PAINTERS = {"rooftop": rooftop, "balcony": balcony, "station": station}
