"""The bridge of a starship."""

# ruff: noqa: PLR0915 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, num, points_d, rect_d, smooth_d


def spaceship(p: Painter) -> None:
    """The bridge of a starship: a planet beyond the great window, glowing consoles."""
    p.hy = p.h * 0.46
    light = p.light
    top, low = p.h * 0.07, p.h * 0.60
    p.wash(
        (0, 0, p.w, low + p.h * 0.06),
        (
            mix("#070a24", light.sky[0], 0.30),
            mix("#141440", light.sky[1], 0.34),
            mix("#2a2058", light.sky[2], 0.42),
        ),
        raw=True,
    )
    rng = p.rng("stars")
    p.path(
        "".join(
            rect_d(rng.random() * p.w, rng.uniform(0.04, 0.6) * p.h, s, s)
            for s in (p.short * rng.uniform(0.0015, 0.004) for _ in range(130))
        ),
        "#f4f0ff",
        raw=True,
    )
    for k, (fx, fy, w) in enumerate(((0.22, 0.30, 0.5), (0.5, 0.18, 0.4))):
        p.path(
            f"M{num(p.w * (fx - w / 2))} {num(p.h * fy)}q{num(p.w * w / 2)} {num(-p.h * 0.12)} "
            f"{num(p.w * w)} {num(p.h * 0.02)}q{num(-p.w * w * 0.4)} {num(p.h * 0.06)} {num(-p.w * w)} "
            f"{num(-p.h * 0.02)}z",
            ("#b07cf0", "#5f9cf0")[k],
            op=0.16,
            raw=True,
        )
    cx, cy, r = p.w * (0.745 if not p.tall else 0.72), p.h * 0.34, min(p.h * 0.20, p.w * 0.22)
    glow = mix(light.sky[3], "#8fd0ff", 0.4)
    p.glow(cx, cy, r * 1.45, glow, 0.6)
    sea, land = mix("#3f8fc4", light.outdoors, 0.25), mix("#7fb87a", light.outdoors, 0.25)
    p.circle(cx, cy, r, sea, raw=True)
    lands = scalloped_lands(cx, cy, r)
    p.path(lands, land, raw=True)
    p.path(
        "".join(
            f"M{num(cx + dx * r)} {num(cy + dy * r)}q{num(w * r * 0.5)} {num(-0.10 * r)} {num(w * r)} 0q"
            f"{num(-w * r * 0.5)} {num(0.08 * r)} {num(-w * r)} 0z"
            for dx, dy, w in ((-0.7, -0.15, 0.6), (-0.1, 0.35, 0.7), (0.05, -0.52, 0.5))
        ),
        "#ffffff",
        op=0.75,
        raw=True,
    )
    night = {True: 0.80, False: 0.45}[light.dark]
    p.path(
        f"M{num(cx + r * 0.5)} {num(cy - r * 0.866)}A{num(r)} {num(r)} 0 0 1 {num(cx - r * 0.2)} "
        f"{num(cy + r * 0.98)}A{num(r * 1.25)} {num(r * 1.25)} 0 0 0 {num(cx + r * 0.5)} "
        f"{num(cy - r * 0.866)}z",
        "#0a0c2c",
        op=night,
        raw=True,
    )
    if light.dark:
        p.path(
            "".join(
                circle_d(cx + dx * r, cy + dy * r, r * 0.014)
                for dx, dy in (
                    (0.6, 0.1),
                    (0.66, 0.16),
                    (0.5, 0.42),
                    (0.58, 0.36),
                    (0.72, -0.1),
                    (0.4, 0.62),
                    (0.46, 0.56),
                )
            ),
            "#ffd98a",
            raw=True,
        )
    mx, my = p.w * (0.20 if not p.tall else 0.22), p.h * 0.22
    body = light.sun or light.moon
    if body and light.sun:
        p.glow(mx, my, p.short * 0.15, light.sun_colour, 0.85)
        p.circle(mx, my, p.short * 0.035, light.sun_colour, raw=True)
    else:
        p.circle(mx, my, p.short * 0.045, "#c4bcd8", raw=True)
        p.path(
            circle_d(mx - 12, my - 6, 8) + circle_d(mx + 14, my + 12, 10) + circle_d(mx + 8, my - 20, 5),
            "#a49cc0",
            raw=True,
        )
    hull, deep, shine = "#c3cbdc", "#8a93ac", "#e6ebf4"
    p.path(f"M-5 -5H{num(p.w + 5)}V{num(top)}Q{num(p.w / 2)} {num(top * 0.3)} -5 {num(top)}z", hull)
    p.path(
        f"M-5 {num(top)}Q{num(p.w / 2)} {num(top * 0.3)} {num(p.w + 5)} {num(top)}V"
        f"{num(top + p.h * 0.014)}Q{num(p.w / 2)} {num(top * 0.3 + p.h * 0.014)} -5 "
        f"{num(top + p.h * 0.014)}z",
        deep,
    )
    for fx, lean in ((0.0, 0.02), (0.345, 0.02), (0.655, -0.02), (1.0, -0.02)):
        x, w = p.w * fx, p.short * 0.020
        p.poly(
            [(x - w, 0), (x + w, 0), (x + w + lean * p.w * -1, low + 5), (x - w + lean * p.w * -1, low + 5)],
            hull,
        )
        p.poly(
            [
                (x + w * 0.3, 0),
                (x + w, 0),
                (x + w + lean * p.w * -1, low + 5),
                (x + w * 0.3 + lean * p.w * -1, low + 5),
            ],
            deep,
        )
    p.path(
        f"M-5 {num(low)}Q{num(p.w / 2)} {num(low + p.h * 0.05)} {num(p.w + 5)} {num(low)}V"
        f"{num(low + p.h * 0.16)}H-5z",
        hull,
    )
    p.path(
        f"M-5 {num(low)}Q{num(p.w / 2)} {num(low + p.h * 0.05)} {num(p.w + 5)} {num(low)}V"
        f"{num(low + p.h * 0.014)}Q{num(p.w / 2)} {num(low + p.h * 0.064)} -5 {num(low + p.h * 0.014)}z",
        shine,
    )
    floor = p.h * 0.725
    p.wash((0, floor, p.w, p.h - floor), ("#8d97b0", "#6c7690"))
    p.rect(0, floor - p.h * 0.03, p.w, p.h * 0.03, deep)
    p.rect(0, floor - p.h * 0.016, p.w, p.h * 0.005, "#58e0f0", raw=True)
    d = ""
    for i in range(-8, 9):
        d += points_d(
            [
                (p.w / 2 + i * p.h * 0.13 - 1, floor),
                (p.w / 2 + i * p.h * 0.13 + 1, floor),
                (p.w / 2 + i * p.h * 0.27 + 2, p.h),
                (p.w / 2 + i * p.h * 0.27 - 2, p.h),
            ]
        )
    d += "".join(rect_d(0, floor + (p.h - floor) * t, p.w, 2.4) for t in (0.2, 0.5))
    p.path(d, "#525c78")
    c, foot = p.w / 2, min(p.w, p.h) * 0.34
    t = foot * (floor - p.hy) / (p.h - p.hy)
    for side in (-1, 1):
        p.poly(
            [
                (c + side * t, floor),
                (c + side * (t - 4), floor),
                (c + side * (foot - 10), p.h + 3),
                (c + side * foot, p.h + 3),
            ],
            "#58e0f0",
            raw=True,
        )
    m = p.metre(p.h * 0.80) / 100
    for side in (-1, 1):
        x = p.w / 2 + side * max(p.w * 0.375, p.w * 0.5 - 90 * m)
        p.glow(x, p.h * 0.805 - 75 * m, 90 * m, "#58e0f0", 0.35 + 0.2 * light.lamps)
        p.part("console", x, p.h * 0.805, m * 0.98, flip=side > 0)
        near = p.metre(p.h * 0.91) / 100
        p.part(
            "officechair",
            p.w / 2 + side * p.w * 0.43,
            p.h * 0.925,
            near * 1.05,
            colours={"cloth": "#35507f"},
            flip=side > 0,
        )
    p.stroke(
        smooth_d([(p.w * 0.1, p.h * 0.028), (p.w * 0.5, p.h * 0.012), (p.w * 0.9, p.h * 0.028)]),
        "#f0fbff",
        p.short * 0.008,
        raw=True,
    )
    p.done.update(("stars", "light"))
    p.seat = "chair"


def scalloped_lands(cx: float, cy: float, r: float) -> str:
    """Path data of continents on a globe of radius ``r``."""
    out = ""
    for ax, ay, size, turn in ((-0.38, -0.28, 0.42, 0.3), (0.28, 0.22, 0.40, 1.2), (-0.30, 0.52, 0.22, 2.0)):
        ring = [
            (
                cx + (ax + math.cos(a + turn) * size * k) * r,
                cy + (ay + math.sin(a + turn) * size * k * 0.8) * r,
            )
            for a, k in zip(
                (math.tau * i / 7 for i in range(7)), (1, 0.7, 1.05, 0.8, 1.0, 0.65, 0.9), strict=True
            )
        ]
        out += smooth_d(ring, close=True)
    return out


PAINTERS = {"spaceship": spaceship}
