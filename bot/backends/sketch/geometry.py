"""Points, smooth outlines and tapered ribbons: the geometry that figures are cut from.

Everything is in user units with y pointing down. Angles are degrees from straight down; positive
turns towards +x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Width = Callable[[float], float]
"""Half-width of a limb or garment at a fraction 0…1 of its length."""


def along(start: Point, angle_deg: float, length: float) -> Point:
    """The point that lies ``length`` from ``start`` in the direction of the angle."""
    angle = math.radians(angle_deg)
    return start[0] + math.sin(angle) * length, start[1] + math.cos(angle) * length


def lerp(a: Point, b: Point, share: float) -> Point:
    """The point at ``share`` of the way from a to b; beyond 0…1 it extrapolates."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def distance(a: Point, b: Point) -> float:
    """How far a is from b."""
    return math.hypot(b[0] - a[0], b[1] - a[1])


def heading(a: Point, b: Point) -> float:
    """The angle of the line from a to b, in degrees from straight down."""
    return math.degrees(math.atan2(b[0] - a[0], b[1] - a[1]))


def profile(*stops: tuple[float, float]) -> Width:
    """A width that eases through (fraction, half-width) stops, flat beyond the first and the last."""

    def width(share: float) -> float:
        if share <= stops[0][0]:
            return stops[0][1]
        for (t0, w0), (t1, w1) in pairwise(stops):
            if share <= t1:
                x = (share - t0) / (t1 - t0)
                x = x * x * (3 - 2 * x)
                return w0 + (w1 - w0) * x
        return stops[-1][1]

    return width


def scaled(width: Width, factor: float, plus: float = 0.0) -> Width:
    """The same width, wider by a factor and a margin."""
    return lambda share: width(share) * factor + plus


def number(value: float) -> str:
    """A coordinate as short text."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def smooth(points: Sequence[Point], *, start: bool = True) -> str:
    """Path data of a Catmull-Rom curve through the points; ``start`` False continues an open path."""
    first = points[0]
    parts = [f"{'M' if start else 'L'}{number(first[0])} {number(first[1])}"]
    last = len(points) - 1
    for i in range(last):
        p0, p1, p2, p3 = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, last)]
        c1 = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        parts.append("C" + " ".join(number(v) for v in (*c1, *c2, *p2)))
    return "".join(parts)


def closed(points: Sequence[Point]) -> str:
    """Path data of a closed smooth curve through the points."""
    count = len(points)
    parts = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for i in range(count):
        p0, p1, p2, p3 = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        c1 = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        parts.append("C" + " ".join(number(v) for v in (*c1, *c2, *p2)))
    return "".join(parts) + "Z"


def polygon(points: Sequence[Point]) -> str:
    """Path data of a closed shape with straight sides."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def line(*points: Point) -> str:
    """Path data of straight strokes through the points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A strip between two contours of equally many points: a limb, a torso, a skirt.

    ``left`` and ``right`` run from its top to its end. ``v`` is the fraction along it and ``u`` the
    place across it, -1 on the left contour and 1 on the right one.
    """

    left: tuple[Point, ...]
    right: tuple[Point, ...]
    round_top: float = 0.0
    round_end: float = 0.0

    def at(self, u: float, v: float) -> Point:
        """The point at (u, v)."""
        place = min(max(v, 0.0), 1.0) * (len(self.left) - 1)
        i = min(int(place), len(self.left) - 2)
        a = lerp(self.left[i], self.left[i + 1], place - i)
        b = lerp(self.right[i], self.right[i + 1], place - i)
        return lerp(a, b, (u + 1) / 2)

    @property
    def breadth(self) -> float:
        """The mean distance between the contours."""
        return sum(distance(a, b) for a, b in zip(self.left, self.right, strict=True)) / len(self.left) or 1.0

    def band(self, u0: float, u1: float) -> Ribbon:
        """The strip between two places across."""
        return Ribbon(
            tuple(lerp(a, b, (u0 + 1) / 2) for a, b in zip(self.left, self.right, strict=True)),
            tuple(lerp(a, b, (u1 + 1) / 2) for a, b in zip(self.left, self.right, strict=True)),
        )

    def crescent(self, inner: float, outer: float) -> Ribbon:
        """The strip from ``inner`` to the edge ``outer`` (-1 or 1), which swells from nothing over its first third."""
        count = len(self.left) - 1
        edge: list[Point] = []
        for i, (a, b) in enumerate(zip(self.left, self.right, strict=True)):
            x = min(i / count / 0.32, 1.0)
            u = outer + (inner - outer) * x * (2 - x)
            edge.append(lerp(a, b, (u + 1) / 2))
        if outer > 0:
            return Ribbon(tuple(edge), self.right, round_end=self.round_end * 0.4)
        return Ribbon(self.left, tuple(edge), round_end=self.round_end * 0.4)

    def part(self, v0: float, v1: float, steps: int = 8) -> Ribbon:
        """The strip between two fractions along."""
        places = [v0 + (v1 - v0) * i / steps for i in range(steps + 1)]
        return Ribbon(tuple(self.at(-1, v) for v in places), tuple(self.at(1, v) for v in places))

    def path(self) -> str:
        """Closed path data; the ends bulge by ``round_top`` and ``round_end``."""
        outline = smooth(self.left)
        outline += self._cap(self.left[-1], self.right[-1], self.left[-2], self.round_end)
        outline += smooth(self.right[::-1], start=False)
        outline += self._cap(self.right[0], self.left[0], self.right[1], self.round_top)
        return outline + "Z"

    @staticmethod
    def _cap(a: Point, b: Point, before: Point, bulge: float) -> str:
        if not bulge:
            return f"L{number(b[0])} {number(b[1])}"
        length = distance(before, a) or 1.0
        out = ((a[0] - before[0]) / length * bulge, (a[1] - before[1]) / length * bulge)
        c1, c2 = (a[0] + out[0], a[1] + out[1]), (b[0] + out[0], b[1] + out[1])
        return "C" + " ".join(number(v) for v in (*c1, *c2, *b))

    def sides(self, v0: float = 0.0, v1: float = 1.0) -> str:
        """Path data of the two contours alone, open, for a line that leaves the ends free."""
        piece = self.part(v0, v1) if (v0, v1) != (0.0, 1.0) else self
        return smooth(piece.left) + smooth(piece.right)


def bend(points: Sequence[Point], steps: int = 18, softness: float = 0.22) -> list[Point]:
    """Points spread evenly along a polyline whose corners are rounded."""
    corners: list[Point] = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        a, b = lerp(corner, before, softness), lerp(corner, after, softness)
        for i in range(7):
            t = i / 6
            corners.append(lerp(lerp(a, corner, t), lerp(corner, b, t), t))
    corners.append(points[-1])
    lengths = [distance(a, b) for a, b in pairwise(corners)]
    total = sum(lengths) or 1.0
    spread: list[Point] = []
    for i in range(steps + 1):
        want, passed = total * i / steps, 0.0
        for (a, b), length in zip(pairwise(corners), lengths, strict=True):
            if want <= passed + length + 1e-9:
                spread.append(lerp(a, b, (want - passed) / (length or 1.0)))
                break
            passed += length
        else:
            spread.append(corners[-1])
    return spread


def tube(
    points: Sequence[Point],
    width: Width,
    v0: float = 0.0,
    v1: float = 1.0,
    *,
    steps: int = 18,
    joint: float | None = None,
) -> Ribbon:
    """A ribbon along a polyline (shoulder, elbow, wrist) from fraction ``v0`` to ``v1`` of it.

    With ``joint``, fractions are those of the whole limb, of which the middle point is ``joint``, though a bone that
    points at the viewer is seen short.
    """
    line = bend(points, 48)
    split = 0.5
    if joint is not None:
        first, second = distance(points[0], points[1]), distance(points[1], points[2])
        split = min(max(first / ((first + second) or 1.0), 0.04), 0.96)
    half = 0.5 if joint is None else joint

    def passed(v: float) -> float:
        return v / half * split if v < half else split + (v - half) / (1 - half) * (1 - split)

    places = [v0 + (v1 - v0) * i / steps for i in range(steps + 1)]
    left: list[Point] = []
    right: list[Point] = []
    for v in places:
        place = min(max(passed(v), 0.0), 1.0) * 48
        i = min(int(place), 47)
        centre = lerp(line[i], line[i + 1], place - i)
        a, b = line[max(i - 1, 0)], line[min(i + 2, 48)]
        length = distance(a, b) or 1.0
        normal = ((b[1] - a[1]) / length, -(b[0] - a[0]) / length)
        wide = width(v)
        left.append((centre[0] - normal[0] * wide, centre[1] - normal[1] * wide))
        right.append((centre[0] + normal[0] * wide, centre[1] + normal[1] * wide))
    return Ribbon(_unfolded(left, line), _unfolded(right, line))


def _unfolded(contour: list[Point], line: list[Point]) -> tuple[Point, ...]:
    """A contour without the loop that a sharp bend makes: points that run backwards are evened out."""
    last = len(contour) - 1
    steps = len(line) - 1
    for _ in range(3):
        for i in range(1, last):
            k = min(round(i / last * steps), steps - 1)
            ahead = (line[k + 1][0] - line[k][0], line[k + 1][1] - line[k][1])
            before = (contour[i][0] - contour[i - 1][0], contour[i][1] - contour[i - 1][1])
            after = (contour[i + 1][0] - contour[i][0], contour[i + 1][1] - contour[i][1])
            if min(_dot(before, ahead), _dot(after, ahead)) < 0:
                low, high = max(i - 2, 0), min(i + 2, last)
                contour[i] = lerp(contour[low], contour[high], 0.5)
    return tuple(contour)


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]
