"""A whole picture: backdrop, companions in depth, shadows and framing, as one SVG document."""

from __future__ import annotations

from dataclasses import dataclass

from bot.backends.sketch.backdrops import Backdrop, draw_backdrop
from bot.backends.sketch.figure import DrawnFigure, draw_figure
from bot.backends.sketch.geometry import number
from bot.backends.sketch.paint import Lighting
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.plan import Chooser, ScenePlan
from bot.backends.sketch.words import singular, tokens_of

SHORT_SIDE = 1000.0
_SPACING = {"full": 178.0, "three": 170.0, "portrait": 150.0}


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished document and what it could not show."""

    svg: str
    not_drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    figure: DrawnFigure
    x: float
    y: float
    scale: float
    depth: int


def compose(plan: ScenePlan, parts: Parts, across: int, down: int) -> Composed:
    """The picture of a plan in an aspect of ``across`` to ``down``; the short side is 1000 units."""
    unit = SHORT_SIDE / min(across, down)
    width, height = across * unit, down * unit
    place = plan.place
    backdrop = draw_backdrop(
        place.setting, place.time_of_day, place.weather, place.details, width, height, plan.seed
    )
    choose = Chooser(plan.seed)
    lighting = Lighting(backdrop.tint, backdrop.tint_strength, backdrop.rim, -1 if choose.share("light") < 0.5 else 1)
    drawn = [draw_figure(figure, parts, lighting) for figure in plan.figures]
    framing = _framing(plan, across / down)
    placed = _place(drawn, framing, backdrop, width, height, choose)
    zoom = {"full": 1.0, "three": 1.16, "portrait": 1.4}[framing]
    middle = width / 2
    behind = backdrop.behind
    if zoom != 1.0:
        focus = backdrop.horizon_y
        behind = (
            f'<g transform="translate({number(middle * (1 - zoom))} {number(focus * (1 - zoom))}) scale({zoom})">'
            f"{behind}</g>"
        )
    body = [f"<defs>{backdrop.defs}{_shadow_defs()}</defs>", behind]
    if framing == "full":
        body += [_shadow(item) for item in placed]
    for item in sorted(placed, key=lambda item: -item.depth):
        body.append(_figure_svg(item))
    body.append(backdrop.in_front)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}">'
        f"{''.join(body)}</svg>"
    )
    return Composed(svg, _not_drawn(plan, backdrop))


def _framing(plan: ScenePlan, ratio: float) -> str:
    wants_full = any(figure.pose.full for figure in plan.figures)
    if plan.framing:
        prone = any(figure.pose.prone for figure in plan.figures)
        return "full" if prone else plan.framing
    if wants_full or ratio < 0.6:
        return "full"
    if len(plan.figures) > 1 and ratio <= 1.0:
        return "full" if ratio < 0.8 and len(plan.figures) == 3 else "three"
    return "three"


def _place(
    drawn: list[DrawnFigure], framing: str, backdrop: Backdrop, width: float, height: float, choose: Chooser
) -> list[_Placed]:
    count = len(drawn)
    tops = [-(figure.skeleton.head[1] - 64 * figure.skeleton.body.head) for figure in drawn]
    tallest = max(max(tops), 560.0)
    prone = any(figure.plan.pose.prone for figure in drawn)
    spacing = _SPACING[framing] + (130 if prone else 0) + 50 * sum(f.plan.pose.full and not f.plan.pose.prone for f in drawn) / count
    span = spacing * (count - 1) + (330 if framing == "full" else 250) + (420 if prone else 0)
    margin = height * (0.07 if framing == "full" else 0.06)
    if framing == "full":
        ground = min(backdrop.ground_y, height * 0.95)
        scale = min((ground - margin) / tallest, width * 0.96 / span, height * 0.86 / 720)
    elif framing == "three":
        scale = min((height - margin) / (tallest * 0.66), width * 1.0 / span)
        ground = margin + tallest * scale
        ground = max(ground, height * 1.12)
    else:
        scale = min((height - margin) / (tallest * 0.36), width * 1.05 / span)
        ground = margin + tallest * scale
    shift = 0.0
    if count == 1 and width > height * 1.2:
        shift = choose.pick("side", (-1, 1)) * width * 0.12
    elif count == 1:
        shift = choose.between("drift", -0.02, 0.02) * width
    slots = {1: [0.0], 2: [-0.5, 0.5], 3: [0.0, -1.0, 1.0]}[count]
    if count > 1 and choose.share("swap") > 0.5:
        slots = [-slot for slot in slots]
    placed: list[_Placed] = []
    for i, figure in enumerate(drawn):
        depth = i if count > 1 else 0
        near = 1.0 - 0.035 * depth
        size = scale * near * figure.skeleton.body.scale
        y = ground - (14 * depth * scale if framing == "full" else -6 * depth * scale)
        placed.append(_Placed(figure, width / 2 + shift + slots[i] * spacing * scale, y, size, depth))
    return placed


def _figure_svg(item: _Placed) -> str:
    place = f"translate({number(item.x)} {number(item.y)}) scale({item.scale:.4f})"
    if item.figure.plan.pose.prone:
        pelvis_y = item.figure.skeleton.pelvis[1]
        side = item.figure.skeleton.body.hip
        turn = 88 if item.figure.plan.mirrored else -88
        place += f" translate(0 {number(-side - 6)}) rotate({turn}) translate(0 {number(-pelvis_y)})"
    return f'<g transform="{place}">{item.figure.svg}</g>'


def _shadow_defs() -> str:
    return (
        '<radialGradient id="sk-shadow" cx=".5" cy=".5" r=".5"><stop offset="0" stop-color="#120c2a" stop-opacity=".5"/>'
        '<stop offset=".6" stop-color="#120c2a" stop-opacity=".26"/><stop offset="1" stop-color="#120c2a" stop-opacity="0"/></radialGradient>'
    )


def _shadow(item: _Placed) -> str:
    sk = item.figure.skeleton
    wide = 330.0 if sk.pose.prone else max(abs(leg.joints[2][0]) for leg in sk.legs) + 75
    wide *= 0.8 if sk.pose.air else 1.0
    return (
        f'<ellipse cx="{number(item.x)}" cy="{number(item.y - 2)}" rx="{number(wide * item.scale)}"'
        f' ry="{number(24 * item.scale)}" fill="url(#sk-shadow)"/>'
    )


def _not_drawn(plan: ScenePlan, backdrop: Backdrop) -> tuple[str, ...]:
    drawn = backdrop.drawn
    words = [word for word in plan.unread if word not in drawn and singular(word) not in drawn]
    return tuple(dict.fromkeys(words))
