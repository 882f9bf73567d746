# ruff: noqa: PLR2004 - the numbers are the drawing
"""Colours and brushes: how a piece gets its fill, shade, light edge and outline."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field

from bot.backends.sketch.geometry import Point, Ribbon, distance, number


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue 0…1 of "#rrggbb"."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def hex_of(red: float, green: float, blue: float) -> str:
    """A colour as "#rrggbb", of channels, clamped to 0…1."""
    return "#" + "".join(f"{round(min(max(c, 0.0), 1.0) * 255):02x}" for c in (red, green, blue))


def mix(a: str, b: str, share: float) -> str:
    """A colour ``share`` of the way from a to b."""
    return hex_of(*(x + (y - x) * share for x, y in zip(channels(a), channels(b), strict=True)))


def luminance(colour: str) -> float:
    """How bright a colour looks, 0…1 (Rec. 709 weights on the coded values)."""
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def shifted(colour: str, hue: float, saturation: float, lightness: float) -> str:
    """A colour with hue turned (in turns), saturation multiplied and lightness multiplied."""
    h, light, s = colorsys.rgb_to_hls(*channels(colour))
    return hex_of(*colorsys.hls_to_rgb((h + hue) % 1, min(light * lightness, 1), min(s * saturation, 1)))


@dataclass(frozen=True, slots=True)
class Lighting:
    """The light on figures: ``tint`` multiplies colours by ``strength``, ``rim`` edges them.

    ``side`` is -1 when light falls from the left and 1 when it falls from the right.
    """

    tint: str = "#ffffff"
    strength: float = 0.0
    rim: str = "#ffffff"
    side: int = -1

    def lit(self, colour: str) -> str:
        """The colour as it looks in this light."""
        under = hex_of(*(c * t for c, t in zip(channels(colour), channels(self.tint), strict=True)))
        return mix(colour, under, self.strength)


@dataclass(frozen=True, slots=True)
class Ink:
    """One material in the light of the scene: its base, shade, deep shade, light and line colours."""

    base: str
    shade: str
    deep: str
    light: str
    line: str

    @classmethod
    def of(cls, colour: str, lighting: Lighting, *, skin: bool = False) -> Ink:
        """The inks of a material; skin keeps a warm shade."""
        base = lighting.lit(colour)
        bright = luminance(base)
        if skin:
            shade = mix(shifted(base, -0.012, 0.92, 0.89 if bright > 0.35 else 0.8), "#b0405a", 0.05)
            deep = mix(shifted(base, -0.018, 0.82, 0.77 if bright > 0.35 else 0.66), "#8a2f4c", 0.08)
            line = mix(shifted(base, -0.02, 1.05, 0.52), "#5a2432", 0.3)
        else:
            shade = mix(shifted(base, 0.0, 1.05, 0.84), "#2b2350", 0.1)
            deep = mix(shifted(base, 0.0, 1.05, 0.7), "#241b48", 0.18)
            line = mix(shifted(base, 0.0, 1.0, 0.52), "#1f1838", 0.3)
        return cls(base, shade, deep, mix(base, "#ffffff", 0.2 if bright < 0.75 else 0.45), line)


RIM_WIDTH = 3.2


@dataclass(slots=True)
class Canvas:
    """Collects the SVG of one figure, back to front.

    ``outline`` is the width of contour lines; ``cel`` draws harder, deeper shade (anime).
    """

    lighting: Lighting
    outline: float = 1.5
    cel: bool = False
    parts: list[str] = field(default_factory=list[str])

    def shape(self, path: str, fill: str, *, line: str | None = None, opacity: float = 1.0) -> None:
        """A filled path, with a thin contour when ``line`` is given."""
        stroke = (
            f' stroke="{line}" stroke-width="{number(self.outline)}" stroke-linejoin="round"' if line else ""
        )
        alpha = f' fill-opacity="{number(opacity)}"' if opacity < 1 else ""
        self.parts.append(f'<path d="{path}" fill="{fill}"{stroke}{alpha}/>')

    def stroke(self, path: str, colour: str, width: float, opacity: float = 1.0) -> None:
        """A line with round ends."""
        alpha = f' stroke-opacity="{number(opacity)}"' if opacity < 1 else ""
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(width)}"'
            f' stroke-linecap="round" stroke-linejoin="round"{alpha}/>'
        )

    def dot(self, centre: Point, radius: float, fill: str, opacity: float = 1.0) -> None:
        """A small disc."""
        alpha = f' fill-opacity="{number(opacity)}"' if opacity < 1 else ""
        self.parts.append(
            f'<circle cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}" fill="{fill}"{alpha}/>'
        )

    def raw(self, svg: str, transform: str = "") -> None:
        """A finished fragment, placed by an SVG transform."""
        self.parts.append(f'<g transform="{transform}">{svg}</g>' if transform else svg)

    def ribbon(
        self, strip: Ribbon, ink: Ink, *, line_from: float = 0.0, line_to: float = 1.0, rim: float = 0.45
    ) -> None:
        """A strip with its shade on the side away from the light and a rim on the lit side."""
        self.shape(strip.path(), ink.base)
        shade_right = self._shade_is_right(strip)
        side = 1.0 if shade_right else -1.0
        # A cuff or a hem goes on with the shade of what it ends; a longer piece's shade begins softly.
        short = distance(strip.left[0], strip.left[-1]) < strip.breadth * 0.6
        dark = strip.band(*sorted((0.36 * side, side))) if short else strip.crescent(0.36 * side, side)
        self.shape(dark.path(), ink.shade, opacity=0.9 if self.cel else 0.7)
        if rim:
            thin = 1 - min(0.3, 2 * RIM_WIDTH / strip.breadth)
            u0, u1 = (-1.0, -thin) if shade_right else (thin, 1.0)
            self.shape(
                strip.band(u0, u1).path(),
                mix(ink.base, self.lighting.rim, rim * (0.5 + 0.5 * min(luminance(ink.base) * 2, 1))),
            )
        if self.outline:
            self.stroke(strip.sides(line_from, line_to), ink.line, self.outline, 0.85)

    def _shade_is_right(self, strip: Ribbon) -> bool:
        across_x = sum(b[0] - a[0] for a, b in zip(strip.left, strip.right, strict=True))
        across_y = sum(b[1] - a[1] for a, b in zip(strip.left, strip.right, strict=True))
        return across_x * -self.lighting.side * 0.85 + across_y * 0.5 > 0

    def svg(self) -> str:
        """Everything collected so far."""
        return "".join(self.parts)
