"""By night: concert stage, club."""

# ruff: noqa: C901, PLR0912, PLR0915, PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math
from itertools import pairwise

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, Point, circle_d, lens_d, num, points_d, rect_d


def _beam(
    p: Painter, x: float, y: float, to: float, foot: float, wide: float, tone: str, op: float = 0.20
) -> None:
    p.poly(
        [(x - wide * 0.08, y), (x + wide * 0.08, y), (to + wide, foot), (to - wide, foot)],
        tone,
        op=op,
        raw=True,
    )


def stage(p: Painter) -> None:
    """A concert stage: curtains, coloured beams, drums, amps, and hands of the crowd in front."""
    p.hy = p.h * 0.48
    floor = p.h * 0.70
    dim = p.light.sky
    back = mix(mix(p.c("#4a3a6e"), dim[0], 0.35), "#1c1434", 0.35)
    p.wash(
        (0, 0, p.w, floor),
        (mix(back, "#0c0820", 0.45), mix(back, dim[1], 0.30), mix(back, dim[2], 0.35)),
        raw=True,
    )
    rng = p.rng("rig")
    r = min(p.w * 0.40, p.h * 0.34)
    for k, share in enumerate((0.20, 0.32, 0.46)):
        p.circle(p.w / 2, p.h * 0.42, r * (1 - 0.26 * k), mix(back, dim[3], share), raw=True)
    p.rect(0, p.h * 0.045, p.w, p.h * 0.012, "#231d30", raw=True)
    p.rect(0, p.h * 0.075, p.w, p.h * 0.008, "#231d30", raw=True)
    truss = "".join(
        f"M{num(k * p.h * 0.05)} {num(p.h * 0.05)}l{num(p.h * 0.025)} {num(p.h * 0.03)}l"
        f"{num(p.h * 0.025)} {num(-p.h * 0.03)}"
        for k in range(int(p.w / p.h / 0.05) + 1)
    )
    p.stroke(truss, "#231d30", 3, raw=True)
    tones = ("#ff6fae", "#6fd8ff", "#ffd76a", "#b48cff", "#7dffb0")
    spots = (0.08, 0.27, 0.5, 0.73, 0.92)
    for k, fx in enumerate(spots):
        aim = 0.5 + (fx - 0.5) * rng.uniform(0.15, 0.7) if fx != 0.5 else 0.5
        _beam(p, p.w * fx, p.h * 0.085, p.w * aim, p.h * 0.86, p.short * 0.10, tones[k], 0.20)
    p.wash((0, floor, p.w, p.h - floor), ("#6f4f5c", "#4a3444"))
    p.rect(0, floor, p.w, p.h * 0.006, "#a87a80")
    d = ""
    for i in range(-12, 13):
        d += points_d(
            [
                (p.w / 2 + i * p.h * 0.10 - 0.8, floor),
                (p.w / 2 + i * p.h * 0.10 + 0.8, floor),
                (p.w / 2 + i * p.h * 0.24 + 2, p.h),
                (p.w / 2 + i * p.h * 0.24 - 2, p.h),
            ]
        )
    p.path(d, "#33222f", op=0.7)
    p.ellipse(p.w / 2, p.h * 0.90, p.h * 0.34, p.h * 0.045, "#ffe9b0", op=0.22, raw=True)
    m = p.metre(p.h * 0.74) / 100
    p.part("drums", p.w * (0.70 if not p.tall else 0.74), p.h * 0.745, m * 1.15)
    for side in (-1, 1):
        x = p.w / 2 + side * p.w * 0.385
        p.part("amp", x, p.h * 0.775, m * 0.95)
        p.part("amp", x, p.h * 0.775 - 152 * m * 0.95, m * 0.72)
    p.part("micstand", p.w * (0.285 if not p.tall else 0.20), p.h * 0.84, p.metre(p.h * 0.84) / 100)
    for k, fx in enumerate(spots):
        p.path(
            f"M{num(p.w * fx - p.short * 0.016)} {num(p.h * 0.066)}h{num(p.short * 0.032)}l"
            f"{num(p.short * 0.008)} {num(p.h * 0.026)}h{num(-p.short * 0.048)}z",
            "#2f2840",
            raw=True,
        )
        p.glow(p.w * fx, p.h * 0.094, p.short * 0.055, tones[k], 0.9)
    for side in (-1, 1):
        e = p.w / 2 + side * p.w / 2
        w = p.w * 0.085
        p.path(
            f"M{num(e + side * 5)} -5H{num(e - side * w)}Q{num(e - side * w * 0.5)} {num(p.h * 0.4)} "
            f"{num(e - side * w * 0.85)} {num(floor + 6)}H{num(e + side * 5)}z",
            "#b03a50",
        )
        p.path(
            "".join(
                points_d(
                    [
                        (e - side * w * t, 0),
                        (e - side * w * (t - 0.1), 0),
                        (e - side * w * (t * 0.8 - 0.06), floor),
                        (e - side * w * t * 0.8, floor),
                    ]
                )
                for t in (0.3, 0.6, 0.88)
            ),
            "#842a42",
        )
    p.path(
        "".join(
            f"M{num(p.w * k / 8)} -5h{num(p.w / 8)}v{num(p.h * 0.02)}q{num(-p.w / 16)} {num(p.h * 0.05)}"
            f" {num(-p.w / 8)} 0z"
            for k in range(8)
        ),
        "#b03a50",
    )
    p.front = True
    rng = p.rng("crowd")
    d = ""
    n = round(p.w / 62)
    for i in range(n + 1):
        x = p.w * (i + rng.uniform(-0.3, 0.3)) / n
        calm = 0.30 < x / p.w < 0.70
        s = p.short * (0.030 if calm else 0.042)
        y = p.h * (0.995 if calm else rng.uniform(0.95, 0.975))
        d += (
            circle_d(x, y, s)
            + f"M{num(x - s * 1.8)} {num(p.h + 6)}Q{num(x - s * 1.6)} {num(y + s * 0.9)} {num(x)} {num(y + s * 0.9)}"
            f"T{num(x + s * 1.8)} {num(p.h + 6)}z"
        )
        if not calm and rng.random() < 0.6:
            lean = rng.uniform(-0.8, 0.8) * s
            d += points_d(
                [
                    (x + s, y + s * 1.4),
                    (x + s * 1.5, y + s * 1.3),
                    (x + s * 1.4 + lean, y - s * 2.2),
                    (x + s * 0.9 + lean, y - s * 2.2),
                ]
            ) + circle_d(x + s * 1.15 + lean, y - s * 2.4, s * 0.42)
    p.path(d, "#1c1530", raw=True)
    p.front = False
    p.done.add("light")
    p.seat = "stool"


def club(p: Painter) -> None:
    """Dance floor of coloured tiles, mirror ball, neon, a DJ's desk between speakers."""
    p.hy = p.h * 0.46
    floor = p.h * 0.69
    dim = p.light.sky
    back = mix(mix(p.c("#4c3a78"), dim[0], 0.3), "#181030", 0.35)
    p.wash((0, 0, p.w, floor), (mix(back, "#0a0620", 0.4), mix(back, dim[2], 0.28)), raw=True)
    cm = p.metre(floor) / 100
    for k, (tone, w) in enumerate((("#ff5fa8", 1.0), ("#4fe3f0", 0.72), ("#ffd76a", 0.46))):
        r = min(p.w * 0.42, p.h * 0.36) * w
        d = (
            f"M{num(p.w / 2 - r)} {num(floor)}V{num(p.h * 0.40)}A{num(r)} {num(r)} 0 0 1 "
            f"{num(p.w / 2 + r)} {num(p.h * 0.40)}V{num(floor)}"
        )
        p.stroke(d, tone, p.short * 0.022, op=0.22, raw=True)
        p.stroke(d, mix(tone, "#ffffff", 0.25), p.short * 0.0065, raw=True)
        if k == 0:
            p.stroke(
                f"M0 {num(p.h * 0.62)}H{num(p.w / 2 - r * 1.12)}M{num(p.w / 2 + r * 1.12)} "
                f"{num(p.h * 0.62)}H{num(p.w)}",
                "#b48cff",
                p.short * 0.006,
                raw=True,
            )
    rows, gap = (0.0, 0.09, 0.21, 0.38, 0.62, 1.0), p.h * 0.30
    tones = ("#ff5fa8", "#5f7fff", "#4fd8e8", "#b06cf0", "#ffb84f")
    tiles = dict.fromkeys(tones, "")
    rng = p.rng("tiles")
    n = int(p.w / gap / 2 / ((floor - p.hy) / (p.h - p.hy))) + 2
    for t0, t1 in pairwise(rows):
        y0, y1 = floor + (p.h - floor) * t0, floor + (p.h - floor) * t1
        k0, k1 = (y0 - p.hy) / (p.h - p.hy), (y1 - p.hy) / (p.h - p.hy)
        for i in range(-n, n):
            a = i + 0.5
            tiles[rng.choice(tones)] += points_d(
                [
                    (p.w / 2 + (a + 0.04) * gap * k0, y0 + 2),
                    (p.w / 2 + (a + 0.96) * gap * k0, y0 + 2),
                    (p.w / 2 + (a + 0.97) * gap * k1, y1 - 2),
                    (p.w / 2 + (a + 0.03) * gap * k1, y1 - 2),
                ]
            )
    p.rect(0, floor, p.w, p.h - floor, "#1c1438", raw=True)
    for tone, d in tiles.items():
        p.path(d, mix(mix(tone, "#241a48", 0.42), dim[2], 0.16), raw=True)
    y = p.h * 0.715
    m = p.metre(y) / 100
    for side in (-1, 1):
        x = p.w / 2 + side * p.w * 0.40
        p.part("amp", x, y, m * 1.15)
        p.part("amp", x, y - 178 * m, m * 0.95)
    bx = p.w * (0.735 if not p.tall else 0.76)
    p.poly(
        [(bx - 78 * m, y - 96 * m), (bx + 78 * m, y - 96 * m), (bx + 66 * m, y), (bx - 66 * m, y)],
        "#2c2348",
        raw=True,
    )
    p.stroke(
        points_d(
            [
                (bx - 68 * m, y - 86 * m),
                (bx + 68 * m, y - 86 * m),
                (bx + 58 * m, y - 8 * m),
                (bx - 58 * m, y - 8 * m),
            ]
        ),
        "#4fe3f0",
        3 * m,
        raw=True,
    )
    p.path(
        "".join(
            rect_d(
                bx + (k * 14 - 45) * m, y - (20 + 9 * (1 + (k * 5) % 6)) * m, 8 * m, 9 * (1 + (k * 5) % 6) * m
            )
            for k in range(7)
        ),
        "#ff5fa8",
        raw=True,
    )
    p.rect(bx - 82 * m, y - 102 * m, 164 * m, 8 * m, "#4a3f70", raw=True)
    for dx in (-42, 42):
        p.ellipse(bx + dx * m, y - 104 * m, 26 * m, 6 * m, "#17102c", raw=True)
        p.ellipse(bx + dx * m, y - 105 * m, 8 * m, 2 * m, "#ff9fc8", raw=True)
    rx, ry, r = p.w * (0.27 if not p.tall else 0.20), p.h * 0.15, p.short * 0.075
    p.rect(rx - 1.5, 0, 3, ry - r, "#0e0a20", raw=True)
    for k, a in enumerate((0.5, 0.95, 1.5, 2.05, 2.6)):
        tone = tones[k]
        far = p.h * 0.62
        p.poly(
            [
                (rx, ry),
                (rx + math.cos(a - 0.05) * far, ry + math.sin(a - 0.05) * far),
                (rx + math.cos(a + 0.05) * far, ry + math.sin(a + 0.05) * far),
            ],
            tone,
            op=0.16,
            raw=True,
        )
    p.glow(rx, ry, r * 1.9, "#d8d0ff", 0.6)
    p.circle(rx, ry, r, "#8f8ab8", raw=True)
    facets = dict.fromkeys(("#e8e4ff", "#b8b0e0", "#ff9fd0", "#9fe8ff"), "")
    for row in range(-4, 5):
        half = math.sqrt(1 - (row / 4.7) ** 2)
        for col in range(-4, 5):
            pts: list[Point] = []
            for dc, dr in ((0.06, 0.06), (0.94, 0.06), (0.94, 0.94), (0.06, 0.94)):
                a = (col + dc - 0.5) / 4.6 * math.pi / 2
                pts.append(
                    (
                        rx + math.sin(max(-1.57, min(1.57, a))) * r * half * 0.98,
                        ry + (row + dr - 0.5) / 4.7 * r,
                    )
                )
            facets[rng.choice(tuple(facets))] += points_d(pts) if rng.random() < 0.8 else ""
    for tone, d in facets.items():
        p.path(d, tone, raw=True)
    dots = p.rng("dots")
    p.path(
        "".join(
            lens_d(dots.random() * p.w, dots.random() * p.h * 0.66, p.short * 0.022, p.short * 0.012)
            for _ in range(34)
        ),
        "#efe8ff",
        op=0.45,
        raw=True,
    )
    if "balloons" not in p.details:
        p.stroke(f"M0 {num(p.h * 0.03)}H{num(p.w)}", "#ff5fa8", p.short * 0.006, raw=True)
    p.rect(0, floor - 3 * cm, p.w, 3 * cm, "#ff5fa8", op=0.5, raw=True)
    p.done.add("light")
    p.seat = "stool"


PAINTERS = {"stage": stage, "club": club}
