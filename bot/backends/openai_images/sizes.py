"""Sizes that OpenAI's image models make: both edges are multiples of 16, within bounds.

https://platform.openai.com/docs/guides/image-generation#size-and-quality-options: at most 3840 on an edge, from
655,360 to 8,294,400 pixels (3840×2160, or 2880²).
"""

from __future__ import annotations

import math

STEP_PX = 16
MOST_EDGE_PX = 3840
FEWEST_PIXELS = 655_360
MOST_PIXELS = 8_294_400


def nearest_size(width_px: int, height_px: int) -> tuple[int, int]:
    """The size of this shape that is nearest: the same where it can be made, else the largest or smallest."""
    pixels = width_px * height_px
    most = min(MOST_EDGE_PX / max(width_px, height_px), math.sqrt(MOST_PIXELS / pixels))
    scale = min(max(1.0, math.sqrt(FEWEST_PIXELS / pixels)), most)
    # 2880.0000000000005 is 2880: roundoff must not cost a step
    across, down = (round(edge_px * scale / STEP_PX, 6) for edge_px in (width_px, height_px))
    sizes = [
        (rounded(across) * STEP_PX, rounded(down) * STEP_PX) for rounded in (round, math.floor, math.ceil)
    ]
    return next(size for size in sizes if _is_made(*size))


def _is_made(width_px: int, height_px: int) -> bool:
    return max(width_px, height_px) <= MOST_EDGE_PX and FEWEST_PIXELS <= width_px * height_px <= MOST_PIXELS
