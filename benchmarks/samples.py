"""Pictures to measure with: smooth clouds, a gradient and grain, about as hard to compress as a photo."""

from __future__ import annotations

import io

from PIL import Image

GRAIN = 8


def sample_picture(width_px: int, height_px: int, file_format: str) -> bytes:
    """An encoded sample: JPEG at quality 95 as from a good backend, or PNG at its fastest level."""
    clouds = Image.effect_noise((width_px // 8, height_px // 8), 90)
    picture = Image.merge(
        "RGB",
        (
            clouds.resize((width_px, height_px), Image.Resampling.BICUBIC),
            Image.linear_gradient("L").resize((width_px, height_px)),
            Image.effect_noise((width_px, height_px), GRAIN),
        ),
    )
    buffer = io.BytesIO()
    picture.save(buffer, file_format, quality=95, compress_level=1)
    return buffer.getvalue()
