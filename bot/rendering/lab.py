"""The picture lab of :class:`bot.services.ports.images.PictureLab`, on worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import TypeVar

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
from bot.rendering.marking import CREATOR_TOOL, DigitalSourceType, build_marking, read_marking, read_size_px
from bot.rendering.sheet import draw_placeholder, draw_sheet
from bot.rendering.sizing import fit, is_enlarged
from bot.services.ports.images import DeliveryPicture, DevelopedPicture, PictureNotes, Placeholder

Made = TypeVar("Made")

DEFAULT_SOURCE_TYPES: Mapping[str, DigitalSourceType] = MappingProxyType(
    {"sketch": DigitalSourceType.ALGORITHMIC}
)
"""What is said of a backend's pictures, by its name; all others come from a trained model."""


class PillowLab:
    """Decodes and encodes with Pillow, ``workers`` pictures at a time; the others wait in line.

    Pillow's codecs release the GIL, so threads keep the event loop free at a fraction of the
    memory of processes (docs/performance.md has both figures). A cancelled caller's work is
    dropped while it waits in line; once begun it is finished and thrown away.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        workers: int = 2,
        source_types: Mapping[str, DigitalSourceType] = DEFAULT_SOURCE_TYPES,
    ) -> None:
        """Set Pillow's own limits in this process as well; threads start with the first picture."""
        self._limits = limits or Limits()
        self._source_types = source_types
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="lab")
        self._placeholders: dict[Placeholder, bytes] = {}
        self._previewing = asyncio.Lock()
        guard_pillow(self._limits)

    async def develop(
        self, data: bytes, width_px: int, height_px: int, notes: PictureNotes
    ) -> DevelopedPicture:
        """Check, decode and re-encode what a backend returned.

        A picture of the asked shape but another size is resampled to the asked size; where that enlarged it
        by more than a sliver, the result says from what.

        Raises:
            BadPictureError: not a picture, too large, or not of the asked shape.
        """
        return await self._in_thread(lambda: self._develop(data, width_px, height_px, notes))

    async def for_delivery(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        """The best JPEG of a stored picture that fits ``limit_bytes``: ``full`` itself where it does.

        Raises:
            BadPictureError: ``full`` is no JPEG, or no reduction of it fits.
        """
        if len(full) <= limit_bytes:
            width_px, height_px = read_size_px(full)
            return DeliveryPicture(full, width_px, height_px, reduced=False)
        return await self._in_thread(lambda: self._reduce(full, limit_bytes))

    async def smaller(self, full: bytes, long_edge_px: int) -> bytes:
        """A stored picture as a marked JPEG for a look at it, its long edge at most ``long_edge_px``.

        Raises:
            BadPictureError: ``full`` is no JPEG.
        """
        return await self._in_thread(lambda: self._shrink(full, long_edge_px))

    async def preview(self, data: bytes, notes: PictureNotes) -> bytes:
        """A small marked JPEG of what a backend shows of a picture it is at, one at a time.

        Raises:
            BadPictureError: not a picture, or over a limit.
        """
        async with self._previewing:
            return await self._in_thread(lambda: self._preview(data, notes))

    async def sheet(
        self, pictures: Sequence[bytes], *, columns: int, notes: PictureNotes, cell_px: int = 320
    ) -> bytes:
        """A marked JPEG of JPEGs in rows of ``columns``, numbered from 1, each at most ``cell_px`` either way.

        Raises:
            BadPictureError: one of them is no picture.
            ValueError: there are none, or far too many.
        """
        return await self._in_thread(lambda: self._sheet(pictures, columns, cell_px, notes))

    async def placeholder(self, why: Placeholder) -> bytes:
        """A small neutral JPEG that stands for a picture which is not shown; drawn once."""
        if why not in self._placeholders:
            self._placeholders[why] = await self._in_thread(lambda: _placeholder(why))
        return self._placeholders[why]

    async def close(self) -> None:
        """Drop what waits, let what runs end, and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _develop(self, data: bytes, width_px: int, height_px: int, notes: PictureNotes) -> DevelopedPicture:
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

    def _preview(self, data: bytes, notes: PictureNotes) -> bytes:
        return encode_within(decode(data, self._limits), PREVIEW_EDGE_PX, self._marking(notes))

    def _marking(self, notes: PictureNotes) -> bytes:
        return build_marking(notes, self._source_types.get(notes.backend, DigitalSourceType.TRAINED))

    def _sheet(self, pictures: Sequence[bytes], columns: int, cell_px: int, notes: PictureNotes) -> bytes:
        sheet = draw_sheet(pictures, columns=columns, cell_px=cell_px, limits=self._limits)
        return encode(sheet, SHEET_QUALITY, self._marking(notes))

    def _reduce(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        return encode_under(decode(full, self._limits), limit_bytes, read_marking(full))

    def _shrink(self, full: bytes, long_edge_px: int) -> bytes:
        return encode_within(decode(full, self._limits), long_edge_px, read_marking(full))


def _placeholder(why: Placeholder) -> bytes:
    notes = PictureNotes(alt_text="", backend=CREATOR_TOOL, request_id="")
    marking = build_marking(notes, DigitalSourceType.ALGORITHMIC)
    return encode(draw_placeholder(why), THUMBNAIL_QUALITY, marking)
