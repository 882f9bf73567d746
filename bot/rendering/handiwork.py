"""What the picture lab does with its hands: bytes in, pictures out, in the thread that calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.rendering.decoding import Limits, decode, guard_pillow
from bot.rendering.encoding import (
    PREVIEW_EDGE_PX,
    SHEET_QUALITY,
    STORED_QUALITY,
    THUMBNAIL_QUALITY,
    encode,
    encode_thumbnail,
    encode_under,
    encode_within,
)
from bot.rendering.marking import CREATOR_TOOL, DigitalSourceType, build_marking, read_marking
from bot.rendering.sheet import draw_placeholder, draw_sheet
from bot.rendering.sizing import fit, is_enlarged
from bot.services.ports.images import DeliveryPicture, DevelopedPicture, PictureNotes, Placeholder


class Handiwork:
    """The lab's work with Pillow. It keeps nothing between two pieces of work, so any thread may do any of it."""

    def __init__(self, limits: Limits | None, source_types: Mapping[str, DigitalSourceType]) -> None:
        """Set Pillow's own limits in this process as well."""
        self._limits = limits or Limits()
        self._source_types = source_types
        guard_pillow(self._limits)

    def develop(self, data: bytes, width_px: int, height_px: int, notes: PictureNotes) -> DevelopedPicture:
        """See :meth:`bot.rendering.lab.PillowLab.develop`."""
        came = decode(data, self._limits)
        # Looked at first: where it fits as it is, making the thumbnail shrinks it.
        enlarged_from_px = max(came.size) if is_enlarged(came.size, (width_px, height_px)) else None
        image = fit(came, width_px, height_px, self._limits)
        marking = self._marking(notes)
        full = encode(image, STORED_QUALITY, marking)
        return DevelopedPicture(
            full,
            encode_thumbnail(image, marking),
            width_px,
            height_px,
            enlarged_from_px,
        )

    def preview(self, data: bytes, notes: PictureNotes) -> bytes:
        """See :meth:`bot.rendering.lab.PillowLab.preview`."""
        return encode_within(decode(data, self._limits), PREVIEW_EDGE_PX, self._marking(notes))

    def sheet(self, pictures: Sequence[bytes], columns: int, cell_px: int, notes: PictureNotes) -> bytes:
        """See :meth:`bot.rendering.lab.PillowLab.sheet`."""
        sheet = draw_sheet(pictures, columns=columns, cell_px=cell_px, limits=self._limits)
        return encode(sheet, SHEET_QUALITY, self._marking(notes))

    def reduce(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        """See :meth:`bot.rendering.lab.PillowLab.for_delivery`."""
        return encode_under(decode(full, self._limits), limit_bytes, read_marking(full))

    def shrink(self, full: bytes, long_edge_px: int) -> bytes:
        """See :meth:`bot.rendering.lab.PillowLab.smaller`."""
        return encode_within(decode(full, self._limits), long_edge_px, read_marking(full))

    def placeholder(self, why: Placeholder) -> bytes:
        """See :meth:`bot.rendering.lab.PillowLab.placeholder`."""
        notes = PictureNotes(alt_text="", backend=CREATOR_TOOL, request_id="")
        marking = build_marking(notes, DigitalSourceType.ALGORITHMIC)
        return encode(draw_placeholder(why), THUMBNAIL_QUALITY, marking)

    def _marking(self, notes: PictureNotes) -> bytes:
        return build_marking(notes, self._source_types.get(notes.backend, DigitalSourceType.TRAINED))
