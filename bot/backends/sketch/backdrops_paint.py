"""The illustrator's brushes: shapes that land in a backdrop already in the light of the moment.

With ThorVG gradients are cheap, while clipping and group opacity cost a whole layer: windows are
holes left in a wall, nothing is clipped, and see-through shapes have a see-through fill.
"""

# ruff: noqa: PLR0917 -- the steps and numbers of a drawing are its measures

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from random import Random
from typing import TypeAlias

from bot.backends.sketch.backdrops_light import ASSETS, Light, mix

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width, height."""

PERSON_M = 1.7
"""Height of a grown figure: what one metre is measured by."""
PERSON_SHARE, PERSON_SHARE_TALL = 0.82, 0.72
"""Share of the picture's height that a figure on the nearest ground takes up."""

SNOW = "#f4f8ff"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def num(value: float) -> str:
    """A coordinate with one decimal."""
    return f"{value:.1f}"


def points_d(points: Iterable[Point], *, close: bool = True) -> str:
    """Path data of straight lines."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("z" if close else "")


def smooth_d(points: Sequence[Point], *, close: bool = False) -> str:
    """Path data of a smooth curve through ``points`` (Catmull-Rom as Béziers)."""
    count = len(points)

    def at(index: int) -> Point:
        return points[index % count] if close else points[min(max(index, 0), count - 1)]

    out = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for i in range(count if close else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = at(i - 1), at(i), at(i + 1), at(i + 2)
        out.append(
            f"C{bx + (cx - ax) / 6:.1f} {by + (cy - ay) / 6:.1f} "
            f"{cx - (dx - bx) / 6:.1f} {cy - (dy - by) / 6:.1f} {cx:.1f} {cy:.1f}"
        )
    return "".join(out) + ("z" if close else "")


@lru_cache(maxsize=256)
def _spokes(bumps: int, turn: int) -> tuple[Point, ...]:
    """Unit directions to the notches of a lump, in one of sixteen turns."""
    return tuple(
        (math.cos(math.tau * (i + turn / 16) / bumps), math.sin(math.tau * (i + turn / 16) / bumps))
        for i in range(bumps)
    )


def scallop_d(cx: float, cy: float, rx: float, ry: float, bumps: int, rng: Random) -> str:
    """Path data of a leafy or cloudy lump: an ellipse of outward bumps."""
    chance = rng.random
    notches = [
        f"{cx + rx * (0.91 + 0.18 * chance()) * dx:.1f} {cy + ry * (0.91 + 0.18 * chance()) * dy:.1f}"
        for dx, dy in _spokes(bumps, int(chance() * 16))
    ]
    radius = 1.82 * (rx + ry) / bumps
    arc = f"A{radius:.1f} {radius:.1f} 0 0 1 "
    return f"M{notches[-1]}{arc}{arc.join(notches)}z"


def lens_d(cx: float, cy: float, length: float, thick: float) -> str:
    """Path data of a flat pointed sliver: a glint on water, a petal, a far bird's body."""
    half = length / 2
    return (
        f"M{cx - half:.1f} {cy:.1f}q{half:.1f} {-thick:.1f} {length:.1f} 0q{-half:.1f} {thick:.1f} "
        f"{-length:.1f} 0z"
    )


def leaf_d(x: float, y: float, length: float, angle: float, width: float = 0.34) -> str:
    """Path data of a leaf that starts at (x, y) and points along ``angle`` (radians)."""
    dx, dy = math.cos(angle) * length, math.sin(angle) * length
    nx, ny = -dy * width, dx * width
    return (
        f"M{num(x)} {num(y)}Q{num(x + dx * 0.4 + nx)} {num(y + dy * 0.4 + ny)} {num(x + dx)} {num(y + dy)}"
        f"Q{num(x + dx * 0.4 - nx)} {num(y + dy * 0.4 - ny)} {num(x)} {num(y)}z"
    )


def circle_d(cx: float, cy: float, r: float) -> str:
    """Path data of a circle, to put many into one path."""
    arc = f"a{r:.1f} {r:.1f} 0 1 0"
    return f"M{cx - r:.1f} {cy:.1f}{arc} {2 * r:.1f} 0{arc} {-2 * r:.1f} 0z"


def rect_d(x: float, y: float, w: float, h: float) -> str:
    """Path data of a rectangle, to put many into one path."""
    return f"M{x:.1f} {y:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z"


@lru_cache(maxsize=256)
def part_source(name: str) -> tuple[str, dict[str, str]]:
    """A part's inner markup and its named colours. Raises ``OSError`` for an unknown part."""
    text = (ASSETS / "parts" / f"{name}.svg").read_text("utf-8")
    head, _, rest = text.partition("<svg")[2].partition(">")
    named = re.search(r'data-colours="([^"]*)"', head)
    pairs = (
        ((name, colour) for name, _, colour in (pair.partition(":") for pair in named[1].split()))
        if named
        else ()
    )
    body = re.sub(r"<!--.*?-->|\s*\n\s*", "", rest.rpartition("</svg>")[0], flags=re.DOTALL)
    return body, dict(pairs)


class Painter:
    """One backdrop in the making.

    Shapes are given in their colour at noon and are graded by :attr:`light` and :attr:`depth`
    (``raw=True`` keeps a colour: lamps, sky). They go behind the figures, or in front of them
    while :attr:`front` is True. ``hy`` is the horizon, ``gy`` where the nearest feet stand.
    """

    def __init__(self, width: float, height: float, seed: int, light: Light, details: frozenset[str]) -> None:
        self.w, self.h = width, height
        self.short = min(width, height)
        self.seed = seed
        self.light = light
        self.details = details
        self.done: set[str] = set()
        self.hy, self.gy = height * 0.56, height * 0.95
        self.depth = 0.0
        self.front = False
        self.outside = False
        self.seat: str | None = None
        self._behind: list[str] = []
        self._in_front: list[str] = []
        self._defs: dict[str, str] = {}

    # -- what it came to ---------------------------------------------------------------------

    @property
    def behind(self) -> str:
        """Markup drawn so far behind the figures."""
        return "".join(self._behind)

    @property
    def in_front(self) -> str:
        """Markup drawn so far over the figures."""
        return "".join(self._in_front)

    @property
    def defs(self) -> str:
        """Gradients used so far."""
        return "".join(self._defs.values())

    # -- measure -----------------------------------------------------------------------------

    @property
    def tall(self) -> bool:
        """Whether the picture is clearly higher than wide."""
        return self.h > self.w * 1.2

    def rng(self, part: str) -> Random:
        """Chance for one part, the same at every time of day and in every weather."""
        return Random(f"{self.seed}:{part}")

    def metre(self, y: float) -> float:
        """Units of a metre for something that stands on the ground at ``y``."""
        share = PERSON_SHARE_TALL if self.tall else PERSON_SHARE
        return share * self.h / PERSON_M * max(0.02, (y - self.hy) / (self.gy - self.hy))

    def c(self, colour: str, depth: float | None = None) -> str:
        """``colour`` in the light of the moment."""
        return self.light.grade(colour, self.depth if depth is None else depth, outside=self.outside)

    def snowy(self, colour: str, share: float = 0.92) -> str:
        """``colour``, under snow when it snows."""
        return mix(colour, SNOW, self.light.snow * share)

    # -- shapes ------------------------------------------------------------------------------

    def add(self, markup: str) -> None:
        """Append markup as it is."""
        (self._in_front if self.front else self._behind).append(markup)

    def _paint(self, fill: str, op: float, *, raw: bool) -> str:
        colour = fill if raw or not fill.startswith("#") else self.c(fill)
        return f'fill="{colour}"' + (f' fill-opacity="{op:.2f}"' if op < 1 else "")

    def path(self, d: str, fill: str, *, op: float = 1, raw: bool = False) -> None:
        """A filled path."""
        self.add(f'<path d="{d}" {self._paint(fill, op, raw=raw)}/>')

    def poly(self, points: Iterable[Point], fill: str, *, op: float = 1, raw: bool = False) -> None:
        """A filled polygon."""
        self.path(points_d(points), fill, op=op, raw=raw)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str,
        *,
        rx: float = 0,
        op: float = 1,
        raw: bool = False,
    ) -> None:
        """A rectangle, rounded by ``rx``."""
        corner = f' rx="{num(rx)}"' if rx else ""
        self.add(
            f'<rect x="{num(x)}" y="{num(y)}" width="{num(max(w, 0.1))}" height="{num(max(h, 0.1))}"{corner} '
            f"{self._paint(fill, op, raw=raw)}/>"
        )

    def circle(self, cx: float, cy: float, r: float, fill: str, *, op: float = 1, raw: bool = False) -> None:
        """A disc."""
        self.add(
            f'<circle cx="{num(cx)}" cy="{num(cy)}" r="{num(max(r, 0.1))}" {self._paint(fill, op, raw=raw)}/>'
        )

    def ellipse(
        self, cx: float, cy: float, rx: float, ry: float, fill: str, *, op: float = 1, raw: bool = False
    ) -> None:
        """An ellipse."""
        self.add(
            f'<ellipse cx="{num(cx)}" cy="{num(cy)}" rx="{num(rx)}" ry="{num(ry)}" {self._paint(fill, op, raw=raw)}/>'
        )

    def stroke(self, d: str, colour: str, width: float, *, op: float = 1, raw: bool = False) -> None:
        """A line with round ends along path data."""
        paint = self._paint(colour, op, raw=raw).replace("fill", "stroke")
        self.add(f'<path d="{d}" fill="none" {paint} stroke-width="{num(width)}" stroke-linecap="round"/>')

    def _vertical(self, top: float, bottom: float, tones: Sequence[str]) -> str:
        name = f"bd-wash{len(self._defs)}"
        marks = "".join(
            f'<stop offset="{i / (len(tones) - 1):.3f}" stop-color="{tone}"/>' for i, tone in enumerate(tones)
        )
        self._defs[name] = (
            f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" y1="{top:.1f}" '
            f'x2="0" y2="{bottom:.1f}">{marks}</linearGradient>'
        )
        return f"url(#{name})"

    def wash(self, box: Box, stops: Sequence[str], *, raw: bool = False, holes: Sequence[Box] = ()) -> None:
        """A vertical gradient over ``box``, leaving ``holes`` open."""
        x, y, w, h = box
        d = rect_d(x, y, w, h)
        for hx, hy, hw, hh in holes:
            left, right = max(x, hx), min(x + w, hx + hw)
            top, bottom = max(y, hy), min(y + h, hy + hh)
            if right > left and bottom > top:
                d += rect_d(left, top, right - left, bottom - top)
        fill = self._vertical(y, y + h, [stop if raw else self.c(stop) for stop in stops])
        self.add(f'<path d="{d}" fill-rule="evenodd" fill="{fill}"/>')

    def veil(self, box: Box, colour: str, strengths: Sequence[float]) -> None:
        """A see-through vertical gradient of one colour, taken as it is: fog, glow of a city."""
        x, y, w, h = box
        name = f"bd-veil{len(self._defs)}"
        marks = "".join(
            f'<stop offset="{i / (len(strengths) - 1):.3f}" stop-color="{colour}" stop-opacity="{strength:.2f}"/>'
            for i, strength in enumerate(strengths)
        )
        self._defs[name] = (
            f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" y1="{y:.1f}" '
            f'x2="0" y2="{y + h:.1f}">{marks}</linearGradient>'
        )
        self.add(f'<path d="{rect_d(x, y, w, h)}" fill="url(#{name})"/>')

    def wash_disc(self, cx: float, cy: float, r: float, tones: Sequence[str]) -> None:
        """A disc with a vertical gradient of colours that are taken as they are."""
        self.circle(cx, cy, r, self._vertical(cy - r, cy + r, tones))

    def glow(self, cx: float, cy: float, r: float, colour: str, strength: float = 0.6) -> None:
        """A soft round light; costs by its area, so keep ``r`` small."""
        name = f"bd-glow{colour[1:]}{round(strength * 100)}"
        self._defs[name] = (
            f'<radialGradient id="{name}"><stop stop-color="{colour}" stop-opacity="{strength:.2f}"/>'
            f'<stop offset=".35" stop-color="{colour}" stop-opacity="{strength * 0.45:.2f}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        )
        self.add(f'<circle cx="{num(cx)}" cy="{num(cy)}" r="{num(r)}" fill="url(#{name})"/>')

    def part(
        self,
        name: str,
        x: float,
        y: float,
        scale: float,
        *,
        colours: dict[str, str] | None = None,
        flip: bool = False,
        turn: float = 0,
    ) -> None:
        """An SVG part with its origin at (x, y), one of its units being ``scale`` of ours.

        Colours named in the part may be replaced; the one named ``lamp`` shines when lamps
        are on, ``paper`` is lit from within, those named ``fire`` and ``flame`` always do.
        """
        body, named = part_source(name)
        swap = {named[key]: named[key] for key in ("fire", "flame") if key in named}
        swap |= {named[key]: self.c(colour) for key, colour in (colours or {}).items() if key in named}
        if "lamp" in named:
            swap[named["lamp"]] = mix(self.c(named["lamp"]), "#ffe9b0", self.light.lamps)
        if "paper" in named:
            paper = (colours or {}).get("paper", named["paper"])
            swap[named["paper"]] = mix(self.c(paper), mix(paper, "#ffd98a", 0.3), self.light.lamps)
        body = _COLOUR.sub(lambda found: swap.get(found[0]) or self.c(found[0]), body)
        rotate = f" rotate({turn:.1f})" if turn else ""
        sx = -scale if flip else scale
        self.add(
            f'<g transform="translate({num(x)} {num(y)}) scale({sx:.4f} {scale:.4f}){rotate}">{body}</g>'
        )

    # -- ground and growth -------------------------------------------------------------------

    def ridge(
        self,
        part: str,
        y: float,
        swell: float,
        fill: str,
        *,
        steps: int = 6,
        bottom: float | None = None,
        slope: float = 0,
    ) -> None:
        """A hill line across the picture, filled downwards. ``slope`` lifts the right side."""
        rng = self.rng(part)
        points = [
            (self.w * (i / steps * 1.2 - 0.1), y + rng.uniform(-swell, swell) - slope * (i / steps - 0.5))
            for i in range(steps + 1)
        ]
        base = self.h if bottom is None else bottom
        self.path(
            f"{smooth_d(points)}L{num(self.w * 1.1)} {num(base)}L{num(-self.w * 0.1)} {num(base)}z", fill
        )

    def foliage(
        self, cx: float, cy: float, rx: float, ry: float, leaf: str, rng: Random, bumps: int = 11
    ) -> None:
        """A lump of leaves: shade below, light above, snow on top when it snows."""
        leaf = self.snowy(leaf, 0.25)
        self.path(scallop_d(cx, cy, rx, ry, bumps, rng), mix(leaf, "#17324a", 0.28))
        self.path(scallop_d(cx - rx * 0.06, cy - ry * 0.12, rx * 0.88, ry * 0.80, bumps, rng), leaf)
        top = SNOW if self.light.snow else mix(leaf, "#fff2a8", 0.30)
        self.path(
            scallop_d(cx - rx * 0.16, cy - ry * 0.38, rx * 0.56, ry * 0.40, max(6, bumps - 3), rng), top
        )

    def tufts(self, rng: Random, box: Box, count: int, size: float, colour: str) -> None:
        """Tufts of grass strewn over a box, all in one path."""
        x, y, w, h = box
        d = ""
        for _ in range(count):
            px, py = x + rng.random() * w, y + rng.random() * h
            for lean in (-0.5, 0.05, 0.55):
                tall = size * rng.uniform(0.6, 1.1)
                tip = px + tall * (lean + 0.35 * self.light.wind)
                d += (
                    f"M{num(px - size * 0.08)} {num(py)}Q{num(px)} {num(py - tall * 0.6)} {num(tip)} "
                    f"{num(py - tall)}"
                )
                d += f"Q{num(px + size * 0.1)} {num(py - tall * 0.5)} {num(px + size * 0.08)} {num(py)}z"
        self.path(d, self.snowy(colour, 0.5))
