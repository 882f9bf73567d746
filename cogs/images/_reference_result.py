"""Delivered candidates for a companion's reference."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.request import ImageRequest
from bot.services.ports.chat import Parcel
from cogs.base.candidates import candidates_view, sheet_file
from cogs.images._transport import Outgoing


def sheet_outgoing(
    request: ImageRequest, parcels: Sequence[Parcel], names: Sequence[str], price: int | None
) -> Outgoing:
    """The sheet with its buttons. ``price`` is that of four others; None where none can be made."""
    images, sheet = [parcel.image for parcel in parcels], parcels[0].picture.data
    (companion_id,) = request.require_scene().cast
    name = names[0]
    return Outgoing(
        lambda: [sheet_file(sheet)],
        lambda files: candidates_view(name, companion_id, images, files[0], price=price),
        len(sheet),
    )
