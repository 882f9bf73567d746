"""The machine-readable "made by AI" marking in our JPEGs, and the segments that carry it.

XMP (APP1) says it in full, after the IPTC Photo Metadata Standard 2025.1; an IPTC-IIM record
(APP13) repeats what that older format has a place for. Pillow reads both, but writes only XMP,
and no kept library writes IIM without a system library; hence the few lines here.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from bot.domain.errors import BadPictureError
from bot.services.ports.images import PictureNotes

CREATOR_TOOL = "Darkroom"
MAX_DESCRIPTION_LENGTH = 4_000
"""Characters of alt text that are written; one JPEG segment holds 65,533 bytes."""

_NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
for _prefix, _uri in _NAMESPACES.items():
    ET.register_namespace(_prefix, _uri)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_MARKER = 0xFF
_APP0, _APP1, _APP13 = 0xE0, 0xE1, 0xED
_START_OF_SCAN = 0xDA
_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2})
_XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP_NAME = b"Photoshop 3.0\0"
_IIM_RESOURCE = b"8BIM\x04\x04\0\0"
_IIM_CAPTION_BYTES = 2_000
_IIM_REFERENCE_BYTES = 32


class DigitalSourceType(enum.StrEnum):
    """How a picture came to be: terms of IPTC's NewsCodes scheme "digitalsourcetype"."""

    TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def build_marking(notes: PictureNotes, source_type: DigitalSourceType) -> bytes:
    """The JPEG segments that say what the picture shows, who made it and that no camera did."""
    description = _NOT_IN_XML.sub("", notes.alt_text)[:MAX_DESCRIPTION_LENGTH]
    xmp = _XMP_NAME + _xmp_packet(description, notes, source_type)
    iim = _PHOTOSHOP_NAME + _iim_resource(description, notes)
    return _segment(_APP1, xmp) + _segment(_APP13, iim)


def insert_marking(jpeg: bytes, marking: bytes) -> bytes:
    """``jpeg`` with ``marking`` behind its JFIF header, which must stay the first segment."""
    first = next(_walk(jpeg))
    at = first[2] if first[0] == _APP0 else first[1]
    return b"".join((jpeg[:at], marking, memoryview(jpeg)[at:]))


def read_marking(jpeg: bytes) -> bytes:
    """The marking segments of one of our JPEGs, to be carried over to another encoding of it.

    Raises:
        BadPictureError: not a JPEG.
    """
    return b"".join(
        jpeg[start:end]
        for marker, start, end in _walk(jpeg)
        if (marker == _APP1 and jpeg.startswith(_XMP_NAME, start + 4))
        or (marker == _APP13 and jpeg.startswith(_PHOTOSHOP_NAME, start + 4))
    )


def read_size_px(jpeg: bytes) -> tuple[int, int]:
    """(width, height) from a JPEG's header, without decoding it.

    Raises:
        BadPictureError: not a JPEG.
    """
    for marker, start, _ in _walk(jpeg):
        if marker in _START_OF_FRAME:
            height, width = jpeg[start + 5 : start + 7], jpeg[start + 7 : start + 9]
            return int.from_bytes(width), int.from_bytes(height)
    raise BadPictureError("a JPEG without a size")


def _walk(jpeg: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment up to the first scan."""
    if not jpeg.startswith(b"\xff\xd8"):
        raise BadPictureError("not a JPEG")
    at = 2
    while at + 4 <= len(jpeg) and jpeg[at] == _MARKER:
        marker, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        yield marker, at, end
        if marker == _START_OF_SCAN:
            return
        at = end
    raise BadPictureError("a JPEG without a picture")


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes((_MARKER, marker)) + (len(payload) + 2).to_bytes(2) + payload


def _name(prefixed: str) -> str:
    prefix, local = prefixed.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _xmp_packet(description: str, notes: PictureNotes, source_type: DigitalSourceType) -> bytes:
    root = ET.Element(_name("x:xmpmeta"))
    rdf = ET.SubElement(root, _name("rdf:RDF"))
    about = ET.SubElement(rdf, _name("rdf:Description"), {_name("rdf:about"): ""})
    plain = {
        "Iptc4xmpExt:DigitalSourceType": source_type.value,
        "Iptc4xmpExt:AISystemUsed": notes.backend,
        "xmp:CreatorTool": CREATOR_TOOL,
        "photoshop:TransmissionReference": notes.request_id,
    }
    for name, value in plain.items():
        ET.SubElement(about, _name(name)).text = _NOT_IN_XML.sub("", value)
    for name in ("dc:description", "Iptc4xmpCore:AltTextAccessibility"):
        alternatives = ET.SubElement(ET.SubElement(about, _name(name)), _name("rdf:Alt"))
        ET.SubElement(alternatives, _name("rdf:li"), {_LANGUAGE: "x-default"}).text = description
    body = ET.tostring(root, encoding="unicode")
    packet = f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}<?xpacket end="r"?>'
    return packet.encode()


def _iim_resource(description: str, notes: PictureNotes) -> bytes:
    """IIM 4.2 data sets, as Photoshop image resource 0x0404, which is where readers look for them."""
    data_sets = (
        (1, 90, b"\x1b%G"),  # what follows is UTF-8
        (2, 0, b"\0\4"),  # version of record 2
        (2, 65, CREATOR_TOOL.encode()),  # originating program
        (2, 103, _cut(notes.request_id, _IIM_REFERENCE_BYTES)),  # job id
        (2, 120, _cut(description, _IIM_CAPTION_BYTES)),  # caption
    )
    records = b"".join(_iim_data_set(*data_set) for data_set in data_sets if data_set[-1])
    return _IIM_RESOURCE + len(records).to_bytes(4) + records + b"\0" * (len(records) % 2)


def _iim_data_set(record: int, number: int, value: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(value).to_bytes(2) + value


def _cut(text: str, max_bytes: int) -> bytes:
    """``text`` as UTF-8 of at most ``max_bytes``, ending on a whole character."""
    return text.encode(errors="ignore")[:max_bytes].decode(errors="ignore").encode()
