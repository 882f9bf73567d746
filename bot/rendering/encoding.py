"""Pictures → JPEGs: the stored one, its thumbnail, and one that fits an upload limit."""

from __future__ import annotations

import tempfile

from PIL import Image

from bot.domain.errors import BadPictureError
from bot.rendering.marking import insert_marking
from bot.rendering.sizing import delivery_sizes, resample
from bot.services.ports.images import DeliveryPicture

STORED_QUALITY = 95
THUMBNAIL_EDGE_PX = 320
THUMBNAIL_QUALITY = 80
SHEET_QUALITY = 90
PREVIEW_EDGE_PX = 512
LOOK_QUALITY = 85
DELIVERY_QUALITIES = (92, 90, 87, 84, 80, 75)
"""What a picture too large for an upload is tried at, best first."""

_FULL_COLOUR = 0  # 4:4:4, Pillow's number for it
_HALF_COLOUR = 2  # 4:2:0
_FULL_COLOUR_FROM = 90


def encode(image: Image.Image, quality: int, marking: bytes) -> bytes:
    """A baseline JPEG with ``marking``. From quality 90 on colour is kept in full (4:4:4).

    Baseline and not optimized: both savings cost several times the CPU for 7 to 15 % of the bytes.
    Through a real file, because only then does Pillow let go of the GIL while it encodes.
    """
    subsampling = _FULL_COLOUR if quality >= _FULL_COLOUR_FROM else _HALF_COLOUR
    with tempfile.TemporaryFile() as file:
        image.save(file, "JPEG", quality=quality, subsampling=subsampling)
        file.seek(0)
        return insert_marking(file.read(), marking)


def encode_thumbnail(image: Image.Image, marking: bytes) -> bytes:
    """A small JPEG, long edge at most 320 px. Shrinks ``image`` itself: nothing large is copied."""
    edge = (THUMBNAIL_EDGE_PX, THUMBNAIL_EDGE_PX)
    image.thumbnail(edge, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return encode(image, THUMBNAIL_QUALITY, marking)


def encode_within(image: Image.Image, long_edge_px: int, marking: bytes) -> bytes:
    """A JPEG for a look at a picture, never enlarged. Shrinks ``image`` itself."""
    image.thumbnail((long_edge_px, long_edge_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return encode(image, LOOK_QUALITY, marking)


def encode_under(image: Image.Image, limit_bytes: int, marking: bytes) -> DeliveryPicture:
    """The best JPEG of at most ``limit_bytes``: first lower quality, then fewer pixels.

    Raises:
        BadPictureError: even the smallest is over the limit.
    """
    for size in delivery_sizes(*image.size):
        reduced = size != image.size
        sized = resample(image, size) if reduced else image
        data = _best_quality_under(sized, limit_bytes, marking)
        if data is not None:
            return DeliveryPicture(data, *size, reduced=reduced)
    raise BadPictureError(f"no size of it fits {limit_bytes} bytes")


def _best_quality_under(image: Image.Image, limit_bytes: int, marking: bytes) -> bytes | None:
    """Bisects the ladder, for each step down it takes fewer bytes: three encodings at most, not six."""
    best: bytes | None = None
    low, high = 0, len(DELIVERY_QUALITIES)
    while low < high:
        middle = (low + high) // 2
        data = encode(image, DELIVERY_QUALITIES[middle], marking)
        if len(data) <= limit_bytes:
            best, high = data, middle
        else:
            low = middle + 1
    return best
