"""Growing things of many places: trees, bushes, grass and the leaves that frame a picture."""

# ruff: noqa: PLR0917 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import (
    SNOW,
    Painter,
    Point,
    circle_d,
    leaf_d,
    num,
    points_d,
    smooth_d,
)

GREENS = ("#5f9e54", "#74ad5b", "#4f8f5a", "#86b560")
AUTUMN = ("#d98a3a", "#c9603a", "#e0ac48", "#b8703c")


def leaf_colours(p: Painter) -> tuple[str, ...]:
    """Greens, or autumn's colours when autumn leaves were asked for."""
    return AUTUMN if "autumn leaves" in p.details else GREENS


def tree(p: Painter, key: str, x: float, y: float, tall: float, *, leaf: str | None = None) -> None:
    """A round-headed tree standing at (x, y), ``tall`` units high."""
    rng = p.rng(key)
    tone = rng.choice(leaf_colours(p))
    tone = leaf or tone
    lean = rng.uniform(-0.04, 0.04) + 0.06 * p.light.wind
    wide = tall * 0.055
    top: Point = (x + tall * lean, y - tall * 0.55)
    bark = "#7a5640"
    p.path(
        f"M{num(x - wide)} {num(y)}Q{num(x - wide * 0.4)} {num(y - tall * 0.25)} "
        f"{num(top[0] - wide * 0.5)} {num(top[1])}"
        f"L{num(top[0] + wide * 0.5)} {num(top[1])}Q{num(x + wide * 0.4)} {num(y - tall * 0.25)} "
        f"{num(x + wide)} {num(y)}z",
        bark,
    )
    p.stroke(
        f"M{num(x)} {num(y - tall * 0.36)}L{num(x + tall * 0.13)} {num(y - tall * 0.55)}", bark, wide * 0.7
    )
    p.stroke(
        f"M{num(x)} {num(y - tall * 0.42)}L{num(x - tall * 0.13)} {num(y - tall * 0.58)}", bark, wide * 0.6
    )
    cx = x + tall * lean * 1.5
    for dx, dy, r in ((0.17, 0.58, 0.20), (-0.18, 0.60, 0.21), (0.02, 0.76, 0.25)):
        size = tall * r * rng.uniform(0.9, 1.1)
        p.foliage(cx + tall * dx, y - tall * dy, size, size * 0.86, tone, rng)


def pine(p: Painter, key: str, x: float, y: float, tall: float, leaf: str = "#3f7a5a") -> None:
    """A conifer of four skirts."""
    rng = p.rng(key)
    wide = tall * rng.uniform(0.2, 0.25)
    p.rect(x - tall * 0.022, y - tall * 0.14, tall * 0.044, tall * 0.14, "#6e4e3c")
    leaf = mix(leaf, rng.choice(GREENS), rng.uniform(0, 0.35))
    lean = 0.03 * p.light.wind * tall
    for i in range(4):
        base, top = y - tall * (0.09 + 0.2 * i), y - tall * min(1.0, 0.47 + 0.2 * i)
        w = wide * (1 - 0.21 * i)
        shift = lean * (i + 1) / 2
        teeth = 5
        edge: list[Point] = [(x + shift, top), (x + w + shift * 0.4, base)]
        edge += [
            (x + w - 2 * w * k / teeth + shift * 0.4, base - tall * (0.028 if k % 2 else -0.008))
            for k in range(1, teeth)
        ]
        edge.append((x - w + shift * 0.4, base))
        p.poly(edge, mix(leaf, "#10283a", 0.26 - 0.05 * i))
        p.poly(
            [(x + shift, top), (x - w * 0.05, base - tall * 0.01), (x - w * 0.94, base - tall * 0.004)], leaf
        )
        if p.light.snow:
            p.poly(
                [
                    (x + shift, top),
                    (x + w * 0.46 + shift, base - (base - top) * 0.46),
                    (x + w * 0.1, base - (base - top) * 0.36),
                    (x - w * 0.1, base - (base - top) * 0.5),
                    (x - w * 0.3, base - (base - top) * 0.34),
                    (x - w * 0.5 + shift, base - (base - top) * 0.44),
                ],
                SNOW,
            )


def palm(p: Painter, key: str, x: float, y: float, tall: float, lean: float) -> None:
    """A palm that leans by ``lean`` of its height, with fronds and coconuts."""
    rng = p.rng(key)
    tip = (x + tall * lean, y - tall * 0.84)
    mid = (x + tall * lean * 0.15, y - tall * 0.5)
    w = tall * 0.032
    p.path(
        f"M{num(x - w * 1.3)} {num(y)}Q{num(mid[0] - w)} {num(mid[1])} {num(tip[0] - w * 0.5)} {num(tip[1])}"
        f"L{num(tip[0] + w * 0.5)} {num(tip[1])}Q{num(mid[0] + w)} {num(mid[1])} {num(x + w * 1.3)} "
        f"{num(y)}z",
        "#a87b52",
    )
    rings = ""
    for i in range(1, 9):
        t = i / 9
        bx = (1 - t) ** 2 * x + 2 * t * (1 - t) * mid[0] + t * t * tip[0]
        by = (1 - t) ** 2 * y + 2 * t * (1 - t) * mid[1] + t * t * tip[1]
        ww = w * (1.2 - 0.75 * t)
        rings += f"M{num(bx - ww)} {num(by)}q{num(ww)} {num(w * 0.5)} {num(2 * ww)} 0"
    p.stroke(rings, "#8a6242", w * 0.22)
    gust = 0.5 * p.light.wind
    for i, angle in enumerate((-2.95, -2.45, -1.95, -1.25, -0.75, -0.25, 0.2, 3.0 - 6.283 + 0.2)):
        a = angle + rng.uniform(-0.1, 0.1)
        a += gust * (0.6 if math.cos(a) < 0 else 0.1)
        frond(p, tip, tall * rng.uniform(0.36, 0.46), a, "#4f9a5c" if i % 2 else "#3d8655")
    nuts = "".join(
        circle_d(tip[0] + dx * w, tip[1] + dy * w, w * 0.75) for dx, dy in ((-0.9, 0.9), (0.8, 1.1), (0, 1.6))
    )
    p.path(nuts, "#7a5236")


def frond(p: Painter, at: Point, long: float, angle: float, tone: str) -> None:
    """One drooping palm frond with a notched lower edge."""
    dx, dy = math.cos(angle), math.sin(angle)
    droop = long * 0.55
    end = (at[0] + dx * long, at[1] + dy * long * 0.75 + droop * 0.75)
    ctrl = (at[0] + dx * long * 0.62, at[1] + dy * long * 0.75 - droop * 0.15)
    upper: list[Point] = []
    lower: list[Point] = []
    for i in range(9):
        t = i / 8
        bx = (1 - t) ** 2 * at[0] + 2 * t * (1 - t) * ctrl[0] + t * t * end[0]
        by = (1 - t) ** 2 * at[1] + 2 * t * (1 - t) * ctrl[1] + t * t * end[1]
        thick = long * 0.13 * math.sin(math.pi * min(1.0, t * 0.86 + 0.1))
        upper.append((bx, by - thick * 0.32))
        lower.append((bx, by + thick * (1.25 if i % 2 else 0.45)))
    p.path(smooth_d(upper) + points_d(reversed(lower), close=True).replace("M", "L", 1), p.snowy(tone, 0.3))


def bush(
    p: Painter,
    key: str,
    x: float,
    y: float,
    wide: float,
    *,
    leaf: str | None = None,
    bloom: str | None = None,
) -> None:
    """A low bush on the ground, with blossoms when ``bloom`` is a colour."""
    rng = p.rng(key)
    tone = rng.choice(leaf_colours(p))
    tone = leaf or tone
    for dx, r in ((-0.3, 0.28), (0.3, 0.3), (0.0, 0.38)):
        p.foliage(x + wide * dx, y - wide * r * 0.62, wide * r, wide * r * 0.78, tone, rng, 9)
    if bloom and not p.light.snow:
        dots = "".join(
            circle_d(
                x + rng.uniform(-0.5, 0.5) * wide,
                y - rng.uniform(0.08, 0.5) * wide,
                wide * rng.uniform(0.03, 0.05),
            )
            for _ in range(16)
        )
        p.path(dots, bloom)


def flowers(
    p: Painter,
    key: str,
    x: float,
    y: float,
    w: float,
    h: float,
    count: int,
    size: float,
    tones: tuple[str, ...],
) -> None:
    """Flowers with stems strewn over a box; buds hide under snow."""
    if p.light.snow > 0:
        return
    rng = p.rng(key)
    stems, heads = "", dict.fromkeys(tones, "")
    hearts = ""
    for _ in range(count):
        px, py = x + rng.random() * w, y + rng.random() * h
        s = size * rng.uniform(0.7, 1.15)
        hx, hy = px + s * (0.2 * p.light.wind + rng.uniform(-0.15, 0.15)), py - s * 1.9
        stems += f"M{num(px)} {num(py)}Q{num(px)} {num(py - s)} {num(hx)} {num(hy)}"
        tone = rng.choice(tones)
        for k in range(5):
            a = math.tau * k / 5 + px
            heads[tone] += circle_d(hx + math.cos(a) * s * 0.3, hy + math.sin(a) * s * 0.3, s * 0.27)
        hearts += circle_d(hx, hy, s * 0.2)
    p.stroke(stems, "#558a4c", size * 0.13)
    for tone, d in heads.items():
        if d:
            p.path(d, tone)
    p.path(hearts, "#f9d95c")


def leafy_corner(p: Painter, key: str, corner: str, size: float, tone: str = "#3c7350") -> None:
    """A twig of dark leaves reaching in from ``"left"`` or ``"right"`` above, in front of all."""
    rng = p.rng(key)
    tone = p.snowy(tone if "autumn leaves" not in p.details else "#b4602f", 0.2)
    sign = 1 if corner == "left" else -1
    x0 = 0.0 if corner == "left" else p.w
    was, p.front = p.front, True
    dark, lightish = "", ""
    for branch in range(3):
        a = (0.28 + branch * 0.42) + rng.uniform(-0.08, 0.08)
        long = size * (1.0 - 0.22 * branch) * rng.uniform(0.9, 1.1)
        start = (x0 - sign * size * 0.1, -size * 0.06 + branch * size * 0.10)
        for i in range(9):
            t = (i + 1) / 9
            px = start[0] + sign * math.cos(a) * long * t
            py = start[1] + math.sin(a) * long * t + size * 0.14 * t * t
            s = size * 0.25 * (1.1 - 0.55 * t)
            for side in (-0.75, 0.75):
                angle = (a + side) if sign > 0 else math.pi - a - side
                leaf = leaf_d(px, py, s * rng.uniform(0.8, 1.1), angle + 0.3 * p.light.wind, 0.26)
                if (i + branch) % 3:
                    dark += leaf
                else:
                    lightish += leaf
    p.path(dark, mix(tone, "#0e2338", 0.42))
    p.path(lightish, mix(tone, "#0e2338", 0.16))
    p.front = was


def grassy_foot(p: Painter, key: str, height: float, tone: str = "#3f7a4a", *, gap: float = 0.26) -> None:
    """Big blades of grass at both lower corners, in front of all; ``gap`` of the middle stays free."""
    rng = p.rng(key)
    was, p.front = p.front, True
    for shade in (0.12, 0.42):
        d = ""
        for side in (0, 1):
            for i in range(11):
                t = i / 10
                reach = p.w * (0.5 - gap) * t
                x = reach if side == 0 else p.w - reach
                tall = height * (1.1 - 0.85 * t) * rng.uniform(0.55, 1.15)
                lean = rng.uniform(-0.3, 0.45) * (1 if side == 0 else -1) + 0.3 * p.light.wind
                w = height * 0.07
                d += (
                    f"M{num(x - w)} {num(p.h + 4)}Q{num(x - w * 0.3)} {num(p.h - tall * 0.6)} "
                    f"{num(x + tall * lean)} {num(p.h - tall)}"
                    f"Q{num(x + w * 0.8)} {num(p.h - tall * 0.5)} {num(x + w)} {num(p.h + 4)}z"
                )
        p.path(d, p.snowy(mix(tone, "#0e2338", shade), 0.45))
    p.front = was
