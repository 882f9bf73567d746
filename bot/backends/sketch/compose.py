# ruff: noqa: PLR2004 - the numbers are the drawing
"""A whole picture: backdrop, companions in depth, shadows and framing, as one SVG document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.backends.sketch.backdrops import Backdrop, draw_backdrop
from bot.backends.sketch.chance import Chooser
from bot.backends.sketch.figure import DrawnFigure, FigurePlan, draw_figure
from bot.backends.sketch.geometry import number
from bot.backends.sketch.paint import Ink, Lighting
from bot.backends.sketch.parts import Parts, cloth_keys
from bot.backends.sketch.plan import ScenePlan
from bot.backends.sketch.skeleton import posed
from bot.backends.sketch.words import singular, tokens_of

_SEATS = {
    "bench": ("bench", "#9a6a42"), "sofa": ("sofa", "#5f7f8f"), "couch": ("sofa", "#5f7f8f"),
    "armchair": ("sofa", "#a5613f"), "rock": ("rock", "#8c8f98"), "boulder": ("rock", "#8c8f98"),
    "chair": ("chair", "#96643f"), "throne": ("chair", "#c59b3f"), "stool": ("stool", "#8a5a3a"),
}  # fmt: skip
_GROUND = frozenset(
    {"beach", "sand", "grass", "floor", "ground", "picnic", "meadow", "field", "lawn", "blanket", "snow"}
)
_BEDS = frozenset({"bed", "bedroom", "hotel", "hospital", "dorm", "nap", "inn"})
_BEDDING = {"bed": "#6d86b8", "blanket": "#c9705c"}
_BED_TOP = 132.0
"""How high a bed's mattress is."""
"""What one may sit on: the group of seats.svg and its colour."""
_HATS = {
    "wizard_hat": 84.0,
    "chef_hat": 50.0,
    "hat": 30.0,
    "beanie": 38.0,
    "bunny_ears": 76.0,
    "cat_ears": 30.0,
    "horns": 30.0,
    "halo": 34.0,
    "crown": 22.0,
    "santa_hat": 30.0,
    "helmet": 44.0,
}
_TALL_HAIR = {"bun": 38.0, "afro": 34.0, "space_buns": 26.0, "spiky": 16.0, "undercut": 16.0, "messy": 8.0}
"""How far hats and hair reach over a head, in head units."""
_HEADROOM = 38.0
"""Kept free over every head, in head units: a hat that an edit puts on or takes off leaves the rest in its place."""
SHORT_SIDE = 1000.0
_SLOTS = {1: (0.0,), 2: (-0.5, 0.5), 3: (-1.0, 0.0, 1.0)}
"""Where each of the cast stands, in spacings from the middle: from left to right in the order of the cast."""
_DEPTHS = {1: (0,), 2: (0, 1), 3: (1, 0, 2)}
"""How far back each of the cast stands; of three, the one in the middle is in front."""
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
    lift: float = 0.0


def compose(plan: ScenePlan, parts: Parts, across: int, down: int) -> Composed:
    """The picture of a plan in an aspect of ``across`` to ``down``; the short side is 1000 units."""
    unit = SHORT_SIDE / min(across, down)
    width, height = across * unit, down * unit
    place = plan.place
    backdrop = (
        _neutral(width, height)
        if plan.neutral
        else draw_backdrop(
            place.setting, place.time_of_day, place.weather, place.details, width, height, plan.seed
        )
    )
    choose = Chooser(plan.seed)
    lighting = Lighting(
        backdrop.tint, backdrop.tint_strength, backdrop.rim, -1 if choose.coin("light") else 1
    )
    figures = [
        _seated(figure, _asked_seat(plan) or (None if _on_ground(plan) else backdrop.seat))
        for figure in plan.figures
    ]
    slots = _SLOTS[len(figures)]
    drawn = [
        draw_figure(_turned_out(figure, slot), parts, lighting)
        for figure, slot in zip(figures, slots, strict=True)
    ]
    framing = _framing(plan, across / down)
    placed = _place(drawn, framing, backdrop.ground_y, (width, height), choose, in_bed=_sleeps_in_bed(plan))
    zoom = {"full": 1.0, "three": 1.16, "portrait": 1.4}[framing]
    middle = width / 2
    behind = backdrop.behind
    if zoom != 1.0:
        focus = backdrop.horizon_y
        behind = (
            f'<g transform="translate({number(middle * (1 - zoom))} {number(focus * (1 - zoom))}) scale({zoom})">'
            f"{behind}</g>"
        )
    shown: frozenset[str] = frozenset()
    body = [f"<defs>{backdrop.defs}{_shadow_defs()}</defs>", behind]
    if framing == "full":
        body += [_shadow(item) for item in placed]
        body += [_bed(item, plan, parts, lighting) for item in placed if item.figure.plan.pose.prone]
        seats = _seats(placed, backdrop.seat, plan, parts, lighting)
        body.append(seats.svg)
        shown = seats.words
    for item in sorted(placed, key=lambda item: -item.depth):
        body.append(_figure_svg(item))
    body.append(backdrop.in_front)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}">'
        f"{''.join(body)}</svg>"
    )
    return Composed(svg, _not_drawn(plan, backdrop.drawn | shown))


def _neutral(width: float, height: float) -> Backdrop:
    """A plain wall and floor, for reference pictures."""
    floor = height * 0.86
    defs = (
        '<linearGradient id="bd-wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#eef1f4"/>'
        '<stop offset="1" stop-color="#dfe4ea"/></linearGradient>'
    )
    behind = (
        f'<rect width="{number(width)}" height="{number(height)}" fill="url(#bd-wall)"/>'
        f'<rect y="{number(floor)}" width="{number(width)}" height="{number(height - floor)}" fill="#d3d9e1"/>'
    )
    return Backdrop(
        defs=defs,
        behind=behind,
        in_front="",
        ground_y=height * 0.94,
        horizon_y=floor,
        tint="#ffffff",
        tint_strength=0.0,
        rim="#ffffff",
        drawn=frozenset({"studio"}),
        seat=None,
    )


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


def _turned_out(figure: FigurePlan, slot: float) -> FigurePlan:
    """Beside others, the arm that reaches far reaches away from them, or to them where it is meant for them."""
    if figure.pose.toward:
        return replace(figure, mirrored=slot > 0)
    left, right, _up = posed(figure.body, figure.pose).extent
    if slot == 0 or abs(right + left) < 60 or figure.pose.prone:
        return figure
    return replace(figure, mirrored=(right > -left) == (slot < 0))


def _place(
    drawn: list[DrawnFigure],
    framing: str,
    ground_y: float,
    frame: tuple[float, float],
    choose: Chooser,
    *,
    in_bed: bool,
) -> list[_Placed]:
    count = len(drawn)
    width, height = frame
    slots = _SLOTS[count]
    wide = sum(figure.plan.pose.full for figure in drawn) / count
    close = sum(figure.plan.pose.toward for figure in drawn) / count
    spacing = (_SPACING[framing] + 50 * wide - 34 * close) * (0.84 if width < height * 0.7 else 1.0)
    boxes = [_box(figure, framing) for figure in drawn]
    left = min(slot * spacing + box[0] for slot, box in zip(slots, boxes, strict=True))
    right = max(slot * spacing + box[1] for slot, box in zip(slots, boxes, strict=True))
    tops = [box[2] for box in boxes]
    heads = [_head_top(figure) * figure.skeleton.body.scale for figure in drawn]
    if framing == "full":
        ground = min(ground_y, height * 0.95)
        scale = min(
            (ground - height * 0.05) / max(*tops, 520.0), width * 0.96 / (right - left), height * 0.9 / 720
        )
    else:
        margin = height * 0.06
        shown = 0.64 if framing == "three" else 0.37
        tallest = max(heads)
        scale = min(
            (height - margin) / (tallest * shown), width * (1.0 if count == 1 else 1.06) / (right - left)
        )
        ground = margin + tallest * scale
    drift = choose.between("drift", -0.03, 0.03) * width
    if count == 1 and width > height * 1.2:
        drift = choose.pick("side", (-1, 1)) * width * 0.14
    low, high = width * 0.02 - left * scale, width * 0.98 - right * scale
    middle = width / 2 + drift if low > high else min(max(width / 2 + drift, low), high)
    if low > high:
        middle = (low + high) / 2
    placed: list[_Placed] = []
    for i, figure in enumerate(drawn):
        depth = _DEPTHS[count][i]
        size = scale * (1.0 - 0.035 * depth) * figure.skeleton.body.scale
        y = ground - (14 * depth * scale if framing == "full" else -4 * depth * scale)
        lift = _BED_TOP if in_bed and figure.plan.pose.prone else 0.0
        placed.append(_Placed(figure, middle + slots[i] * spacing * scale, y, size, depth, lift))
    return placed


def _head_top(figure: DrawnFigure) -> float:
    """How far a figure reaches up; nearly every hat fits over nearly every head, so that none moves anybody."""
    tip = -(figure.skeleton.head[1] - 64 * figure.skeleton.body.head)
    hats = max(
        (_HATS.get(thing.name, 0.0) for thing in figure.plan.things if thing.on == "head"), default=0.0
    )
    hats = max(hats, _HEADROOM)
    tall = max(hats, _TALL_HAIR.get(figure.plan.head.hair_style, 0.0))
    return tip + tall * figure.skeleton.body.head


def _box(figure: DrawnFigure, framing: str) -> tuple[float, float, float]:
    """How far a figure reaches left, right and up, in its own units, as it lies or stands in the picture."""
    sk = figure.skeleton
    if sk.pose.prone:
        tall = _head_top(figure)
        hips = -sk.pelvis[1]
        return (
            (-(tall - hips) - 20, hips + 20, 330.0)
            if not figure.plan.mirrored
            else (-hips - 20, tall - hips + 20, 330.0)
        )
    left, right, up = sk.extent
    if framing == "portrait":
        left, right = -sk.body.shoulder - 40, sk.body.shoulder + 40
    if any(thing.name == "umbrella" for thing in figure.plan.things):
        right, up = max(right, 210.0), min(up, -sk.head[1] * -1 - 140)
    if figure.plan.mirrored:
        left, right = -right, -left
    size = sk.body.scale
    return left * size, right * size, max(-up, _head_top(figure)) * size


def _figure_svg(item: _Placed) -> str:
    place = f"translate({number(item.x)} {number(item.y)}) scale({item.scale:.4f})"
    if item.figure.plan.pose.prone:
        pelvis_y = item.figure.skeleton.pelvis[1]
        side = item.figure.skeleton.body.hip
        turn = 88 if item.figure.plan.mirrored else -88
        place += (
            f" translate(0 {number(-side - 4 - item.lift)}) rotate({turn}) translate(0 {number(-pelvis_y)})"
        )
    return f'<g transform="{place}">{item.figure.svg}</g>'


def _shadow_defs() -> str:
    return (
        '<radialGradient id="sk-shadow" cx=".5" cy=".5" r=".5">'
        '<stop offset="0" stop-color="#120c2a" stop-opacity=".5"/>'
        '<stop offset=".6" stop-color="#120c2a" stop-opacity=".26"/>'
        '<stop offset="1" stop-color="#120c2a" stop-opacity="0"/></radialGradient>'
    )


def _shadow(item: _Placed) -> str:
    sk = item.figure.skeleton
    wide = 330.0 if sk.pose.prone else max(abs(leg.joints[2][0]) for leg in sk.legs) + 75
    wide *= 0.8 if sk.pose.air else 1.0
    return (
        f'<ellipse cx="{number(item.x)}" cy="{number(item.y - 2)}" rx="{number(wide * item.scale)}"'
        f' ry="{number(24 * item.scale)}" fill="url(#sk-shadow)"/>'
    )


def _bed(item: _Placed, plan: ScenePlan, parts: Parts, lighting: Lighting) -> str:
    """What somebody lies on: a bed where there are beds, else a blanket."""
    name = "bed" if _sleeps_in_bed(plan) else "blanket"
    fragment = parts.coloured(parts.groups("seats")[name], cloth_keys(Ink.of(_BEDDING[name], lighting)))
    across = item.scale if item.figure.plan.mirrored else -item.scale
    place = f"translate({number(item.x)} {number(item.y)}) scale({across:.4f} {item.scale:.4f})"
    return f'<g transform="{place}">{fragment}</g>'


def _sleeps_in_bed(plan: ScenePlan) -> bool:
    return bool(_BEDS & set(tokens_of(" ".join((plan.place.setting, *plan.place.details)))))


def _on_ground(plan: ScenePlan) -> bool:
    return bool(_GROUND & set(tokens_of(" ".join((plan.place.setting, *plan.place.details)))))


def _seated(figure: FigurePlan, seat: str | None) -> FigurePlan:
    """Where nothing stands to sit on, one sits on the ground."""
    return figure if seat or figure.low is None else replace(figure, pose=figure.low)


def _asked_seat(plan: ScenePlan) -> str | None:
    words = set(tokens_of(" ".join((plan.place.setting, *plan.place.details))))
    return next((name for name in _SEATS if name in words), None)


@dataclass(frozen=True, slots=True)
class _Seats:
    svg: str
    words: frozenset[str]


def _seats(
    placed: list[_Placed], kind: str | None, plan: ScenePlan, parts: Parts, lighting: Lighting
) -> _Seats:
    """Something to sit on, of the kind that the words ask for or the place suggests; a wide one is shared."""
    sitting = [item for item in placed if item.figure.plan.pose.sit]
    if not sitting:
        return _Seats("", frozenset())
    name = _asked_seat(plan) or {"edge": "rock"}.get(kind or "", kind or "stool")
    group, colour = _SEATS.get(name, _SEATS["stool"])
    fragment = parts.coloured(parts.groups("seats")[group], cloth_keys(Ink.of(colour, lighting)))
    middle, wide = [item.x for item in sitting], 1.0
    if len(sitting) > 1 and group in {"sofa", "bench"}:
        wide = 1.0 + (max(middle) - min(middle)) / sitting[0].scale / 460
        middle = [sum(middle) / len(middle)]
    svg = ""
    for x, item in zip(middle, sitting, strict=False):
        hips = -item.figure.skeleton.pelvis[1] / 262
        svg += (
            f'<g transform="translate({number(x)} {number(item.y)})'
            f' scale({item.scale * wide:.4f} {item.scale * hips:.4f})">{fragment}</g>'
        )
    return _Seats(svg, frozenset({name, group}))


def _not_drawn(plan: ScenePlan, drawn: frozenset[str]) -> tuple[str, ...]:
    words = [word for word in plan.unread if word not in drawn and singular(word) not in drawn]
    return tuple(dict.fromkeys(words))
