from __future__ import annotations

import io
from typing import cast
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_samples import NOTES, encoded, photo
from PIL import Image, IptcImagePlugin

from bot.domain.errors import BadPictureError
from bot.rendering.marking import (
    DigitalSourceType,
    build_marking,
    insert_marking,
    read_marking,
    read_size_px,
)
from bot.services.ports.images import PictureNotes

PLAIN = encoded(photo(64, 48), "JPEG")
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "core": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "ext": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}


def marked(notes: PictureNotes = NOTES, source_type: DigitalSourceType = DigitalSourceType.TRAINED) -> bytes:
    return insert_marking(PLAIN, build_marking(notes, source_type))


def xmp_of(jpeg: bytes) -> ET.Element:
    with Image.open(io.BytesIO(jpeg)) as image:
        return ET.fromstring(image.info["xmp"].decode())  # noqa: S314  we wrote it


def test_xmp_says_that_a_trained_model_made_it_and_what_it_shows() -> None:
    xmp = xmp_of(marked())
    said = {name: xmp.findtext(f".//{name}", namespaces=NAMES) for name in (
        "ext:DigitalSourceType", "ext:AISystemUsed", "xmp:CreatorTool", "photoshop:TransmissionReference"
    )}  # fmt: skip
    assert said == {
        "ext:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        "ext:AISystemUsed": "comfyui",
        "xmp:CreatorTool": "Darkroom",
        "photoshop:TransmissionReference": NOTES.request_id,
    }
    for name in ("dc:description", "core:AltTextAccessibility"):
        assert xmp.findtext(f".//{name}/rdf:Alt/rdf:li", namespaces=NAMES) == NOTES.alt_text


def test_what_an_algorithm_drew_is_called_that() -> None:
    xmp = xmp_of(marked(source_type=DigitalSourceType.ALGORITHMIC))
    assert xmp.findtext(".//ext:DigitalSourceType", namespaces=NAMES) == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
    )


def test_the_iim_record_says_it_to_older_readers() -> None:
    with Image.open(io.BytesIO(marked())) as image:
        iim = cast("dict[tuple[int, int], bytes]", IptcImagePlugin.getiptcinfo(image))
    assert iim[1, 90] == b"\x1b%G"
    assert iim[2, 65] == b"Darkroom"
    assert iim[2, 103].decode() == NOTES.request_id
    assert iim[2, 120].decode() == NOTES.alt_text


def test_the_jfif_header_stays_first_and_the_picture_is_untouched() -> None:
    jpeg = marked()
    assert jpeg[2:4] == b"\xff\xe0"
    with Image.open(io.BytesIO(jpeg)) as image, Image.open(io.BytesIO(PLAIN)) as plain:
        assert image.tobytes() == plain.tobytes()


def test_a_jpeg_without_a_jfif_header_is_marked_too() -> None:
    header_end = 4 + int.from_bytes(PLAIN[4:6]) - 2 + 2
    bare = PLAIN[:2] + PLAIN[header_end:]
    assert xmp_of(insert_marking(bare, build_marking(NOTES, DigitalSourceType.TRAINED))) is not None


def test_marking_is_carried_over_byte_by_byte() -> None:
    marking = build_marking(NOTES, DigitalSourceType.TRAINED)
    assert read_marking(insert_marking(PLAIN, marking)) == marking
    assert read_marking(PLAIN) == b""


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=60))
def test_any_alt_text_gives_readable_xml_and_iim(alt_text: str, request_id: str) -> None:
    jpeg = marked(PictureNotes(alt_text=alt_text, backend="sketch", request_id=request_id))
    said = xmp_of(jpeg).findtext(".//dc:description/rdf:Alt/rdf:li", namespaces=NAMES)
    assert said is not None
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.size == (64, 48)
        iim = cast("dict[tuple[int, int], bytes]", IptcImagePlugin.getiptcinfo(image))
    assert len(iim.get((2, 103), b"").decode()) <= 32
    assert len(iim.get((2, 120), b"").decode()) <= 2_000


def test_a_very_long_alt_text_is_cut_to_what_a_segment_holds() -> None:
    jpeg = marked(PictureNotes(alt_text="&" * 50_000, backend="sketch", request_id="r"))
    said = xmp_of(jpeg).findtext(".//dc:description/rdf:Alt/rdf:li", namespaces=NAMES)
    assert said == "&" * 4_000
    assert len(read_marking(jpeg)) < 65_000


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_the_size_is_read_from_the_header(options: dict[str, object]) -> None:
    assert read_size_px(encoded(photo(300, 200), "JPEG", **options)) == (300, 200)


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff\xe0", PLAIN[:40], b"\x89PNG"])
def test_what_is_no_jpeg_has_no_size(data: bytes) -> None:
    with pytest.raises(BadPictureError):
        read_size_px(data)


def test_a_jpeg_without_a_frame_header_has_no_size() -> None:
    with pytest.raises(BadPictureError, match="size"):
        read_size_px(b"\xff\xd8\xff\xda\0\2")
