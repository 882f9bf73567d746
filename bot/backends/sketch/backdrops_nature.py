"""Open country: forest, meadow, mountain, and the plain outdoors of a guess."""

# ruff: noqa: PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_growth import (
    bush,
    flowers,
    grassy_foot,
    leaf_colours,
    leafy_corner,
    pine,
    tree,
)
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import SNOW, Painter, Point, num, points_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather

POPPIES = ("#e8604c", "#fff3e0", "#f2b84b", "#b58ad8")


def mountains(
    p: Painter, key: str, base: float, tall: float, depth: float, tone: str = "#7f93ac", *, caps: bool = True
) -> None:
    """A range with lit and shaded faces; snow on its caps."""
    rng = p.rng(key)
    p.depth = depth
    count = max(4, round(p.w / (tall * 0.95)))
    peaks: list[tuple[float, float]] = []
    for i in range(count + 1):
        x = p.w * (i + rng.uniform(-0.25, 0.25)) / count
        peaks.append((x, base - tall * rng.uniform(0.55, 1.0)))
    peaks.sort(key=lambda peak: -peak[1])
    for x, y in peaks:
        high = base - y
        wide = high * rng.uniform(0.95, 1.2)
        knee = rng.uniform(0.08, 0.2)
        p.poly(
            [
                (x, y),
                (x + wide * 0.42, y + high * 0.5),
                (x + wide, base),
                (x - wide, base),
                (x - wide * 0.5, y + high * 0.46),
            ],
            tone,
        )
        ridge: list[Point] = [
            (x, y),
            (x + wide * knee, y + high * 0.3),
            (x + wide * 0.02, y + high * 0.52),
            (x + wide * 0.2, base),
        ]
        p.poly([*ridge, (x + wide, base), (x + wide * 0.42, y + high * 0.5)], mix(tone, "#2b3a63", 0.34))
        if caps or p.light.snow:
            c = 0.30
            p.poly(
                [
                    (x, y),
                    (x + wide * 0.30, y + high * c * 1.12),
                    (x + wide * 0.17, y + high * c * 0.92),
                    (x + wide * 0.06, y + high * c * 1.3),
                    (x - wide * 0.09, y + high * c * 0.86),
                    (x - wide * 0.18, y + high * c * 1.14),
                    (x - wide * 0.32, y + high * c),
                ],
                SNOW,
            )
            p.poly(
                [
                    (x, y),
                    (x + wide * 0.30, y + high * c * 1.12),
                    (x + wide * 0.17, y + high * c * 0.92),
                    (x + wide * 0.06, y + high * c * 1.3),
                    (x + wide * knee * 0.7, y + high * c * 0.7),
                ],
                mix(SNOW, "#6f86b4", 0.4),
            )
    p.depth = 0


def path_of(p: Painter, key: str, tone: str, *, top: float, wide: float = 0.62, bend: float = 0.12) -> None:
    """A path that winds from the foot of the picture up to ``top``."""
    rng = p.rng(key)
    b = bend * p.w * rng.choice((-1, 1))
    c, w = p.w / 2, min(p.w, p.h * 0.9) * wide
    y = p.h + 5
    d = (
        f"M{num(c - w / 2)} {num(y)}C{num(c - w * 0.3)} {num(y - (y - top) * 0.5)} "
        f"{num(c + b - w * 0.22)} {num(top + (y - top) * 0.3)} {num(c + b * 0.5 - w * 0.02)} {num(top)}"
        f"L{num(c + b * 0.5 + w * 0.02)} {num(top)}C{num(c + b + w * 0.1)} {num(top + (y - top) * 0.3)} "
        f"{num(c + w * 0.25)} {num(y - (y - top) * 0.5)} {num(c + w / 2)} {num(y)}z"
    )
    p.path(d, p.snowy(tone, 0.6))


def lamp(p: Painter, x: float, y: float, scale: float) -> None:
    """A street lamp with its light when it is dark; ``scale`` is units per centimetre."""
    p.part("streetlamp", x, y, scale)
    if p.light.dark:
        p.glow(x, y - 305 * scale, 150 * scale, "#ffd98a", 0.75)
        p.done.add("light")


def forest(p: Painter) -> None:
    """Tall trunks in three depths, a clearing with a path, ferns and mushrooms."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    greens = leaf_colours(p)
    for depth, y, tall in ((0.92, 0.60, 0.42), (0.72, 0.63, 0.55)):
        p.depth = depth
        rng = p.rng(f"far{depth}")
        n = round(p.w / 1000 * 9) + 2
        for i in range(n):
            x = p.w * (i + rng.uniform(-0.3, 0.3)) / (n - 1)
            pine(p, f"far{depth}-{i}", x, p.h * y, p.h * tall * rng.uniform(0.75, 1.1), "#3f7a5a")
    p.depth = 0.45
    p.ridge("floor-far", p.h * 0.605, p.h * 0.010, p.snowy("#6d9a55"))
    p.depth = 0.15
    p.ridge("floor", p.h * 0.70, p.h * 0.015, p.snowy("#5d8c4c"))
    p.depth = 0.05
    path_of(p, "path", "#c0a070", top=p.h * 0.64)
    for side in (-1, 1):
        for i, (off, fy, depth) in enumerate(((0.24, 0.67, 0.45), (0.37, 0.73, 0.22), (0.50, 0.82, 0.0))):
            p.depth = depth
            rng = p.rng(f"trunk{side}{i}")
            x = p.w / 2 + side * p.w * (off + rng.uniform(-0.025, 0.025))
            wide = p.h * (0.022 + 0.020 * i)
            y = p.h * fy
            bark = rng.choice(("#7b5a45", "#6b4d3f", "#86664c"))
            p.path(
                f"M{num(x - wide * 1.9)} {num(y + wide * 0.2)}Q{num(x - wide * 0.9)} {num(y - wide)} "
                f"{num(x - wide * 0.8)} {num(-10)}"
                f"L{num(x + wide * 0.8)} {num(-10)}Q{num(x + wide * 0.9)} {num(y - wide)} "
                f"{num(x + wide * 1.9)} {num(y + wide * 0.2)}z",
                bark,
            )
            p.path(
                f"M{num(x + wide * 0.2)} {num(y)}Q{num(x + wide * 0.3)} {num(y * 0.5)} "
                f"{num(x + wide * 0.35)} {num(-10)}"
                f"L{num(x + wide * 0.8)} {num(-10)}Q{num(x + wide * 0.9)} {num(y - wide)} "
                f"{num(x + wide * 1.9)} {num(y + wide * 0.2)}z",
                mix(bark, "#1d2440", 0.32),
            )
            bush(
                p,
                f"under{side}{i}",
                x - side * wide * 2.2,
                y + wide,
                p.h * (0.09 + 0.045 * i),
                leaf=greens[i % 4],
            )
    p.depth = 0.0
    for i in range(5):
        rng = p.rng(f"crown{i}")
        x = p.w * (i / 4)
        drop = 0.05 if i == 2 else 0.12
        p.foliage(
            x,
            p.h * (drop - 0.08),
            p.w * 0.19 + p.h * 0.03,
            p.h * 0.12,
            mix(greens[i % 4], "#123a3a", 0.2),
            rng,
            13,
        )
    _shafts(p)
    rng = p.rng("tufts")
    p.tufts(rng, (0, p.h * 0.74, p.w * 0.30, p.h * 0.24), 16, p.h * 0.035, "#4b7f45")
    p.tufts(rng, (p.w * 0.70, p.h * 0.74, p.w * 0.30, p.h * 0.24), 16, p.h * 0.035, "#4b7f45")
    for i, (fx, fy) in enumerate(((0.10, 0.93), (0.145, 0.945), (0.90, 0.90))):
        p.part("mushroom", p.w * fx, p.h * fy, p.h * (0.0022 - 0.0006 * (i % 2)), flip=bool(i % 2))
    paint_weather(p)
    grassy_foot(p, "ferns", p.h * 0.13, "#3f7d4c")
    leafy_corner(p, "twig", "right", p.short * 0.34)
    p.seat = "rock"


def _shafts(p: Painter) -> None:
    if p.light.dark or p.light.covered:
        return
    for i, fx in enumerate((0.30, 0.62)):
        x, w = p.w * fx, p.w * (0.07 - 0.02 * i)
        p.poly(
            [(x, 0), (x + w, 0), (x + w * 2.2 + p.w * 0.10, p.h * 0.8), (x + p.w * 0.10, p.h * 0.8)],
            p.light.sun_colour,
            op=0.14,
            raw=True,
        )


def meadow(p: Painter) -> None:
    """Rolling hills, a lone tree and wild flowers up to our feet."""
    p.hy = p.h * 0.54
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    for i, (depth, y, tone, slope) in enumerate(
        ((0.85, 0.55, "#6fa488", 0.03), (0.6, 0.585, "#7fb26c", -0.05), (0.32, 0.64, "#93bd62", 0.05))
    ):
        p.depth = depth
        p.ridge(f"hill{i}", p.h * y, p.h * 0.018, p.snowy(tone), slope=p.h * slope)
        rng = p.rng(f"copse{i}")
        for k in range(4 + i):
            x = p.w * rng.random()
            if 0.38 < x / p.w < 0.62:
                continue
            p.foliage(
                x,
                p.h * (y + 0.012),
                p.h * (0.014 + 0.008 * i),
                p.h * (0.013 + 0.007 * i),
                leaf_colours(p)[k % 4],
                rng,
                8,
            )
    p.depth = 0.12
    tree(p, "tree", p.w * 0.15, p.h * 0.72, p.h * 0.46)
    p.ridge("near", p.h * 0.72, p.h * 0.014, p.snowy("#88b853"), slope=-p.h * 0.03)
    p.depth = 0.0
    p.ridge("front", p.h * 0.84, p.h * 0.012, p.snowy("#78ab4a"), slope=p.h * 0.02)
    p.tufts(p.rng("grass-far"), (0, p.h * 0.74, p.w, p.h * 0.08), 34, p.h * 0.016, "#6a9c48")
    p.tufts(p.rng("grass"), (0, p.h * 0.86, p.w, p.h * 0.13), 40, p.h * 0.03, "#5c9142")
    flowers(p, "flowers-far", 0, p.h * 0.745, p.w, p.h * 0.07, 44, p.h * 0.008, POPPIES)
    flowers(p, "flowers-left", 0, p.h * 0.86, p.w * 0.36, p.h * 0.13, 17, p.h * 0.020, POPPIES)
    flowers(p, "flowers-right", p.w * 0.64, p.h * 0.86, p.w * 0.36, p.h * 0.13, 17, p.h * 0.020, POPPIES)
    paint_weather(p)
    grassy_foot(p, "foot", p.h * 0.12, "#4d8a45")
    p.front = True
    flowers(p, "foot-left", 0, p.h * 0.96, p.w * 0.14, p.h * 0.04, 4, p.h * 0.036, POPPIES)
    flowers(p, "foot-right", p.w * 0.86, p.h * 0.96, p.w * 0.14, p.h * 0.04, 4, p.h * 0.036, POPPIES)
    p.front = False
    p.seat = "rock"


def outdoors(p: Painter) -> None:
    """Calm open land, for a place that is only known to be under the sky."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    for i, (depth, y, tone) in enumerate(
        ((0.9, 0.55, "#7f9fae"), (0.65, 0.59, "#84ac92"), (0.4, 0.64, "#92b57e"), (0.1, 0.73, "#9dbb70"))
    ):
        p.depth = depth
        p.ridge(f"land{i}", p.h * y, p.h * 0.02, p.snowy(tone), slope=p.h * (0.03 if i % 2 else -0.03))
    p.depth = 0
    p.tufts(p.rng("grass"), (0, p.h * 0.78, p.w, p.h * 0.2), 26, p.h * 0.022, "#7fa257")
    paint_weather(p)
    grassy_foot(p, "foot", p.h * 0.08, "#6d9450")


def mountain(p: Painter) -> None:
    """A snow-capped range over pine slopes, with a rocky ledge to stand on."""
    p.hy = p.h * 0.58
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    mountains(p, "range-far", p.h * 0.60, p.h * 0.34, 0.88, "#8ea2bc")
    mountains(p, "range", p.h * 0.63, p.h * 0.27, 0.55, "#7d8fa8")
    for i, (depth, y) in enumerate(((0.5, 0.64), (0.28, 0.70))):
        p.depth = depth
        p.ridge(f"slope{i}", p.h * y, p.h * 0.015, p.snowy("#6f9a6c"), slope=p.h * (0.06 if i else -0.06))
        n = round(p.w / 75)
        for k in range(n):
            rng = p.rng(f"pines{i}{k}")
            fx = (k + rng.random()) / n
            if i and 0.3 < fx < 0.7:
                continue
            lift = p.h * (0.06 if i else -0.06) * (fx - 0.5)
            pine(
                p,
                f"pine{i}{k}",
                p.w * fx,
                p.h * (y + 0.02) - lift,
                p.h * (0.07 + 0.05 * i) * rng.uniform(0.7, 1.2),
            )
    p.depth = 0.05
    _ledge(p)
    pine(p, "near-left", p.w * 0.07, p.h * 0.86, p.h * 0.62, "#34705a")
    pine(p, "near-right", p.w * 0.94, p.h * 0.83, p.h * 0.46, "#34705a")
    paint_weather(p)
    grassy_foot(p, "foot", p.h * 0.07, "#6a8a52", gap=0.3)
    p.seat = "rock"


def _ledge(p: Painter) -> None:
    rng = p.rng("ledge")
    top: list[Point] = [
        (p.w * i / 9, p.h * (0.80 + rng.uniform(-0.012, 0.012) - 0.03 * abs(i / 4.5 - 1))) for i in range(10)
    ]
    p.poly([*top, (p.w, p.h), (0, p.h)], p.snowy("#a3a098", 0.8))
    p.poly(
        [(x, y + p.h * 0.008) for x, y in top]
        + [(x, y + p.h * rng.uniform(0.02, 0.05)) for x, y in reversed(top)],
        p.snowy("#c3beb0", 0.9),
    )
    cracks = ""
    for _ in range(14):
        x, y = rng.random() * p.w, p.h * rng.uniform(0.86, 0.98)
        s = p.h * rng.uniform(0.02, 0.06)
        cracks += points_d(
            [(x, y), (x + s, y + s * 0.22), (x + s * 1.6, y + s * 0.1), (x + s * 0.9, y + s * 0.4)]
        )
    p.path(cracks, p.snowy("#8a8880", 0.5))
    p.tufts(rng, (0, p.h * 0.82, p.w, p.h * 0.05), 12, p.h * 0.022, "#7a9a58")


PAINTERS = {"forest": forest, "meadow": meadow, "outdoors": outdoors, "mountain": mountain}
