"""Ids name things and grant nothing: whoever moderates one channel moderates what was posted there."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotYoursError
from tests.services.request_parts import BEN, GUILD, Room


async def test_a_channels_moderator_deletes_what_was_posted_there_and_nothing_else(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    assert image.channel_id is not None
    for elsewhere in (None, image.channel_id + 1):
        with pytest.raises(NotYoursError):
            await room.images.check_deletable(
                image.image_id, GUILD, BEN, is_moderator=False, moderated_channel_id=elsewhere
            )
        with pytest.raises(NotYoursError):
            await room.images.delete(
                image.image_id, GUILD, BEN, is_moderator=False, moderated_channel_id=elsewhere
            )
    here = image.channel_id
    await room.images.check_deletable(
        image.image_id, GUILD, BEN, is_moderator=False, moderated_channel_id=here
    )
    deleted = await room.images.delete(
        image.image_id, GUILD, BEN, is_moderator=False, moderated_channel_id=here
    )
    assert deleted.image.image_id == image.image_id
