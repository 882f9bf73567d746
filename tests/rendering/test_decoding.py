from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_samples import (
    PRIVATE_NOTE,
    encoded,
    jpeg_with_scans,
    photo,
    png_claiming,
    talkative,
    webp_claiming,
)
from PIL import Image, ImageCms

from bot.domain.errors import BadPictureError
from bot.rendering.decoding import Limits, decode, guard_pillow

LIMITS = Limits(max_bytes=4_000_000, max_pixels=1_000_000)
PLAIN = photo(64, 48)


@pytest.fixture(autouse=True)
def guarded() -> None:
    guard_pillow(LIMITS)


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("picture.png", bytes(3_000_000))
    return buffer.getvalue()


NOT_PICTURES = {
    "nothing": b"",
    "one byte": b"\xff",
    "a JPEG's first bytes": b"\xff\xd8\xff\xe0",
    "a page": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "an answer": b'{"error": {"message": "try again"}}',
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a zip bomb": zip_bomb(),
    "GIF": encoded(PLAIN, "GIF"),
    "BMP": encoded(PLAIN, "BMP"),
    "TIFF": encoded(PLAIN, "TIFF"),
    "PDF": encoded(PLAIN, "PDF"),
    "EPS": encoded(PLAIN, "EPS"),
    "PPM": encoded(PLAIN, "PPM"),
    "animated PNG": encoded(PLAIN, "PNG", save_all=True, append_images=[photo(64, 48)]),
    "animated WebP": encoded(PLAIN, "WEBP", save_all=True, append_images=[photo(64, 48)]),
    "several JPEGs in one": encoded(PLAIN, "MPO", save_all=True, append_images=[photo(64, 48)]),
    "PNG of two gigapixels": png_claiming(50_000, 50_000),
    "PNG just over the limit": png_claiming(1001, 1000),
    "PNG just over twice the limit": png_claiming(2001, 1000),
    "PNG without enough pixels": png_claiming(900, 900),
    "WebP of 268 megapixels": webp_claiming(16_383, 16_383),
    "WebP that lies about its size": webp_claiming(900, 900),
    "JPEG over the pixel limit": encoded(Image.new("RGB", (1001, 1000)), "JPEG"),
    "JPEG with a thousand scans": jpeg_with_scans(1000),
    "too many bytes": encoded(PLAIN, "PNG") + bytes(LIMITS.max_bytes),
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_not_an_acceptable_picture_is_refused(name: str) -> None:
    with pytest.raises(BadPictureError) as caught:
        decode(NOT_PICTURES[name], LIMITS)
    assert caught.value.reason


def test_the_pixel_limit_holds_even_where_pillows_own_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(BadPictureError, match="1001x1000"):
        decode(png_claiming(1001, 1000), LIMITS)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_off_anywhere_is_refused(file_format: str) -> None:
    whole = encoded(photo(200, 150), file_format)
    for tenth in range(10):
        with pytest.raises(BadPictureError):
            decode(whole[: len(whole) * tenth // 10], LIMITS)


def test_a_usual_progressive_jpeg_is_accepted() -> None:
    assert decode(encoded(PLAIN, "JPEG", progressive=True), LIMITS).size == PLAIN.size


def test_running_out_of_memory_is_not_the_pictures_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(MemoryError):
        decode(encoded(PLAIN, "PNG"), LIMITS)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=2_000),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBPVP8 "]),
)
def test_garbage_is_refused_and_nothing_else_is_ever_raised(garbage: bytes, start: bytes) -> None:
    with pytest.raises(BadPictureError):
        decode(start + garbage, LIMITS)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([talkative("PNG"), talkative("JPEG"), talkative("WEBP")]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_a_damaged_file_gives_a_picture_or_is_refused(whole: bytes, damage: list[tuple[float, int]]) -> None:
    data = bytearray(whole)
    for place, value in damage:
        data[int(place * (len(data) - 1))] = value
    try:
        image = decode(bytes(data), LIMITS)
    except BadPictureError:
        return
    assert image.mode == "RGB"
    assert image.width * image.height <= LIMITS.max_pixels


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_metadata_stays_behind(file_format: str) -> None:
    data = talkative(file_format)
    assert PRIVATE_NOTE.encode() in data
    image = decode(data, LIMITS)
    assert image.info == {}
    again = encoded(image, "JPEG")
    assert PRIVATE_NOTE.encode() not in again
    assert set(Image.open(io.BytesIO(again)).info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "dpi",
    }


RED, WHITE = (255, 0, 0), (255, 255, 255)


def colour_of(data: bytes) -> tuple[int, int, int]:
    image = decode(data, LIMITS)
    assert image.mode == "RGB"
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


PIXELS: dict[str, tuple[bytes, tuple[int, int, int]]] = {
    "opaque RGBA": (encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 255)), "PNG"), RED),
    "clear RGBA": (encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"), WHITE),
    "half clear RGBA": (encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "PNG"), (255, 127, 127)),
    "half clear WebP": (
        encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "WEBP", lossless=True),
        (255, 127, 127),
    ),
    "clear grey": (encoded(Image.new("LA", (8, 8), (0, 0)), "PNG"), WHITE),
    "grey": (encoded(Image.new("L", (8, 8), 77), "PNG"), (77, 77, 77)),
    "one bit": (encoded(Image.new("1", (8, 8), 1), "PNG"), WHITE),
    "sixteen bits of grey": (encoded(Image.new("I;16", (8, 8), 40_000), "PNG"), (155, 155, 155)),
    "palette": (encoded(Image.new("RGB", (8, 8), RED).quantize(4), "PNG"), RED),
    "clear palette": (encoded(Image.new("RGBA", (8, 8), (9, 9, 9, 0)).quantize(4), "PNG"), WHITE),
    "a colour that means clear": (encoded(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED), WHITE),
    "grey JPEG": (encoded(Image.new("L", (8, 8), 77), "JPEG"), (77, 77, 77)),
    "CMYK": (encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), RED),
}


@pytest.mark.parametrize("name", PIXELS)
def test_every_kind_of_pixel_becomes_opaque_rgb(name: str) -> None:
    data, expected = PIXELS[name]
    assert colour_of(data) == pytest.approx(expected, abs=2)


def wide_gamut_profile() -> bytes:
    """A display profile with red and blue swapped: unmistakable when it is applied."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))


def test_a_foreign_profile_is_converted_to_srgb() -> None:
    data = encoded(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=wide_gamut_profile())
    assert colour_of(data) == pytest.approx((0, 0, 255), abs=3)


@pytest.mark.parametrize(
    "profile", [b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_profile_that_cannot_be_used_is_taken_for_srgb(profile: bytes) -> None:
    assert colour_of(encoded(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=profile)) == RED


def test_cmyk_with_a_profile_of_another_kind_is_still_converted() -> None:
    data = encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", icc_profile=wide_gamut_profile())
    assert colour_of(data) == pytest.approx(RED, abs=2)


def test_a_picture_lying_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(encoded(photo(64, 48), "JPEG", exif=exif), LIMITS).size == (48, 64)
