"""Real pictures for the lab's tests: noisy, smooth, marked, odd and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from bot.services.ports.images import PictureNotes

NOTES = PictureNotes(
    alt_text='Mira & Zoë <smile> at the "old" harbour — 夕暮れ 🌆',
    backend="comfyui",
    request_id="01JD0000000000000000000000",
)
PRIVATE_NOTE = "a camera's private note"


def photo(width_px: int, height_px: int, grain: int = 8) -> Image.Image:
    """A picture about as hard to compress as a photo; ``grain`` 64 is far harder."""
    clouds = Image.effect_noise((max(width_px // 8, 1), max(height_px // 8, 1)), 90)
    return Image.merge(
        "RGB",
        (
            clouds.resize((width_px, height_px), Image.Resampling.BICUBIC),
            Image.linear_gradient("L").resize((width_px, height_px)),
            Image.effect_noise((width_px, height_px), grain),
        ),
    )


def encoded(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def talkative(file_format: str) -> bytes:
    """A picture that carries every kind of metadata its format can, each with the secret in it."""
    exif = Image.Exif()
    exif[0x010E] = PRIVATE_NOTE
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, object] = {"exif": exif, "icc_profile": profile}
    if file_format == "PNG":
        text = PngInfo()
        options["pnginfo"] = text
        text.add_text("parameters", PRIVATE_NOTE)
        text.add_itxt("prompt", PRIVATE_NOTE)
    else:
        options["xmp"] = f"<x>{PRIVATE_NOTE}</x>".encode()
    if file_format == "JPEG":
        options["comment"] = PRIVATE_NOTE.encode()
    return encoded(photo(64, 48), file_format, **options)


def png_claiming(width_px: int, height_px: int) -> bytes:
    """A few hundred bytes that say they are a picture of any size."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(65_536))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def webp_claiming(width_px: int, height_px: int) -> bytes:
    """A sixteen-pixel WebP in a container that claims any size."""
    inner = encoded(Image.new("RGB", (16, 16)), "WEBP", lossless=True)[12:]
    size = (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_with_scans(count: int) -> bytes:
    """A small progressive JPEG whose last scan is repeated ``count`` times."""
    jpeg = encoded(photo(64, 64), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * count + jpeg[-2:]
