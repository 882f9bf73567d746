# ruff: noqa: PLR2004 - the numbers are the drawing
"""Tops and dress bodices: cut along the torso, with necklines, collars and small parts."""

from __future__ import annotations

from bot.backends.sketch.clothes import Worn
from bot.backends.sketch.geometry import Ribbon, line, number, smooth
from bot.backends.sketch.necklines import BARE, draw_neckline
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.patterns import draw_pattern
from bot.backends.sketch.skeleton import Skeleton
from bot.backends.sketch.trims import draw_trims


def draw_skin(canvas: Canvas, skeleton: Skeleton, skin: Ink) -> None:
    """Shoulders and chest, which a low neckline shows."""
    canvas.ribbon(skeleton.torso(-0.05, 0.45), skin, line_from=0.3, rim=0.3)
    for side in (-1, 1):
        a, b = skeleton.torso_at(side * 0.12, 0.055), skeleton.torso_at(side * 0.62, 0.035)
        canvas.stroke(
            f"M{number(a[0])} {number(a[1])}Q{number(a[0])} {number(b[1] + 3)} {number(b[0])} {number(b[1])}",
            skin.deep,
            1.3,
            0.55,
        )


def draw_top(canvas: Canvas, skeleton: Skeleton, worn: Worn, skin: Ink) -> None:
    """A top from its neckline to its hem."""
    cut = worn.cut
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    start = BARE.get(cut.neck, 0.015)
    end = 0.8 if cut.tuck else cut.length
    strip = skeleton.torso(start, end, plus=cut.ease)
    body = Ribbon(strip.left, strip.right, round_end=4 if not cut.tuck else 0)
    if cut.neck in BARE:
        _bare_top(canvas, skeleton, worn, ink)
    else:
        canvas.ribbon(body, ink, line_from=0.22)
    draw_pattern(canvas, strip, worn.pattern, second, 0.2)
    _bust(canvas, skeleton, ink)
    _folds(canvas, skeleton, ink, end)
    draw_neckline(canvas, skeleton, worn, skin)
    draw_trims(canvas, skeleton, worn)


def _bare_top(canvas: Canvas, skeleton: Skeleton, worn: Worn, ink: Ink) -> None:
    cut = worn.cut
    end = 0.8 if cut.tuck else cut.length
    start = BARE[cut.neck]
    strip = skeleton.torso(start, end, plus=max(cut.ease - 1, 0.5))
    canvas.ribbon(Ribbon(strip.left, strip.right), ink, line_from=0.05)
    at = skeleton.torso_at
    if cut.neck == "bandeau":
        top = [
            at(-1, start + 0.01),
            at(-0.5, start - 0.035),
            at(0, start + 0.02),
            at(0.5, start - 0.035),
            at(1, start + 0.01),
        ]
    elif cut.neck == "halter":
        top = [
            at(-1, start + 0.02),
            at(-0.55, 0.1),
            at(-0.2, -0.02),
            at(0, 0.16),
            at(0.2, -0.02),
            at(0.55, 0.1),
            at(1, start + 0.02),
        ]
    else:
        top = [
            at(-1, start + 0.01),
            at(-0.72, 0.15),
            at(-0.4, 0.17),
            at(0, 0.245),
            at(0.4, 0.17),
            at(0.72, 0.15),
            at(1, start + 0.01),
        ]
    under = [at(0.98, start + 0.05), at(-0.98, start + 0.05)]
    canvas.shape(smooth(top) + "L" + "L".join(f"{number(x)} {number(y)}" for x, y in under) + "Z", ink.base)
    canvas.stroke(smooth(top), ink.line, canvas.outline, 0.8)
    if cut.neck == "strap":
        for side in (-1, 1):
            a, b = at(side * 0.66, 0.165), at(side * 0.86, 0.045)
            canvas.stroke(line(a, b), ink.line, 7.4)
            canvas.stroke(line(a, b), ink.base, 5.4)


def _bust(canvas: Canvas, skeleton: Skeleton, ink: Ink) -> None:
    bust = skeleton.body.bust
    if bust <= 0.5:
        if bust == 0:
            for side in (-1, 1):
                a, b, c = (
                    skeleton.torso_at(side * u, v) for u, v in ((0.12, 0.345), (0.42, 0.385), (0.72, 0.33))
                )
                canvas.stroke(smooth([a, b, c]), ink.deep, 1.5, 0.4)
        return
    for side in (-1, 1):
        a, b, c = (skeleton.torso_at(side * u, v) for u, v in ((0.16, 0.385), (0.5, 0.44), (0.88, 0.375)))
        d = skeleton.torso_at(side * 0.54, 0.405)
        canvas.shape(smooth([a, b, c]) + smooth([c, d, a], start=False) + "Z", ink.deep, opacity=0.45)


def _folds(canvas: Canvas, skeleton: Skeleton, ink: Ink, end: float) -> None:
    side = -canvas.lighting.side
    for u, v, length in ((0.95, 0.62, 0.3), (0.96, 0.68, 0.42), (-0.96, 0.66, 0.24)):
        if v < end:
            a, b = (
                skeleton.torso_at(side * u, v),
                skeleton.torso_at(side * (u - length * (1 if u > 0 else -1)), v + 0.025),
            )
            canvas.stroke(line(a, b), ink.deep, 1.5, 0.5)
