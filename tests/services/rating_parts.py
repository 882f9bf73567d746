"""A room where mature pictures may be, as far as a test leaves it so.

No test has anything mature in it: the check of these rooms rates one harmless marker word so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.domain.picture import Rating
from bot.domain.pricing import Grants
from bot.domain.request import Image, ImageRequest
from bot.services.moments import MomentsService
from bot.services.ports.images import Placeholder
from bot.services.ports.shop import Entitlement
from bot.services.purchases import PurchaseService
from tests.services.request_parts import ANA, CHANNEL, GUILD, WELCOME, Backend, Room, open_room
from tests.services.shop_parts import FakePost, FakeShop

MARKED = "a grown-up evening"
"""A hint that the rooms' check rates mature."""

OWNER, MOD_CHANNEL, STRANGER = 9, 66, 3
SKU = 901


async def allow(room: Room, *, is_allowed: bool = True) -> None:
    """The guild's owner turns mature pictures on, or off."""
    if is_allowed:
        await room.guilds.set_mod_channel(GUILD, OWNER, MOD_CHANNEL, is_restricted=True)
    await room.guilds.set_mature(
        GUILD, OWNER, is_allowed=is_allowed, restricted_channel_id=MOD_CHANNEL if is_allowed else None
    )


@asynccontextmanager
async def open_adult_room(
    folder: Path, *, other_backends: Sequence[Backend] = (), slots: int = 4
) -> AsyncIterator[Room]:
    """All is on: operator, guild, channel, backend; members have granted moments."""
    async with open_room(folder, other_backends=other_backends, slots=slots) as room:
        await allow(room)
        room.gate.restricted.add(CHANNEL)
        room.backend.capabilities = replace(room.backend.capabilities, max_rating=Rating.MATURE)
        yield room


def moments(room: Room) -> MomentsService:
    """Wallets whose gifts have no cap to speak of."""
    grants = Grants(welcome=WELCOME, daily=100, cap_per_call=9999, cap_per_day=9999, gift_cap_per_day=9999)
    return MomentsService(storage=room.storage, clock=room.clock, grants=grants)


async def spend_granted(room: Room, user_id: int = ANA) -> None:
    """A member gives all their granted moments away."""
    await moments(room).balance(user_id, GUILD)
    granted = (await room.balance(user_id)).free.granted
    await moments(room).gift(user_id, STRANGER, GUILD, granted, 90_000 + user_id)


async def buy(room: Room, user_id: int = ANA, *, ends_at_ms: int | None = None) -> None:
    """A member buys 500 moments; with an end, by a paid tier."""
    shop = FakeShop()
    service = PurchaseService(
        storage=room.storage,
        clock=room.clock,
        shop=shop,
        post=FakePost(),
        sku_moments={SKU: 500},
        consume_delays_s=(0.0,),
    )
    await service.take_in(Entitlement(4_000 + user_id, SKU, user_id, ends_at_ms=ends_at_ms))


async def mature_picture(room: Room, **options: object) -> tuple[ImageRequest, Image]:
    """A mature picture that was made and posted."""
    request = await room.run(ANA, hint=MARKED, **options)
    (image, *_) = await room.pictures(request.request_id)
    assert image.rating is Rating.MATURE
    return request, image


async def is_covered(room: Room, data: bytes) -> bool:
    """Whether these bytes are the neutral placeholder."""
    return data == await room.lab.placeholder(Placeholder.MATURE)
