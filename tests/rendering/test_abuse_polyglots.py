"""Files that are a picture and something else: the picture is taken and the rest never seen again."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from picture_samples import encoded, photo
from PIL import Image

from bot.domain.errors import BadPictureError
from bot.rendering.decoding import Limits, decode, guard_pillow

LIMITS = Limits(max_bytes=4_000_000, max_pixels=1_000_000)
PLAIN = photo(64, 48)
SCRIPT = b"<script>alert(document.cookie)</script>"


@pytest.fixture(autouse=True)
def guarded() -> None:
    guard_pillow(LIMITS)


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("evil.exe", SCRIPT)
    return buffer.getvalue()


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    """A good PNG with these chunks right after its header."""
    whole = encoded(PLAIN, "PNG")
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return whole[:33] + extra + whole[33:]


BOMB = zlib.compress(bytes(200_000_000), 9)
POLYGLOTS = {
    "a JPEG that is a zip": encoded(PLAIN, "JPEG") + archive(),
    "a PNG that is a zip": encoded(PLAIN, "PNG") + archive(),
    "a PNG that is a page": encoded(PLAIN, "PNG") + SCRIPT,
    "a WebP that is a page": encoded(PLAIN, "WEBP") + SCRIPT,
    "a PNG with a page in a comment": png_with((b"tEXt", b"Comment\0" + SCRIPT)),
    "a PNG with a private chunk": png_with((b"prVt", SCRIPT)),
}
BOMBS = {
    "a comment of 200 megabytes": png_with((b"zTXt", b"Comment\0\0" + BOMB)),
    "an international one": png_with((b"iTXt", b"Comment\0\1\0\0\0" + BOMB)),
    "a colour profile of 200 megabytes": png_with((b"iCCP", b"sRGB\0\0" + BOMB)),
    "a thousand comments": png_with(*[(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(900_000), 9))] * 1000),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_only_the_pixels_of_a_polyglot_are_kept(name: str) -> None:
    assert SCRIPT in POLYGLOTS[name]
    picture = decode(POLYGLOTS[name], LIMITS)
    assert (picture.size, picture.info) == (PLAIN.size, {})
    assert SCRIPT not in encoded(picture, "JPEG")


@pytest.mark.parametrize("name", BOMBS)
def test_what_a_picture_carries_is_not_unpacked_without_end(name: str) -> None:
    tracemalloc.start()
    try:
        picture = decode(BOMBS[name], LIMITS)
    except BadPictureError:
        pass
    else:
        assert picture.info == {}
    finally:
        _, most_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most_bytes < 60_000_000


def test_pages_and_drawings_behind_a_pictures_first_bytes_are_none() -> None:
    for page in (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
        b"%PDF-1.7",
        b"PK\3\4",
        b"GIF89a",
    ):
        for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"\xef\xbb\xbf"):
            with pytest.raises(BadPictureError):
                decode(start + page * 50, LIMITS)
    assert LIMITS.max_pixels == Image.MAX_IMAGE_PIXELS
