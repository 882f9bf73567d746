"""Arms, legs, hands and feet, bare or in sleeves and trousers."""

from __future__ import annotations

from bot.backends.sketch.clothes import SLEEVES, Worn
from bot.backends.sketch.geometry import Ribbon, distance, heading, number, profile, scaled
from bot.backends.sketch.paint import Canvas, Ink
from bot.backends.sketch.parts import Parts, cloth_keys, skin_keys
from bot.backends.sketch.skeleton import Limb, Skeleton


HIDDEN_SHIN = 0.1
"""A shin that is seen this short lies behind its knee, and the foot with it."""


def hand_transform(skeleton: Skeleton, arm: Limb, turn: float = 0.0) -> str:
    """Where a hand (or a thing in it) is placed: at the wrist, along the forearm."""
    x, y = arm.joints[2]
    size = skeleton.body.wrist / 10 * 1.02
    return (
        f"translate({number(x)} {number(y)}) rotate({number(-arm.end_angle + turn)})"
        f" scale({number(arm.side * size)} {number(0.9 + 0.1 * size)})"
    )


def draw_hand(canvas: Canvas, parts: Parts, skeleton: Skeleton, arm: Limb, kind: str, ink: Ink) -> None:
    """A hand, or a gloved one when ``ink`` is a glove's."""
    fragment = parts.coloured(parts.groups("hands")[kind], skin_keys(ink))
    canvas.raw(fragment, hand_transform(skeleton, arm))


def draw_sleeve(canvas: Canvas, skeleton: Skeleton, arm: Limb, worn: Worn, extra: float = 0.0) -> None:
    """A sleeve of a top or an outer layer."""
    cut = worn.cut
    end = SLEEVES[cut.sleeve]
    if end <= 0:
        return
    ink = Ink.of(worn.colour, canvas.lighting)
    arm_width = skeleton.body.arm
    ease = cut.ease * 0.55 + extra
    if cut.sleeve == "wide":
        top, wrist = skeleton.body.arm_top, skeleton.body.wrist
        width = profile((0, top * 1.05 + ease), (0.4, top * 1.1 + ease), (0.88, wrist * 3.0 + ease))
    elif cut.sleeve == "puff":
        top = skeleton.body.arm_top
        width = profile((0, top * 1.1), (0.14, top * 1.62), (0.3, top * 1.02))
    else:
        loose = 1.05 if end > 0.6 else 1.12
        width = scaled(arm_width, loose, ease)
    strip = arm.strip(width, 0.0, end)
    bulge = skeleton.body.arm_top * 0.95 + ease * 0.4
    strip = Ribbon(strip.left, strip.right, round_top=bulge, round_end=2.0)
    canvas.ribbon(strip, ink, line_from=0.12)
    if cut.sleeve in {"wide", "short", "elbow", "three"}:
        canvas.shape(strip.part(0.985, 1.0, 2).path(), ink.deep)
    if cut.sleeve == "long" and "cuff" in cut.features:
        cuff = strip.part(0.9, 1.0, 4)
        canvas.ribbon(cuff, Ink.of(worn.second, canvas.lighting), rim=0)
    if cut.sleeve == "wide":
        canvas.ribbon(strip.part(0.93, 1.0, 3), Ink.of(worn.second, canvas.lighting), rim=0)
    if worn.pattern == "stripes":
        second = Ink.of(worn.second, canvas.lighting)
        steps = max(int(end * 9), 1)
        for i in range(steps):
            v = (i + 0.55) / steps
            canvas.shape(strip.part(v, min(v + 0.4 / steps, 1), 2).path(), second.base)
    if "plates" in cut.features:
        for v0, v1 in ((0.16, 0.42), (0.56, 0.92)):
            plate = arm.strip(scaled(arm_width, 1.1, ease + 2), v0 * end, v1 * end)
            canvas.ribbon(plate, ink, rim=0.7)
        pad = arm.strip(scaled(arm_width, 1.25, ease + 6), 0.0, 0.2)
        canvas.ribbon(Ribbon(pad.left, pad.right, round_top=bulge * 1.2, round_end=8), ink, rim=0.7)
    if end > 0.6:
        _elbow_folds(canvas, strip, ink, arm)


def _elbow_folds(canvas: Canvas, strip: Ribbon, ink: Ink, arm: Limb) -> None:
    bent = abs(heading(arm.joints[0], arm.joints[1]) - arm.end_angle)
    if 25 < bent < 335:
        side = -1 if (strip.left[9][0] - strip.right[9][0]) * arm.side > 0 else 1
        for v, reach in ((0.5, 0.5), (0.55, 0.3)):
            a, b = strip.at(-side * 0.95, v), strip.at(-side * (0.95 - reach), v + 0.02)
            canvas.stroke(f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}", ink.deep, 1.6, 0.7)


def draw_bare_arm(canvas: Canvas, skeleton: Skeleton, arm: Limb, skin: Ink) -> None:
    """The skin of an arm."""
    strip = arm.strip(skeleton.body.arm)
    canvas.ribbon(Ribbon(strip.left, strip.right, round_top=skeleton.body.arm_top * 0.95), skin, line_from=0.14)


def draw_foot(
    canvas: Canvas, parts: Parts, skeleton: Skeleton, leg: Limb, worn: Worn | None, skin: Ink
) -> None:
    """A bare foot or a shoe, flat on the ground where the shin stands on it."""
    kind = worn.cut.kind if worn else "bare"
    if distance(leg.joints[1], leg.joints[2]) < HIDDEN_SHIN * skeleton.body.shin_length:
        return
    x, y = leg.joints[2]
    angle = leg.end_angle
    pose = skeleton.pose
    turn = -angle * (1.0 if abs(angle) > 28 or pose.prone or pose.air else 0.15)
    keys = skin_keys(skin)
    if worn:
        keys |= cloth_keys(Ink.of(worn.colour, canvas.lighting))
    size = skeleton.body.ankle / 12
    canvas.raw(
        parts.coloured(parts.groups("shoes")[kind], keys),
        f"translate({number(x)} {number(y)}) rotate({number(turn)}) scale({number(leg.side * size)} 1)",
    )


def draw_leg(canvas: Canvas, skeleton: Skeleton, leg: Limb, ink: Ink) -> None:
    """The skin (or stocking) of a whole leg."""
    strip = leg.strip(skeleton.body.leg)
    canvas.ribbon(Ribbon(strip.left, strip.right, round_end=skeleton.body.ankle), ink, line_from=0.3)
    knee = strip.at(0.1 * leg.side, 0.52)
    canvas.stroke(f"M{number(knee[0] - 6)} {number(knee[1])}q6 5 12 0", ink.deep, 1.4, 0.6)
