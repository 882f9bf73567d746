"""Things that somebody wears or holds, placed on head, neck, back, hip and hands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.backends.sketch.geometry import Point, along, heading, lerp, number
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.parts import Parts, cloth_keys, skin_keys
from bot.backends.sketch.skeleton import Skeleton

TWO_HANDED = frozenset({"book", "pan", "bouquet", "gift", "cake", "cat", "camera", "shield"})
"""What is held between both hands."""
_TILT = {
    "sword": 14.0,
    "wand": 16.0,
    "paintbrush": -24.0,
    "umbrella": -19.0,
    "phone": -6.0,
    "microphone": -16.0,
}
_LIFT = {"lantern": 0.0, "ball": 0.0, "cup": -3.0, "glass": -12.0}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something worn or held: a group of things.svg, where it is put (``on``), and its colour."""

    name: str
    on: str
    colour: str


def drawing(thing: Thing, parts: Parts, canvas: Canvas, hair: str, skin: Ink) -> str:
    """A thing's fragment in its own colour ("hair" and "skin" are the wearer's)."""
    colour = {"hair": hair, "skin": skin.base}.get(thing.colour, thing.colour)
    keys = cloth_keys(Ink.of(colour, canvas.lighting)) | skin_keys(skin)
    return parts.coloured(parts.groups("things").get(thing.name, ""), keys)


def _palm(skeleton: Skeleton, side: int) -> Point:
    arm = skeleton.arms[0 if side < 0 else 1]
    return along(arm.joints[2], arm.end_angle, 14 * skeleton.body.wrist / 10)


def held_transform(thing: Thing, skeleton: Skeleton) -> str:
    """Where a held thing is put: between the hands, along a guitar's neck, or upright in the right hand."""
    left, right = _palm(skeleton, -1), _palm(skeleton, 1)
    if thing.name == "guitar":
        turn = 90 - heading(left, right)
        return f"translate({number(left[0] + 4)} {number(left[1] + 6)}) rotate({number(turn)})"
    if thing.name in TWO_HANDED:
        x, y = lerp(left, right, 0.5)
        lift = {"book": 16.0, "bouquet": 6.0, "gift": 18.0, "cake": 20.0, "cat": 4.0, "pan": 4.0}.get(
            thing.name, 0.0
        )
        return f"translate({number(x)} {number(y - lift)})"
    x, y = right
    tilt = number(_TILT.get(thing.name, 0.0))
    return f"translate({number(x)} {number(y + _LIFT.get(thing.name, 0.0))}) rotate({tilt})"


def place_transform(thing: Thing, skeleton: Skeleton) -> str:
    """Where a thing on neck, back or hip is put."""
    body = skeleton.body
    if thing.on == "side":
        x, y = skeleton.torso_at(1, 0.95, body.hip + 16)
        return f"translate({number(x)} {number(y)})"
    x, y = skeleton.torso_at(0, 0.02 if thing.on == "neck" else 0.12)
    size = body.neck / 15 if thing.on == "neck" else 1.0
    return f"translate({number(x)} {number(y)}) rotate({number(skeleton.shoulders_deg * 0.5)}) scale({number(size)})"


def strap(skeleton: Skeleton, canvas: Canvas, colour: str) -> None:
    """The strap of a bag across the chest."""
    a, b = skeleton.torso_at(-0.72, 0.04), skeleton.torso_at(1, 0.95, skeleton.body.hip + 6)
    ink = Ink.of(colour, canvas.lighting)
    middle = skeleton.torso_at(0.1, 0.42)
    path = f"M{number(a[0])} {number(a[1])}Q{number(middle[0])} {number(middle[1])} {number(b[0])} {number(b[1])}"
    canvas.stroke(path, ink.line, 9)
    canvas.stroke(path, ink.shade, 6.6)
