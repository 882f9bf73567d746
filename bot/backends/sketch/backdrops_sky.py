"""The sky over a place or in a window, what hangs in it, and what falls from it."""

# ruff: noqa: C901, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import (
    SNOW,
    Box,
    Painter,
    Point,
    circle_d,
    leaf_d,
    lens_d,
    num,
    points_d,
    rect_d,
    smooth_d,
)

FIREWORK_COLOURS = ("#ff8fa8", "#ffd76a", "#8fe3ff", "#c3a2ff", "#9dffc0")
RAINBOW = ("#f27a7a", "#f7b267", "#f9e27d", "#8fd694", "#7cb8ee", "#b39ae0")


def paint_sky(p: Painter, box: Box, *, key: str = "sky") -> None:
    """Fill ``box`` with sky: colours, sun or moon, stars, clouds and the details that belong up there.

    Draw what frames the box (hills, a wall with a hole) afterwards: nothing is clipped.
    """
    light, rng = p.light, p.rng(key)
    x, y, w, h = box
    short = min(w, h)
    p.wash(box, light.sky, raw=True)
    if light.stars or "stars" in p.details:
        _stars(p, box, p.rng(f"{key}-stars"))
    if "aurora" in p.details:
        _aurora(p, box, p.rng(f"{key}-aurora"))
    moon = light.moon or ((0.72, 0.22, 0.06) if "moon" in p.details else None)
    up = not {"sun", "moon"} & p.done
    if light.sun and not light.covered and up:
        _sun(p, (x + light.sun[0] * w, y + light.sun[1] * h), light.sun[2] * short)
        p.done.add("sun")
    elif moon and up and (not light.covered or "moon" in p.details):
        centre = (x + moon[0] * w, y + moon[1] * h)
        _moon(p, centre, moon[2] * short * (1.4 if "moon" in p.details else 1.0))
        p.done.add("moon")
    if "rainbow" in p.details:
        _rainbow(p, box)
    if light.lightning:
        p.rect(x, y, w, h * 0.5, mix(light.sky[0], "#d8dcff", 0.25), op=0.3, raw=True)
        _lightning(p, box, p.rng(f"{key}-bolt"))
    _clouds(p, box, rng, p.rng(f"{key}-more"))
    if "fireworks" in p.details:
        _fireworks(p, box, p.rng(f"{key}-fireworks"))
    if "meteor" in p.details:
        _meteors(p, box)
    if "hot air balloons" in p.details:
        _air_balloons(p, box, p.rng(f"{key}-air"))
    if "birds" in p.details or (not light.dark and not light.rain and w > p.short * 0.6):
        _birds(p, box, p.rng(f"{key}-birds"))


def _sun(p: Painter, at: Point, r: float) -> None:
    colour = p.light.sun_colour
    p.glow(*at, r * 3.4, mix(colour, p.light.sky[-1], 0.3), 0.75)
    if p.light.sunny:
        rays = ""
        for i in range(16):
            a, wide = math.tau * i / 16, 0.055
            near, far = r * 1.35, r * (2.5 if i % 2 else 2.0)
            rays += points_d(
                (at[0] + math.cos(a + s) * d, at[1] + math.sin(a + s) * d)
                for s, d in ((-wide, near), (0.0, far), (wide, near))
            )
        p.path(rays, colour, op=0.75, raw=True)
    p.circle(*at, r * 1.22, colour, op=0.45, raw=True)
    p.circle(*at, r, mix(colour, "#ffffff", 0.25), raw=True)


def _moon(p: Painter, at: Point, r: float) -> None:
    colour = p.light.sun_colour
    p.glow(*at, r * 3.6, mix(colour, p.light.sky[1], 0.45), 0.55)
    p.circle(*at, r, colour, raw=True)
    spots = circle_d(at[0] - r * 0.35, at[1] - r * 0.2, r * 0.2) + circle_d(
        at[0] + r * 0.3, at[1] + r * 0.3, r * 0.26
    )
    spots += circle_d(at[0] + r * 0.25, at[1] - r * 0.42, r * 0.12) + circle_d(
        at[0] - r * 0.3, at[1] + r * 0.5, r * 0.1
    )
    p.path(spots, mix(colour, p.light.sky[1], 0.22), raw=True)


def _stars(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    wanted = "stars" in p.details
    amount = max(p.light.stars, 0.6 if wanted else 0.0)
    count = round(amount * (40 + 70 * w * h / (p.w * p.h)))
    small, big = "", ""
    for i in range(count):
        px, py = x + rng.random() * w, y + rng.random() ** 1.5 * h * 0.85
        r = p.short * rng.uniform(0.0009, 0.0022)
        if i % 9:
            small += circle_d(px, py, r) if r > 1.4 else rect_d(px, py, r * 1.7, r * 1.7)
        else:
            s = p.short * rng.uniform(0.006, 0.011)
            q = s * 0.14
            big += points_d(
                [
                    (px, py - s),
                    (px + q, py - q),
                    (px + s, py),
                    (px + q, py + q),
                    (px, py + s),
                    (px - q, py + q),
                    (px - s, py),
                    (px - q, py - q),
                ]
            )
    tone = mix(p.light.sky[1], "#fffbe6", 0.45 + 0.5 * amount)
    p.path(small, mix(tone, p.light.sky[1], 0.2), raw=True)
    if big:
        p.path(big, tone, raw=True)
    p.done.add("stars")


def cloud_d(cx: float, base: float, w: float, rng: Random, bumps: int = 5) -> str:
    """Path data of a cut-paper cloud with a flat foot."""
    spots = sorted(rng.uniform(-0.32, 0.32) for _ in range(bumps - 1))
    d = f"M{num(cx - w * 0.5)} {num(base)}"
    d += f"a{num(w * 0.055)} {num(w * 0.055)} 0 0 1 0 {num(-w * 0.11)}"
    edge = [cx - w * 0.5, *(cx + s * w for s in spots), cx + w * 0.5]
    for i in range(bumps):
        wide = edge[i + 1] - edge[i]
        rise = w * (0.075 + 0.1 * math.sin(math.pi * (i + 0.5) / bumps))
        nxt = 0.0 if i == bumps - 1 else w * 0.07 * math.sin(math.pi * (i + 1) / bumps)
        now = 0.0 if i == 0 else w * 0.07 * math.sin(math.pi * i / bumps)
        r = max(abs(wide) * 0.55, rise * 0.7)
        d += f"a{num(r)} {num(r)} 0 0 1 {num(wide)} {num(now - nxt)}"
    return d + f"a{num(w * 0.055)} {num(w * 0.055)} 0 0 1 0 {num(w * 0.11)}z"


def _clouds(p: Painter, box: Box, rng: Random, more: Random) -> None:
    x, y, w, h = box
    light, tone = p.light, p.light.cloud
    small = w < p.short * 0.6
    base = [
        (0.14, 0.30, 0.24),
        (0.80, 0.20, 0.30),
        (0.60, 0.44, 0.16),
        (0.30, 0.52, 0.13),
        (0.95, 0.50, 0.20),
    ]
    count = 0 if light.clouds <= 0 else (2 if light.clouds < 0.2 else 4 if light.clouds < 0.5 else 5)
    for i, (fx, fy, size) in enumerate(base):
        cx, cy = x + w * (fx + rng.uniform(-0.06, 0.06)), y + h * (fy + rng.uniform(-0.05, 0.05))
        width = (w if small else max(p.short * 0.9, w * 0.7)) * size * rng.uniform(0.85, 1.2)
        seed = rng.random()
        body = light.sun or light.moon
        if i >= count or (
            body
            and not light.covered
            and abs(cx - x - body[0] * w) < width * 0.62
            and abs(cy - y - body[1] * h) < width * 0.3
        ):
            continue
        cloud = Random(seed)
        if light.wind:
            streak = mix(tone, light.sky[1], 0.25)
            p.path(lens_d(cx, cy, width * 1.9, width * 0.13), streak, raw=True)
            p.path(lens_d(cx + width * 0.5, cy + width * 0.1, width * 1.3, width * 0.09), tone, raw=True)
            continue
        state = cloud.getstate()
        p.path(cloud_d(cx, cy, width, cloud), mix(tone, light.sky[0], 0.32), raw=True)
        cloud.setstate(state)
        p.path(cloud_d(cx - width * 0.015, cy - width * 0.028, width * 0.95, cloud), tone, raw=True)
    if light.clouds >= 1:
        _ceiling(p, box, more)
        p.done.add("clouds")
    elif count:
        p.done.add("clouds")


def _ceiling(p: Painter, box: Box, rng: Random) -> None:
    """A bank of heavy cloud along the top."""
    x, y, w, h = box
    tone = p.light.cloud
    weight = 0.22 if p.light.rain else 0.15
    for row, share in ((0, 0.30), (1, 0.12)):
        n = 7
        bottom = y + h * (weight - row * 0.085)
        points = [(x + w * i / n, bottom + rng.uniform(-0.03, 0.03) * h) for i in range(n + 1)]
        d = f"M{num(x)} {num(y)}L{num(points[0][0])} {num(points[0][1])}"
        for (ax, ay), (bx, by) in pairwise(points):
            r = math.hypot(bx - ax, by - ay) * 0.62
            d += f"A{num(r)} {num(r)} 0 0 0 {num(bx)} {num(by)}"
        p.path(
            f"{d}L{num(x + w)} {num(y)}z", mix(tone, p.light.sky[0] if row else "#2a3040", share), raw=True
        )


def _lightning(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    for fx, fall in ((rng.uniform(0.27, 0.33), 0.62), (rng.uniform(0.70, 0.78), 0.46)):
        px, py, left, right = x + w * fx, y + h * 0.10, list[Point](), list[Point]()
        steps = 6
        for i in range(steps + 1):
            t = 1 - i / steps
            wide = min(w, h) * 0.019 * t
            cx = px + (
                0.035 * min(w, h) * (1 if i % 2 else -1) + rng.uniform(-0.02, 0.02) * min(w, h) if i else 0.0
            )
            cy = py + h * fall * i / steps
            left.append((cx - wide, cy))
            right.append((cx + wide, cy))
        p.glow(px, y + h * 0.22, min(w, h) * 0.30, "#dfe0ff", 0.55)
        p.poly([*left, *reversed(right)], "#fff8cf", raw=True)
    p.done.add("lightning")


def _birds(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    cx, cy = x + w * rng.choice((0.18, 0.84)), y + h * rng.uniform(0.2, 0.34)
    d = ""
    for _ in range(5):
        px, py = cx + rng.uniform(-0.07, 0.07) * w, cy + rng.uniform(-0.05, 0.05) * h
        s = p.short * rng.uniform(0.009, 0.016)
        d += f"M{num(px - s)} {num(py - s * 0.4)}q{num(s * 0.6)} {num(-s * 0.5)} {num(s)} {num(s * 0.5)}"
        d += f"q{num(s * 0.4)} {num(-s)} {num(s)} {num(-s * 0.5)}"
    p.stroke(d, mix(p.light.sky[0], "#27304a", 0.55), p.short * 0.003, raw=True)
    p.done.add("birds")


def _rainbow(p: Painter, box: Box) -> None:
    x, y, w, h = box
    cx, cy = x + w * 0.5, y + h * 1.05
    rx, ry = w * 0.62, h * 0.86
    for i, tone in enumerate(RAINBOW):
        k = 1 - i * 0.035
        d = f"M{num(cx - rx * k)} {num(cy)}A{num(rx * k)} {num(ry * k)} 0 0 1 {num(cx + rx * k)} {num(cy)}"
        p.add(
            f'<path d="{d}" fill="none" stroke="{mix(tone, p.light.sky[2], 0.25)}" stroke-opacity="0.6" '
            f'stroke-width="{num(rx * 0.036)}"/>'
        )
    p.done.add("rainbow")


def _aurora(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    for i, tone in enumerate(("#6ff0b4", "#6fd8e8", "#b58cf0")):
        top = [
            (
                x + w * t / 6,
                y + h * (0.12 + 0.11 * i + 0.07 * math.sin(t * 1.3 + i) + rng.uniform(-0.02, 0.02)),
            )
            for t in range(7)
        ]
        low = [(px, py + h * 0.12) for px, py in reversed(top)]
        p.path(smooth_d(top) + smooth_d(low).replace("M", "L", 1) + "z", tone, op=0.30, raw=True)
    p.done.add("aurora")


def _fireworks(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    for i, (fx, fy, size) in enumerate(
        ((0.2, 0.24, 0.15), (0.8, 0.18, 0.17), (0.55, 0.11, 0.1), (0.93, 0.42, 0.09))
    ):
        cx, cy, r = x + w * fx, y + h * fy, min(w, h) * size
        tone = FIREWORK_COLOURS[(i + rng.randrange(5)) % 5]
        p.glow(cx, cy, r * 0.9, tone, 0.5)
        d = ""
        for k in range(18):
            a = math.tau * k / 18
            for near, far in ((0.25, 0.62), (0.72, 1.0)):
                d += leaf_d(
                    cx + math.cos(a) * r * near, cy + math.sin(a) * r * near, r * (far - near), a, 0.10
                )
        p.path(d, mix(tone, "#ffffff", 0.2), raw=True)
        dots = "".join(
            circle_d(cx + math.cos(a) * r * 1.08, cy + math.sin(a) * r * 1.08, r * 0.025) for a in range(18)
        )
        p.path(dots, "#fffbe0", raw=True)
    p.done.add("fireworks")


def _meteors(p: Painter, box: Box) -> None:
    x, y, w, h = box
    d = ""
    for fx, fy, size in ((0.16, 0.12, 0.2), (0.84, 0.3, 0.13)):
        px, py, s = x + w * fx, y + h * fy, min(w, h) * size
        d += points_d([(px, py), (px + s, py - s * 0.45), (px - s * 0.02, py - s * 0.035)])
    p.path(d, "#fff7d8", raw=True)
    p.done.add("meteor")


def _air_balloons(p: Painter, box: Box, rng: Random) -> None:
    x, y, w, h = box
    for i, (fx, fy, size) in enumerate(((0.15, 0.25, 0.17), (0.86, 0.36, 0.12), (0.68, 0.16, 0.07))):
        s = min(w, h) * size
        p.depth = 0.1 + 0.2 * i
        tone = rng.choice(("#e8695a", "#f2b04c", "#5aa7c8", "#8f7fd0"))
        p.part("air-balloon", x + w * fx, y + h * fy, s / 200, colours={"cloth": tone})
    p.depth = 0
    p.done.add("hot air balloons")


def paint_rain(p: Painter, box: Box, key: str, *, size: float = 1.0) -> None:
    """Streaks of rain over ``box`` in one path."""
    x, y, w, h = box
    amount = p.light.rain
    rng = p.rng(key)
    slant = 0.16 + (0.22 if p.light.lightning else 0.0)
    d = ""
    for _ in range(round(150 * amount * max(0.15, w * h / (p.w * p.h)))):
        long = p.short * 0.055 * size * rng.uniform(0.6, 1.2)
        px, py = x + rng.random() * w, y + rng.random() * max(1.0, h - long)
        wide = p.short * 0.0027 * size
        d += f"M{num(px)} {num(py)}l{num(-long * slant)} {num(long)}l{num(wide)} {num(wide * 0.5)}z"
    p.path(d, mix(p.light.sky[-1], "#f2f8ff", 0.75), op=0.62, raw=True)


def paint_flakes(p: Painter, box: Box, key: str, *, size: float = 1.0, count: int = 90) -> None:
    """Falling snow over ``box`` in one path."""
    x, y, w, h = box
    rng = p.rng(key)
    d = ""
    for i in range(count):
        r = p.short * size * (0.0085 if i % 11 == 0 else rng.uniform(0.0022, 0.005))
        d += circle_d(x + rng.random() * w, y + rng.random() * h, r)
    p.path(d, mix(SNOW, p.light.outdoors, 0.18), op=0.92, raw=True)


def paint_weather(p: Painter) -> None:
    """What the weather puts between us and the figures' surroundings; call last, outdoors."""
    light = p.light
    whole = (0.0, 0.0, p.w, p.h)
    if light.fog:
        mist = mix(light.haze, "#ffffff", 0.25)
        p.veil((0, p.h * 0.20, p.w, p.h * 0.62), mist, (0.0, 0.55, 0.62, 0.0))
        for i, (fx, y, wide) in enumerate(
            ((0.05, 0.50, 0.9), (0.75, 0.58, 1.1), (0.2, 0.68, 1.2), (0.9, 0.77, 0.8))
        ):
            rng = p.rng(f"fog{i}")
            cx, w, high = p.w * (fx + rng.uniform(-0.08, 0.08)), p.w * wide * 0.5, p.h * 0.020
            p.rect(cx - w, p.h * y, 2 * w, high * 2, mist, rx=high, op=0.34, raw=True)
        p.front = True
        p.veil((0, p.h * 0.72, p.w, p.h * 0.28), mist, (0.0, 0.30, 0.55))
        p.front = False
    if light.rain:
        paint_rain(p, whole, "rain-far", size=0.7)
        p.front = True
        paint_rain(p, whole, "rain-near", size=1.25)
        p.front = False
    if light.snow:
        paint_flakes(p, whole, "snow-far", size=0.75)
        p.front = True
        for side in (0.0, 0.72):
            paint_flakes(p, (p.w * side, 0, p.w * 0.28, p.h), f"snow-near{side}", size=1.5, count=16)
        p.front = False
    if light.wind:
        _gusts(p)


def _gusts(p: Painter) -> None:
    d = ""
    for fx, fy, size in ((0.06, 0.38, 0.2), (0.70, 0.52, 0.24), (0.12, 0.66, 0.16), (0.74, 0.24, 0.18)):
        x, y, s = p.w * fx, p.h * fy, p.short * size
        d += f"M{num(x)} {num(y)}q{num(s * 0.5)} {num(-s * 0.14)} {num(s)} 0"
        d += (
            f"q{num(s * 0.2)} {num(s * 0.08)} {num(s * 0.26)} {num(-s * 0.06)}q0 {num(-s * 0.12)} "
            f"{num(-s * 0.12)} {num(-s * 0.1)}"
        )
        d += f"q{num(-s * 0.07)} {num(s * 0.03)} {num(-s * 0.02)} {num(s * 0.08)}"
    p.stroke(d, mix(p.light.sky[-1], "#ffffff", 0.6), p.short * 0.0045, op=0.75, raw=True)
    strew_leaves(p, "gust-leaves", 14, ("#c98a3c", "#8fae4e", "#d9b04a"))


def strew_leaves(p: Painter, key: str, count: int, tones: tuple[str, ...]) -> None:
    """Leaves or petals in the air, before and behind the figures, away from the middle."""
    rng = p.rng(key)
    for tone in tones:
        for front in (False, True):
            d = ""
            for _ in range(max(1, count // len(tones) // 2)):
                x = rng.random() * p.w if not front else p.w * (rng.choice((0.0, 0.72)) + rng.random() * 0.28)
                d += leaf_d(x, rng.random() * p.h, p.short * rng.uniform(0.014, 0.028), rng.random() * 6.3)
            p.front = front
            p.path(d, tone)
    p.front = False
