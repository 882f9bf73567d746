"""Among ships: harbour and deck."""

# ruff: noqa: PLR2004 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

from bot.backends.sketch.backdrops_paint import Painter, lens_d, num, points_d, rect_d
from bot.backends.sketch.backdrops_sky import paint_sky, paint_weather
from bot.backends.sketch.backdrops_town import facade
from bot.backends.sketch.backdrops_water import water


def harbour(p: Painter) -> None:
    """Quay with bollards and crates, sailing ships, boats and houses over the water."""
    p.hy = p.h * 0.53
    paint_sky(p, (0, 0, p.w, p.h * 0.62))
    p.depth = 0.8
    p.ridge("hill", p.h * 0.50, p.h * 0.03, p.snowy("#7f9f92"), steps=5, bottom=p.h * 0.56)
    p.depth = 0.6
    w = p.h * 0.075
    for k in range(int(p.w / w) + 2):
        rng = p.rng(f"house{k}")
        if 0.42 < k * w / p.w < 0.55:
            continue
        facade(p, f"house{k}", k * w, p.h * 0.552, w * 0.98, p.h * rng.uniform(0.07, 0.13), shop=False)
    p.depth = 0
    water(p, "harbour", p.h * 0.55, p.h * 0.85, "#2f8fa8")
    p.depth = 0.28
    p.part("ship", p.w * (0.20 if not p.tall else 0.16), p.h * 0.655, p.h * 0.00145)
    p.depth = 0.2
    p.part("sailboat", p.w * 0.80, p.h * 0.64, p.h * 0.0021, colours={"hull": "#3f7f9a"})
    p.part("rowboat", p.w * 0.90, p.h * 0.76, p.h * 0.0019, colours={"hull": "#d9604f"})
    p.depth = 0
    y = p.h * 0.815
    p.wash((0, y, p.w, p.h - y), (p.snowy("#b9906a", 0.85), p.snowy("#9a7252", 0.85)))
    p.rect(0, y, p.w, p.h * 0.010, p.snowy("#d3ac84", 0.95))
    rng = p.rng("planks")
    d = "".join(rect_d(0, y + (p.h - y) * t, p.w, 3) for t in (0.16, 0.36, 0.62, 0.9))
    for t0, t1 in ((0.0, 0.16), (0.16, 0.36), (0.36, 0.62), (0.62, 0.9)):
        d += "".join(
            rect_d(p.w * rng.random(), y + (p.h - y) * t0, 3, (p.h - y) * (t1 - t0)) for _ in range(3)
        )
    p.path(d, "#7a563c", op=0.7)
    m = p.metre(p.h * 0.86) / 100
    for fx in (0.265, 0.735):
        p.path(
            f"M{num(p.w * fx - 13 * m)} {num(p.h * 0.845)}V{num(p.h * 0.845 - 34 * m)}Q"
            f"{num(p.w * fx - 22 * m)} {num(p.h * 0.845 - 48 * m)} {num(p.w * fx)} "
            f"{num(p.h * 0.845 - 50 * m)}T{num(p.w * fx + 13 * m)} {num(p.h * 0.845 - 34 * m)}V"
            f"{num(p.h * 0.845)}z",
            "#4a4c58",
        )
    rope = (
        f"M{num(p.w * 0.735)} {num(p.h * 0.845 - 30 * m)}Q{num(p.w * 0.80)} {num(p.h * 0.845)} "
        f"{num(p.w * 0.86)} {num(p.h * 0.765)}"
    )
    p.stroke(rope, "#d9bd8c", 3.5 * m)
    p.part("crate", p.w * 0.07, p.h * 0.91, m * 1.15)
    p.part("crate", p.w * 0.05, p.h * 0.91 - 69 * m, m * 0.9, colours={"wood": "#a97a50"})
    p.part("barrel", p.w * 0.155, p.h * 0.925, m * 0.95)
    p.part("barrel", p.w * 0.945, p.h * 0.93, m)
    if p.light.dark:
        p.part("streetlamp", p.w * 0.88, p.h * 0.84, m * 0.9)
        p.glow(p.w * 0.88, p.h * 0.84 - 275 * m, 90 * m, "#ffd98a", 0.75)
        p.done.add("light")
    else:
        p.part("streetlamp", p.w * 0.88, p.h * 0.84, m * 0.9)
    paint_weather(p)
    p.seat = "bench"


def deck(p: Painter) -> None:
    """The deck of a sailing ship: mast, sail, shrouds, railing and the open sea."""
    p.hy = p.h * 0.50
    paint_sky(p, (0, 0, p.w, p.h * 0.58))
    water(p, "sea", p.hy, p.h * 0.80, "#1f7f9f")
    rng = p.rng("waves")
    p.depth = 0.2
    p.path(
        "".join(
            lens_d(
                rng.random() * p.w,
                p.h * rng.uniform(0.54, 0.68),
                p.short * rng.uniform(0.05, 0.14),
                p.short * 0.018,
            )
            for _ in range(14)
        ),
        "#ffffff",
        op=0.7,
    )
    p.part("sailboat", p.w * 0.83, p.hy + p.h * 0.012, p.short * 0.0006)
    p.depth = 0
    y = p.h * 0.735
    p.wash((0, y, p.w, p.h - y), (p.snowy("#c4966a", 0.85), p.snowy("#a3744c", 0.85)))
    d = ""
    n = int(p.w / (p.h * 0.11)) + 3
    for i in range(-n, n + 1):
        t, b = p.w / 2 + (i + 0.5) * p.h * 0.055, p.w / 2 + (i + 0.5) * p.h * 0.115
        d += points_d([(t - 0.8, y), (t + 0.8, y), (b + 2.5, p.h), (b - 2.5, p.h)])
    p.path(d, "#7a5236", op=0.7)
    m = p.metre(p.h * 0.745) / 100
    high = 92 * m
    gap = 24 * m
    d = ""
    for i in range(int(p.w / gap) + 2):
        x = (i - 0.2) * gap
        d += (
            f"M{num(x - 3 * m)} {num(y)}Q{num(x - 8 * m)} {num(y - high * 0.4)} {num(x - 3 * m)} "
            f"{num(y - high * 0.85)}H{num(x + 3 * m)}Q{num(x + 8 * m)} {num(y - high * 0.4)} "
            f"{num(x + 3 * m)} {num(y)}z"
        )
    p.path(d, "#8a5a3c")
    p.rect(0, y - high, p.w, high * 0.15, p.snowy("#a36c46", 0.9))
    p.rect(0, y - high * 0.10, p.w, high * 0.14, "#7a4f36")
    mast = p.w * (0.20 if not p.tall else 0.13)
    mw = p.h * 0.020
    p.path(
        f"M{num(mast + mw * 2)} {num(p.h * 0.03)}Q{num(mast + p.h * 0.30)} {num(p.h * 0.02)} "
        f"{num(mast + p.h * 0.42)} {num(p.h * 0.06)}Q{num(mast + p.h * 0.34)} {num(p.h * 0.20)} "
        f"{num(mast + p.h * 0.40)} {num(p.h * 0.33)}Q{num(mast + p.h * 0.2)} {num(p.h * 0.36)} "
        f"{num(mast + mw * 2)} {num(p.h * 0.32)}z",
        "#fff3dc",
    )
    p.path(
        f"M{num(mast - mw * 2)} {num(p.h * 0.03)}Q{num(mast - p.h * 0.30)} {num(p.h * 0.02)} "
        f"{num(mast - p.h * 0.42)} {num(p.h * 0.06)}Q{num(mast - p.h * 0.30)} {num(p.h * 0.20)} "
        f"{num(mast - p.h * 0.40)} {num(p.h * 0.33)}Q{num(mast - p.h * 0.2)} {num(p.h * 0.36)} "
        f"{num(mast - mw * 2)} {num(p.h * 0.32)}z",
        "#f4e6cc",
    )
    p.rect(mast - p.h * 0.44, p.h * 0.028, p.h * 0.88, p.h * 0.016, "#6f4a34", rx=6)
    p.rect(mast - mw, -5, 2 * mw, p.h * 0.79, "#8a5c3e")
    p.rect(mast + mw * 0.2, -5, 0.8 * mw, p.h * 0.79, "#6f4732")
    for k in (0.40, 0.70):
        p.rect(mast - mw * 1.15, p.h * k, 2.3 * mw, p.h * 0.012, "#e8c490")
    top, foot = (p.w * 0.90, -10.0), (p.w * 0.76, p.w * 1.06)
    lines = "".join(
        f"M{num(top[0] + (k - 2) * 8)} {num(top[1])}L{num(foot[0] + (foot[1] - foot[0]) * k / 4)} "
        f"{num(y - high)}"
        for k in range(5)
    )
    for k in range(1, 9):
        t = (k / 9) ** 0.9
        a, b = top[0] - 16 + (foot[0] - top[0] + 16) * t, top[0] + 16 + (foot[1] - top[0] - 16) * t
        lines += (
            f"M{num(a)} {num(top[1] + (y - high - top[1]) * t)}L{num(b)} "
            f"{num(top[1] + (y - high - top[1]) * t)}"
        )
    p.stroke(lines, "#5f4636", p.short * 0.0036)
    near = p.metre(p.h * 0.88) / 100
    p.part("barrel", p.w * 0.08, p.h * 0.90, near)
    p.part("crate", p.w * 0.94, p.h * 0.91, near)
    coil = "".join(
        f"M{num(p.w * 0.80 - r * near)} {num(p.h * 0.90)}a{num(r * near)} {num(r * 0.32 * near)} 0 1 0 "
        f"{num(2 * r * near)} 0a{num(r * near)} {num(r * 0.32 * near)} 0 1 0 {num(-2 * r * near)} 0"
        for r in (30, 22, 14)
    )
    p.stroke(coil, "#d9bd8c", 6 * near)
    if p.light.dark:
        p.part("paperlantern", mast + p.h * 0.06, p.h * 0.50, p.h * 0.0016, colours={"paper": "#ffd27a"})
        p.glow(mast + p.h * 0.06, p.h * 0.465, p.h * 0.13, "#ffc870", 0.7)
        p.done.add("light")
    paint_weather(p)
    p.seat = "stool"


PAINTERS = {"harbour": harbour, "ship": deck}
