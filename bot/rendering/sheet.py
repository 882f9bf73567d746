"""Contact sheets: small pictures side by side with their numbers, and the tiles that stand for pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from PIL import Image, ImageDraw, ImageFont

from bot.rendering.decoding import Limits, decode
from bot.services.ports.images import Placeholder

PLACEHOLDER_EDGE_PX = 320
MOST_PIXELS = 25_000_000
"""Of a whole sheet; nine cells of 768 px are six millions."""

_GROUND = (24, 25, 28)
_TILE = (46, 48, 54)
_SIGN = (148, 152, 162)
_SMOOTH = 4
"""Shapes are drawn this much larger and shrunk: Pillow's own have jagged edges."""


def draw_sheet(pictures: Iterable[bytes], *, columns: int, cell_px: int, limits: Limits) -> Image.Image:
    """JPEGs in rows of ``columns``, numbered from 1, none larger than ``cell_px`` either way and none enlarged.

    A column is as wide as its widest picture and a row as high as its highest, so that the gutters are
    even and pictures of one shape leave no empty stripes.

    Raises:
        BadPictureError: one of them is no picture.
        ValueError: there are none, or the sheet would be larger than :data:`MOST_PIXELS`.
    """
    tiles = [_tile(data, cell_px, limits) for data in pictures]
    if not tiles:
        raise ValueError("a sheet of nothing")
    columns = min(columns, len(tiles))
    gutter, inset = max(4, cell_px // 24), max(2, cell_px // 40)
    widths = [max(tile.width for tile in tiles[column::columns]) for column in range(columns)]
    heights = [max(tile.height for tile in tiles[at : at + columns]) for at in range(0, len(tiles), columns)]
    lefts = list(accumulate(widths, lambda left, wide: left + wide + gutter, initial=gutter))
    tops = list(accumulate(heights, lambda top, high: top + high + gutter, initial=gutter))
    size = lefts[-1], tops[-1]
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError(f"a sheet of {size[0]}x{size[1]}")
    sheet = Image.new("RGB", size, _GROUND)
    for at, tile in enumerate(tiles):
        row, column = divmod(at, columns)
        left = lefts[column] + (widths[column] - tile.width) // 2
        top = tops[row] + (heights[row] - tile.height) // 2
        sheet.paste(tile, (left, top), _corners(tile.size, cell_px // 32))
        badge = _badge(str(at + 1), cell_px)
        sheet.paste(badge, (left + inset, top + inset), badge)
    return sheet


def draw_placeholder(why: Placeholder) -> Image.Image:
    """A neutral square tile with a sign that says why there is no picture."""
    edge = PLACEHOLDER_EDGE_PX
    return _smooth((edge, edge), "RGB", _TILE, _SIGNS[why])


def _tile(data: bytes, cell_px: int, limits: Limits) -> Image.Image:
    image = decode(data, limits)
    image.thumbnail((cell_px, cell_px), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def _smooth(
    size: tuple[int, int],
    mode: str,
    ground: tuple[int, ...] | int,
    draw: Callable[[ImageDraw.ImageDraw, float, float], None],
) -> Image.Image:
    """A drawing with soft edges; ``draw`` gets the canvas with its width and height."""
    large = Image.new(mode, (size[0] * _SMOOTH, size[1] * _SMOOTH), ground)
    draw(ImageDraw.Draw(large), *map(float, large.size))
    return large.reduce(_SMOOTH)


def _corners(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask that rounds the corners of a tile."""
    return _smooth(
        size,
        "L",
        0,
        lambda canvas, wide, high: canvas.rounded_rectangle(
            (0, 0, wide - 1, high - 1), radius * _SMOOTH, fill=255
        ),
    )


def _badge(text: str, cell_px: int) -> Image.Image:
    """A number in white on a dark rounded ground with a pale rim: it stands out on light and on dark."""
    high = max(18, cell_px // 7)
    font = ImageFont.load_default(high * 0.68 * _SMOOTH)
    wide = max(high, round(font.getlength(text) / _SMOOTH + high * 0.6))

    def draw(canvas: ImageDraw.ImageDraw, across: float, down: float) -> None:
        rim = max(1.0, high / 16) * _SMOOTH
        canvas.rounded_rectangle((0, 0, across - 1, down - 1), down * 0.34, fill=(238, 240, 244, 235))
        canvas.rounded_rectangle(
            (rim, rim, across - 1 - rim, down - 1 - rim), down * 0.34 - rim, fill=(20, 21, 24, 245)
        )
        canvas.text((across / 2, down / 2), text, (255, 255, 255, 255), font, anchor="mm", stroke_width=3)

    # The ground is the rim's own colour, see-through: a soft edge mixes with what is under it, not with black.
    return _smooth((wide, high), "RGBA", (238, 240, 244, 0), draw)


def _padlock(canvas: ImageDraw.ImageDraw, wide: float, high: float) -> None:
    line = round(wide * 0.045)
    body = (wide * 0.34, high * 0.47, wide * 0.66, high * 0.72)
    bow = (wide * 0.40, high * 0.29, wide * 0.60, high * 0.49)
    canvas.arc(bow, 180, 360, fill=_SIGN, width=line)
    canvas.rectangle((bow[0], high * 0.385, bow[0] + line - 1, body[1] + line), fill=_SIGN)
    canvas.rectangle((bow[2] - line + 1, high * 0.385, bow[2], body[1] + line), fill=_SIGN)
    canvas.rounded_rectangle(body, wide * 0.035, fill=_SIGN)
    canvas.ellipse((wide * 0.47, high * 0.545, wide * 0.53, high * 0.605), fill=_TILE)
    canvas.rectangle((wide * 0.487, high * 0.58, wide * 0.513, high * 0.655), fill=_TILE)


def _empty_frame(canvas: ImageDraw.ImageDraw, wide: float, high: float) -> None:
    line = round(wide * 0.03)
    frame = (wide * 0.28, high * 0.33, wide * 0.72, high * 0.67)
    canvas.rounded_rectangle(frame, wide * 0.035, outline=_SIGN, width=line)
    canvas.ellipse((wide * 0.36, high * 0.40, wide * 0.43, high * 0.47), fill=_SIGN)
    hills: Sequence[tuple[float, float]] = (
        (wide * 0.34, high * 0.615),
        (wide * 0.47, high * 0.485),
        (wide * 0.54, high * 0.555),
        (wide * 0.59, high * 0.515),
        (wide * 0.665, high * 0.615),
    )
    canvas.polygon(hills, fill=_SIGN)
    canvas.line((wide * 0.27, high * 0.72, wide * 0.73, high * 0.28), fill=_TILE, width=line * 3)
    canvas.line((wide * 0.27, high * 0.72, wide * 0.73, high * 0.28), fill=_SIGN, width=line)


_SIGNS: dict[Placeholder, Callable[[ImageDraw.ImageDraw, float, float], None]] = {
    Placeholder.MATURE: _padlock,
    Placeholder.MISSING: _empty_frame,
}
