"""Pictures that ship in ``assets``, drawn by the sketch backend: what the programs that draw them share."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.backends.sketch import SketchBackend
from bot.rendering.lab import PillowLab
from bot.services.ports.images import (
    ImageBackend,
    PictureJob,
    PictureLab,
    PictureNotes,
    Progress,
)


@dataclass(frozen=True, slots=True)
class AssetPicture:
    """One picture to be kept at ``path``: ``box`` of what ``job`` draws (in pixels), shrunk to ``kept_px``.

    ``alt_text`` goes into its marking; its file has ``limit_bytes`` at most.
    """

    path: Path
    job: PictureJob
    box: tuple[int, int, int, int]
    kept_px: tuple[int, int]
    limit_bytes: int
    alt_text: str


class _Unwatched:
    """Nobody waits for a progress bar here."""

    is_leaving = False

    def progress(self, progress: Progress) -> None:
        """Ignore it."""

    async def accepted(self, provider_ref: str) -> None:
        """Keep nothing: these jobs are not resumed."""


async def draw_assets(pictures: Iterable[AssetPicture], *, anew: bool) -> int:
    """Draw those that are missing, or all ``anew``, and say which; returns how many words could not be drawn."""
    backend, lab = SketchBackend(), PillowLab()
    count = 0
    try:
        for picture in pictures:
            if picture.path.exists() and not anew:
                continue
            missing = await _draw(backend, lab, picture)
            count += len(missing)
            note = f", not drawn: {', '.join(missing)}" if missing else ""
            sys.stdout.write(f"{picture.path.parent.name}/{picture.path.name}{note}\n")
    finally:
        await backend.close()
        await lab.close()
    return count


async def _draw(backend: ImageBackend, lab: PictureLab, picture: AssetPicture) -> tuple[str, ...]:
    """Draw and keep one picture, and return the words that could not be drawn."""
    notes = PictureNotes(picture.alt_text, backend.name, picture.job.request_id)
    (made,) = [one async for one in backend.generate(picture.job, _Unwatched())]
    full = await lab.develop(_cut(made.data, picture.box), *picture.kept_px, notes)
    kept = await lab.for_delivery(full.full, picture.limit_bytes)
    await asyncio.to_thread(_keep, picture.path, kept.data)
    return made.not_drawn


def _cut(data: bytes, box: tuple[int, int, int, int]) -> bytes:
    cut = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.crop(box).save(cut, "PNG")
    return cut.getvalue()


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
