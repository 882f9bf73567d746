# ruff: noqa: PLR2004 - the numbers are the drawing
"""One companion, put together back to front from skeleton, clothes, head and things."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.backends.sketch.bottoms import draw_bottom
from bot.backends.sketch.clothes import SLEEVES, Outfit
from bot.backends.sketch.geometry import Ribbon, number
from bot.backends.sketch.head import Head, HeadLook
from bot.backends.sketch.limbs import draw_bare_arm, draw_foot, draw_hand, draw_leg, draw_sleeve
from bot.backends.sketch.necklines import draw_collar
from bot.backends.sketch.outer import draw_back, draw_front, draw_hood, draw_over_arms
from bot.backends.sketch.paint import Canvas, Ink, Lighting
from bot.backends.sketch.parts import Parts, cloth_keys, skin_keys
from bot.backends.sketch.skeleton import Limb, Pose, Proportions, Skeleton, posed
from bot.backends.sketch.things import Thing, drawing, held_transform, place_transform, strap
from bot.backends.sketch.tops import draw_skin, draw_top
from bot.backends.sketch.trims import draw_belt, draw_sash

_OVER_TROUSERS = frozenset({"boots", "tall_boots", "greaves"})


@dataclass(frozen=True, slots=True)
class FigurePlan:
    """Everything that decides how one companion is drawn."""

    body: Proportions
    pose: Pose
    head: HeadLook
    outfit: Outfit
    expression: dict[str, Any]
    turn: float = 0.0
    things: tuple[Thing, ...] = ()
    mirrored: bool = False
    low: Pose | None = None
    """How they sit where there is nothing to sit on."""


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure's SVG around (0, 0) on the ground, with the joints it was drawn on."""

    svg: str
    skeleton: Skeleton
    plan: FigurePlan = field(repr=False)


def draw_figure(plan: FigurePlan, parts: Parts, lighting: Lighting) -> DrawnFigure:
    """Draw one companion. A mirrored one is drawn in mirrored light, so that the light stays where it is."""
    if plan.mirrored:
        lighting = replace(lighting, side=-lighting.side)
    return _Figure(plan, parts, lighting).draw()


class _Figure:
    def __init__(self, plan: FigurePlan, parts: Parts, lighting: Lighting) -> None:
        anime = plan.head.style == "anime"
        self.plan, self.parts = plan, parts
        self.canvas = Canvas(lighting, outline=2.0 if anime else 1.4, cel=anime)
        self.skeleton = posed(plan.body, plan.pose)
        self.head = Head(parts, plan.head, self.canvas)
        self.skin = self.head.skin

    def draw(self) -> DrawnFigure:
        sk, outfit, canvas = self.skeleton, self.plan.outfit, self.canvas
        self._things("back")
        canvas.raw(self.head.back(), self._head_transform())
        if outfit.outer:
            draw_back(canvas, sk, outfit.outer)
        self._legs()
        self._body()
        self._neck()
        if "collar" in outfit.top.cut.features:
            draw_collar(canvas, sk, outfit.top.colour)
        if outfit.outer:
            draw_front(canvas, sk, outfit.outer)
        self._things("neck")
        self._things("side")
        raised = [arm for arm in sk.arms if arm.joints[2][1] < sk.neck[1] + 16]
        high = sk.arms[1] in raised
        self._arms([arm for arm in sk.arms if arm not in raised], holding=not high)
        if outfit.outer:
            draw_over_arms(canvas, sk, outfit.outer)
        self._head()
        self._arms(raised, holding=high)
        svg = canvas.svg()
        if self.plan.mirrored:
            svg = f'<g transform="scale(-1 1)">{svg}</g>'
        return DrawnFigure(svg, sk, self.plan)

    def _arms(self, arms: list[Limb], *, holding: bool) -> None:
        """Some of the arms, and before them what they hold."""
        for thing in self.plan.things if holding else ():
            if thing.on == "hand":
                self.canvas.raw(self._thing(thing), held_transform(thing, self.skeleton))
        for arm in arms:
            self._arm(arm)

    def _body(self) -> None:
        sk, outfit, canvas = self.skeleton, self.plan.outfit, self.canvas
        draw_skin(canvas, sk, self.skin)
        if "hood" in outfit.top.cut.features and outfit.outer is None:
            draw_hood(canvas, sk, outfit.top.colour)
        if outfit.top.cut.tuck:
            draw_top(canvas, sk, outfit.top, self.skin)
            draw_bottom(canvas, sk, outfit.bottom)
        else:
            draw_bottom(canvas, sk, outfit.bottom)
            draw_top(canvas, sk, outfit.top, self.skin)
        for leg in sk.legs if self._boots else ():
            draw_foot(canvas, sk, leg, self._shoe)
        if "sash" in outfit.top.cut.features:
            draw_sash(canvas, sk, outfit.top)
        if outfit.belt:
            draw_belt(canvas, sk, outfit.belt)

    def _thing(self, thing: Thing) -> str:
        return drawing(thing, self.parts, self.canvas, self.plan.head.hair, self.skin)

    def _things(self, on: str) -> None:
        for thing in self.plan.things:
            if thing.on == on:
                if on == "side":
                    strap(self.skeleton, self.canvas, thing.colour)
                self.canvas.raw(self._thing(thing), place_transform(thing, self.skeleton))

    def _head(self) -> None:
        face = "".join(self._thing(thing) for thing in self.plan.things if thing.on == "face")
        over = "".join(self._thing(thing) for thing in self.plan.things if thing.on == "head")
        front = self.head.front(self.plan.expression, self.plan.turn, face)
        self.canvas.raw(front + over, self._head_transform())

    def _head_transform(self) -> str:
        sk = self.skeleton
        size = sk.body.head
        return (
            f"translate({number(sk.head[0])} {number(sk.head[1])}) rotate({number(sk.head_deg)})"
            f" scale({number(size)})"
        )

    @property
    def _shoe(self) -> str:
        feet, keys = self.plan.outfit.feet, skin_keys(self.skin)
        if feet is None:
            return self.parts.coloured(self.parts.groups("shoes")["bare"], keys)
        keys |= cloth_keys(Ink.of(feet.colour, self.canvas.lighting))
        return self.parts.coloured(self.parts.groups("shoes")[feet.cut.kind], keys)

    @property
    def _boots(self) -> bool:
        """Whether the shafts of boots go over the trousers."""
        outfit = self.plan.outfit
        return (
            outfit.feet is not None
            and outfit.feet.cut.kind in _OVER_TROUSERS
            and outfit.bottom.cut.kind != "skirt"
        )

    def _legs(self) -> None:
        sk, outfit = self.skeleton, self.plan.outfit
        ink = Ink.of(outfit.stockings, self.canvas.lighting) if outfit.stockings else self.skin
        for leg in sorted(sk.legs, key=lambda leg: leg.joints[1][1]):
            draw_leg(self.canvas, sk, leg, ink)
            if not self._boots:
                draw_foot(self.canvas, sk, leg, self._shoe)

    def _neck(self) -> None:
        sk = self.skeleton
        neck, at = sk.body.neck, sk.torso_at
        tip = sk.head
        down = ((sk.neck[0] - tip[0]), (sk.neck[1] - tip[1]))
        top = (tip[0] + down[0] * 0.45, tip[1] + down[1] * 0.45)
        strip = Ribbon(
            ((top[0] - neck, top[1]), at(-1, -0.07, neck), at(-1, 0.0, neck * 1.12)),
            ((top[0] + neck, top[1]), at(1, -0.07, neck), at(1, 0.0, neck * 1.12)),
            round_end=6,
        )
        if self.plan.outfit.top.cut.neck != "turtle":
            self.canvas.ribbon(strip, self.skin, line_to=0.9, rim=0.25)
            chin = [(top[0] - neck, top[1]), (top[0] + neck, top[1])]
            left = at(-1, -0.1, neck)
            low = at(-self.canvas.lighting.side * 0.4, -0.02, neck)
            self.canvas.shape(
                f"M{number(chin[0][0])} {number(chin[0][1])}L{number(chin[1][0])} {number(chin[1][1])}"
                f"L{number(at(1, -0.075, neck)[0])} {number(at(1, -0.075, neck)[1])}"
                f"Q{number(low[0])} {number(low[1] + 4)} {number(left[0])} {number(left[1])}Z",
                self.skin.shade,
            )

    def _arm(self, arm: Limb) -> None:
        sk, outfit, canvas = self.skeleton, self.plan.outfit, self.canvas
        kind = sk.pose.hand_l if arm.side < 0 else sk.pose.hand_r
        hand = Ink.of(outfit.gloves, canvas.lighting) if outfit.gloves else self.skin
        sleeves = [worn for worn in (outfit.top, outfit.outer) if worn and SLEEVES[worn.cut.sleeve] > 0]
        if not sleeves or max(SLEEVES[worn.cut.sleeve] for worn in sleeves) < 0.95:
            draw_bare_arm(canvas, sk, arm, self.skin)
        draw_hand(canvas, sk, arm, self.parts.coloured(self.parts.groups("hands")[kind], skin_keys(hand)))
        for worn in sleeves:
            if worn is outfit.top and outfit.outer and outfit.outer.cut.sleeve == "long":
                continue
            draw_sleeve(canvas, sk, arm, worn)
