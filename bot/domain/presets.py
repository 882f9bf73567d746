"""Presets: ready-made outfits, actions and scenes for premium pictures."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.domain.companion import Gender
from bot.domain.scene import Figure, Scene


class PresetKind(enum.StrEnum):
    """What a preset decides. A picture has at most one of each."""

    OUTFIT = "outfit"
    ACTION = "action"
    SCENE = "scene"


@dataclass(frozen=True, slots=True)
class Preset:
    """One ready-made part of a picture.

    ``preset_id`` is unique among all kinds, lower-case letters, digits and dashes, 40 at most. ``fits``
    are the genders that it is made for. ``tags`` is what it adds to a premium prompt, comma-separated.
    ``shows`` says the same as a scene: an outfit fills ``outfit`` of its one figure, an action pose,
    action and expression, a scene everything around; the figure's companion id is empty.
    """

    preset_id: str
    kind: PresetKind
    name: str
    fits: frozenset[Gender]
    tags: str
    shows: Scene

    @property
    def figure(self) -> Figure:
        """What the one who is pictured wears and does."""
        return self.shows.figures[0]


@dataclass(frozen=True, slots=True)
class PresetChoice:
    """The chosen presets of a picture, by id; empty text is none."""

    outfit: str = ""
    action: str = ""
    scene: str = ""

    def of(self, kind: PresetKind) -> str:
        """The chosen preset of one kind."""
        return {PresetKind.OUTFIT: self.outfit, PresetKind.ACTION: self.action, PresetKind.SCENE: self.scene}[
            kind
        ]

    @property
    def ids(self) -> tuple[str, ...]:
        """All that are chosen."""
        return tuple(chosen for chosen in (self.outfit, self.action, self.scene) if chosen)
