"""What may be done with a picture after it was delivered."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import NotFoundError, NotYoursError, PictureMissingError
from tests.services.request_parts import ANA, BEN, GUILD, Room, jpeg

PLENTY = 10_000_000


async def test_a_download_is_the_stored_file(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    found = await room.images.download(image.image_id, GUILD, BEN, PLENTY)
    assert found.picture.data == await room.store.get(image.file_key)
    assert not found.picture.reduced


async def test_a_picture_is_known_in_its_own_guild_only(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    for image_id, guild_id in ((image.image_id, GUILD + 1), ("nothing", GUILD)):
        with pytest.raises(NotFoundError):
            await room.images.download(image_id, guild_id, ANA, PLENTY)


async def test_outside_a_guild_members_have_their_own_pictures(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    assert (await room.images.download(image.image_id, None, ANA, PLENTY)).image == image
    with pytest.raises(NotFoundError):
        await room.images.download(image.image_id, None, BEN, PLENTY)


async def test_deleting_removes_the_files_for_the_requester(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    with pytest.raises(NotYoursError):
        await room.images.delete(image.image_id, GUILD, BEN, is_moderator=False)
    deleted = await room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    assert (deleted.image.message_id, deleted.left) == (777, ())
    assert not await room.store.exists(image.file_key)
    assert not await room.store.exists(image.thumbnail_key)
    with pytest.raises(NotFoundError):
        await room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)


async def test_who_may_not_delete_is_told_before_being_asked(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    await room.images.check_deletable(image.image_id, GUILD, ANA, is_moderator=False)
    await room.images.check_deletable(image.image_id, GUILD, BEN, is_moderator=True)
    with pytest.raises(NotYoursError):
        await room.images.check_deletable(image.image_id, GUILD, BEN, is_moderator=False)
    with pytest.raises(NotFoundError):
        await room.images.check_deletable("nothing", GUILD, ANA, is_moderator=False)


async def test_a_moderator_may_delete_what_others_made(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    await room.images.delete(image.image_id, GUILD, BEN, is_moderator=True)
    assert not await room.store.exists(image.file_key)


async def test_a_file_that_two_pictures_share_stays_until_both_are_deleted(room: Room) -> None:
    """Files are named by their content, so a batch of two equal pictures is one file."""
    room.backend.script = [[jpeg(768, 1024), jpeg(768, 1024)]]
    first, second = await room.pictures((await room.run(count=2)).request_id)
    assert (first.file_key, first.thumbnail_key) == (second.file_key, second.thumbnail_key)
    await room.images.delete(first.image_id, GUILD, ANA, is_moderator=False)
    assert await room.store.exists(second.file_key)
    await room.images.delete(second.image_id, GUILD, ANA, is_moderator=False)
    assert not await room.store.exists(second.file_key)


async def test_two_deletions_at_once_are_one(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    results = await asyncio.gather(
        *(room.images.delete(image.image_id, GUILD, ANA, is_moderator=False) for _ in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, NotFoundError) for result in results) == 7


async def test_a_file_that_is_gone_is_told(room: Room) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    await room.store.delete(image.file_key)
    with pytest.raises(PictureMissingError):
        await room.images.download(image.image_id, GUILD, BEN, PLENTY)
