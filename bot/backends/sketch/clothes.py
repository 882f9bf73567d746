"""Garments as data: what a piece is, and what somebody wears."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cut:
    """How one part of a garment is cut.

    ``kind`` is the cut's name (a top: "shirt", "strap", …; a bottom: "trousers", "shorts", "skirt"; an outer
    layer: "jacket", "coat", "cloak"; feet: a group of shoes.svg). ``length`` is a fraction of the torso for tops
    and of the leg for bottoms and coats; ``flare`` and ``ease`` are units; ``features`` are small parts.
    """

    kind: str
    length: float = 1.0
    ease: float = 3.0
    flare: float = 0.0
    sleeve: str = "none"
    neck: str = "crew"
    tuck: bool = False
    features: frozenset[str] = field(default_factory=frozenset[str])


@dataclass(frozen=True, slots=True)
class Worn:
    """A cut in its colours: ``colour`` of the cloth, ``second`` of trims, buttons, linings or patterns."""

    cut: Cut
    colour: str
    second: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Outfit:
    """What somebody wears. ``top`` and ``bottom`` are never both None: nobody is drawn undressed."""

    top: Worn
    bottom: Worn
    outer: Worn | None = None
    feet: Worn | None = None
    stockings: str | None = None
    gloves: str | None = None
    belt: str | None = None


SLEEVES = {
    "none": 0.0,
    "cap": 0.16,
    "short": 0.34,
    "puff": 0.3,
    "elbow": 0.52,
    "three": 0.74,
    "long": 0.99,
    "wide": 0.88,
}
"""How far down the arm a sleeve goes."""
