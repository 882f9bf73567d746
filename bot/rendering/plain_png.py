"""A plain PNG's pixels by libvips, where the extra ``vips`` is installed.

Backends mostly answer with PNGs, and their pixels are most of what a picture costs. Pillow undoes a PNG's
filters byte by byte, and inflates with the system's zlib one row at a time; libvips' libpng and zlib-ng take
two thirds of that CPU (docs/performance.md). Pillow still reads the header, and everything unusual.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from PIL import Image

_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_MODES = {b"\x08\x02\x00\x00\x00": "RGB", b"\x08\x06\x00\x00\x00": "RGBA"}
"""By the end of the header: 8 bits a channel, its colours, deflated, filtered, not interlaced."""
_MODE_AT = slice(24, 29)

_TAIL_BYTES = 64 * 1024
_LATE = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
"""Chunks that may turn a picture and may stand behind its pixels, where only Pillow looks for them."""

_ROWS = 64
"""Fetched at once: the picture is in memory once, and no block is held for longer than it takes."""


def plain_pixels(data: bytes, header: Image.Image) -> Image.Image | None:
    """The pixels of a PNG that Pillow opened as ``header``; None when it is not plain, or libvips isn't there.

    Raises:
        Exception: the file is damaged (libvips' own error).
    """
    mode = _MODES.get(data[_MODE_AT]) if data.startswith(_START) else None
    if mode is None or mode != header.mode or "transparency" in header.info:
        return None
    tail = data[-_TAIL_BYTES:]
    vips = _vips()
    if vips is None or any(kind in tail for kind in _LATE):
        return None
    return _read(vips, data, mode)


def _read(vips: Any, data: bytes, mode: str) -> Image.Image:
    source = vips.Image.pngload_buffer(data, access="sequential", fail_on="error")
    width, height = source.width, source.height
    image = Image.new(mode, (width, height))
    region = vips.Region.new(source)
    for top in range(0, height, _ROWS):
        rows = min(_ROWS, height - top)
        pixels = region.fetch(0, top, width, rows)
        image.paste(Image.frombuffer(mode, (width, rows), pixels, "raw", mode, 0, 1), (0, top))
    return image


@cache
def _vips() -> ModuleType | None:
    """libvips, loaded with the first plain PNG: it takes 18 MB that a bot without PNGs can do without."""
    try:
        import pyvips  # noqa: PLC0415  as above
    except (ImportError, OSError):  # not installed, or a build that this system can't load
        return None
    # It would keep the last pictures to answer the same question again, which nobody asks.
    pyvips.cache_set_max(0)
    return pyvips
