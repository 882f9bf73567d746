"""On the way: train compartment and car."""

# ruff: noqa: PLR0915, PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_light import mix
from bot.backends.sketch.backdrops_paint import Painter, circle_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_rooms import view, window_frame


def train(p: Painter) -> None:
    """A carriage: big windows on passing hills, facing seats, racks with luggage."""
    p.hy = p.h * 0.46
    wall_y = p.h * (0.74 if not p.tall else 0.70)
    cm = p.metre(wall_y) / 100
    wide = min(p.w * 0.40, 190 * cm)
    holes = [(p.w * fx - wide / 2, wall_y - 198 * cm, wide, 112 * cm) for fx in (0.245, 0.755)]
    for i, hole in enumerate(holes):
        view(p, f"view{i}", hole, "hills")
        x, y, w, h = hole
        p.outside = True
        p.rect(x + w * (0.32 + 0.4 * i), y + h * 0.3, w * 0.018, h * 0.7, "#6a5648")
        p.rect(x + w * (0.26 + 0.4 * i), y + h * 0.36, w * 0.14, h * 0.02, "#6a5648")
        p.outside = False
    p.wash((0, 0, p.w, wall_y), ("#efe2c8", "#f4ead4"), holes=holes)
    p.wash((0, wall_y - 78 * cm, p.w, 78 * cm), ("#9c6a48", "#86583a"))
    p.rect(0, wall_y - 82 * cm, p.w, 6 * cm, "#c9965f")
    for hole in holes:
        window_frame(p, hole, "#8a5c3e", panes=1, bars=0, sill=False)
        x, y, w, h = hole
        for side in (-1, 1):
            e = x if side < 0 else x + w
            c = 24 * cm
            p.path(
                f"M{num(e)} {num(y - 8 * cm)}h{num(-side * c)}q{num(side * c * 0.1)} {num(h * 0.5)} "
                f"{num(side * c * 0.4)} {num(h * 0.62)}q{num(side * c * 0.1)} {num(h * 0.3)} "
                f"{num(-side * c * 0.1)} {num(h * 0.52)}h{num(side * c * 0.7)}z",
                "#4f7f78",
            )
            p.rect(min(e, e - side * c * 0.62), y + h * 0.52, c * 0.62, 4 * cm, "#e8c470")
    ry = wall_y - 232 * cm
    for fx, tone in ((0.16, "#b5613f"), (0.34, "#4f7f8a"), (0.70, "#c9963a"), (0.86, "#8a5f7f")):
        p.part("suitcase", p.w * fx, ry, cm * 0.85, colours={"cloth": tone})
    p.rect(0, ry, p.w, 4 * cm, "#c9a24f")
    p.path(
        "".join(rect_d(k * 34 * cm, ry + 4 * cm, 2.5 * cm, 9 * cm) for k in range(int(p.w / (34 * cm)) + 1))
        + rect_d(0, ry + 11 * cm, p.w, 2.4 * cm),
        "#a8843c",
    )
    p.wash((0, wall_y, p.w, p.h - wall_y), ("#7f6256", "#654c44"))
    c, foot = p.w / 2, min(p.w, p.h) * 0.30
    t = foot * (wall_y - p.hy) / (p.h - p.hy)
    p.poly([(c - t, wall_y), (c + t, wall_y), (c + foot, p.h + 3), (c - foot, p.h + 3)], "#a8483f")
    for side in (-1, 1):
        p.poly(
            [
                (c + side * t * 0.9, wall_y),
                (c + side * t * 0.82, wall_y),
                (c + side * foot * 0.82, p.h + 3),
                (c + side * foot * 0.9, p.h + 3),
            ],
            "#e0b060",
        )
    for i, (y, off) in enumerate(((0.785, 0.30), (0.90, 0.46))):
        m = p.metre(p.h * y) / 100
        for side in (-1, 1):
            x = p.w / 2 + side * max(p.w * off, 62 * m)
            _seat(p, x, p.h * y, m, side, facing=i == 0)
    for fx in (0.245, 0.755):
        lx = p.w * fx
        if p.light.lamps > 0.2:
            p.glow(lx, p.h * 0.05, 85 * cm, "#ffcf7d", 0.6 * p.light.lamps)
        p.path(
            f"M{num(lx - 22 * cm)} 0h{num(44 * cm)}q{num(-3 * cm)} {num(17 * cm)} {num(-22 * cm)} "
            f"{num(17 * cm)}t{num(-22 * cm)} {num(-17 * cm)}z",
            mix(p.c("#fbf0d0"), "#ffe9b0", p.light.lamps),
            raw=True,
        )
    p.seat = "sofa"


def _seat(p: Painter, x: float, y: float, m: float, side: int, *, facing: bool) -> None:
    """A double seat; the nearer row shows its back."""
    tone = "#3f7f78" if facing else "#387069"
    w = 50 * m
    top = y - (118 if facing else 112) * m
    p.rect(x - w, top, 2 * w, y - top - 12 * m, tone, rx=12 * m)
    p.rect(
        x - w * 0.82,
        top + 8 * m,
        w * 0.76,
        24 * m,
        "#f4ead4" if facing else mix(tone, "#ffffff", 0.12),
        rx=6 * m,
    )
    p.rect(
        x + w * 0.06,
        top + 8 * m,
        w * 0.76,
        24 * m,
        "#f4ead4" if facing else mix(tone, "#ffffff", 0.12),
        rx=6 * m,
    )
    p.rect(x - 1.2 * m, top + 6 * m, 2.4 * m, y - top - 22 * m, mix(tone, "#10202a", 0.35))
    if facing:
        p.rect(x - w, y - 50 * m, 2 * w, 18 * m, mix(tone, "#ffffff", 0.15), rx=7 * m)
    p.rect(x - side * w - 6 * m, y - 70 * m, 12 * m, 62 * m, "#7a4f36", rx=5 * m)
    p.path(
        rect_d(x - w + 6 * m, y - 13 * m, 8 * m, 13 * m) + rect_d(x + w - 14 * m, y - 13 * m, 8 * m, 13 * m),
        "#3c302c",
    )


def car(p: Painter) -> None:
    """Inside a car, from the front seats to the back: road behind, side windows, back seat."""
    p.hy = p.h * 0.40
    s, c = p.short, p.w / 2
    view(p, "view", (0, 0, p.w, p.h * 0.64), "hills")
    p.outside = True
    p.depth = 0.25
    p.poly(
        [
            (c - s * 0.012, p.h * 0.455),
            (c + s * 0.012, p.h * 0.455),
            (c + s * 0.40, p.h * 0.64),
            (c - s * 0.40, p.h * 0.64),
        ],
        p.snowy("#77757f", 0.5),
    )
    for t in (0.05, 0.34, 0.68):
        a, b = p.h * (0.455 + 0.185 * t), p.h * (0.455 + 0.185 * (t + 0.17))
        w = s * (0.002 + 0.014 * t)
        p.poly([(c - w, a), (c + w, a), (c + w * 1.6, b), (c - w * 1.6, b)], "#fff3dc")
    p.depth = 0
    if p.light.dark:
        p.path(
            "".join(circle_d(c + dx * s, p.h * 0.50, s * 0.008) for dx in (0.055, 0.085)), "#fff4c8", raw=True
        )
        p.glow(c + 0.07 * s, p.h * 0.50, s * 0.06, "#fff4c8", 0.6)
    p.outside = False
    half_top, half_low = min(p.w * 0.30, p.h * 0.34), min(p.w * 0.37, p.h * 0.44)
    top, low = p.h * 0.13, p.h * 0.575
    lining, trim = "#d9cdbc", "#6a5f68"
    p.rect(0, p.h * 0.61, p.w, p.h * 0.39, "#5c525c")
    p.path(
        f"M-5 -5H{num(p.w + 5)}V{num(p.h * 0.10)}L{num(c + half_top)} {num(top)}Q{num(c)} "
        f"{num(top - p.h * 0.02)} {num(c - half_top)} {num(top)}L-5 {num(p.h * 0.10)}z",
        lining,
    )
    p.rect(
        c - s * 0.07,
        p.h * 0.045,
        s * 0.14,
        s * 0.03,
        mix(p.c("#f4ecdc"), "#fff0c0", p.light.lamps),
        rx=s * 0.015,
        raw=True,
    )
    for side in (-1, 1):
        a, b = c + side * half_top, c + side * half_low
        post = s * 0.085
        p.poly(
            [
                (a - side * 3, top - p.h * 0.005),
                (a + side * post, top - p.h * 0.03),
                (b + side * post * 1.3, low + 8),
                (b - side * 3, low + 8),
            ],
            lining,
        )
        p.poly(
            [
                (a + side * post * 0.7, top - p.h * 0.03),
                (a + side * post, top - p.h * 0.03),
                (b + side * post * 1.3, low + 8),
                (b + side * post * 0.9, low + 8),
            ],
            mix(lining, "#2a2440", 0.2),
        )
        door = b + side * post
        p.poly(
            [
                (door, p.h * 0.575),
                (c + side * p.w * 0.56, p.h * 0.61),
                (c + side * p.w * 0.56, p.h),
                (door, p.h),
            ],
            "#7d6f76",
        )
        p.poly(
            [
                (door, p.h * 0.575),
                (c + side * p.w * 0.56, p.h * 0.61),
                (c + side * p.w * 0.56, p.h * 0.635),
                (door, p.h * 0.598),
            ],
            trim,
        )
        p.rect(
            min(door, c + side * p.w * 0.5),
            p.h * 0.70,
            abs(c + side * p.w * 0.5 - door),
            p.h * 0.035,
            "#5c525c",
            rx=8,
        )
        p.stroke(
            f"M{num(c + side * p.w * 0.49)} {num(p.h * 0.075)}q{num(-side * s * 0.05)} {num(s * 0.03)} "
            f"{num(-side * s * 0.1)} {num(-s * 0.005)}",
            "#a89c8c",
            s * 0.012,
        )
    p.path(
        f"M{num(c - half_low - 6)} {num(low)}H{num(c + half_low + 6)}L{num(c + half_low + s * 0.06)} "
        f"{num(p.h * 0.62)}H{num(c - half_low - s * 0.06)}z",
        trim,
    )
    tan, seam = "#b5744f", "#945a3c"
    wide = half_low * 1.10
    for k in (-1, 0, 1):
        x = c + k * wide * 0.62
        p.rect(x - s * 0.018, p.h * 0.55, s * 0.036, p.h * 0.07, "#5c525c")
        p.rect(x - wide * 0.20, p.h * 0.475, wide * 0.40, p.h * 0.095, tan, rx=s * 0.03)
        p.rect(x - wide * 0.16, p.h * 0.487, wide * 0.32, p.h * 0.02, "#ffffff", op=0.12, rx=s * 0.01)
    p.path(
        f"M{num(c - wide)} {num(p.h + 5)}L{num(c - wide * 0.98)} {num(p.h * 0.63)}Q"
        f"{num(c - wide * 0.97)} {num(p.h * 0.59)} {num(c - wide * 0.86)} {num(p.h * 0.59)}H"
        f"{num(c + wide * 0.86)}Q{num(c + wide * 0.97)} {num(p.h * 0.59)} {num(c + wide * 0.98)} "
        f"{num(p.h * 0.63)}L{num(c + wide)} {num(p.h + 5)}z",
        tan,
    )
    d = "".join(
        rect_d(c + k * wide * 0.31 - 2, p.h * 0.60, 4, p.h * 0.24)
        for k in (-2.4, -1.6, -1, -0.35, 0.35, 1, 1.6, 2.4)
    )
    p.path(d, seam)
    p.path(
        f"M{num(c - wide * 1.04)} {num(p.h + 5)}V{num(p.h * 0.885)}Q{num(c - wide)} {num(p.h * 0.835)} "
        f"{num(c - wide * 0.9)} {num(p.h * 0.835)}H{num(c + wide * 0.9)}Q{num(c + wide)} "
        f"{num(p.h * 0.835)} {num(c + wide * 1.04)} {num(p.h * 0.885)}V{num(p.h + 5)}z",
        mix(tan, "#ffffff", 0.08),
    )
    p.rect(c - wide * 1.02, p.h * 0.875, wide * 2.04, p.h * 0.008, seam)
    p.front = True
    for side in (-1, 1):
        e = c + side * p.w * 0.5
        w = min(p.w * 0.17, s * 0.24)
        p.rect(min(e, e - side * w * 0.86), p.h * 0.66, w * 0.86, p.h * 0.12, "#3c343e", rx=s * 0.03)
        p.path(
            f"M{num(e + side * 5)} {num(p.h * 0.80)}H{num(e - side * w * 0.75)}Q"
            f"{num(e - side * w * 1.05)} {num(p.h * 0.82)} {num(e - side * w * 1.08)} {num(p.h + 5)}H"
            f"{num(e + side * 5)}z",
            "#463d48",
        )
        p.path(
            f"M{num(e - side * w * 0.75)} {num(p.h * 0.80)}Q{num(e - side * w * 1.05)} {num(p.h * 0.82)}"
            f" {num(e - side * w * 1.08)} {num(p.h + 5)}h{num(side * w * 0.12)}Q"
            f"{num(e - side * w * 0.9)} {num(p.h * 0.83)} {num(e - side * w * 0.66)} {num(p.h * 0.80)}z",
            "#6a5c68",
        )
    x, y = c + s * 0.19, -5.0
    p.stroke(f"M{num(x)} {num(y)}V{num(p.h * 0.07)}", "#d9b46a", s * 0.004)
    p.path(
        points_d(
            [(x, p.h * 0.06), (x + s * 0.03, p.h * 0.06 + s * 0.06), (x - s * 0.03, p.h * 0.06 + s * 0.06)]
        )
        + points_d(
            [
                (x, p.h * 0.06 + s * 0.03),
                (x + s * 0.036, p.h * 0.06 + s * 0.095),
                (x - s * 0.036, p.h * 0.06 + s * 0.095),
            ]
        ),
        "#4f9a60",
    )
    p.front = False
    p.seat = "sofa"


PAINTERS = {"train": train, "car": car}
