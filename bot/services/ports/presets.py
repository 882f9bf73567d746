"""What services ask of the presets' shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.presets import Preset, PresetKind


class PresetShelf(Protocol):
    """The presets that ship with the bot. They never change while it runs."""

    def all(self, kind: PresetKind) -> Sequence[Preset]:
        """Every preset of a kind, in the order of its file."""
        ...

    def get(self, preset_id: str) -> Preset | None:
        """One preset."""
        ...

    async def thumbnail(self, preset_id: str) -> bytes | None:
        """A small JPEG of what the preset looks like, where there is one."""
        ...
