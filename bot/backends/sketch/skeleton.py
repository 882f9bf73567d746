"""A body's joints: proportions of a build, put into a pose."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from bot.backends.sketch.geometry import Point, Ribbon, Width, along, distance, heading, lerp, profile, tube

Arm = tuple[float, float]
FOLDS_ABOVE = 0.6
"""Hands that reach higher than this on the torso bend the arm in front of it; lower ones bend it outwards."""


@dataclass(frozen=True, slots=True)
class Proportions:
    """Lengths and half-widths of one body, in units of which a realistic head is 100 high."""

    shoulder: float
    chest: float
    waist: float
    hip: float
    neck: float
    arm_top: float
    elbow: float
    wrist: float
    thigh: float
    knee: float
    calf: float
    ankle: float
    torso: float
    thigh_length: float
    shin_length: float
    upper_arm: float
    fore_arm: float
    bust: float
    head: float = 1.0
    neck_length: float = 27.0
    scale: float = 1.0

    @property
    def arm(self) -> Width:
        """Half-width along the arm, shoulder to wrist."""
        top = self.arm_top
        return profile(
            (0, top * 0.98),
            (0.12, top * 1.04),
            (0.46, self.elbow),
            (0.62, self.elbow * 1.06),
            (1, self.wrist),
        )

    @property
    def leg(self) -> Width:
        """Half-width along the leg, hip to ankle."""
        return profile(
            (0, self.thigh * 1.02), (0.18, self.thigh), (0.5, self.knee), (0.66, self.calf), (1, self.ankle)
        )


@dataclass(frozen=True, slots=True)
class Pose:
    """One pose, as in poses.toml; angles in degrees, reach targets in torso coordinates."""

    name: str
    arm_l: Arm | None
    arm_r: Arm | None
    leg_l: Arm
    leg_r: Arm
    reach_l: Point | None = None
    reach_r: Point | None = None
    leg_l_length: Arm = (1.0, 1.0)
    leg_r_length: Arm = (1.0, 1.0)
    hand_l: str = "relaxed"
    hand_r: str = "relaxed"
    lean: float = 0.0
    hips: float = 0.0
    shoulders: float = 0.0
    head: float = 0.0
    sit: bool = False
    kneel: bool = False
    prone: bool = False
    full: bool = False
    toward: bool = False
    air: float = 0.0


@dataclass(frozen=True, slots=True)
class Limb:
    """Three joints: shoulder, elbow, wrist; or hip, knee, ankle. ``side`` -1 is left in the picture.

    ``half`` is how far along the whole limb its middle joint lies.
    """

    side: int
    joints: tuple[Point, Point, Point]
    half: float

    @property
    def hidden(self) -> bool:
        """Whether its last bone points away from the viewer, so that the middle joint is its end."""
        return distance(self.joints[1], self.joints[2]) < 0.12 * distance(self.joints[0], self.joints[1])

    @property
    def end_angle(self) -> float:
        """The direction of the last bone."""
        return heading(self.joints[1], self.joints[2])

    def strip(self, width: Width, v0: float = 0.0, v1: float = 1.0) -> Ribbon:
        """A ribbon along the limb."""
        return tube(self.joints, width, v0, v1, joint=self.half)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A posed body. The ground is y = 0, up is negative, x = 0 is below the hips."""

    body: Proportions
    pose: Pose
    neck: Point
    pelvis: Point
    shoulders_deg: float
    hips_deg: float
    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]
    head: Point
    head_deg: float
    torso_stops: tuple[tuple[float, float], ...] = field(default=())

    @property
    def extent(self) -> tuple[float, float, float]:
        """How far head and hands reach: left, right and up from the ground below the hips."""
        hand = 42.0
        xs = [arm.joints[k][0] for arm in self.arms for k in (1, 2)] + [leg.joints[2][0] for leg in self.legs]
        tip = self.head[1] - 66 * self.body.head
        return min(xs) - hand, max(xs) + hand, min([tip, *(arm.joints[2][1] - hand for arm in self.arms)])

    def torso_width(self) -> Width:
        """Half-width of the torso at a fraction from the pit of the neck (0) to the hip joints (1)."""
        return profile(*self.torso_stops)

    def torso_at(self, u: float, v: float, half: float | None = None) -> Point:
        """A place on the torso: u across (-1…1 of ``half`` or of the torso there), v down."""
        centre = lerp(self.neck, self.pelvis, v)
        width = self.torso_width()(v) if half is None else half
        tilt = self.shoulders_deg + (self.hips_deg - self.shoulders_deg) * min(max(v, 0), 1)
        angle = math.radians(tilt)
        return centre[0] + math.cos(angle) * width * u, centre[1] + math.sin(angle) * width * u

    def torso(self, v0: float, v1: float, plus: float = 0.0, factor: float = 1.0, steps: int = 16) -> Ribbon:
        """The torso as a ribbon from v0 to v1, wider by a factor and a margin."""
        width = self.torso_width()
        places = [v0 + (v1 - v0) * i / steps for i in range(steps + 1)]
        return Ribbon(
            tuple(self.torso_at(-1, v, width(v) * factor + plus) for v in places),
            tuple(self.torso_at(1, v, width(v) * factor + plus) for v in places),
        )


def _two_bones(start: Point, target: Point, upper: float, fore: float, side: int) -> tuple[Point, Point]:
    """Elbow and wrist of an arm whose hand reaches for the target, elbow pointing outwards."""
    apart = distance(start, target)
    reach = min(max(apart, abs(upper - fore) + 4), upper + fore - 1)
    toward = heading(start, target)
    cosine = (upper**2 + reach**2 - fore**2) / (2 * upper * reach)
    opening = math.degrees(math.acos(min(max(cosine, -1), 1)))
    options = [along(start, toward + opening, upper), along(start, toward - opening, upper)]
    elbow = max(options, key=lambda p: p[0] * side * 0.8 + p[1])
    return elbow, along(start, toward, reach)


def _folded(start: Point, target: Point, upper: float, fore: float, side: int) -> tuple[Point, Point]:
    """Elbow and wrist of an arm bent in front of the body: the elbow hangs, what points at the viewer is short."""
    best: tuple[float, Point] | None = None
    for angle in (26, 18, 10, 2, -6):
        for percent in range(96, 36, -6):
            elbow = along(start, side * angle, upper * percent / 100)
            if distance(elbow, target) <= fore * 1.02:
                score = percent / 100 - abs(angle - 20) / 160
                if best is None or score > best[0]:
                    best = (score, elbow)
                break
    if best is None:
        return _two_bones(start, target, upper, fore, side)
    return best[1], target


def _leg(hip: Point, angles: Arm, lengths: Arm, body: Proportions, side: int) -> Limb:
    knee = along(hip, side * angles[0], body.thigh_length * lengths[0])
    return Limb(side, (hip, knee, along(knee, side * angles[1], body.shin_length * lengths[1])), 0.51)


def posed(body: Proportions, pose: Pose) -> Skeleton:
    """The joints of a body in a pose, standing (or sitting, kneeling) on y = 0."""
    hips_deg = pose.hips
    joint = max(body.hip - body.thigh, body.hip * 0.36)
    angle = math.radians(hips_deg)
    legs = tuple(
        _leg((side * joint * math.cos(angle), side * joint * math.sin(angle)), angles, lengths, body, side)
        for side, angles, lengths in (
            (-1, pose.leg_l, pose.leg_l_length),
            (1, pose.leg_r, pose.leg_r_length),
        )
    )
    lowest = max(max(p[1] for p in leg.joints) for leg in legs)
    drop = -(lowest + (12 if pose.kneel else 17)) - pose.air
    legs = tuple(replace(leg, joints=tuple((x, y + drop) for x, y in leg.joints)) for leg in legs)
    pelvis = (0.0, drop)
    neck = along(pelvis, 180 + -pose.lean, body.torso)
    neck = (neck[0], neck[1])
    shoulder_y = body.torso * 0.06 + body.arm_top * 0.62
    tilt = math.radians(pose.shoulders)
    stops = _torso_stops(body)
    arms: list[Limb] = []
    for side, angles, reach in ((-1, pose.arm_l, pose.reach_l), (1, pose.arm_r, pose.reach_r)):
        span = side * (body.shoulder - body.arm_top * 0.72)
        shoulder = (
            neck[0] + span * math.cos(tilt) - shoulder_y * math.sin(tilt),
            neck[1] + shoulder_y * math.cos(tilt) + span * math.sin(tilt),
        )
        if reach is not None:
            across = (
                neck[0] + body.shoulder * reach[0] * math.cos(tilt),
                neck[1] + body.shoulder * reach[0] * math.sin(tilt),
            )
            target = (
                across[0] + (pelvis[0] - neck[0]) * reach[1],
                across[1] + (pelvis[1] - neck[1]) * reach[1],
            )
            bones = _folded if reach[1] < FOLDS_ABOVE else _two_bones
            elbow, wrist = bones(shoulder, target, body.upper_arm, body.fore_arm, side)
        else:
            upper, fore = angles or (10.0, 4.0)
            elbow = along(shoulder, side * upper, body.upper_arm)
            wrist = along(elbow, side * fore, body.fore_arm)
        arms.append(Limb(side, (shoulder, elbow, wrist), 0.54))
    head_deg = pose.head + pose.lean * 0.4
    head = along(neck, 180 - head_deg * 0.6, body.neck_length + 50 * body.head)
    return Skeleton(
        body, pose, neck, pelvis, pose.shoulders, hips_deg,
        (arms[0], arms[1]), (legs[0], legs[1]), head, head_deg, stops,
    )  # fmt: skip


def _torso_stops(body: Proportions) -> tuple[tuple[float, float], ...]:
    return (
        (-0.06, body.neck * 1.02),
        (0.0, body.neck * 1.25),
        (0.06, body.shoulder * 0.72),
        (0.13, body.shoulder * 0.93),
        (0.24, body.chest * 1.0),
        (0.4, body.chest * (0.98 + 0.02 * body.bust)),
        (0.66, body.waist),
        (0.97, body.hip * 0.99),
        (1.06, body.hip),
        (1.2, body.hip * 0.97),
    )
