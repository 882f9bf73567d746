"""At home: living room, bedroom, kitchen, the plain room of a guess, and the studio of no place."""

# ruff: noqa: C901, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import SNOW, Painter, circle_d, num, rect_d
from bot.backends.sketch.backdrops_rooms import (
    build_room,
    curtains,
    pendant,
    picture,
    rug,
    shelf_board,
    shine,
    window_frame,
)
from bot.backends.sketch.backdrops_sky import cloud_d, paint_flakes, paint_rain


def living_room(p: Painter) -> None:
    """Sofa under pictures, window with curtains, bookcase, plant and lamps."""
    room = build_room(
        p,
        wall=("#e3cdb2", "#efdcc2"),
        floor=("#b98457", "#a06f48"),
        windows=((0.80, 212, 150, 130),),
        look="garden",
    )
    cm, y = room.cm, room.wall_y
    curtains(p, room.windows[0], "#6f9a8d")
    if "fireplace" in p.details:
        p.part("fireplace", p.w * 0.20, y + 6 * cm, cm * 1.05)
        p.glow(p.w * 0.20, y - 30 * cm, 90 * cm, "#ff9f45", 0.55)
        picture(p, "over", p.w * 0.20, y - 200 * cm, 70 * cm, 48 * cm)
        p.done.add("fireplace")
    else:
        picture(p, "left", p.w * 0.16 - 34 * cm, y - 165 * cm, 46 * cm, 58 * cm)
        picture(p, "right", p.w * 0.16 + 26 * cm, y - 172 * cm, 56 * cm, 42 * cm, "#8a6248")
    p.part("bookcase", p.w * 0.50, y + 3 * cm, cm * 0.98)
    p.part("potplant", p.w * 0.50 - 30 * cm, y - 204 * cm, cm)
    near = p.h * 0.80
    m = p.metre(near) / 100
    rug(p, p.w * 0.5, p.h * 0.92, p.h * 0.95, p.h * 0.12, "#c96a55", "#f0d3a0")
    if "fireplace" not in p.details:
        p.part("sofa", p.w * 0.14, near, m * 0.92, colours={"cloth": "#4f8a86"})
    else:
        p.part("armchair", p.w * 0.05, near + 20, m, colours={"cloth": "#4f8a86"})
    fx = p.w * (0.335 if not p.tall else 0.30)
    shine(p, fx, near - 12 - 150 * m * 0.95, 85 * m)
    p.part("floorlamp", fx, near - 12, m * 0.95)
    p.part("plant", p.w * 0.985, p.h * 0.88, m * 1.0)
    p.seat = "sofa"


def bedroom(p: Painter) -> None:
    """A made bed, bedside lamp, window with soft curtains."""
    room = build_room(
        p,
        wall=("#c9cfe0", "#e0deea"),
        floor=("#c79e76", "#ae845e"),
        windows=((0.22, 212, 135, 128),),
        look="hills",
    )
    cm, y = room.cm, room.wall_y
    curtains(p, room.windows[0], "#e9b7b0", down=0.3)
    picture(p, "over", p.w * 0.83, y - 182 * cm, 74 * cm, 52 * cm)
    m = p.metre(p.h * 0.79) / 100
    bed_x = p.w * (0.86 if not p.tall else 0.92)
    p.part("bed", bed_x, p.h * 0.80, m * 0.95)
    if "fireplace" in p.details:
        p.part("fireplace", p.w * 0.20, y + 6 * cm, cm)
        p.glow(p.w * 0.20, y - 30 * cm, 90 * cm, "#ff9f45", 0.55)
        p.done.add("fireplace")
    stand = bed_x - 138 * m * 0.95
    p.part("nightstand", stand, p.h * 0.785, m * 0.92)
    shine(p, stand, p.h * 0.785 - 88 * m, 70 * m)
    p.part("tablelamp", stand, p.h * 0.785 - 51 * m, m * 0.95)
    rug(p, p.w * 0.42, p.h * 0.925, p.h * 0.85, p.h * 0.10, "#9fb0d4", "#f6ecdc")
    p.part("plant", p.w * 0.055, p.h * 0.84, m * 0.95, colours={"pot": "#d98b62"})
    p.seat = "chair"


def kitchen(p: Painter) -> None:
    """Counters with tiles behind, stove, fridge, a window over the sink."""
    room = build_room(
        p,
        wall=("#f6e6c4", "#f6ead0"),
        floor=("#d8c7b0", "#c0ab92"),
        boards="tiles",
        windows=((0.27, 206, 120, 84),),
        look="garden",
    )
    cm, y = room.cm, room.wall_y
    x0, y0, w0, h0 = room.windows[0]
    tile, gap = "", 15 * cm
    for r in range(2):
        k = 0.0
        while k < p.w:
            tile += rect_d(k + (gap / 2 if r else 0), y - (92 + 30) * cm + r * gap + 1, gap - 2.4, gap - 2.4)
            k += gap
    p.path(tile, "#a9cfc6")
    window_frame(p, (x0, y0, w0, h0))
    p.part("potplant", x0 + w0 * 0.2, y0 + h0 - 1 * cm, cm * 0.7)
    p.part("potplant", x0 + w0 * 0.82, y0 + h0 - 1 * cm, cm * 0.6, colours={"pot": "#7aa0a8"})
    n = int(p.w / (120 * cm)) + 2
    for i in range(n):
        p.part("counter", i * 120 * cm, y + 4 * cm, cm, colours={"front": "#5f9490"})
    sx = p.w * (0.60 if not p.tall else 0.64)
    p.part("stove", sx, y + 5 * cm, cm)
    p.poly(
        [
            (sx - 42 * cm, y - 150 * cm),
            (sx + 42 * cm, y - 150 * cm),
            (sx + 20 * cm, y - 185 * cm),
            (sx - 20 * cm, y - 185 * cm),
        ],
        "#c9d0d2",
    )
    p.rect(sx - 16 * cm, -5, 32 * cm, y - 183 * cm + 5, "#dfe4e4")
    p.rect(sx - 42 * cm, y - 151 * cm, 84 * cm, 6 * cm, "#a9b2b6")
    for fx, tone in ((0.82, "#d9614c"), (0.44, "#e8b24c")):
        wide = 90 * cm
        shelf_board(p, p.w * fx, y - 165 * cm, wide, cm)
        for k in range(5):
            jar = p.rng(f"jar{fx}{k}")
            high = jar.uniform(12, 22) * cm
            p.rect(
                p.w * fx - wide * 0.42 + k * wide * 0.19,
                y - 165 * cm - high,
                11 * cm,
                high,
                jar.choice((tone, "#fff3dc", "#8fb9b0", "#c98a5a")),
                rx=2 * cm,
            )
    fr = p.metre(y + (p.h - y) * 0.05) / 100
    p.part(
        "fridge",
        p.w - 34 * fr if not p.tall else p.w - 20 * fr,
        y + (p.h - y) * 0.07,
        fr * 1.05,
        colours={"front": "#e07a62"},
    )
    pendant(p, p.w * 0.17, p.h * 0.17, cm * 1.1, "#e2a23c")
    pendant(p, p.w * 0.83, p.h * 0.17, cm * 1.1, "#e2a23c")
    p.front = True
    d = p.h * 0.93
    p.front = False
    m = p.metre(d) / 100
    p.part("cafetable", p.w * 0.03, p.h * 0.985, m * 1.0)
    p.seat = "stool"


def indoors(p: Painter) -> None:
    """A calm plain room with a window, for a place that is only known to have a roof."""
    room = build_room(
        p,
        wall=("#d3d8d2", "#e4e5dc"),
        floor=("#bfa488", "#a88d72"),
        windows=((0.20, 215, 130, 135), (0.80, 215, 130, 135)),
        look="hills",
    )
    p.part("plant", p.w * 0.95, p.h * 0.84, p.metre(p.h * 0.8) / 100, colours={"pot": "#c9a27e"})
    pendant(p, p.w * 0.5, p.h * 0.08, room.cm * 1.1, "#6f7f86")
    p.seat = None


def studio(p: Painter) -> None:
    """Paper roll with a great disc that holds the hour's sky: says nothing that was not said."""
    p.hy, p.gy = p.h * 0.70, p.h * 0.95
    light = p.light
    tone = mix("#ead9c2", light.sky[2], 0.22)
    p.wash((0, 0, p.w, p.h * 0.78), (mix(tone, "#ffffff", 0.10), mix(tone, "#ffffff", 0.28)))
    p.wash((0, p.h * 0.78, p.w, p.h * 0.22), (mix(tone, "#ffffff", 0.20), mix(tone, "#8a6a58", 0.18)))
    cx, cy = p.w * 0.5, p.h * 0.43
    r = min(p.w * 0.46, p.h * 0.40)
    p.circle(cx + r * 0.02, cy + r * 0.03, r * 1.01, "#3a2a40", op=0.10)
    p.wash_disc(cx, cy, r, light.sky)
    _disc_sky(p, cx, cy, r)
    rng = p.rng("sprig")
    for side in (-1, 1):
        p.part(
            "plant",
            p.w * (0.5 + side * 0.455),
            p.h * 0.90,
            p.h * 0.0024 * rng.uniform(0.9, 1.1),
            flip=side > 0,
            colours={"pot": "#c98f6a" if side < 0 else "#f4e8d6"},
        )
    p.ellipse(p.w / 2, p.gy, p.h * 0.24, p.h * 0.014, "#3a2a40", op=0.12)


def _disc_sky(p: Painter, cx: float, cy: float, r: float) -> None:
    light = p.light
    body = light.sun or light.moon
    inner = (cx - r * 0.66, cy - r * 0.66, r * 1.32, r * 1.32)
    if light.stars or "stars" in p.details:
        rng = p.rng("stars")
        d = "".join(
            circle_d(
                inner[0] + rng.random() * inner[2],
                inner[1] + rng.random() * inner[3] * 0.8,
                r * rng.uniform(0.004, 0.009),
            )
            for _ in range(40)
        )
        p.path(d, mix("#fffbe6", light.sky[1], 0.6 - 0.5 * max(light.stars, 0.6)), raw=True)
        p.done.add("stars")
    if body and not light.covered:
        x = cx + r * (0.62 if body[0] > 0.5 else -0.62)
        y = cy + r * (body[1] - 0.5) * 0.9
        p.glow(x, y, r * 0.30, light.sun_colour, 0.5)
        p.circle(x, y, r * 0.11, light.sun_colour, raw=True)
        p.done.add("sun" if light.sun else "moon")
    if light.clouds:
        rng = p.rng("clouds")
        for fx, fy, w in ((-0.52, 0.30, 0.62), (0.50, -0.10, 0.55), (0.46, 0.50, 0.7), (-0.40, -0.42, 0.5))[
            : 2 + round(light.clouds * 2)
        ]:
            p.path(cloud_d(cx + fx * r, cy + fy * r, w * r, rng), light.cloud, raw=True)
        p.done.add("clouds")
    if light.lightning:
        x, y, s = cx - r * 0.5, cy - r * 0.35, r * 0.6
        p.path(
            f"M{num(x)} {num(y)}l{num(s * 0.25)} 0l{num(-s * 0.1)} {num(s * 0.35)}h{num(s * 0.2)}l"
            f"{num(-s * 0.35)} {num(s * 0.65)}l{num(s * 0.08)} {num(-s * 0.45)}h{num(-s * 0.2)}z",
            "#fff3b8",
            raw=True,
        )
        p.done.add("lightning")
    if light.rain:
        paint_rain(p, inner, "rain")
    if light.snow:
        paint_flakes(p, inner, "snow", count=40)
        p.path(
            f"M{num(cx - r * 0.8)} {num(cy + r * 0.6)}A{num(r)} {num(r)} 0 0 0 {num(cx + r * 0.8)} "
            f"{num(cy + r * 0.6)}Q{num(cx)} {num(cy + r * 0.4)} {num(cx - r * 0.8)} {num(cy + r * 0.6)}z",
            SNOW,
        )
    if light.fog:
        for k in (-0.2, 0.2, 0.5):
            half = math.sqrt(1 - k * k) * r * 0.97
            p.rect(cx - half, cy + k * r, half * 2, r * 0.14, "#ffffff", rx=r * 0.07, op=0.4)
    if light.wind:
        d = "".join(
            f"M{num(cx + fx * r)} {num(cy + fy * r)}q{num(r * 0.15)} {num(-r * 0.06)} {num(r * 0.32)} 0t"
            f"{num(r * 0.22)} {num(-r * 0.03)}"
            for fx, fy in ((-0.75, 0.05), (0.3, 0.25), (-0.6, 0.4), (0.25, -0.4))
        )
        p.stroke(d, "#ffffff", r * 0.012, op=0.8, raw=True)


PAINTERS = {
    "livingroom": living_room,
    "bedroom": bedroom,
    "kitchen": kitchen,
    "indoors": indoors,
    "studio": studio,
}
