"""Draws the main companions' reference pictures and avatars with the sketch backend.

``python -m bot.companion_pictures`` draws what is missing, ``--all`` everything anew.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bot.backends.sketch import SketchBackend
from bot.companion_shelf import COMPANIONS_FOLDER, AssetShelf
from bot.domain.companion import Companion
from bot.domain.picture import Aspect, Resolution
from bot.domain.scene import Figure, Scene
from bot.rendering.lab import PillowLab
from bot.services.ports.images import (
    CastMember,
    ImageBackend,
    JobKind,
    PictureJob,
    PictureLab,
    PictureNotes,
    Progress,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of a companion's two pictures: ``box`` of what is drawn (in pixels), shrunk to ``kept_px``."""

    folder: str
    job: JobKind
    aspect: Aspect
    framing: str
    drawn_px: tuple[int, int]
    box: tuple[int, int, int, int]
    kept_px: tuple[int, int]
    limit_bytes: int


_KINDS = (
    _Kind(
        folder="references",
        job=JobKind.REFERENCE,
        aspect=Aspect.PORTRAIT,
        framing="full body",
        drawn_px=(1536, 2048),
        box=(0, 0, 1536, 2048),
        kept_px=(768, 1024),
        limit_bytes=120 * 1024,
    ),
    _Kind(
        folder="avatars",
        job=JobKind.PICTURE,
        aspect=Aspect.SQUARE,
        framing="portrait",
        drawn_px=(1024, 1024),
        box=(147, 0, 877, 730),
        kept_px=(256, 256),
        limit_bytes=60 * 1024,
    ),
)


class _Unwatched:
    """Nobody waits for a progress bar here."""

    def progress(self, progress: Progress) -> None:
        """Ignore it."""

    async def accepted(self, provider_ref: str) -> None:
        """Keep nothing: these jobs are not resumed."""


async def _draw(
    backend: ImageBackend, lab: PictureLab, companion: Companion, kind: _Kind, path: Path
) -> tuple[str, ...]:
    """Draw and keep one picture, and return the words that could not be drawn."""
    figure = Figure(companion.companion_id, pose="standing", expression="smiling")
    width_px, height_px = kind.drawn_px
    job = PictureJob(
        request_id=f"asset-{companion.companion_id}",
        kind=kind.job,
        prompt="",
        scene=Scene((figure,), setting="studio", framing=kind.framing),
        cast=(CastMember(companion.companion_id, companion.name, companion.look),),
        aspect=kind.aspect,
        resolution=Resolution.R1K,
        width_px=width_px,
        height_px=height_px,
        seed=zlib.crc32(companion.companion_id.encode()),
    )
    words = ", ".join((*companion.look.words(), companion.look.outfit))
    notes = PictureNotes(f"{companion.name}: {words}", backend.name, job.request_id)
    (made,) = [picture async for picture in backend.generate(job, _Unwatched())]
    full = await lab.develop(_cut(made.data, kind.box), *kind.kept_px, notes)
    kept = await lab.for_delivery(full.full, kind.limit_bytes)
    await asyncio.to_thread(_keep, path, kept.data)
    return made.not_drawn


def _cut(data: bytes, box: tuple[int, int, int, int]) -> bytes:
    cut = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.crop(box).save(cut, "PNG")
    return cut.getvalue()


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


async def draw_pictures(folder: Path = COMPANIONS_FOLDER, *, anew: bool) -> int:
    """Draw the pictures of a folder's companions; returns how many words could not be drawn."""
    backend, lab = SketchBackend(), PillowLab()
    count = 0
    try:
        for companion in AssetShelf(folder).all():
            for kind in _KINDS:
                path = folder / kind.folder / f"{companion.companion_id}.jpg"
                if path.exists() and not anew:
                    continue
                missing = await _draw(backend, lab, companion, kind, path)
                count += len(missing)
                note = f", not drawn: {', '.join(missing)}" if missing else ""
                sys.stdout.write(f"{kind.folder}/{path.name}{note}\n")
    finally:
        await backend.close()
        await lab.close()
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the main companions' pictures.")
    parser.add_argument("--all", action="store_true", help="draw every picture anew")
    asyncio.run(draw_pictures(anew=parser.parse_args().all))
