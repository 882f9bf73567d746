"""Halls: castle, throne room, temple."""

# ruff: noqa: PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math
from itertools import pairwise

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import mountains
from bot.backends.sketch.backdrops_paint import Box, Painter, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import view
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_wild import stone_wall


def _arched_windows(
    p: Painter,
    wall_y: float,
    cm: float,
    places: tuple[float, ...],
    wide: float,
    foot: float,
    high: float,
    tone: str,
    glass: str | None = None,
) -> None:
    """Wall with pointed windows: ``foot`` and ``high`` in centimetres; ``glass`` tints the panes."""
    holes: list[Box] = [
        (p.w * fx - wide * cm / 2, wall_y - (foot + high) * cm, wide * cm, high * cm) for fx in places
    ]
    for i, hole in enumerate(holes):
        view(p, f"view{i}", hole, "hills")
        if glass:
            x, y, w, h = hole
            panes = "".join(
                rect_d(x + w * a, y + h * b, w * 0.22, h * 0.09)
                for a in (0.06, 0.39, 0.72)
                for b in (0.26, 0.46, 0.66, 0.86)
            )
            p.path(panes, glass, op=0.55)
    stone_wall(p, wall_y, tone, holes, 30 * cm)
    for x, y, w, h in holes:
        spring = y + h * 0.24
        for side in (-1, 1):
            edge = x if side < 0 else x + w
            p.path(
                f"M{num(edge)} {num(y - 1)}H{num(x + w / 2)}Q{num(edge - side * w * 0.06)} "
                f"{num(y + h * 0.07)} {num(edge)} {num(spring)}z",
                mix(tone, "#181428", 0.18),
            )
        frame = (
            f"M{num(x)} {num(y + h)}V{num(spring)}Q{num(x + w * 0.06)} {num(y + h * 0.07)} "
            f"{num(x + w / 2)} {num(y)}Q{num(x + w * 0.94)} {num(y + h * 0.07)} {num(x + w)} "
            f"{num(spring)}V{num(y + h)}z"
        )
        p.stroke(frame, mix(tone, "#fff0d8", 0.35), 7 * cm)
        bars = f"M{num(x + w / 2)} {num(y)}V{num(y + h)}" + "".join(
            f"M{num(x)} {num(y + h * t)}h{num(w)}" for t in (0.38, 0.6, 0.82)
        )
        p.stroke(bars, "#4a4656", 2.2 * cm)
        p.rect(x - 10 * cm, y + h, w + 20 * cm, 8 * cm, mix(tone, "#fff0d8", 0.3))
        if not p.light.covered:
            lean = (p.w / 2 - x - w / 2) * 0.45
            p.poly(
                [
                    (x, spring),
                    (x + w, spring),
                    (x + w * 1.3 + lean, p.h * 0.93),
                    (x - w * 0.1 + lean, p.h * 0.93),
                ],
                p.light.beam,
                op=0.10,
                raw=True,
            )


def _flagstones(
    p: Painter, wall_y: float, tones: tuple[str, str], line: str, *, checks: str | None = None
) -> None:
    p.wash((0, wall_y, p.w, p.h - wall_y), tones)
    rows = (0.0, 0.10, 0.24, 0.42, 0.66, 1.0)
    gap, ratio = p.h * 0.24, (wall_y - p.hy) / (p.h - p.hy)
    n = int(p.w / gap / ratio / 2) + 2
    if checks:
        d = ""
        for r, (t0, t1) in enumerate(pairwise(rows)):
            y0, y1 = wall_y + (p.h - wall_y) * t0, wall_y + (p.h - wall_y) * t1
            k0, k1 = (y0 - p.hy) / (p.h - p.hy), (y1 - p.hy) / (p.h - p.hy)
            for i in range(-n, n):
                if (i + r) % 2:
                    d += points_d(
                        [
                            (p.w / 2 + i * gap * k0, y0),
                            (p.w / 2 + (i + 1) * gap * k0, y0),
                            (p.w / 2 + (i + 1) * gap * k1, y1),
                            (p.w / 2 + i * gap * k1, y1),
                        ]
                    )
        p.path(d, checks)
        return
    d = "".join(rect_d(0, wall_y + (p.h - wall_y) * t, p.w, 2.4) for t in rows[1:-1])
    for i in range(-n, n + 1):
        d += points_d(
            [
                (p.w / 2 + i * gap * ratio - 1, wall_y),
                (p.w / 2 + i * gap * ratio + 1, wall_y),
                (p.w / 2 + i * gap + 2, p.h),
                (p.w / 2 + i * gap - 2, p.h),
            ]
        )
    p.path(d, line, op=0.8)


def _carpet(p: Painter, top: float, tone: str, trim: str, wide: float = 0.36) -> None:
    c, foot = p.w / 2, min(p.w, p.h) * wide
    t = foot * (top - p.hy) / (p.h - p.hy)
    p.poly([(c - t, top), (c + t, top), (c + foot, p.h + 4), (c - foot, p.h + 4)], tone)
    for side in (-1, 1):
        p.poly(
            [
                (c + side * t * 0.90, top),
                (c + side * t * 0.82, top),
                (c + side * foot * 0.82, p.h + 4),
                (c + side * foot * 0.90, p.h + 4),
            ],
            trim,
        )


def _torch(p: Painter, x: float, y: float, cm: float) -> None:
    p.glow(x, y - 50 * cm, 100 * cm, "#ff9f45", 0.4 + 0.3 * p.light.lamps)
    p.part("torch", x, y, cm * 1.2)


def castle(p: Painter) -> None:
    """A great hall: pointed windows, banners, torches, suits of armour, a beamed ceiling."""
    p.hy = p.h * 0.45
    wall_y = p.h * (0.66 if p.tall else 0.72)
    cm = p.metre(wall_y) / 100
    _arched_windows(p, wall_y, cm, (0.15, 0.5, 0.85), 84, 112, 165, "#a49c9c")
    _flagstones(p, wall_y, ("#8d8486", "#736b70"), "#575058")
    p.rect(0, wall_y - 6 * cm, p.w, 8 * cm, "#6f676c")
    _carpet(p, wall_y + 4, "#a8384a", "#e8b84c")
    for k, tone in enumerate(("#5a3d2c", "#47301f")):
        p.rect(0, -4, p.w, p.h * (0.035 - 0.018 * k) + 4, tone)
    for fx in (0.325, 0.675):
        p.part(
            "banner",
            p.w * fx,
            wall_y - 262 * cm,
            cm * 0.98,
            colours={"cloth": "#a8384a" if fx < 0.5 else "#35507f"},
        )
    for fx in (0.025, 0.975):
        _torch(p, p.w * fx, wall_y - 150 * cm, cm)
    m = p.metre(wall_y + (p.h - wall_y) * 0.06) / 100
    for side in (-1, 1):
        x = p.w / 2 + side * p.w * (0.325 if not p.tall else 0.40)
        p.part("armor", x, wall_y + (p.h - wall_y) * 0.08, m * 1.0, flip=side > 0)
    for fx in (0.15, 0.85):
        x, r = p.w * fx, 46 * cm
        y = p.h * 0.12
        p.rect(x - 0.8 * cm, 0, 1.6 * cm, y, "#2e2a32")
        p.stroke(
            f"M{num(x - r)} {num(y)}a{num(r)} {num(r * 0.24)} 0 1 0 {num(2 * r)} 0a{num(r)} "
            f"{num(r * 0.24)} 0 1 0 {num(-2 * r)} 0",
            "#3c3640",
            4.5 * cm,
        )
        for k in range(5):
            cx = x + (k - 2) * r * 0.46
            cy = y + r * 0.24 * math.sqrt(max(0.0, 1 - ((k - 2) * 0.46) ** 2))
            p.rect(cx - 2.4 * cm, cy - 15 * cm, 4.8 * cm, 13 * cm, "#fff3dc")
            p.path(
                f"M{num(cx)} {num(cy - 26 * cm)}q{num(-4.5 * cm)} {num(8 * cm)} 0 {num(11 * cm)}q"
                f"{num(4.5 * cm)} {num(-3 * cm)} 0 {num(-11 * cm)}z",
                "#ffb84f",
                raw=True,
            )
        p.glow(x, y, 95 * cm, "#ffc060", 0.25 + 0.35 * p.light.lamps)
    p.done.add("candles")
    p.seat = "bench"


def throne_room(p: Painter) -> None:
    """A golden throne on its dais, columns, banners and coloured windows."""
    p.hy = p.h * 0.46
    wall_y = p.h * (0.62 if p.tall else 0.66)
    cm = p.metre(wall_y) / 100
    _arched_windows(
        p, wall_y, cm, (0.235, 0.765) if not p.tall else (0.13, 0.87), 88, 100, 190, "#b3a9b4", "#7fa8e0"
    )
    p.poly(
        [
            (p.w / 2 - 105 * cm, 0),
            (p.w / 2 + 105 * cm, 0),
            (p.w / 2 + 88 * cm, wall_y),
            (p.w / 2 - 88 * cm, wall_y),
        ],
        "#7d2f48",
    )
    folds = "".join(
        points_d(
            [
                (p.w / 2 + k * 30 * cm, 0),
                (p.w / 2 + (k * 30 + 9) * cm, 0),
                (p.w / 2 + (k * 26 + 6) * cm, wall_y),
                (p.w / 2 + (k * 26 - 2) * cm, wall_y),
            ]
        )
        for k in range(-3, 4)
    )
    p.path(folds, "#662339")
    _flagstones(p, wall_y, ("#cdbfb4", "#b3a298"), "#94847c", checks="#a39088")
    c, mid = p.w / 2, 150 * cm
    for k in range(3):
        y0 = wall_y - (2 - k) * 13 * cm - 8 * cm
        half = mid * (0.92 + 0.20 * k)
        p.rect(c - half, y0, 2 * half, 16 * cm, "#e2d6c8")
        p.rect(c - half, y0 + 8 * cm, 2 * half, 9 * cm, "#b8a89a")
    p.part("throne", c, wall_y - 32 * cm, cm * 0.98)
    _carpet(p, wall_y + 20 * cm, "#a8384a", "#e8b84c", 0.30)
    for k in range(3):
        y0 = wall_y - (2 - k) * 13 * cm - 8 * cm
        p.rect(c - 44 * cm, y0, 88 * cm, 9 * cm, "#b8445a")
        p.rect(c - 44 * cm, y0 + 8 * cm, 88 * cm, 9 * cm, "#8f3046")
    for side in (-1, 1):
        for i, (off, y) in enumerate(
            ((0.335, wall_y + (p.h - wall_y) * 0.05), (0.475, wall_y + (p.h - wall_y) * 0.42))
        ):
            m = p.metre(y) / 100
            x = c + side * p.w * off
            if i == 0:
                p.part("banner", x, wall_y - 300 * cm, cm * 0.8, colours={"cloth": "#35507f"})
            else:
                p.rect(x - 22 * m, -5, 44 * m, y - 360 * m + 5 if y - 360 * m > 0 else 1, "#d9d0c0")
                p.part("column", x, y, m * 0.98, colours={"stone": "#e6d8c4"})
                p.glow(x - side * 46 * m, y - 205 * m, 85 * m, "#ff9f45", 0.35 + 0.25 * p.light.lamps)
                p.part("torch", x - side * 34 * m, y - 150 * m, m * 0.9)
    p.seat = "throne"


def temple(p: Painter) -> None:
    """Marble columns and steps open to the sky, with fire in bronze bowls."""
    p.hy = p.h * 0.55
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    mountains(p, "range", p.h * 0.60, p.h * 0.16, 0.85, "#93a4b8", caps=False)
    p.depth = 0.6
    p.ridge("hill", p.h * 0.60, p.h * 0.014, p.snowy("#86a67c"))
    c, mid = p.w / 2, min(p.w, p.h)
    p.depth = 0.34
    y = p.h * 0.645
    half, tall = mid * 0.30, p.h * 0.36
    p.rect(c - half, y - tall * 0.72, 2 * half, tall * 0.72, "#8f867e")
    p.rect(c - half * 0.26, y - tall * 0.56, half * 0.52, tall * 0.56, "#4f4754")
    for k in range(6):
        x = c - half + 2 * half * (k + 0.5) / 6
        p.part("column", x, y, tall * 0.72 / 400, colours={"stone": "#f0e6d4"})
    p.rect(c - half * 1.08, y - tall * 0.80, half * 2.16, tall * 0.085, p.snowy("#f0e6d4", 0.5))
    p.poly(
        [(c - half * 1.12, y - tall * 0.80), (c, y - tall * 1.12), (c + half * 1.12, y - tall * 0.80)],
        p.snowy("#f4ecdc", 0.9),
    )
    p.poly(
        [(c - half * 0.86, y - tall * 0.825), (c, y - tall * 1.06), (c + half * 0.86, y - tall * 0.825)],
        "#d3c6b0",
    )
    p.circle(c, y - tall * 0.895, tall * 0.055, "#e8b84c")
    for k in range(4):
        y0 = y + k * p.h * 0.018
        w = half * (1.12 + 0.09 * k)
        p.rect(c - w, y0, 2 * w, p.h * 0.019, p.snowy("#f4ecdc", 0.9))
        p.rect(c - w, y0 + p.h * 0.010, 2 * w, p.h * 0.009, "#cbbda8")
    p.depth = 0.1
    top = p.h * 0.715
    p.wash((0, top, p.w, p.h - top), (p.snowy("#e6dac4", 0.85), p.snowy("#cdbda2", 0.85)))
    d = ""
    for i in range(-9, 10):
        d += points_d(
            [
                (c + i * p.h * 0.10 - 1, top),
                (c + i * p.h * 0.10 + 1, top),
                (c + i * p.h * 0.26 + 2, p.h),
                (c + i * p.h * 0.26 - 2, p.h),
            ]
        )
    d += "".join(rect_d(0, top + (p.h - top) * t, p.w, 2.4) for t in (0.14, 0.34, 0.6, 0.9))
    p.path(d, "#a8977e", op=0.8)
    for side in (-1, 1):
        for off, yy, depth in ((0.335, 0.735, 0.14), (0.47, 0.82, 0.02)):
            p.depth = depth
            m = p.metre(p.h * yy) / 100
            x = c + side * p.w * off
            p.rect(x - 22 * m, -5, 44 * m, max(1.0, p.h * yy - 360 * m + 5), "#f0e6d4")
            p.part("column", x, p.h * yy, m * 1.02, colours={"stone": "#f4ead8"})
        p.depth = 0
        m = p.metre(p.h * 0.80) / 100
        x = c + side * (p.w * 0.40 - 12 * m)
        p.glow(x, p.h * 0.815 - 104 * m, 95 * m, "#ff9f45", 0.35 + 0.35 * p.light.lamps)
        p.part("brazier", x, p.h * 0.815, m * 0.92)
    p.done.add("light")
    paint_weather(p)
    p.seat = "bench"


PAINTERS = {"castle": castle, "throne": throne_room, "temple": temple}
