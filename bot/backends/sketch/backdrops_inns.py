"""Where one meets and reads: café, tavern, library."""

# ruff: noqa: PLR0917, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, num, rect_d
from bot.backends.sketch.backdrops_rooms import (
    build_room,
    pendant,
    picture,
    rug,
    shelf_board,
    shine,
)

BOTTLES = ("#5f8a5a", "#a8503f", "#d9a04a", "#4f7f8f", "#8a5f8f", "#e6dcc8")


def bottles(p: Painter, key: str, x: float, y: float, w: float, cm: float) -> None:
    """A row of bottles standing on ``y``."""
    rng = p.rng(key)
    rows = dict.fromkeys(BOTTLES, "")
    at = x
    while at < x + w - 8 * cm:
        wide, tall = rng.uniform(6, 8.5) * cm, rng.uniform(18, 28) * cm
        neck = wide * 0.34
        rows[rng.choice(BOTTLES)] += (
            f"M{num(at)} {num(y)}v{num(-tall * 0.6)}q0 {num(-tall * 0.12)} {num((wide - neck) / 2)} "
            f"{num(-tall * 0.16)}v{num(-tall * 0.24)}"
            f"h{num(neck)}v{num(tall * 0.24)}q{num((wide - neck) / 2)} {num(tall * 0.04)} "
            f"{num((wide - neck) / 2)} {num(tall * 0.16)}v{num(tall * 0.6)}z"
        )
        at += wide + rng.uniform(1.5, 5) * cm
    for tone, d in rows.items():
        if d:
            p.path(d, tone)


def cafe(p: Painter) -> None:
    """Big windows on the street, counter with the machine, tables, pendant lamps."""
    room = build_room(
        p,
        wall=("#dfc3a0", "#ecd6b6"),
        floor=("#b07f58", "#94673f"),
        windows=((0.79, 222, 190, 150),),
        look="city",
        wainscot="#4f8078",
        frame="#5a4034",
        bars=1,
        panes=3,
    )
    cm, y = room.cm, room.wall_y
    x0, y0, w0, _ = room.windows[0]
    for i in range(8):
        a, b = x0 - w0 * 0.05 + w0 * 1.1 * i / 8, x0 - w0 * 0.05 + w0 * 1.1 * (i + 1) / 8
        p.path(
            f"M{num(a)} {num(y0 - 12 * cm)}H{num(b)}V{num(y0 + 12 * cm)}a{num((b - a) / 2)} "
            f"{num((b - a) / 2)} 0 0 1 {num(a - b)} 0z",
            "#d9604f" if i % 2 else "#fff3e0",
        )
    bx = p.w * 0.16
    for k in range(3):
        sy = y - (140 + k * 34) * cm
        shelf_board(p, bx, sy, 130 * cm, cm, "#8a5f42")
        rng = p.rng(f"cups{k}")
        at = bx - 58 * cm
        while at < bx + 52 * cm:
            if rng.random() < 0.3:
                p.part("potplant", at + 8 * cm, sy, cm * 0.62)
                at += 20 * cm
            else:
                tone = rng.choice(("#fff6ea", "#e2a23c", "#7fb0a8", "#d98b62"))
                p.path(
                    f"M{num(at)} {num(sy - 10 * cm)}h{num(10 * cm)}v{num(5 * cm)}q0 {num(5 * cm)} "
                    f"{num(-5 * cm)} {num(5 * cm)}t{num(-5 * cm)} {num(-5 * cm)}z",
                    tone,
                )
                at += 15 * cm
    m = p.metre(p.h * 0.79) / 100
    for k in range(2):
        p.part(
            "counter",
            p.w * 0.02 + k * 122 * m,
            p.h * 0.79,
            m * 1.02,
            colours={"front": "#8a5f42", "top": "#f0e0c4"},
        )
    p.part("espresso", p.w * 0.02 + 20 * m, p.h * 0.79 - 93 * m, m)
    cake = p.w * 0.02 + 122 * m
    p.path(
        f"M{num(cake - 28 * m)} {num(p.h * 0.79 - 97 * m)}q0 {num(-38 * m)} {num(28 * m)} {num(-38 * m)}"
        f"t{num(28 * m)} {num(38 * m)}z",
        "#e6f2f2",
        op=0.5,
    )
    p.path(
        f"M{num(cake - 20 * m)} {num(p.h * 0.79 - 97 * m)}v{num(-14 * m)}q{num(20 * m)} {num(-8 * m)} "
        f"{num(40 * m)} 0v{num(14 * m)}z",
        "#e88aa0",
    )
    p.rect(cake - 20 * m, p.h * 0.79 - 103 * m, 40 * m, 6 * m, "#fff0dc")
    for fx in (0.12, 0.34, 0.66, 0.88):
        pendant(p, p.w * fx, p.h * (0.155 if fx in (0.12, 0.88) else 0.115), cm * 0.9, "#c9604c")
    near = p.metre(p.h * 0.87) / 100
    tx = p.w * (0.87 if not p.tall else 0.92)
    p.part("chair", tx - 62 * near, p.h * 0.875, near * 1.02, flip=True)
    p.part("chair", tx + 58 * near, p.h * 0.87, near * 1.02)
    p.part("cafetable", tx, p.h * 0.895, near * 1.08)
    p.seat = "chair"


def library(p: Painter) -> None:
    """Walls of books, a rolling ladder, tall windows, desk lamps and a globe."""
    room = build_room(
        p,
        wall=("#6f4a3a", "#85594a"),
        floor=("#8f5f42", "#774c34"),
        windows=((0.5, 292, 130, 190),),
        look="hills",
        frame="#c9a36c",
        bars=3,
    )
    cm, y = room.cm, room.wall_y
    s = cm * 1.18
    wide = 124 * s
    x0 = p.w / 2
    for side in (-1, 1):
        x = x0 + side * (78 * cm + wide / 2)
        for k in range(4):
            p.part("bookcase", x + side * k * wide, y + 4 * cm, s, flip=(k + (side > 0)) % 2 == 1)
            p.part("bookcase", x + side * k * wide, y + 4 * cm - 214 * s, s, flip=k % 2 == 0)
    lx = p.w * 0.245 if not p.tall else p.w * 0.16
    rungs = "".join(
        f"M{num(lx - 17 * cm + k * 3.2 * cm)} {num(y - 22 * cm * k - 10 * cm)}h{num(34 * cm)}"
        for k in range(10)
    )
    p.stroke(
        f"M{num(lx - 22 * cm)} {num(y + 10 * cm)}L{num(lx + 14 * cm)} {num(y - 240 * cm)}M"
        f"{num(lx + 16 * cm)} {num(y + 10 * cm)}L{num(lx + 52 * cm)} {num(y - 240 * cm)}",
        "#d9ae78",
        5 * cm,
    )
    p.stroke(rungs, "#d9ae78", 4 * cm)
    m = p.metre(p.h * 0.82) / 100
    rug(p, p.w * 0.5, p.h * 0.915, p.h * 0.95, p.h * 0.12, "#8a3a44", "#e0b870")
    tx = p.w * (0.86 if not p.tall else 0.92)
    p.path(
        rect_d(tx - 80 * m, p.h * 0.83 - 78 * m, 160 * m, 7 * m)
        + rect_d(tx - 72 * m, p.h * 0.83 - 72 * m, 8 * m, 72 * m)
        + rect_d(tx + 64 * m, p.h * 0.83 - 72 * m, 8 * m, 72 * m),
        "#a8703f",
    )
    shine(p, tx - 30 * m, p.h * 0.83 - 112 * m, 75 * m)
    p.part("tablelamp", tx - 30 * m, p.h * 0.83 - 78 * m, m, colours={"base": "#c9963a", "lamp": "#7fb08a"})
    p.part("globe", tx + 36 * m, p.h * 0.83 - 78 * m, m * 0.75)
    p.path(rect_d(tx - 4 * m, p.h * 0.83 - 84 * m, 26 * m, 6 * m), "#c9604e")
    p.path(rect_d(tx - 2 * m, p.h * 0.83 - 90 * m, 22 * m, 6 * m), "#4f8290")
    p.part(
        "armchair", p.w * (0.09 if not p.tall else 0.05), p.h * 0.87, m * 1.12, colours={"cloth": "#3f6f62"}
    )
    stack = p.w * 0.205
    for k, tone in enumerate(("#4f8290", "#c9604e", "#e2b25c", "#7a9a6a")):
        p.rect(
            stack - (19 - k * 1.6) * m + (k % 2) * 3 * m,
            p.h * 0.875 - (k + 1) * 7 * m,
            (38 - k * 3) * m,
            6.4 * m,
            tone,
            rx=m,
        )
    p.seat = "armchair"


def tavern(p: Painter) -> None:
    """A timbered bar: bottles on lit shelves, stools, barrels, small-paned windows."""
    room = build_room(
        p,
        wall=("#b98a5e", "#c99a6c"),
        floor=("#86593c", "#6e4730"),
        windows=((0.815, 205, 95, 92),),
        look="city",
        wainscot="#6f4630",
        frame="#4f3426",
        bars=2,
        panes=3,
    )
    cm, y = room.cm, room.wall_y
    for fx in (0.0, 0.335, 0.665, 1.0):
        p.rect(p.w * fx - 8 * cm, 0, 16 * cm, y, "#5a3a28")
        p.rect(p.w * fx + 3 * cm, 0, 5 * cm, y, "#47301f")
    p.rect(0, p.h * 0.055, p.w, 17 * cm, "#5a3a28")
    p.rect(0, p.h * 0.055 + 12 * cm, p.w, 5 * cm, "#432c1e")
    x0, w = p.w * 0.165 - 62 * cm, 124 * cm
    p.rect(x0 - 6 * cm, y - 222 * cm, w + 12 * cm, 142 * cm, "#4a2f22")
    if p.light.lamps > 0.2:
        p.rect(x0, y - 216 * cm, w, 130 * cm, "#e8a04f", op=0.35 * p.light.lamps, raw=True)
    for k in range(3):
        sy = y - (102 + 38 * k) * cm
        shelf_board(p, x0 + w / 2, sy, w, cm, "#8a5a3a")
        bottles(p, f"bottles{k}", x0 + 4 * cm, sy, w - 6 * cm, cm)
    picture(p, "pic", p.w * 0.815, y - 222 * cm, 40 * cm, 30 * cm, "#c9963a")
    m = p.metre(p.h * 0.80) / 100
    right = p.w * 0.335 if not p.tall else p.w * 0.24
    p.rect(-10, p.h * 0.80 - 108 * m, right + 10, 108 * m, "#8a5638")
    for k in range(int(right / (48 * m)) + 1):
        p.rect(
            right - (k + 1) * 48 * m + 6 * m,
            p.h * 0.80 - 88 * m,
            36 * m,
            74 * m,
            "#000000",
            op=0.12,
            rx=3 * m,
        )
    p.rect(-10, p.h * 0.80 - 116 * m, right + 10 + 8 * m, 11 * m, "#b5764a")
    p.rect(-10, p.h * 0.80 - 107 * m, right + 10 + 8 * m, 3 * m, "#20141c", op=0.2)
    for k, fx in enumerate((0.28, 0.72)):
        gx = right * fx
        p.path(
            f"M{num(gx - 6 * m)} {num(p.h * 0.80 - 136 * m)}h{num(12 * m)}l{num(-2 * m)} {num(20 * m)}h"
            f"{num(-8 * m)}z",
            "#e8b04a" if k else "#d98a5a",
        )
        p.rect(gx - 6.5 * m, p.h * 0.80 - 140 * m, 13 * m, 5 * m, "#fff6e4", rx=2 * m)
    near = p.metre(p.h * 0.865) / 100
    for k in range(2):
        p.part("stool", right * (0.30 + 0.5 * k), p.h * 0.875, near * 0.98)
    p.part("barrel", p.w * 0.93, p.h * 0.85, near * 1.05)
    p.part("barrel", p.w * 0.80, p.h * 0.80, near * 0.82, colours={"wood": "#94623a"})
    cx = p.w * 0.80
    for dx in (-9, 0, 9):
        p.rect(cx + (dx - 1.8) * near, p.h * 0.80 - 84 * near, 3.6 * near, 14 * near, "#fff3dc")
        p.path(
            f"M{num(cx + dx * near)} {num(p.h * 0.80 - 93 * near)}q{num(-3.5 * near)} {num(6 * near)} 0 "
            f"{num(9 * near)}q{num(3.5 * near)} {num(-3 * near)} 0 {num(-9 * near)}z",
            "#ffb84f",
            raw=True,
        )
    p.glow(cx, p.h * 0.80 - 90 * near, 62 * near, "#ffb84f", 0.6)
    for fx in (0.16, 0.5, 0.84):
        lx, ly = p.w * fx, p.h * (0.20 if fx != 0.5 else 0.10)
        p.rect(lx - cm, 0, 2 * cm, ly - 22 * cm, "#3a2a22")
        shine(p, lx, ly - 8 * cm, 85 * cm, 0.8)
        p.path(
            f"M{num(lx - 13 * cm)} {num(ly - 22 * cm)}h{num(26 * cm)}l{num(-4 * cm)} {num(32 * cm)}h"
            f"{num(-18 * cm)}z",
            mix(p.c("#f3dca8"), "#ffe0a0", p.light.lamps),
            raw=True,
        )
        p.path(
            rect_d(lx - 15 * cm, ly - 26 * cm, 30 * cm, 5 * cm)
            + rect_d(lx - 11 * cm, ly + 9 * cm, 22 * cm, 4 * cm)
            + rect_d(lx - cm, ly - 22 * cm, 2 * cm, 32 * cm),
            "#3a2a22",
        )
    p.done.update(("candles", "lanterns"))
    p.seat = "stool"


PAINTERS = {"cafe": cafe, "library": library, "tavern": tavern}
