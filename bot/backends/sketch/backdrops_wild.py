"""Hard country and under the ground: desert, snowfield, cave, dungeon."""

# ruff: noqa: PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_growth import grassy_foot, pine
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_nature import mountains
from bot.backends.sketch.backdrops_paint import SNOW, Painter, Point, lens_d, num, points_d, rect_d, smooth_d
from bot.backends.sketch.backdrops_rooms import view
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_water import rock


def desert(p: Painter) -> None:
    """Dunes with lit and shaded sides, table mountains, cacti."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    p.depth = 0.75
    rng = p.rng("mesa")
    for fx, wide, high in ((0.14, 0.26, 0.17), (0.80, 0.34, 0.22), (0.60, 0.14, 0.09)):
        x, w, t = p.w * fx, p.short * wide, p.h * high
        base = p.h * 0.60
        p.poly(
            [
                (x - w, base),
                (x - w * 0.55, base - t * 0.55),
                (x - w * 0.46, base - t),
                (x + w * 0.4, base - t * 1.02),
                (x + w * 0.5, base - t * 0.55),
                (x + w, base),
            ],
            "#c97f5c",
        )
        p.poly(
            [
                (x + w * 0.1, base - t),
                (x + w * 0.4, base - t * 1.02),
                (x + w * 0.5, base - t * 0.55),
                (x + w, base),
                (x + w * 0.3, base),
                (x + w * 0.2, base - t * 0.5),
            ],
            "#a8634e",
        )
        p.path(
            "".join(rect_d(x - w * 0.48 + w * 0.02, base - t * k, w * 0.9, t * 0.035) for k in (0.86, 0.7)),
            "#e0a078",
        )
    for i, (depth, y, rise, peak) in enumerate(
        ((0.55, 0.60, 0.06, 0.30), (0.32, 0.665, 0.075, 0.74), (0.10, 0.76, 0.07, 0.22))
    ):
        p.depth = depth
        _dune(p, p.h * y, p.h * rise, peak + rng.uniform(-0.03, 0.03), ("#eeb878", "#f2c184", "#f6cd92")[i])
    p.depth = 0
    p.ridge("near", p.h * 0.86, p.h * 0.008, p.snowy("#f0c488"))
    ripples = "".join(
        f"M{num(p.w * rng.random())} {num(p.h * (0.80 + 0.19 * k / 15))}q{num(p.short * 0.05)} "
        f"{num(-p.short * 0.012)} {num(p.short * 0.10)} 0t{num(p.short * 0.10)} 0"
        for k in range(16)
    )
    p.stroke(ripples, "#d9a468", p.short * 0.004, op=0.7)
    for i, (fx, fy, size) in enumerate(
        ((0.115, 0.83, 1.0), (0.90, 0.78, 0.9), (0.735, 0.685, 0.8), (0.27, 0.66, 0.7))
    ):
        p.depth = 0.0 if i < 2 else 0.3
        m = p.metre(p.h * fy) / 100 * size
        p.ellipse(p.w * fx + 20 * m, p.h * fy, 60 * m, 5 * m, "#c98f5c", op=0.6)
        p.part("cactus", p.w * fx, p.h * fy + 2 * m, m, flip=bool(i % 2))
    p.depth = 0
    rock(p, "r1", p.w * 0.22, p.h * 0.90, p.h * 0.05, "#c98a64")
    rock(p, "r2", p.w * 0.94, p.h * 0.93, p.h * 0.07, "#c98a64")
    paint_weather(p)
    grassy_foot(p, "foot", p.h * 0.06, "#a89a58", gap=0.36)
    p.seat = "rock"


def _dune(p: Painter, y: float, rise: float, peak: float, tone: str) -> None:
    x = p.w * peak
    line: list[Point] = [
        (-p.w * 0.1, y),
        (x - p.w * 0.22, y - rise * 0.45),
        (x, y - rise),
        (x + p.w * 0.25, y - rise * 0.2),
        (p.w * 0.8, y - rise * 0.12),
        (p.w * 1.1, y - rise * 0.4),
    ]
    p.path(f"{smooth_d(line)}L{num(p.w * 1.1)} {num(p.h)}L{num(-p.w * 0.1)} {num(p.h)}z", p.snowy(tone))
    p.path(
        f"M{num(x)} {num(y - rise)}Q{num(x + p.w * 0.10)} {num(y - rise * 0.55)} {num(x + p.w * 0.25)} "
        f"{num(y - rise * 0.2)}Q{num(x + p.w * 0.12)} {num(y + rise * 0.6)} {num(x - p.w * 0.02)} "
        f"{num(y + rise * 1.6)}Q{num(x + p.w * 0.06)} {num(y + rise * 0.2)} {num(x)} {num(y - rise)}z",
        p.snowy(mix(tone, "#b0604a", 0.30), 0.8),
    )


def snowfield(p: Painter) -> None:
    """Snow, firs and a log cabin with smoke from its chimney."""
    p.hy = p.h * 0.56
    paint_sky(p, (0, 0, p.w, p.h * 0.66))
    mountains(p, "range", p.h * 0.60, p.h * 0.28, 0.82, "#8ea4c4")
    for i, (depth, y, size) in enumerate(((0.6, 0.60, 0.10), (0.35, 0.645, 0.17))):
        p.depth = depth
        p.ridge(f"snow{i}", p.h * y, p.h * 0.012, "#eaf2fc", slope=p.h * (0.04 if i else -0.03))
        n = round(p.w / 70)
        for k in range(n):
            rng = p.rng(f"fir{i}{k}")
            fx = (k + rng.random()) / n
            if i and (0.34 < fx < 0.66 or rng.random() < 0.4):
                continue
            _snowy_pine(p, f"fir{i}{k}", p.w * fx, p.h * (y + 0.02), p.h * size * rng.uniform(0.7, 1.2))
    p.depth = 0.2
    x, y = p.w * (0.80 if not p.tall else 0.82), p.h * 0.70
    m = p.metre(y) / 100
    _smoke(p, x + 88 * m, y - 300 * m, 60 * m)
    p.part("cabin", x, y, m * 1.02)
    if p.light.dark:
        for dx in (-78, 78):
            p.glow(x + dx * m, y - 72 * m, 90 * m, "#ffd28a", 0.7)
            p.ellipse(x + dx * m, y + 16 * m, 60 * m, 10 * m, "#ffd28a", op=0.28, raw=True)
        p.done.add("light")
    p.ellipse(x, y + 2 * m, 190 * m, 13 * m, "#f4f8ff")
    p.depth = 0.05
    p.ridge("near", p.h * 0.75, p.h * 0.012, "#f2f7ff", slope=-p.h * 0.02)
    p.depth = 0
    p.ridge("front", p.h * 0.87, p.h * 0.012, "#fbfdff", slope=p.h * 0.02)
    rng = p.rng("drift")
    p.path(
        "".join(
            lens_d(
                rng.random() * p.w,
                p.h * rng.uniform(0.77, 0.98),
                p.short * rng.uniform(0.08, 0.22),
                p.short * 0.012,
            )
            for _ in range(16)
        ),
        "#cfdcf0",
    )
    _snowy_pine(p, "left", p.w * 0.06, p.h * 0.88, p.h * 0.74)
    _snowy_pine(p, "left2", p.w * 0.20, p.h * 0.76, p.h * 0.40)
    p.part("snowman", p.w * 0.90, p.h * 0.88, p.metre(p.h * 0.88) / 100 * 0.62)
    paint_weather(p)
    p.front = True
    for side in (0, 1):
        e = p.w * side
        s = 1 - 2 * side
        p.path(
            f"M{num(e - s * 10)} {num(p.h * 0.90)}Q{num(e + s * p.w * 0.12)} {num(p.h * 0.90)} "
            f"{num(e + s * p.w * 0.24)} {num(p.h * 1.01)}H{num(e - s * 10)}z",
            "#ffffff",
        )
    p.front = False
    p.seat = "rock"


def _snowy_pine(p: Painter, key: str, x: float, y: float, tall: float) -> None:
    pine(p, key, x, y, tall, "#37705e")
    rng = p.rng(key)
    wide = tall * rng.uniform(0.2, 0.25)
    d = ""
    for i in range(4):
        base, top = y - tall * (0.09 + 0.2 * i), y - tall * min(1.0, 0.47 + 0.2 * i)
        w, span = wide * (1 - 0.21 * i), (base - top)
        d += points_d(
            [
                (x, top),
                (x + w * 0.62, base - span * 0.30),
                (x + w * 0.34, base - span * 0.36),
                (x + w * 0.22, base - span * 0.16),
                (x, base - span * 0.42),
                (x - w * 0.28, base - span * 0.14),
                (x - w * 0.42, base - span * 0.36),
                (x - w * 0.68, base - span * 0.24),
            ]
        )
    p.path(d, SNOW)


def _smoke(p: Painter, x: float, y: float, size: float) -> None:
    rng = p.rng("smoke")
    for i in range(5):
        r = size * (0.16 + 0.09 * i)
        drift = (0.25 + 0.9 * p.light.wind) * size * i
        p.circle(
            x + drift + rng.uniform(-0.1, 0.1) * size,
            y - size * 0.42 * i * (1 - 0.6 * p.light.wind),
            r,
            "#ffffff",
            op=0.55 - 0.08 * i,
        )


def cave(p: Painter) -> None:
    """Rock all round, glowing crystals, and the open land beyond the mouth."""
    p.hy = p.h * 0.55
    mouth = (p.w * 0.5, p.h * 0.47, min(p.w * 0.36, p.h * 0.34), p.h * 0.26)
    cx, cy, rx, ry = mouth
    view(p, "mouth", (cx - rx * 1.15, cy - ry * 1.15, rx * 2.3, ry * 2.2), "hills")
    outer = f"M-10 -10H{num(p.w + 10)}V{num(p.h + 10)}H-10z"
    for i, (k, tone) in enumerate(((1.0, "#8d7f94"), (1.22, "#74687f"), (1.48, "#5e546c"), (1.8, "#4c445c"))):
        rng = p.rng(f"wall{i}")
        ring: list[Point] = []
        for a in range(22):
            angle = math.tau * a / 22
            wob = rng.uniform(0.92, 1.08) + (0.10 if a % 3 == 0 and math.sin(angle) < -0.2 else 0)
            ring.append(
                (
                    cx + math.cos(angle) * rx * k * wob,
                    cy + math.sin(angle) * ry * k * (wob if math.sin(angle) < 0 else 0.9),
                )
            )
        hole = points_d(reversed(ring))
        p.add(f'<path d="{outer}{hole}" fill-rule="evenodd" fill="{p.c(tone)}"/>')
        facets = ""
        for _ in range(9):
            a = rng.random() * math.tau
            r = 1.06 + rng.random() * 0.1
            x, y = cx + math.cos(a) * rx * k * r, cy + math.sin(a) * ry * k * r
            s = p.h * 0.03 * k
            facets += points_d(
                [(x, y), (x + s, y - s * 0.4), (x + s * 1.4, y + s * 0.5), (x + s * 0.4, y + s * 0.9)]
            )
        p.path(facets, mix(tone, "#ffffff", 0.10))
    p.wash((0, p.h * 0.76, p.w, p.h * 0.24), ("#7d6f80", "#5c5068"))
    rng = p.rng("floor")
    line: list[Point] = [(p.w * i / 8, p.h * (0.755 + rng.uniform(-0.012, 0.012))) for i in range(9)]
    p.poly([*line, (p.w, p.h * 0.79), (0, p.h * 0.79)], "#8a7b8a")
    p.path(
        "".join(
            lens_d(
                rng.random() * p.w,
                p.h * rng.uniform(0.82, 0.98),
                p.short * rng.uniform(0.06, 0.16),
                p.short * 0.016,
            )
            for _ in range(14)
        ),
        "#6d6075",
    )
    d = ""
    for i in range(9):
        x = p.w * (i + 0.5 + rng.uniform(-0.3, 0.3)) / 9
        long = p.h * rng.uniform(0.05, 0.19) * (0.45 if 0.34 < x / p.w < 0.66 else 1)
        w = p.short * rng.uniform(0.018, 0.04)
        d += points_d([(x - w, -5), (x + w, -5), (x + w * 0.15, long), (x - w * 0.1, long * 0.96)])
    p.path(d, "#3f384e")
    tones = ("#7fd8f0", "#b48cf2", "#7ff0c8")
    for i, (fx, fy, size) in enumerate(
        (
            (0.10, 0.84, 1.0),
            (0.20, 0.79, 0.55),
            (0.89, 0.82, 0.9),
            (0.965, 0.90, 1.1),
            (0.80, 0.775, 0.45),
            (0.03, 0.93, 0.8),
        )
    ):
        s = p.h * 0.0024 * size
        glow = tones[i % 3]
        p.glow(p.w * fx, p.h * fy - 45 * s, 120 * s, glow, 0.55)
        p.part(
            "crystal", p.w * fx, p.h * fy, s, colours={"cloth": mix(glow, "#ffffff", 0.15)}, flip=bool(i % 2)
        )
    p.done.add("light")
    p.front = True
    for side in (0, 1):
        e, s = p.w * side, 1 - 2 * side
        p.poly(
            [
                (e - s * 10, p.h * 0.80),
                (e + s * p.w * 0.05, p.h * 0.86),
                (e + s * p.w * 0.09, p.h * 0.95),
                (e + s * p.w * 0.16, p.h * 1.01),
                (e - s * 10, p.h * 1.01),
            ],
            "#332d42",
        )
        p.poly(
            [
                (e - s * 10, -10),
                (e + s * p.w * 0.20, -10),
                (e + s * p.w * 0.11, p.h * 0.05),
                (e + s * p.w * 0.05, p.h * 0.15),
                (e - s * 10, p.h * 0.24),
            ],
            "#332d42",
        )
    p.front = False
    p.seat = "rock"


def stone_wall(
    p: Painter, bottom: float, tone: str, holes: list[tuple[float, float, float, float]], course: float
) -> None:
    """A wall of hewn stones down to ``bottom``, with holes left open."""
    p.wash((0, 0, p.w, bottom), (mix(tone, "#181428", 0.30), tone), holes=holes)
    rng = p.rng("stones")
    light, dark = "", ""
    y, row = -course * 0.3, 0
    while y < bottom:
        x = -course * (1 + row % 2)
        while x < p.w:
            w = course * rng.uniform(1.5, 2.6)
            pick = rng.random()
            clear = not any(
                x < hx + hw + course
                and x + w > hx - course
                and y < hy + hh + course
                and y + course > hy - course
                for hx, hy, hw, hh in holes
            )
            if clear and pick < 0.42:
                block = (
                    f"M{num(x + 2)} {num(y + 2)}h{num(w - 5)}v{num(min(course, bottom - y) - 5)}h"
                    f"{num(5 - w)}z"
                )
                if pick < 0.2:
                    light += block
                else:
                    dark += block
            x += w
        y += course
        row += 1
    p.path(light, mix(tone, "#fff0d8", 0.14))
    p.path(dark, mix(tone, "#181428", 0.16))


def dungeon(p: Painter) -> None:
    """Hewn stone, barred windows, torches and chains."""
    p.hy = p.h * 0.45
    wall_y = p.h * (0.68 if p.tall else 0.74)
    cm = p.metre(wall_y) / 100
    holes = [(p.w * fx - 32 * cm, wall_y - 215 * cm, 64 * cm, 58 * cm) for fx in (0.17, 0.83)]
    for i, hole in enumerate(holes):
        view(p, f"view{i}", hole, "hills")
    stone_wall(p, wall_y, "#8d8794", holes, 26 * cm)
    for x, y, w, h in holes:
        p.path(
            "".join(rect_d(x + w * k / 5 - 2.2 * cm, y, 4.4 * cm, h) for k in range(1, 5))
            + rect_d(x, y + h * 0.48, w, 4 * cm),
            "#3a3844",
        )
        t = 9 * cm
        p.path(
            rect_d(x - t, y - t, w + 2 * t, t)
            + rect_d(x - t, y + h, w + 2 * t, t)
            + rect_d(x - t, y, t, h)
            + rect_d(x + w, y, t, h),
            "#a8a2aa",
        )
        if not p.light.covered:
            lean = (p.w / 2 - x - w / 2) * 0.5
            p.poly(
                [
                    (x, y),
                    (x + w, y),
                    (x + w * 1.5 + lean, wall_y + (p.h - wall_y) * 0.5),
                    (x + w * 0.3 + lean, wall_y + (p.h - wall_y) * 0.5),
                ],
                p.light.beam,
                op=0.13,
                raw=True,
            )
    p.wash((0, wall_y, p.w, p.h - wall_y), ("#7a7480", "#625c6a"))
    d = ""
    for i in range(-7, 8):
        top, bottom = p.w / 2 + i * p.h * 0.12, p.w / 2 + i * p.h * 0.25
        d += points_d([(top - 1, wall_y), (top + 1, wall_y), (bottom + 2.5, p.h), (bottom - 2.5, p.h)])
    d += "".join(rect_d(0, wall_y + (p.h - wall_y) * t, p.w, 2.5) for t in (0.16, 0.42, 0.76))
    p.path(d, "#4a4452")
    p.rect(0, wall_y - 3 * cm, p.w, 5 * cm, "#4a4452")
    for fx in (0.335, 0.665):
        x, y = p.w * fx, wall_y - 165 * cm
        p.glow(x, y - 48 * cm, 105 * cm, "#ff9f45", 0.75)
        p.part("torch", x, y, cm * 1.15)
    for fx in (0.045, 0.955):
        links = "".join(
            f"M{num(p.w * fx)} {num(k * 13 * cm)}a{num(3.6 * cm)} {num(6.5 * cm)} 0 1 0 .1 0z"
            for k in range(9)
        )
        p.stroke(links, "#4c4a56", 2.2 * cm)
    m = p.metre(p.h * 0.84) / 100
    p.part("barrel", p.w * 0.075, p.h * 0.86, m)
    p.part("barrel", p.w * 0.165, p.h * 0.81, m * 0.9, colours={"wood": "#94663a"})
    p.part("crate", p.w * 0.92, p.h * 0.86, m)
    p.seat = "stool"


PAINTERS = {"desert": desert, "snowfield": snowfield, "cave": cave, "dungeon": dungeon}
