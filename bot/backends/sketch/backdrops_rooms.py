"""What rooms are made of: walls with windows, floors in perspective, lamps, pictures, skylines."""

# ruff: noqa: C901, PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import SNOW, Box, Painter, num, points_d, rect_d, smooth_d
from bot.backends.sketch.backdrops_sky import paint_flakes, paint_rain, paint_sky

View = Literal["city", "hills", "garden", "sea"]
Floor = Literal["boards", "tiles", "plain"]


@dataclass(frozen=True, slots=True)
class Room:
    """A built room: ``wall_y`` is the foot of its back wall, ``cm`` units per centimetre there."""

    wall_y: float
    cm: float
    windows: tuple[Box, ...]


def skyline(
    p: Painter, key: str, x: float, w: float, base: float, tall: float, depth: float, *, tone: str = "#8b93a8"
) -> None:
    """A row of high houses with windows, some lit when it is dark."""
    p.depth = depth
    rng = p.rng(key)
    at = x
    lit, dim = "", ""
    while at < x + w:
        wide = tall * rng.uniform(0.16, 0.34)
        high = tall * rng.uniform(0.45, 1.0)
        shade = mix(tone, rng.choice(("#b08f8a", "#7f96ac", "#a59aa8", "#8fa3a0")), 0.4)
        right = min(at + wide, x + w)
        style = rng.random()
        p.rect(at, base - high, right - at, high + 1, shade)
        if style < 0.3 and right - at > wide * 0.8:
            p.rect(at + wide * 0.25, base - high * 1.08, wide * 0.5, high * 0.09, shade)
            p.rect(at + wide * 0.48, base - high * 1.2, wide * 0.04, high * 0.13, shade)
        elif style < 0.5:
            p.poly([(at, base - high), (right, base - high), (right, base - high * 1.07)], shade)
        p.rect(
            at + (right - at) * 0.72, base - high, (right - at) * 0.28, high + 1, mix(shade, "#2a3050", 0.22)
        )
        cell = max(tall * 0.042, 8.5)
        rows, cols = int(high / cell / 1.4), int((right - at) / cell / 1.3)
        for r in range(rows):
            for c in range(cols):
                mark = rect_d(
                    at + cell * (0.35 + 1.3 * c),
                    base - high + cell * (0.6 + 1.4 * r),
                    cell * 0.62,
                    cell * 0.8,
                )
                chance = rng.random()
                if chance < 0.42:
                    lit += mark
                elif chance < 0.8:
                    dim += mark
        at = right + (tall * 0.01 if rng.random() < 0.3 else 0)
    if dim:
        p.path(dim, mix(tone, "#26304c", 0.30))
    if lit:
        glow = mix(p.c("#c4d3de"), "#ffd98c", p.light.lamps)
        p.path(lit, mix(glow, p.light.haze, depth * 0.35), raw=True)
        if p.light.dark:
            p.done.add("lights")
    p.depth = 0


def view(p: Painter, key: str, box: Box, what: View) -> None:
    """What is seen through one window; the wall around it must be drawn afterwards."""
    x, y, w, h = box
    p.outside = True
    paint_sky(p, box, key=key)
    if what == "city":
        skyline(p, f"{key}-far", x, w, y + h, h * 0.55, 0.8)
        skyline(p, f"{key}-near", x, w, y + h, h * 0.34, 0.45, tone="#8a8290")
    elif what == "sea":
        p.wash(
            (x, y + h * 0.66, w, h * 0.34),
            (mix(p.light.sky[3], "#4f9ab8", 0.5), mix(p.light.sky[1], "#2f7ca0", 0.5)),
            raw=True,
        )
    else:
        for i, (depth, fy, tone) in enumerate(
            ((0.8, 0.66, "#7fa899"), (0.5, 0.76, "#86b06c"), (0.2, 0.88, "#76a552"))
        ):
            p.depth = depth
            rng = p.rng(f"{key}-hill{i}")
            line = [
                (x + w * (k / 4 * 1.1 - 0.05), y + h * (fy + rng.uniform(-0.035, 0.035))) for k in range(5)
            ]
            p.path(f"{smooth_d(line)}V{num(y + h)}H{num(x)}z", p.snowy(tone))
            if i:
                for _ in range(3):
                    fx = rng.random()
                    p.foliage(x + w * fx, y + h * (fy + 0.01), h * 0.07 * i, h * 0.065 * i, "#5f9a58", rng, 8)
        p.depth = 0
    if p.light.fog:
        p.rect(x, y + h * 0.35, w, h * 0.65, p.light.haze, op=0.55, raw=True)
    if p.light.rain:
        paint_rain(p, box, f"{key}-rain", size=0.8)
    if p.light.snow:
        paint_flakes(p, box, f"{key}-snow", size=0.7, count=26)
    p.outside = False


def window_frame(
    p: Painter, box: Box, tone: str = "#fbf4e8", *, panes: int = 2, bars: int = 1, sill: bool = True
) -> None:
    """Frame, bars and sill around a window hole."""
    x, y, w, h = box
    t = min(w, h) * 0.045
    d = rect_d(x - t, y - t, w + 2 * t, t) + rect_d(x - t, y + h, w + 2 * t, t)
    d += rect_d(x - t, y, t, h) + rect_d(x + w, y, t, h)
    for i in range(1, panes):
        d += rect_d(x + w * i / panes - t * 0.3, y, t * 0.6, h)
    for i in range(1, bars + 1):
        d += rect_d(x, y + h * i / (bars + 1) - t * 0.25, w, t * 0.5)
    p.path(d, tone)
    p.path(rect_d(x, y, w, t * 0.35) + rect_d(x, y, t * 0.35, h), "#20263a", op=0.22)
    p.poly(
        [(x + w * 0.08, y + h), (x + w * 0.30, y), (x + w * 0.42, y), (x + w * 0.20, y + h)],
        "#ffffff",
        op=0.10,
        raw=True,
    )
    if sill:
        p.rect(x - t * 2.2, y + h + t * 0.8, w + t * 4.4, t * 1.3, tone, rx=t * 0.3)
        p.rect(x - t * 2.2, y + h + t * 1.9, w + t * 4.4, t * 0.5, "#20263a", op=0.16)
    if p.light.snow:
        p.path(
            f"M{num(x)} {num(y + h)}q{num(w * 0.25)} {num(-h * 0.07)} {num(w * 0.5)} {num(-h * 0.025)}t"
            f"{num(w * 0.5)} {num(h * 0.025)}z",
            mix(SNOW, p.light.outdoors, 0.3),
            raw=True,
        )


def curtains(p: Painter, box: Box, tone: str, *, down: float = 0.16, spread: float = 0.30) -> None:
    """A pair of drawn-back curtains on a rod."""
    x, y, w, h = box
    top, foot = y - h * 0.10, y + h * (1 + down)
    p.rect(x - w * 0.24, top - h * 0.012, w * 1.48, h * 0.022, "#7a5a44", rx=h * 0.011)
    for side in (-1, 1):
        outer = x + w / 2 + side * w * 0.70
        inner = x + w / 2 + side * w * (0.70 - spread)
        waist = x + w / 2 + side * w * (0.70 - spread * 0.55)
        low = x + w / 2 + side * w * (0.70 - spread * 0.8)
        tie = y + h * 0.68
        p.path(
            f"M{num(outer)} {num(top)}L{num(inner)} {num(top)}Q{num(inner)} {num(tie - h * 0.2)} "
            f"{num(waist)} {num(tie)}Q{num(low)} {num(foot - h * 0.1)} {num(low)} {num(foot)}L"
            f"{num(outer)} {num(foot)}z",
            tone,
        )
        folds = ""
        for k in (0.25, 0.55, 0.8):
            fx = outer + (inner - outer) * k
            wx = outer + (waist - outer) * k
            folds += points_d([(fx, top), (fx - side * w * 0.03, top), (wx - side * w * 0.008, tie)])
            folds += points_d(
                [
                    (wx, tie),
                    (outer + (low - outer) * k, foot),
                    (outer + (low - outer) * k + side * w * 0.03, foot),
                ]
            )
        p.path(folds, mix(tone, "#2a2440", 0.22))
        p.rect(
            min(outer, waist) - w * 0.004,
            tie - h * 0.018,
            abs(waist - outer) + w * 0.008,
            h * 0.03,
            mix(tone, "#ffffff", 0.35),
            rx=h * 0.01,
        )


def build_room(
    p: Painter,
    *,
    wall: tuple[str, str],
    floor: tuple[str, str],
    boards: Floor = "boards",
    windows: tuple[tuple[float, float, float, float], ...] = (),
    look: View = "hills",
    wainscot: str | None = None,
    frame: str = "#fbf4e8",
    bars: int = 1,
    panes: int = 2,
) -> Room:
    """Wall, windows, floor.

    Windows are (x, top, width, height): x of the middle as a share of the picture's width, the
    others in centimetres at the wall, ``top`` from the floor up.
    """
    p.hy = p.h * 0.45
    wall_y = p.h * (0.67 if p.tall else 0.735)
    cm = p.metre(wall_y) / 100
    holes: list[Box] = []
    for fx, top, wide, high in windows:
        w = min(wide * cm, p.w * 0.40)
        x = min(max(fx * p.w - w / 2, -w * 0.45), p.w - w * 0.55)
        holes.append((x, wall_y - top * cm, w, high * cm))
    for i, hole in enumerate(holes):
        view(p, f"view{i}", hole, look)
    p.wash((0, 0, p.w, wall_y), wall, holes=holes)
    if wainscot:
        p.wash(
            (0, wall_y - 95 * cm, p.w, 95 * cm),
            (wainscot, mix(wainscot, "#2a2440", 0.1)),
            holes=holes,
        )
        p.rect(0, wall_y - 98 * cm, p.w, 5 * cm, mix(wainscot, "#ffffff", 0.35))
        gap = 42 * cm
        n = int(p.w / gap) + 1
        p.path(
            "".join(
                rect_d(p.w / 2 + (i - n / 2) * gap, wall_y - 92 * cm, 1.6 * cm, 84 * cm) for i in range(n + 1)
            ),
            mix(wainscot, "#2a2440", 0.18),
        )
    _floor(p, wall_y, floor, boards)
    p.rect(0, wall_y - 9 * cm, p.w, 10 * cm, mix(wainscot or wall[1], "#ffffff", 0.45))
    p.rect(0, wall_y, p.w, 4 * cm, "#20182c", op=0.18)
    for hole in holes:
        window_frame(p, hole, frame, panes=panes, bars=bars)
    _light_patch(p, holes, wall_y)
    return Room(wall_y=wall_y, cm=cm, windows=tuple(holes))


def _floor(p: Painter, wall_y: float, tones: tuple[str, str], kind: Floor) -> None:
    p.wash((0, wall_y, p.w, p.h - wall_y), tones)
    if kind == "plain":
        return
    line = mix(tones[1], "#20182c", 0.22)
    reach = p.h - p.hy
    ratio = (wall_y - p.hy) / reach
    gap = p.h * 0.20
    count = int(p.w / gap / ratio / 2) + 2
    d = ""
    for i in range(-count, count + 1):
        bottom = p.w / 2 + (i + 0.5) * gap
        top = p.w / 2 + (i + 0.5) * gap * ratio
        d += points_d([(top - 0.7, wall_y), (top + 0.7, wall_y), (bottom + 1.8, p.h), (bottom - 1.8, p.h)])
    rows = [wall_y + (p.h - wall_y) * t for t in ((0.14, 0.34, 0.62) if kind == "tiles" else ())]
    d += "".join(rect_d(0, y, p.w, 2.2) for y in rows)
    if kind == "boards":
        rng = p.rng("boards")
        for i in range(-count, count):
            t = rng.uniform(0.1, 0.9)
            y = wall_y + (p.h - wall_y) * t
            k = (y - p.hy) / reach
            left = p.w / 2 + (i + 0.5) * gap * k
            d += rect_d(left, y, gap * k, 2)
    p.path(d, line, op=0.8)


def _light_patch(p: Painter, holes: list[Box], wall_y: float) -> None:
    """Light of the windows on the floor: sun by day, the moon's at night."""
    if p.light.covered and not p.light.lightning:
        return
    strength = 0.20 if p.light.dark else 0.34
    for x, y, w, h in holes:
        if y + h < wall_y - h * 1.6:
            continue
        lean = (p.w / 2 - x - w / 2) * 0.35
        top, bottom = wall_y + (p.h - wall_y) * 0.10, wall_y + (p.h - wall_y) * 0.62
        for part in (0, 1):
            a, b = part * 0.5 + 0.02, part * 0.5 + 0.48
            p.poly(
                [
                    (x + w * a + lean * 0.25, top),
                    (x + w * b + lean * 0.25, top),
                    (x + w * b * 1.15 + lean, bottom),
                    (x + w * (a * 1.15) + lean, bottom),
                ],
                p.light.beam,
                op=strength,
                raw=True,
            )


def shine(p: Painter, x: float, y: float, r: float, strength: float = 0.65) -> None:
    """Lamp light around (x, y) when lamps are on."""
    if p.light.lamps > 0.2:
        p.glow(x, y, r * 1.7, "#ffcf7d", strength * p.light.lamps)
        p.done.add("light")


def pendant(p: Painter, x: float, y: float, cm: float, shade: str = "#3f5a5c") -> None:
    """A hanging lamp whose mouth is at (x, y), on a cord from the ceiling."""
    p.rect(x - cm, -5, 2 * cm, y - 20 * cm + 5, "#3b3532")
    shine(p, x, y + 10 * cm, 75 * cm)
    p.part("pendant", x, y, cm, colours={"shade": shade})


def picture(p: Painter, key: str, x: float, y: float, w: float, h: float, frame: str = "#f6ead6") -> None:
    """A framed little landscape on the wall, (x, y) its middle."""
    rng = p.rng(key)
    ground = rng.choice(("#8fb8c4", "#f2c9a0", "#c9d8b4", "#e6b4ac"))
    p.rect(x - w / 2 + w * 0.04, y - h / 2 + w * 0.06, w, h, "#20182c", op=0.16)
    p.rect(x - w / 2, y - h / 2, w, h, frame)
    t = min(w, h) * 0.09
    p.rect(x - w / 2 + t, y - h / 2 + t, w - 2 * t, h - 2 * t, ground)
    p.circle(x + w * rng.uniform(-0.2, 0.2), y - h * 0.12, min(w, h) * 0.12, "#fff3d0")
    low, left, right = y + h / 2 - t, x - w / 2 + t, x + w / 2 - t
    p.path(
        f"M{num(left)} {num(low)}V{num(y + h * 0.12)}Q{num(x - w * 0.15)} {num(y - h * 0.10)} "
        f"{num(x + w * 0.1)} {num(y + h * 0.14)}T{num(right)} {num(y + h * 0.1)}V{num(low)}z",
        mix(ground, "#3f6a5a", 0.55),
    )


def rug(p: Painter, x: float, y: float, w: float, h: float, tone: str, trim: str) -> None:
    """An oval rug lying in perspective."""
    p.ellipse(x, y, w / 2, h / 2, tone)
    p.ellipse(x, y, w * 0.44, h * 0.42, trim)
    p.ellipse(x, y, w * 0.41, h * 0.385, tone)
    p.ellipse(x, y, w * 0.22, h * 0.2, mix(tone, trim, 0.5))


def shelf_board(p: Painter, x: float, y: float, w: float, cm: float, tone: str = "#a77652") -> None:
    """A wall shelf of width ``w`` whose top edge is at ``y``."""
    p.rect(x - w / 2, y, w, 4 * cm, tone)
    p.rect(x - w / 2, y + 4 * cm, w, 2.5 * cm, "#20182c", op=0.16)
