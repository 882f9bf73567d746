"""The picture lab of :class:`bot.services.ports.images.PictureLab`, on worker threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from bot.rendering.marking import DigitalSourceType, read_size_px
from bot.services.ports.images import DeliveryPicture, DevelopedPicture, PictureNotes, Placeholder

if TYPE_CHECKING:
    from bot.rendering.decoding import Limits
    from bot.rendering.handiwork import Handiwork

Made = TypeVar("Made")

DEFAULT_SOURCE_TYPES: Mapping[str, DigitalSourceType] = MappingProxyType(
    {"sketch": DigitalSourceType.ALGORITHMIC}
)
"""What is said of a backend's pictures, by its name; all others come from a trained model."""


class PillowLab:
    """Decodes and encodes with Pillow, ``workers`` pictures at a time; the others wait in line.

    Pillow's codecs release the GIL, so threads keep the event loop free at a fraction of the
    memory of processes (docs/performance.md has both figures). A cancelled caller's work is
    dropped while it waits in line; once begun it is finished and thrown away. Pillow is loaded by
    the first picture, in its thread: a bot that was asked for none does without its memory.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        workers: int = 2,
        source_types: Mapping[str, DigitalSourceType] = DEFAULT_SOURCE_TYPES,
    ) -> None:
        """Nothing is loaded yet; threads start with the first picture."""
        self._limits = limits
        self._source_types = source_types
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="lab")
        self._placeholders: dict[Placeholder, bytes] = {}
        self._previewing = asyncio.Lock()
        self._made: Handiwork | None = None

    async def develop(
        self, data: bytes, width_px: int, height_px: int, notes: PictureNotes
    ) -> DevelopedPicture:
        """Check, decode and re-encode what a backend returned.

        A picture of the asked shape but another size is resampled to the asked size; where that enlarged it
        by more than a sliver, the result says from what.

        Raises:
            BadPictureError: not a picture, too large, or not of the asked shape.
        """
        return await self._in_thread(lambda hands: hands.develop(data, width_px, height_px, notes))

    async def for_delivery(self, full: bytes, limit_bytes: int) -> DeliveryPicture:
        """The best JPEG of a stored picture that fits ``limit_bytes``: ``full`` itself where it does.

        Raises:
            BadPictureError: ``full`` is no JPEG, or no reduction of it fits.
        """
        if len(full) <= limit_bytes:
            width_px, height_px = read_size_px(full)
            return DeliveryPicture(full, width_px, height_px, reduced=False)
        return await self._in_thread(lambda hands: hands.reduce(full, limit_bytes))

    async def smaller(self, full: bytes, long_edge_px: int) -> bytes:
        """A stored picture as a marked JPEG for a look at it, its long edge at most ``long_edge_px``.

        Raises:
            BadPictureError: ``full`` is no JPEG.
        """
        return await self._in_thread(lambda hands: hands.shrink(full, long_edge_px))

    async def preview(self, data: bytes, notes: PictureNotes) -> bytes:
        """A small marked JPEG of what a backend shows of a picture it is at, one at a time.

        Raises:
            BadPictureError: not a picture, or over a limit.
        """
        async with self._previewing:
            return await self._in_thread(lambda hands: hands.preview(data, notes))

    async def sheet(
        self, pictures: Sequence[bytes], *, columns: int, notes: PictureNotes, cell_px: int = 320
    ) -> bytes:
        """A marked JPEG of JPEGs in rows of ``columns``, numbered from 1, each at most ``cell_px`` either way.

        Raises:
            BadPictureError: one of them is no picture.
            ValueError: there are none, or far too many.
        """
        return await self._in_thread(lambda hands: hands.sheet(pictures, columns, cell_px, notes))

    async def placeholder(self, why: Placeholder) -> bytes:
        """A small neutral JPEG that stands for a picture which is not shown; drawn once."""
        if why not in self._placeholders:
            self._placeholders[why] = await self._in_thread(lambda hands: hands.placeholder(why))
        return self._placeholders[why]

    async def close(self) -> None:
        """Drop what waits, let what runs end, and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _in_thread(self, work: Callable[[Handiwork], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(self._hands()))

    def _hands(self) -> Handiwork:
        """In a thread. Two of them may both make one at first, which is no harm."""
        if self._made is None:
            from bot.rendering.handiwork import Handiwork  # noqa: PLC0415  loads Pillow

            self._made = Handiwork(self._limits, self._source_types)
        return self._made
