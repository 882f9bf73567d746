"""Sizes that OpenAI's image models make: both edges are multiples of 16, within bounds.

https://platform.openai.com/docs/guides/image-generation#size-and-quality-options: at most 3840 on an edge, from
655,360 to 8,294,400 pixels (3840×2160, or 2880²).
"""

from __future__ import annotations

import math
from collections.abc import Callable

STEP_PX = 16
MOST_EDGE_PX = 3840
FEWEST_PIXELS = 655_360
MOST_PIXELS = 8_294_400


def nearest_size(width_px: int, height_px: int) -> tuple[int, int]:
    """The size of this shape that is nearest: the same where it can be made, else the largest or smallest."""
    pixels = width_px * height_px
    shrink = min(1.0, MOST_EDGE_PX / max(width_px, height_px), math.sqrt(MOST_PIXELS / pixels))
    if shrink < 1:
        return _stepped(width_px * shrink, math.floor), _stepped(height_px * shrink, math.floor)
    if pixels < FEWEST_PIXELS:
        grow = math.sqrt(FEWEST_PIXELS / pixels)
        return _stepped(width_px * grow, math.ceil), _stepped(height_px * grow, math.ceil)
    return _stepped(width_px, round), _stepped(height_px, round)


def _stepped(edge_px: float, rounded: Callable[[float], int]) -> int:
    # 2880.0000000000005 is 2880: roundoff must not cost or add a step
    return rounded(round(edge_px / STEP_PX, 6)) * STEP_PX
