"""Other sizes of a picture: the asked one, and smaller ones to be uploaded."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from bot.domain.errors import BadPictureError
from bot.rendering.decoding import Limits

SHRINK_STEP = 0.75
ENLARGED_SLIVER = 0.04
"""Services make sizes in steps of 8 to 64 pixels: by so much an edge may be short without being called enlarged."""

SMALLEST_EDGE_PX = 512
"""No picture's long edge is shrunk below this."""


def resample(
    image: Image.Image, size_px: tuple[int, int], box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """``image``, or its part in ``box``, in another size; Lanczos, halved roughly first where that is far."""
    return image.resize(  # pyright: ignore[reportUnknownMemberType]  numpy's types, which are not here
        size_px, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0
    )


def fit(image: Image.Image, width_px: int, height_px: int, limits: Limits) -> Image.Image:
    """``image`` in exactly the asked size.

    One of another size but the same shape is resampled; the sliver by which the shape differs
    (at most ``limits.aspect_tolerance``) is cut off at the edges, so that nothing is stretched.

    Raises:
        BadPictureError: another shape, or too small to be enlarged.
    """
    if image.size == (width_px, height_px):
        return image
    scale = min(image.width / width_px, image.height / height_px)
    box_width, box_height = width_px * scale, height_px * scale
    kept = (box_width * box_height) / (image.width * image.height)
    if kept < 1 - limits.aspect_tolerance or scale * limits.max_upscale < 1:
        raise BadPictureError(f"{image.width}x{image.height}, asked for {width_px}x{height_px}")
    left, top = (image.width - box_width) / 2, (image.height - box_height) / 2
    return resample(image, (width_px, height_px), (left, top, left + box_width, top + box_height))


def is_enlarged(came_px: tuple[int, int], wanted_px: tuple[int, int]) -> bool:
    """Whether a picture that came has visibly fewer pixels than were asked for (a sliver is nothing)."""
    return min(came_px[0] / wanted_px[0], came_px[1] / wanted_px[1]) < 1 - ENLARGED_SLIVER


def delivery_sizes(width_px: int, height_px: int) -> Iterator[tuple[int, int]]:
    """The picture's own size, then each three quarters of the one before, ending at 512 px."""
    yield width_px, height_px
    long_edge = max(width_px, height_px)
    edge = float(long_edge)
    while edge > SMALLEST_EDGE_PX:
        edge = max(edge * SHRINK_STEP, SMALLEST_EDGE_PX)
        scale = edge / long_edge
        yield max(1, round(width_px * scale)), max(1, round(height_px * scale))
