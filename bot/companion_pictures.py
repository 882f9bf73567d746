"""Draws the main companions' reference pictures and avatars with the sketch backend.

``python -m bot.companion_pictures`` draws what is missing, ``--all`` everything anew.
"""

from __future__ import annotations

import argparse
import asyncio
import zlib
from dataclasses import dataclass
from pathlib import Path

from bot.asset_pictures import AssetPicture, draw_assets
from bot.companion_shelf import COMPANIONS_FOLDER, AssetShelf
from bot.domain.companion import Companion
from bot.domain.picture import Aspect, Resolution
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import CastMember, JobKind, PictureJob


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


def _picture(companion: Companion, kind: _Kind, folder: Path) -> AssetPicture:
    figure = Figure(companion.companion_id, pose="standing", expression="smiling")
    width_px, height_px = kind.drawn_px
    words = ", ".join((*companion.look.words(), companion.look.outfit))
    return AssetPicture(
        path=folder / kind.folder / f"{companion.companion_id}.jpg",
        job=PictureJob(
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
        ),
        box=kind.box,
        kept_px=kind.kept_px,
        limit_bytes=kind.limit_bytes,
        alt_text=f"{companion.name}: {words}",
    )


async def draw_pictures(folder: Path = COMPANIONS_FOLDER, *, anew: bool) -> int:
    """Draw the pictures of a folder's companions; returns how many words could not be drawn."""
    companions = AssetShelf(folder).all()
    return await draw_assets(
        (_picture(companion, kind, folder) for companion in companions for kind in _KINDS), anew=anew
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the main companions' pictures.")
    parser.add_argument("--all", action="store_true", help="draw every picture anew")
    asyncio.run(draw_pictures(anew=parser.parse_args().all))
