"""Shapes and sizes of pictures."""

from __future__ import annotations

import enum


class Aspect(enum.StrEnum):
    """Width to height."""

    SQUARE = "1:1"
    WIDE = "16:9"
    TALL = "9:16"
    LANDSCAPE = "4:3"
    PORTRAIT = "3:4"

    @property
    def ratio(self) -> tuple[int, int]:
        """Width and height as small whole numbers."""
        width, height = self.value.split(":")
        return int(width), int(height)


class Resolution(enum.StrEnum):
    """How large the long edge is, in true pixels."""

    R1K = "1K"
    R2K = "2K"
    R4K = "4K"

    @property
    def long_edge_px(self) -> int:
        """The long edge in pixels."""
        return {"1K": 1024, "2K": 2048, "4K": 4096}[self.value]


class Rating(enum.StrEnum):
    """*general*: everyone clothed, nothing sexual. Everything else is *mature*."""

    GENERAL = "general"
    MATURE = "mature"


def size_px(aspect: Aspect, resolution: Resolution) -> tuple[int, int]:
    """(width, height) in pixels: the long edge is exact, the short one rounded to a multiple of 8."""
    across, down = aspect.ratio
    long_edge = resolution.long_edge_px
    short_edge = round(long_edge * min(across, down) / max(across, down) / 8) * 8
    return (long_edge, short_edge) if across >= down else (short_edge, long_edge)
