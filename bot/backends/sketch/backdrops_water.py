"""By fresh water: lake and bridge."""

# ruff: noqa: PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_growth import (
    bush,
    leaf_colours,
    leafy_corner,
    pine,
    tree,
)
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import mountains
from bot.backends.sketch.backdrops_paint import Painter, Point, lens_d, num, points_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather


def water(
    p: Painter, key: str, top: float, bottom: float, near: str, *, x: float = 0, w: float | None = None
) -> None:
    """A sheet of water that mirrors the sky, with glints and the path of sun or moon."""
    light = p.light
    wide = p.w if w is None else w
    if light.sun and light.sun[1] > 0.8:
        near = mix(near, "#8a4a8c", 0.62)
    far = mix(light.sky[2], p.c(near, 0.3), 0.22)
    p.wash(
        (x, top, wide, bottom - top),
        (
            mix(far, light.sky[3], 0.4),
            mix(light.sky[1], p.c(near, 0), 0.46),
            mix(light.sky[0], p.c(near, 0), 0.58),
        ),
        raw=True,
    )
    rng = p.rng(key)
    deep, bright = "", ""
    for i in range(46):
        t = rng.random() ** 1.4
        y = top + (bottom - top) * (0.03 + 0.94 * t)
        long = p.short * (0.03 + 0.16 * t) * rng.uniform(0.6, 1.2)
        mark = lens_d(x + rng.random() * wide, y, long, long * 0.05 + 1.2)
        if i % 3:
            deep += mark
        else:
            bright += mark
    p.path(deep, mix(far, p.c(mix(near, "#12305a", 0.35), 0), 0.75), op=0.55, raw=True)
    p.path(bright, mix(light.sky[3], "#ffffff", 0.45), op=0.6, raw=True)
    body = light.sun or light.moon
    if body and not light.covered and (light.dark or body[1] > 0.3):
        cx = body[0] * p.w
        d = ""
        for i in range(15):
            t = (i + 0.5) / 15
            long = p.short * (0.07 + 0.10 * t) * rng.uniform(0.55, 1.15)
            d += lens_d(
                cx + rng.uniform(-0.02, 0.02) * p.short,
                top + (bottom - top) * t,
                long,
                p.short * (0.006 + 0.008 * t),
            )
        p.path(d, light.sun_colour, op=0.75, raw=True)


def rock(p: Painter, key: str, x: float, y: float, size: float, tone: str = "#a09a92") -> None:
    """A boulder with a lit and a shaded face."""
    rng = p.rng(key)
    top = (x + rng.uniform(-0.2, 0.1) * size, y - size * rng.uniform(0.7, 0.9))
    left: list[Point] = [
        (x - size, y),
        (x - size * 0.85, y - size * 0.45),
        (x - size * 0.35, y - size * 0.78),
        top,
    ]
    right: list[Point] = [(x + size * 0.45, y - size * 0.66), (x + size * 0.9, y - size * 0.3), (x + size, y)]
    p.poly([*left, *right], p.snowy(tone, 0.5))
    p.poly(
        [top, *right, (x + size * 0.1, y), (x + size * 0.15, y - size * 0.4)],
        p.snowy(mix(tone, "#262c48", 0.3), 0.2),
    )


def lake(p: Painter) -> None:
    """Still water under mountains, a jetty to stand on, reeds and a rowing boat."""
    p.hy = p.h * 0.53
    paint_sky(p, (0, 0, p.w, p.h * 0.60))
    mountains(p, "range", p.h * 0.545, p.h * 0.26, 0.8, "#8496b0")
    p.depth = 0.55
    p.ridge("shore", p.h * 0.535, p.h * 0.008, p.snowy("#6d9a70"), bottom=p.h * 0.56)
    for k in range(round(p.w / 48)):
        rng = p.rng(f"pine{k}")
        x = p.w * (k + rng.random()) / round(p.w / 48)
        pine(p, f"pine{k}", x, p.h * 0.548, p.h * rng.uniform(0.05, 0.11))
    p.depth = 0
    water(p, "lake", p.h * 0.548, p.h, "#3a8fa8")
    m = p.metre(p.h * 0.70) / 100
    p.depth = 0.1
    p.part("rowboat", p.w * 0.84, p.h * 0.70, m * 1.2)
    p.depth = 0
    _jetty(p)
    for side in (-1, 1):
        _reeds(p, f"reeds{side}", p.w * (0.5 + side * 0.44), p.h * 0.97, p.h * 0.34)
    tree(p, "tree", p.w * 0.02, p.h * 0.80, p.h * 0.70)
    paint_weather(p)
    p.front = True
    _reeds(p, "near", p.w * 0.985, p.h * 1.02, p.h * 0.30)
    p.front = False
    leafy_corner(p, "twig", "left", p.short * 0.30)
    p.seat = "bench"


def _jetty(p: Painter) -> None:
    c, foot, top = p.w / 2, min(p.w, p.h * 0.95) * 0.36, p.h * 0.71
    narrow = foot * (top - p.hy) / (p.h - p.hy)
    for t in (0.0, 0.4, 1.0):
        y = top + (p.h - top) * t
        half = narrow + (foot - narrow) * t
        for side in (-1, 1):
            w = half * 0.07
            p.rect(
                c + side * half - w, y - half * 0.42, 2 * w, half * 0.62, p.snowy("#7a573e", 0.3), rx=w * 0.6
            )
    p.poly(
        [(c - narrow, top), (c + narrow, top), (c + foot, p.h + 4), (c - foot, p.h + 4)],
        p.snowy("#b98d62", 0.75),
    )
    d = ""
    for i in range(1, 12):
        t = (i / 12) ** 1.7
        y = top + (p.h - top) * t
        half = narrow + (foot - narrow) * t
        d += points_d(
            [(c - half, y), (c + half, y), (c + half, y + 1.5 + 4 * t), (c - half, y + 1.5 + 4 * t)]
        )
    p.path(d, p.snowy("#8a6342", 0.4))
    p.poly(
        [
            (c - narrow, top),
            (c + narrow, top),
            (c + narrow, top + narrow * 0.09),
            (c - narrow, top + narrow * 0.09),
        ],
        p.snowy("#d0a679", 0.9),
    )


def _reeds(p: Painter, key: str, x: float, y: float, tall: float) -> None:
    rng = p.rng(key)
    blades, heads = "", ""
    for _ in range(15):
        px, high = x + rng.uniform(-0.32, 0.32) * tall, tall * rng.uniform(0.5, 1.0)
        lean = high * (rng.uniform(-0.16, 0.16) + 0.2 * p.light.wind)
        w = tall * 0.016
        blades += (
            f"M{num(px - w)} {num(y)}Q{num(px)} {num(y - high * 0.5)} {num(px + lean)} {num(y - high)}Q"
            f"{num(px + w)} {num(y - high * 0.5)} {num(px + w)} {num(y)}z"
        )
        if rng.random() < 0.4:
            heads += f"M{num(px + lean * 0.9)} {num(y - high * 0.82)}L{num(px + lean)} {num(y - high)}"
    p.path(blades, p.snowy("#5b8f58", 0.3))
    p.stroke(heads, "#7a4f38", tall * 0.035)


def bridge(p: Painter) -> None:
    """A river under an arched stone bridge between leafy banks."""
    p.hy = p.h * 0.53
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    greens = leaf_colours(p)
    p.depth = 0.85
    for i in range(round(p.w / 95) + 2):
        rng = p.rng(f"far{i}")
        p.foliage(
            i * 95 + rng.uniform(-20, 20),
            p.h * 0.55,
            p.h * 0.06,
            p.h * rng.uniform(0.06, 0.12),
            greens[i % 4],
            rng,
            9,
        )
    p.depth = 0
    water(p, "river", p.h * 0.57, p.h * 0.86, "#3f9ab0")
    p.depth = 0.3
    _stone_bridge(p, p.h * 0.565, p.h * 0.10)
    p.depth = 0.1
    for side in (-1, 1):
        x = p.w * (0.5 + side * 0.5)
        d = (
            f"M{num(x + side * 20)} {num(p.h * 0.60)}Q{num(x - side * p.w * 0.17)} {num(p.h * 0.63)} "
            f"{num(x - side * p.w * 0.21)} {num(p.h * 0.72)}T{num(x - side * p.w * 0.30)} "
            f"{num(p.h * 0.88)}L{num(x + side * 20)} {num(p.h * 0.9)}z"
        )
        p.path(d, p.snowy("#79aa58"))
        tree(p, f"bank{side}", x - side * p.w * 0.06, p.h * 0.72, p.h * (0.56 if side < 0 else 0.46))
        bush(p, f"bush{side}", x - side * p.w * 0.17, p.h * 0.78, p.h * 0.12)
    p.depth = 0
    p.ridge("quay", p.h * 0.86, 0, p.snowy("#cfc2ae", 0.8))
    rows = ""
    rng = p.rng("paving")
    for r, y in enumerate((0.885, 0.92, 0.965)):
        k = 0.0
        while k < p.w:
            long = p.h * (0.07 + 0.03 * r) * rng.uniform(0.7, 1.3)
            rows += points_d(
                [
                    (k + 3, p.h * y - p.h * 0.02),
                    (k + long - 3, p.h * y - p.h * 0.02),
                    (k + long - 3, p.h * (y + 0.008)),
                    (k + 3, p.h * (y + 0.008)),
                ]
            )
            k += long
    p.path(rows, p.snowy("#bdae98", 0.5))
    p.rect(0, p.h * 0.857, p.w, p.h * 0.012, p.snowy("#e6dccb", 0.9))
    paint_weather(p)
    leafy_corner(p, "twig", "right", p.short * 0.34)
    p.front = True
    bush(p, "near", 0, p.h * 1.02, p.h * 0.22, bloom="#f2a0b4")
    p.front = False
    p.seat = "bench"


def _stone_bridge(p: Painter, y: float, high: float) -> None:
    arches = 3 if p.w >= p.h else 1
    w = p.w * 1.2 / arches
    top = y - high
    stone = "#bfae9a"
    p.path(
        f"M{num(-p.w * 0.1)} {num(top + high * 0.5)}Q{num(p.w / 2)} {num(top - high * 0.5)} "
        f"{num(p.w * 1.1)} {num(top + high * 0.5)}V{num(y + high * 0.25)}H{num(-p.w * 0.1)}z",
        stone,
    )
    for i in range(arches):
        cx = -p.w * 0.1 + w * (i + 0.5)
        r = w * 0.38
        p.path(
            f"M{num(cx - r)} {num(y + high * 0.27)}A{num(r)} {num(high * 0.95)} 0 0 1 {num(cx + r)} "
            f"{num(y + high * 0.27)}z",
            mix(p.light.sky[3], p.c("#5a8fa0"), 0.55),
            raw=True,
        )
        p.stroke(
            f"M{num(cx - r)} {num(y + high * 0.27)}A{num(r)} {num(high * 0.95)} 0 0 1 {num(cx + r)} "
            f"{num(y + high * 0.27)}",
            "#e2d6c4",
            high * 0.08,
        )
    p.stroke(
        f"M{num(-p.w * 0.1)} {num(top + high * 0.45)}Q{num(p.w / 2)} {num(top - high * 0.55)} "
        f"{num(p.w * 1.1)} {num(top + high * 0.45)}",
        p.snowy("#e2d6c4", 0.9),
        high * 0.12,
    )


PAINTERS = {"lake": lake, "bridge": bridge}
