"""Where one works: office, gym, hospital, laboratory."""

from __future__ import annotations

from bot.backends.sketch.backdrops_inns import bottles
from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import (
    build_room,
    curtains,
    shelf_board,
)


def office(p: Painter) -> None:
    """Windows on the city, desk with a screen, chair, shelves and a plant."""
    room = build_room(
        p,
        wall=("#cfd8da", "#e0e6e4"),
        floor=("#9aa4a8", "#868f94"),
        boards="tiles",
        windows=((0.26, 235, 165, 165), (0.79, 235, 165, 165)),
        look="city",
        frame="#f4f6f4",
        bars=0,
        panes=3,
    )
    cm, y = room.cm, room.wall_y
    for x, top, w, _ in room.windows:
        slats = "".join(rect_d(x, top + k * 7 * cm, w, 4 * cm) for k in range(5))
        p.path(slats, "#f6f3ea", op=0.92)
    x = p.w * 0.525
    for k in range(3):
        sy = y - (110 + 42 * k) * cm
        shelf_board(p, x, sy, 74 * cm, cm, "#c69464")
        rng = p.rng(f"files{k}")
        for j in range(6):
            tone = rng.choice(("#e2725b", "#4f8290", "#f2c879", "#6f8f7a", "#e9e4d8"))
            tall = rng.uniform(24, 30) * cm
            p.rect(x - 32 * cm + j * 9.4 * cm, sy - tall, 8.4 * cm, tall, tone)
        p.part("potplant", x + 29 * cm, sy, cm * 0.55)
    m = p.metre(p.h * 0.82) / 100
    dx = p.w * (0.14 if not p.tall else 0.06)
    p.part("officechair", dx + 6 * m, p.h * 0.815, m * 1.02)
    p.part("desk", dx, p.h * 0.845, m * 1.08)
    rx = p.w * (0.86 if not p.tall else 0.95)
    p.part("officechair", rx - 4 * m, p.h * 0.80, m * 0.98, colours={"cloth": "#c9705c"})
    p.part("desk", rx, p.h * 0.83, m * 1.02, flip=True, colours={"wood": "#b98a62"})
    p.part("plant", p.w * 0.975, p.h * 0.93, m * 1.2, colours={"pot": "#5f7f8a"})
    for fx in (0.3, 0.7):
        p.rect(
            p.w * fx - 55 * cm,
            p.h * 0.035,
            110 * cm,
            6 * cm,
            mix(p.c("#f0f2ee"), "#fffbe6", 0.8 * max(p.light.lamps, 0.3)),
            rx=3 * cm,
            raw=True,
        )
        p.rect(p.w * fx - 40 * cm, 0, 1.5 * cm, p.h * 0.035, "#6a747a")
        p.rect(p.w * fx + 40 * cm, 0, 1.5 * cm, p.h * 0.035, "#6a747a")
        if p.light.dark:
            p.glow(p.w * fx, p.h * 0.045, 95 * cm, "#fff0c8", 0.5)
    p.seat = "chair"


def gym(p: Painter) -> None:
    """High windows, mirror, treadmill, weights, punching bag and mats."""
    room = build_room(
        p,
        wall=("#d9dde0", "#e8eaea"),
        floor=("#c99a68", "#b08250"),
        windows=((0.14, 275, 120, 105), (0.5, 275, 120, 105), (0.86, 275, 120, 105)),
        look="city",
        frame="#4a5660",
        bars=1,
        panes=2,
    )
    cm, y = room.cm, room.wall_y
    p.rect(0, y - 152 * cm, p.w, 14 * cm, "#e2604c")
    p.rect(0, y - 134 * cm, p.w, 5 * cm, "#3f7f9a")
    mx, mw = p.w * 0.10, 130 * cm
    p.rect(mx - mw / 2 - 4 * cm, y - 126 * cm, mw + 8 * cm, 124 * cm, "#8a969e")
    p.wash((mx - mw / 2, y - 122 * cm, mw, 116 * cm), ("#cfe4ea", "#e6f0f0"))
    p.poly(
        [
            (mx - mw * 0.2, y - 6 * cm),
            (mx + mw * 0.1, y - 122 * cm),
            (mx + mw * 0.25, y - 122 * cm),
            (mx - mw * 0.05, y - 6 * cm),
        ],
        "#ffffff",
        op=0.35,
    )
    m = p.metre(p.h * 0.79) / 100
    p.part("dumbbells", p.w * (0.15 if not p.tall else 0.08), p.h * 0.80, m)
    p.part("treadmill", p.w * (0.83 if not p.tall else 0.92), p.h * 0.79, m * 1.08, flip=True)
    p.part("punchbag", p.w * (0.665 if not p.tall else 0.80), p.h * 0.80, m * 0.98)
    c, t, f = p.w / 2, min(p.w, p.h) * 0.27, min(p.w, p.h) * 0.42
    p.poly(
        [(c - t, p.h * 0.855), (c + t, p.h * 0.855), (c + f, p.h * 0.985), (c - f, p.h * 0.985)], "#3f8f9a"
    )
    p.poly(
        [
            (c - t * 0.93, p.h * 0.862),
            (c + t * 0.93, p.h * 0.862),
            (c + f * 0.94, p.h * 0.978),
            (c - f * 0.94, p.h * 0.978),
        ],
        "#54a8b0",
    )
    near = p.metre(p.h * 0.93) / 100
    p.circle(p.w * 0.93, p.h * 0.925 - 30 * near, 32 * near, "#e8a23c")
    p.path(
        f"M{num(p.w * 0.93 - 30 * near)} {num(p.h * 0.925 - 22 * near)}q{num(30 * near)} "
        f"{num(16 * near)} {num(60 * near)} 0M{num(p.w * 0.93 - 30 * near)} "
        f"{num(p.h * 0.925 - 40 * near)}",
        "#c98428",
        op=0.5,
    )
    p.ellipse(p.w * 0.93 - 11 * near, p.h * 0.925 - 44 * near, 9 * near, 6 * near, "#ffffff", op=0.4)
    kx = p.w * 0.06
    for dx, tone in ((0.0, "#4a525c"), (34.0, "#e2604c")):
        p.path(
            f"M{num(kx + (dx - 13) * near)} {num(p.h * 0.93)}q{num(-7 * near)} {num(-16 * near)} "
            f"{num(4 * near)} {num(-24 * near)}h{num(18 * near)}q{num(11 * near)} {num(8 * near)} "
            f"{num(4 * near)} {num(24 * near)}z",
            tone,
        )
        p.stroke(
            f"M{num(kx + (dx - 7) * near)} {num(p.h * 0.93 - 23 * near)}q{num(-4 * near)} "
            f"{num(-14 * near)} {num(7 * near)} {num(-14 * near)}t{num(7 * near)} {num(14 * near)}",
            tone,
            4 * near,
        )
    for fx in (0.3, 0.7):
        p.rect(
            p.w * fx - 60 * cm,
            p.h * 0.03,
            120 * cm,
            5 * cm,
            mix(p.c("#f6f6f0"), "#fffbe6", 0.85 * max(p.light.lamps, 0.3)),
            rx=2.5 * cm,
            raw=True,
        )
        if p.light.dark:
            p.glow(p.w * fx, p.h * 0.04, 100 * cm, "#fff0c8", 0.45)
    p.seat = "bench"


def hospital(p: Painter) -> None:
    """A bright ward: bed, drip, monitor, curtain, window."""
    room = build_room(
        p,
        wall=("#d6e8e6", "#e6f1ee"),
        floor=("#c4d0d0", "#aebcbe"),
        boards="tiles",
        windows=((0.20, 222, 140, 130),),
        look="garden",
        wainscot="#a9d0cc",
        bars=0,
    )
    cm, y = room.cm, room.wall_y
    curtains(p, room.windows[0], "#8fc4cc", down=0.10, spread=0.2)
    p.rect(p.w * 0.52, p.h * 0.06, p.w * 0.5, 3 * cm, "#9aa6ae")
    x = p.w * 0.955
    fold = ""
    w = 74 * cm
    p.path(
        f"M{num(x - w * 0.5)} {num(p.h * 0.06)}H{num(p.w + 5)}V{num(y + 6 * cm)}H{num(x - w * 0.62)}Q"
        f"{num(x - w * 0.42)} {num(y * 0.6)} {num(x - w * 0.5)} {num(p.h * 0.06)}z",
        "#7fb8c4",
    )
    for k in range(4):
        fx = x - w * 0.36 + k * w * 0.24
        fold += points_d(
            [
                (fx, p.h * 0.06),
                (fx + w * 0.04, p.h * 0.06),
                (fx + w * 0.02, y + 6 * cm),
                (fx - w * 0.06, y + 6 * cm),
            ]
        )
    p.path(fold, "#5f9aa8")
    p.rect(p.w * 0.60 - 30 * cm, y - 190 * cm, 60 * cm, 34 * cm, "#f4f8f6")
    p.path(
        rect_d(p.w * 0.60 - 4 * cm, y - 184 * cm, 8 * cm, 22 * cm)
        + rect_d(p.w * 0.60 - 11 * cm, y - 177 * cm, 22 * cm, 8 * cm),
        "#e2604c",
    )
    m = p.metre(p.h * 0.80) / 100
    bx = p.w * (0.85 if not p.tall else 0.95)
    p.part("heartmonitor", bx - 148 * m, p.h * 0.79, m * 1.02)
    p.part("drip", bx - 96 * m, p.h * 0.79, m * 0.98)
    p.part("hospitalbed", bx, p.h * 0.83, m * 1.05)
    if p.light.dark:
        p.glow(p.w * 0.5, p.h * 0.03, 120 * cm, "#fff6dc", 0.5)
    p.rect(
        p.w * 0.5 - 55 * cm,
        p.h * 0.022,
        110 * cm,
        5 * cm,
        mix(p.c("#fbfbf4"), "#fffbe6", 0.85 * max(p.light.lamps, 0.3)),
        rx=2.5 * cm,
        raw=True,
    )
    p.part("chair", p.w * 0.12, p.h * 0.85, m * 1.1, colours={"wood": "#5f9aa0"})
    p.part("plant", p.w * 0.025, p.h * 0.83, m, colours={"pot": "#f4f4ee"})
    p.seat = "chair"


def lab(p: Painter) -> None:
    """Benches of coloured flasks, glowing screens, shelves of jars."""
    room = build_room(
        p,
        wall=("#b9ccd4", "#cfdde0"),
        floor=("#93a4ac", "#7c8d96"),
        boards="tiles",
        windows=((0.82, 230, 130, 110),),
        look="city",
        frame="#e6eef0",
        bars=0,
        panes=2,
    )
    cm, y = room.cm, room.wall_y
    for k in range(3):
        sy = y - (112 + 38 * k) * cm
        shelf_board(p, p.w * 0.15, sy, 120 * cm, cm, "#7a8c96")
        bottles(p, f"jars{k}", p.w * 0.15 - 56 * cm, sy, 112 * cm, cm)
    sx = p.w * 0.5
    p.rect(sx - 62 * cm, y - 220 * cm, 124 * cm, 84 * cm, "#2c3a48", rx=4 * cm)
    p.rect(sx - 57 * cm, y - 215 * cm, 114 * cm, 74 * cm, "#173a4c", raw=True)
    grid = "".join(rect_d(sx - 57 * cm, y - (215 - 14.8 * k) * cm, 114 * cm, 0.8 * cm) for k in range(1, 5))
    p.path(grid, "#2f6a80", raw=True)
    helix_a = "".join(
        circle_d(sx - 48 * cm + k * 6 * cm, y - 178 * cm + (-1) ** (k // 3) * (k % 3 - 1) * 8 * cm, 2.6 * cm)
        for k in range(17)
    )
    helix_b = "".join(
        circle_d(sx - 48 * cm + k * 6 * cm, y - 178 * cm - (-1) ** (k // 3) * (k % 3 - 1) * 8 * cm, 2.6 * cm)
        for k in range(17)
    )
    p.path(helix_a, "#7ff0d0", raw=True)
    p.path(helix_b, "#ff9fc4", raw=True)
    m = p.metre(p.h * 0.82) / 100
    for side, fx in ((-1, 0.12 if not p.tall else 0.02), (1, 0.88 if not p.tall else 0.98)):
        x = p.w * fx
        p.glow(
            x - side * 20 * m,
            p.h * 0.825 - 120 * m,
            85 * m,
            "#7fe8c8" if side < 0 else "#ff9fc4",
            0.4 + 0.2 * p.light.lamps,
        )
        p.part("labbench", x, p.h * 0.825, m, flip=side > 0)
    tx = p.w * (0.685 if not p.tall else 0.80)
    w, tall = 26 * cm, 150 * cm
    p.rect(tx - w - 3 * cm, y - 8 * cm, 2 * w + 6 * cm, 14 * cm, "#4a5a66", rx=3 * cm)
    p.rect(tx - w, y - tall, 2 * w, tall - 8 * cm, "#8fe8d8", op=0.45, rx=w * 0.4)
    p.path(
        "".join(
            circle_d(tx + dx * cm, y - dy * cm, r * cm)
            for dx, dy, r in ((-10, 40, 4), (8, 66, 5.5), (-4, 96, 3.5), (12, 112, 4.5), (-12, 124, 3))
        ),
        "#e6fffa",
        op=0.8,
    )
    p.rect(tx - w - 3 * cm, y - tall - 8 * cm, 2 * w + 6 * cm, 14 * cm, "#4a5a66", rx=3 * cm)
    p.rect(tx - w * 0.7, y - tall + 12 * cm, w * 0.2, tall * 0.7, "#ffffff", op=0.5, rx=w * 0.1)
    for fx in (0.28, 0.72):
        p.rect(
            p.w * fx - 50 * cm,
            p.h * 0.03,
            100 * cm,
            5 * cm,
            mix(p.c("#f6fafa"), "#f0fbff", 0.85 * max(p.light.lamps, 0.3)),
            rx=2.5 * cm,
            raw=True,
        )
        if p.light.dark:
            p.glow(p.w * fx, p.h * 0.04, 90 * cm, "#e0f4ff", 0.45)
    p.seat = "stool"


PAINTERS = {"office": office, "gym": gym, "hospital": hospital, "lab": lab}
