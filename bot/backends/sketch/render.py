"""Draws an SVG document into pixels and encodes them: ThorVG's software renderer, then a JPEG.

Measured on one document of 400 gradient-filled paths at 4096 by 3072: ThorVG 0.5 s of CPU, skia 0.9 s (needs the
system's GL), libvips with librsvg 5.4 s, resvg 7.7 s. ThorVG draws into our own buffer, so that a PNG is never made.
"""

from __future__ import annotations

import io
import re
from typing import cast

from PIL import Image
from thorvg_python.base import Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine
from thorvg_python.paint.picture import Picture

JPEG_QUALITY = 95
_XML_SIZE = re.compile(r"<svg ")


class RenderError(Exception):
    """The document could not be drawn."""


def render_jpeg(svg: str, width_px: int, height_px: int) -> bytes:
    """A JPEG (q95, 4:4:4) of exactly the asked size.

    Raises:
        RenderError: the renderer refused the document.
    """
    data = _XML_SIZE.sub(f'<svg width="{width_px}" height="{height_px}" ', svg, count=1).encode()
    engine = Engine(threads=0)
    canvas = SwCanvas(engine)
    try:
        # The binding's annotation says that it gives the buffer too; it gives the result alone.
        _require(cast("Result", canvas.set_target(width_px, height_px)))
        picture = Picture(engine)
        # The binding copies as many bytes of the folder name as the type's name has: they must be equally long.
        _require(picture.load_data(data, "svg", "./.", copy=True))
        _require(picture.set_size(width_px, height_px))
        _require(canvas.add(picture))
        _require(canvas.update())
        _require(canvas.draw(clear=True))
        _require(canvas.sync())
        pixels = canvas.buffer_arr
        if pixels is None:
            raise RenderError("no buffer")
        # Pillow reads any buffer without a copy, whatever its stub says.
        view = cast("bytearray", memoryview(pixels).cast("B"))
        image = Image.frombuffer("RGBX", (width_px, height_px), view, "raw", "RGBX", 0, 1)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return out.getvalue()
    finally:
        canvas.destroy()


def _require(result: Result) -> None:
    if result is not Result.SUCCESS:
        raise RenderError(str(result))
