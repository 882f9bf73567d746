"""Candidates for a companion's reference: their numbered sheet, and their end with the companion's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import PictureMissingError
from bot.domain.request import Image
from bot.services.ports.images import DeliveryPicture, PictureLab, PictureNotes, PictureStore, Placeholder
from bot.services.ports.storage import UnitOfWork

log = structlog.get_logger()

SHEET_COLUMNS = 2
"""Four upright pictures in two rows are themselves upright, and fill a phone."""
SHEET_CELL_PX = 768


async def sheet_of(
    images: Sequence[Image], backend: str, limit_bytes: int, *, lab: PictureLab, store: PictureStore
) -> DeliveryPicture:
    """Candidates in one JPEG of at most ``limit_bytes``, numbered from 1 in their order; at least one."""
    tiles = await asyncio.gather(*(_tile(image, lab, store) for image in images))
    described = (f"{number}: {image.alt_text}" for number, image in enumerate(images, 1))
    notes = PictureNotes("\n".join(described), backend, images[0].request_id)
    sheet = await lab.sheet(tiles, columns=SHEET_COLUMNS, notes=notes, cell_px=SHEET_CELL_PX)
    return await lab.for_delivery(sheet, limit_bytes)


async def discard(uow: UnitOfWork, companion_id: str, at_ms: int) -> set[str]:
    """Mark all candidates of a deleted companion as deleted; the keys of the files that nothing needs any more."""
    keys: set[str] = set()
    for image in await uow.images.discard_candidates(companion_id, at_ms):
        keys |= {image.file_key, image.thumbnail_key}
    return {key for key in keys if not await uow.images.file_in_use(key)}


async def discard_with(uow: UnitOfWork, companion: Companion, at_ms: int) -> set[str]:
    """The same for a companion that has just been deleted, with its reference."""
    unused = await discard(uow, companion.companion_id, at_ms)
    key = companion.reference_key
    if key is not None and not await uow.images.file_in_use(key):
        unused.add(key)
    return unused


async def _tile(image: Image, lab: PictureLab, store: PictureStore) -> bytes:
    try:
        return await store.get(image.file_key)
    except PictureMissingError:
        log.warning("picture_missing", image_id=image.image_id)
        return await lab.placeholder(Placeholder.MISSING)
