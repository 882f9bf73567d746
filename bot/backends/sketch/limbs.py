# ruff: noqa: PLR2004 - the numbers are the drawing
"""Arms, legs, hands and feet, bare or in sleeves and trousers."""

from __future__ import annotations

from bot.backends.sketch.clothes import SLEEVES, Cut, Worn
from bot.backends.sketch.geometry import Ribbon, Width, distance, heading, lerp, number, profile, scaled, tube
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.skeleton import Limb, Proportions, Skeleton

SHARP_BEND_DEG = 62.0
"""From this bend on an arm is drawn as two pieces, the forearm over the upper arm."""


def hand_transform(skeleton: Skeleton, arm: Limb, turn: float = 0.0) -> str:
    """Where a hand (or a thing in it) is placed: at the wrist, along the forearm."""
    x, y = arm.joints[2]
    size = skeleton.body.wrist / 10 * 1.02
    return (
        f"translate({number(x)} {number(y)}) rotate({number(-arm.end_angle + turn)})"
        f" scale({number(arm.side * size)} {number(0.9 + 0.1 * size)})"
    )


def draw_hand(canvas: Canvas, skeleton: Skeleton, arm: Limb, fragment: str) -> None:
    """A hand: a coloured group of hands.svg."""
    canvas.raw(fragment, hand_transform(skeleton, arm))


def _sleeve_width(body: Proportions, cut: Cut) -> Width:
    ease, top = cut.ease * 0.55, body.arm_top
    if cut.sleeve == "wide":
        return profile((0, top * 1.0 + ease), (0.4, top * 1.1 + ease), (0.88, body.wrist * 3.0 + ease))
    if cut.sleeve == "puff":
        return profile((0, top * 1.1), (0.14, top * 1.62), (0.3, top * 1.02))
    return scaled(body.arm, 1.05 if SLEEVES[cut.sleeve] > 0.6 else 1.12, ease)


def arm_strips(arm: Limb, width: Width, end: float, round_top: float) -> list[Ribbon]:
    """An arm as ribbons down to a fraction of its length: one, or two where the elbow bends sharply."""
    shoulder, elbow, wrist = arm.joints
    bent = abs((heading(shoulder, elbow) - arm.end_angle + 180) % 360 - 180)
    upper, fore = distance(shoulder, elbow), distance(elbow, wrist)
    split = upper / ((upper + fore) or 1.0)
    if bent < SHARP_BEND_DEG or end <= split:
        strip = arm.strip(width, 0.0, end)
        return [Ribbon(strip.left, strip.right, round_top=round_top, round_end=2.0)]
    first = tube((shoulder, lerp(shoulder, elbow, 0.5), elbow), lambda v: width(v * split), steps=10)
    second = tube((elbow, lerp(elbow, wrist, 0.5), wrist), lambda v: width(split + v * (1 - split)), steps=12)
    second = second.part(0.0, (end - split) / (1 - split), 12)
    joint = width(split) * 1.25
    return [
        Ribbon(first.left, first.right, round_top=round_top, round_end=joint),
        Ribbon(second.left, second.right, round_top=joint, round_end=2.0),
    ]


def draw_sleeve(canvas: Canvas, skeleton: Skeleton, arm: Limb, worn: Worn) -> None:
    """A sleeve of a top or an outer layer."""
    cut, body = worn.cut, skeleton.body
    end = SLEEVES[cut.sleeve]
    ink, second = Ink.of(worn.colour, canvas.lighting), Ink.of(worn.second, canvas.lighting)
    round_top = body.arm_top * 0.95 + cut.ease * 0.22
    strips = arm_strips(arm, _sleeve_width(body, cut), end, round_top)
    for i, strip in enumerate(strips):
        canvas.ribbon(strip, ink, line_from=0.12 if i == 0 else 0.0)
        if worn.pattern == "stripes":
            steps = max(int(end * 9 / len(strips)), 1)
            for k in range(steps):
                v = (k + 0.55) / steps
                canvas.shape(strip.part(v, min(v + 0.4 / steps, 1), 2).path(), second.base)
    if "plates" in cut.features:
        _arm_plates(canvas, skeleton, arm, ink)
    last = strips[-1]
    if cut.sleeve == "wide":
        canvas.ribbon(last.part(0.9, 1.0, 3), second, rim=0)
    elif cut.sleeve == "long" and "cuff" in cut.features:
        canvas.ribbon(last.part(0.88, 1.0, 4), second, rim=0)
    elif cut.sleeve in {"short", "elbow", "three"}:
        canvas.shape(last.part(0.975, 1.0, 2).path(), ink.deep)
    if end > 0.6 and len(strips) == 1:
        _elbow_folds(canvas, last, ink, arm)


def _arm_plates(canvas: Canvas, skeleton: Skeleton, arm: Limb, ink: Ink) -> None:
    width = skeleton.body.arm
    for v0, v1 in ((0.16, 0.42), (0.56, 0.92)):
        canvas.ribbon(arm.strip(scaled(width, 1.1, 5), v0, v1), ink, rim=0.7)
    pad = arm.strip(scaled(width, 1.25, 9), 0.0, 0.2)
    canvas.ribbon(
        Ribbon(pad.left, pad.right, round_top=skeleton.body.arm_top * 1.3, round_end=8), ink, rim=0.7
    )


def _elbow_folds(canvas: Canvas, strip: Ribbon, ink: Ink, arm: Limb) -> None:
    bent = abs(heading(arm.joints[0], arm.joints[1]) - arm.end_angle)
    if 25 < bent < 335:
        side = -1 if (strip.left[9][0] - strip.right[9][0]) * arm.side > 0 else 1
        for v, reach in ((0.5, 0.5), (0.55, 0.3)):
            a, b = strip.at(-side * 0.95, v), strip.at(-side * (0.95 - reach), v + 0.02)
            canvas.stroke(f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}", ink.deep, 1.6, 0.7)


def draw_bare_arm(canvas: Canvas, skeleton: Skeleton, arm: Limb, skin: Ink) -> None:
    """The skin of an arm."""
    for i, strip in enumerate(arm_strips(arm, skeleton.body.arm, 1.0, skeleton.body.arm_top * 0.95)):
        canvas.ribbon(strip, skin, line_from=0.14 if i == 0 else 0.0)


def draw_foot(canvas: Canvas, skeleton: Skeleton, leg: Limb, fragment: str) -> None:
    """A bare foot or a shoe (a coloured group of shoes.svg), flat on the ground where the shin stands on it."""
    if leg.hidden:
        return
    x, y = leg.joints[2]
    angle, pose = leg.end_angle, skeleton.pose
    turn = -angle * (1.0 if abs(angle) > 28 or pose.prone or pose.air else 0.15)
    size = skeleton.body.ankle / 12
    canvas.raw(
        fragment,
        f"translate({number(x)} {number(y)}) rotate({number(turn)}) scale({number(leg.side * size)} 1)",
    )


def draw_leg(canvas: Canvas, skeleton: Skeleton, leg: Limb, ink: Ink) -> None:
    """The skin (or stocking) of a whole leg."""
    strip = leg.strip(skeleton.body.leg)
    if leg.hidden:
        strip = leg.strip(skeleton.body.leg, 0.0, leg.half)
    end = skeleton.body.knee * 1.2 if leg.hidden else skeleton.body.ankle
    canvas.ribbon(Ribbon(strip.left, strip.right, round_end=end), ink, line_from=0.3)
    knee = strip.at(0.1 * leg.side, 0.52)
    canvas.stroke(f"M{number(knee[0] - 6)} {number(knee[1])}q6 5 12 0", ink.deep, 1.4, 0.6)
