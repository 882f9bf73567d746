from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_samples import encoded, opened, photo
from PIL import Image

from bot.rendering.decoding import Limits, decode
from bot.rendering.plain_png import plain_pixels
from tests.house.house import run_python

TURNED = 6
"""EXIF's number for a picture that lies on its side."""
END = len(b"\0\0\0\0IEND") + 4

WITHOUT_LIBVIPS = """
import sys
sys.modules["pyvips"] = None
from bot.rendering.decoding import Limits, decode
print(decode(open(sys.argv[1], "rb").read(), Limits()).tobytes().hex())
"""


def pixels_of(data: bytes) -> Image.Image | None:
    with Image.open(io.BytesIO(data)) as header:
        return plain_pixels(data, header)


def lying() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = TURNED
    return exif


def with_exif_behind_its_pixels(data: bytes) -> bytes:
    said = b"eXIf" + lying().tobytes()[len(b"Exif\0\0") :]
    chunk = struct.pack(">I", len(said) - 4) + said + struct.pack(">I", zlib.crc32(said))
    return data[:-END] + chunk + data[-END:]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.integers(1, 140), st.sampled_from(["RGB", "RGBA"]), st.integers(0, 9))
def test_a_plain_png_has_the_same_pixels_by_libvips_as_by_pillow(
    width: int, height: int, mode: str, level: int
) -> None:
    data = encoded(photo(width, height, grain=64).convert(mode), "PNG", compress_level=level)
    pixels = pixels_of(data)
    assert pixels is not None
    assert (pixels.mode, pixels.size) == (mode, (width, height))
    assert pixels.tobytes() == opened(data).tobytes()


UNUSUAL = {
    "grey": encoded(photo(64, 48).convert("L"), "PNG"),
    "palette": encoded(photo(64, 48).quantize(8), "PNG"),
    "a colour that means clear": encoded(photo(64, 48), "PNG", transparency=(1, 2, 3)),
    "a note behind the pixels": with_exif_behind_its_pixels(encoded(photo(64, 48), "PNG")),
    "another format": encoded(photo(64, 48), "JPEG"),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_is_left_to_pillow(name: str) -> None:
    assert pixels_of(UNUSUAL[name]) is None


def test_a_turn_that_is_told_behind_the_pixels_is_done() -> None:
    assert decode(with_exif_behind_its_pixels(encoded(photo(64, 48), "PNG")), Limits()).size == (48, 64)


def test_a_turn_that_is_told_before_the_pixels_is_done() -> None:
    data = encoded(photo(400, 300, grain=64), "PNG", exif=lying())
    assert pixels_of(data) is not None
    assert decode(data, Limits()).size == (300, 400)


@pytest.mark.process
def test_without_libvips_pillow_reads_the_same_pixels(tmp_path: Path) -> None:
    data = encoded(photo(64, 48), "PNG")
    (tmp_path / "picture.png").write_bytes(data)
    told = run_python("-c", WITHOUT_LIBVIPS, "picture.png", folder=tmp_path)
    assert told.stdout.strip() == opened(data).tobytes().hex(), told.stderr
