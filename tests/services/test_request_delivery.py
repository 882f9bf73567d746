"""From stored pictures to posted ones, over a platform that fails."""

from __future__ import annotations

from bot.domain import errors
from bot.domain.request import RequestState
from bot.services.ports.chat import Delivery
from tests.services.companion_parts import MIRA, new
from tests.services.request_parts import ANA, GUILD, Room


async def test_a_failing_platform_is_asked_again_soon(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 2
    assert (await room.run()).state is RequestState.DELIVERED
    assert len(room.backend.jobs) == 1


async def test_a_platform_that_goes_on_failing_is_asked_again_later(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 3
    request = await room.run()
    assert request.state is RequestState.STORED
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert (await room.request(request.request_id)).state is RequestState.DELIVERED
    assert len(room.backend.jobs) == 1


async def test_a_platform_that_fails_for_long_leaves_the_picture_in_the_gallery(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 4
    request = await room.run()
    room.clock.now += 3_600_000
    await room.driver.drive(request.request_id)
    assert room.courier.told_to_wait == [request.request_id]
    assert (await room.request(request.request_id)).delivered_how == "gallery"
    (notice,) = await room.preferences.take_notices(ANA)
    assert notice.image_id == (await room.pictures(request.request_id))[0].image_id
    assert await room.preferences.take_notices(ANA) == []


async def test_too_large_an_upload_is_made_smaller(room: Room) -> None:
    room.courier.errors = [errors.UploadTooLargeError(1)] * 3
    assert (await room.run()).delivered_how == "reply"


async def test_an_upload_that_never_fits_waits_in_the_gallery(room: Room) -> None:
    room.courier.errors = [errors.UploadTooLargeError(1)] * 50
    assert (await room.run()).delivered_how == "gallery"


async def test_a_place_without_a_message_still_counts_as_delivered(room: Room) -> None:
    room.courier.delivery = Delivery("gallery")
    (image,) = await room.pictures((await room.run()).request_id)
    assert (image.channel_id, image.message_id) == (None, None)


async def test_a_platform_that_is_still_failing_does_not_keep_a_picture_from_the_gallery(room: Room) -> None:
    room.courier.delivery = Delivery("gallery")
    room.courier.error_while_telling_to_wait = errors.DeliveryDelayedError()
    assert (await room.run()).delivered_how == "gallery"


async def test_a_picture_comes_home_although_its_companion_was_deleted_meanwhile(room: Room) -> None:
    nova = await room.companions.create(GUILD, ANA, new("Nova"))
    room.courier.errors = [errors.DeliveryDelayedError()] * 3
    request = await room.run(companion_ids=(nova.companion_id, MIRA.companion_id))
    await room.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert [names for _, _, names in room.courier.delivered] == [("Mira",)]


async def test_an_end_that_could_not_be_told_is_told_later(room: Room) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 3
    request = await room.run(hint="forbidden")
    assert (request.state, request.told) == (RequestState.REFUSED, False)
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert (await room.request(request.request_id)).told
