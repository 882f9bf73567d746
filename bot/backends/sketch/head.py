# ruff: noqa: PLR2004 - the numbers are the drawing
"""Heads: face, expression and hair, placed on the neck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.backends.sketch.paint import Canvas, Ink, luminance, mix
from bot.backends.sketch.parts import Parts, skin_keys


@dataclass(frozen=True, slots=True)
class HeadLook:
    """How a head looks: everything by name or "#rrggbb"; ``marks`` are freckles, beard and the like.

    ``streaks`` is a second hair colour.
    """

    style: str
    strong: bool
    lashes: bool
    skin: str
    hair_style: str
    hair: str
    eyes: str
    flip: bool = False
    age: int = 25
    streaks: str | None = None
    marks: frozenset[str] = frozenset()


class Head:
    """Draws one head in its own coordinates: the middle is (0, 0), the chin at y = 50."""

    def __init__(self, parts: Parts, look: HeadLook, canvas: Canvas) -> None:
        self._parts = parts
        self._look = look
        self._canvas = canvas
        light = canvas.lighting
        self.skin = Ink.of(look.skin, light, skin=True)
        hair = Ink.of(look.hair, light)
        dark_skin = luminance(look.skin) < 0.42
        eyes = Ink.of(look.eyes, light)
        brow = (
            mix(hair.line, hair.base, 0.35)
            if luminance(look.hair) < 0.72
            else mix(hair.shade, "#6b5a4a", 0.5)
        )
        lip = mix(mix(self.skin.shade, "#c2474f", 0.5), self.skin.base, 0.1)
        if not look.lashes:
            lip = mix(lip, self.skin.shade, 0.55)
        self._keys = skin_keys(self.skin) | {
            "hair": hair.base,
            "hair_shade": hair.shade,
            "hair_light": light.lit(look.streaks)
            if look.streaks
            else mix(hair.base, "#ffffff", 0.28 if luminance(hair.base) > 0.12 else 0.2),
            "hair_line": hair.line,
            "iris": eyes.base,
            "iris_deep": mix(eyes.base, "#120c1c", 0.5),
            "iris_light": mix(eyes.base, "#ffffff", 0.42),
            "eye_white": light.lit("#fdfaf6"),
            "lash": mix(hair.line, "#1d1418", 0.75),
            "brow": brow,
            "lip": lip,
            "lip_deep": mix(lip, "#4a1622", 0.55),
            "blush": mix(self.skin.base, "#d9405a", 0.5 if dark_skin else 0.4),
            "accent": light.lit("#e0b64f"),
        }

    def _fragment(self, file: str, group: str) -> str:
        return self._parts.coloured(self._parts.groups(file).get(group, ""), self._keys)

    def _hair(self, layer: str) -> str:
        found = self._fragment(f"hair/{self._look.hair_style}", layer)
        widen = 1.045 if self._look.style == "anime" else 1.0
        across = -widen if self._look.flip else widen
        return f'<g transform="scale({across} 1)">{found}</g>' if found else ""

    def back(self) -> str:
        """What lies behind the body: the hair's back."""
        return self._hair("back")

    def front(self, expression: dict[str, Any], turn: float, worn: str = "") -> str:
        """The face and the hair over it.

        ``turn`` moves the features sideways; ``worn`` is what is drawn on the face: glasses, earrings.
        """
        look, face = self._look, f"face/{self._look.style}"
        kind = "strong" if look.strong else "soft"
        ear = self._fragment(face, "ear")
        out = [ear, f'<g transform="scale(-1 1)">{ear}</g>']
        out.append(self._fragment(face, f"head-{kind}"))
        side = 1 if self._canvas.lighting.side < 0 else -1
        out.append(f'<g transform="scale({side} 1)">{self._fragment(face, "shade")}</g>')
        out.append(f'<g transform="translate({turn:.2f} 0)">')
        out.append(self._fragment(face, "blush-deep" if expression.get("blush") else "blush"))
        out.append(self._marks())
        out.append(self._fragment(face, f"nose-{kind}"))
        out.append(self._fragment(face, f"mouth-{expression['mouth']}"))
        out.append(self._eyes(face, expression, turn))
        out.append(self._beard())
        out.append(f"{worn}</g>")
        out.append(self._hair("front"))
        return "".join(out)

    def _eyes(self, face: str, expression: dict[str, Any], turn: float) -> str:
        anime = self._look.style == "anime"
        x, y = (19.0, 9.0) if anime else (16.5, 3.5)
        brow_y = -12.5 if anime else -11.5
        lift, angle = expression.get("brow", (0.0, 0.0))
        brow = self._fragment(face, f"brow-{'strong' if self._look.strong else 'calm'}")
        lashes = self._fragment(face, "lashes") if self._look.lashes else ""
        out: list[str] = []
        for side in (-1, 1):
            name = expression.get("left", expression["eye"]) if side < 0 else expression["eye"]
            eye = self._fragment(face, f"eye-{name}")
            if name in {"open", "wide", "half"}:
                eye += lashes
            narrow = 1 - 0.03 * turn * side
            size = 1.0 if anime else 1.14
            out.append(
                f'<g transform="translate({side * x} {y}) scale({side * narrow * size:.3f} {size})">{eye}</g>'
            )
            out.append(
                f'<g transform="translate({side * x} {y + brow_y - lift}) scale({side} 1) rotate({-angle})">{brow}</g>'
            )
        return "".join(out)

    def _marks(self) -> str:
        marks = self._parts.groups("face/marks")
        found = [marks[name] for name in sorted(self._look.marks) if name in marks]
        if self._look.age >= 45 and "wrinkles" in marks:
            found.append(marks["wrinkles"])
        return self._parts.coloured("".join(found), self._keys)

    def _beard(self) -> str:
        beards = self._parts.groups("face/beards")
        return self._parts.coloured(
            "".join(beards[name] for name in sorted(self._look.marks) if name in beards), self._keys
        )
