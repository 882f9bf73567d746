"""Untrusted bytes → one plain RGB picture, under limits.

What a backend returns may be anything: an error page, half a file, a bomb. Pillow does the
parsing; this module says what is let through. Everything that came with the pixels (EXIF, XMP,
text chunks, colour profiles, thumbnails) stays behind.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

# WebP is imported for its registration: asked for a format that it does not know yet,
# Image.open() would import every plugin that Pillow has.
import PIL.WebPImagePlugin  # noqa: F401  # pyright: ignore[reportUnusedImport]
from PIL import Image, ImageChops, ImageCms, ImageOps

from bot.domain.errors import BadPictureError
from bot.rendering.plain_png import plain_pixels

_FORMATS = ("PNG", "JPEG", "WEBP")
_JPEG_START = b"\xff\xd8"
_JPEG_SCAN = b"\xff\xda"
_COUNT_BYTES = 512 * 1024
_BEHIND_TRANSPARENCY = (255, 255, 255)
_REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is let through.

    ``max_bytes`` of the encoded file; ``max_pixels`` of the picture, read from its header before
    anything is decoded; ``max_scans`` of a progressive JPEG (ten are usual; each costs a pass over
    the whole picture, so a small file with thousands of them is a bomb); ``max_upscale`` is how
    many times a picture may be enlarged to the asked size; ``aspect_tolerance`` is the share by
    which its shape may differ from the asked one (services make sizes in steps of up to 64 pixels).
    """

    max_bytes: int = 48 * 1024 * 1024
    max_pixels: int = 25_000_000
    max_scans: int = 100
    max_upscale: int = 8
    aspect_tolerance: float = 0.05


def guard_pillow(limits: Limits) -> None:
    """Make Pillow refuse bombs by itself, in the whole process.

    Pillow checks some headers before it hands the picture out (a WebP's canvas is allocated on
    opening), and does so by a module-wide number; over it it warns, over twice of it it raises.
    """
    Image.MAX_IMAGE_PIXELS = limits.max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def decode(data: bytes, limits: Limits) -> Image.Image:
    """The picture in ``data`` as RGB in sRGB, upright, opaque, without any metadata.

    PNG, JPEG and WebP only. Animations are refused: a backend was asked for one picture.
    Transparency is laid on white; a profile that can't be read is taken for sRGB.

    Raises:
        BadPictureError: it is not such a picture, is damaged, or is over a limit.
    """
    if len(data) > limits.max_bytes:
        raise BadPictureError(f"{len(data)} bytes, the limit is {limits.max_bytes}")
    if data.startswith(_JPEG_START) and _count_scans(data) > limits.max_scans:
        raise BadPictureError(f"more than {limits.max_scans} scans")
    try:
        return _decode(data, limits)
    except (BadPictureError, MemoryError):
        raise
    except Exception as error:  # a parser of hostile bytes: Pillow names no closed set of errors
        reason = f"{type(error).__name__}: {error}"
        raise BadPictureError(reason[:_REASON_LENGTH]) from error


def _count_scans(data: bytes) -> int:
    """Scans of a JPEG, counted block by block: the GIL is held for each."""
    return sum(data.count(_JPEG_SCAN, at, at + _COUNT_BYTES + 1) for at in range(0, len(data), _COUNT_BYTES))


def _decode(data: bytes, limits: Limits) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > limits.max_pixels:
            raise BadPictureError(f"{image.width}x{image.height}, over {limits.max_pixels} pixels")
        if getattr(image, "is_animated", False):
            raise BadPictureError("more than one frame")
        profile = image.info.get("icc_profile")
        pixels = _loaded(data, image)
        ImageOps.exif_transpose(pixels, in_place=True)
    opaque = _opaque(pixels, profile)
    opaque.info = {}
    return opaque


def _loaded(data: bytes, image: Image.Image) -> Image.Image:
    """The pixels, with what its EXIF says of them."""
    plain = plain_pixels(data, image)
    if plain is None:
        image.load()
        return image
    plain.info = image.info
    return plain


def _opaque(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB; ``image`` itself where it already is."""
    if image.mode == "CMYK":
        return _from_profile(image, profile) or image.convert("RGB")
    rgb = _without_alpha(image) if image.has_transparency_data else _to_rgb(image)
    return _from_profile(rgb, profile) or rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I"):  # 16 bits of grey: convert() would clip instead of scaling
        scaled = image.point(lambda value: value * (1 / 257))  # pyright: ignore[reportUnknownMemberType]
        return scaled.convert("L").convert("RGB")
    return image.convert("RGB")


def _without_alpha(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        image = image.convert("RGBA")
    alpha = image.getchannel("A")
    rgb = image.convert("RGB")
    if alpha.getextrema() != (255, 255):
        rgb.paste(_BEHIND_TRANSPARENCY, mask=ImageChops.invert(alpha))
    return rgb


def _from_profile(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """``image`` brought from its profile to sRGB; None where there is nothing to do or it can't be."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _srgb() -> ImageCms.ImageCmsProfile:
    profile = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return ImageCms.ImageCmsProfile(profile)  # pyright: ignore[reportUnknownArgumentType]
