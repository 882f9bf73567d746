"""What becomes of candidates for a reference: who gets at them, and what is left when they are deleted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import (
    DeliveryDelayedError,
    NotFoundError,
)
from bot.domain.request import RequestState
from bot.services.ports.storage import UnitOfWork
from tests.services.companion_parts import new
from tests.services.reference_parts import PLENTY, Gate, Studio, open_studio
from tests.services.request_parts import (
    ANA,
    BEN,
    GUILD,
    jpeg,
)
from tests.services.studio_parts import HERE


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    async with open_studio(tmp_path) as studio:
        yield studio


# ---------------------------------------------------------------- what others can do with candidates


async def test_nobody_else_gets_at_a_candidate(studio: Studio) -> None:
    await studio.make()
    image = (await studio.candidates())[0]
    assert (await studio.room.images.download(image.image_id, GUILD, ANA, PLENTY)).image == image
    for attempt in (
        studio.room.images.download(image.image_id, GUILD, BEN, PLENTY),
        studio.room.images.delete(image.image_id, GUILD, BEN, is_moderator=True),
        studio.room.desk.check_editable(image.image_id, HERE),
        studio.room.desk.again(studio.room.press(BEN), image.image_id),
        studio.room.desk.again(studio.room.press(ANA), image.image_id),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_a_deleted_candidate_that_is_the_reference_keeps_its_file(studio: Studio) -> None:
    image = await studio.enable()
    await studio.room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    assert await studio.room.store.exists(image.file_key)
    assert await studio.references.portrait((await studio.state()).companion, PLENTY) is not None


# ---------------------------------------------------------------- the companion is deleted


async def _delete_rin(studio: Studio) -> None:
    await studio.room.companions.delete(GUILD, ANA, studio.rin.companion_id, is_moderator=False)


async def test_with_a_companion_go_the_files_of_all_its_candidates(studio: Studio) -> None:
    await studio.enable()
    studio.room.backend.script = [[jpeg(768, 1024, shade) for shade in (10, 80, 150, 220)]]
    requests = [(await studio.make()).request_id]
    images = [*await studio.candidates(), *await studio.room.pictures(requests[0])]
    await _delete_rin(studio)
    assert await studio.files_of(images) == [False] * len(images)
    with pytest.raises(NotFoundError):
        await studio.pick(images[0])


async def test_a_reference_whose_candidate_was_deleted_before_goes_as_well(studio: Studio) -> None:
    image = await studio.enable()
    await studio.room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    await _delete_rin(studio)
    assert not await studio.room.store.exists(image.file_key)


async def test_files_that_another_companion_needs_stay(studio: Studio) -> None:
    """Files are named by their content: two companions may stand on one."""
    first = await studio.enable()
    sol = await studio.room.companions.create(GUILD, ANA, new("Sol"))

    async def stand_on_it(uow: UnitOfWork) -> None:
        await uow.companions.set_reference(sol.companion_id, first.file_key)

    await studio.room.storage.write(stand_on_it)
    await _delete_rin(studio)
    assert await studio.room.store.exists(first.file_key)
    assert not await studio.room.store.exists(first.thumbnail_key)
    await studio.room.companions.delete(GUILD, ANA, sol.companion_id, is_moderator=False)
    assert not await studio.room.store.exists(first.file_key)


async def test_candidates_that_come_after_their_companion_was_deleted_go_too(studio: Studio) -> None:
    gate = Gate()
    studio.room.backend.script = [[jpeg(768, 1024), gate, jpeg(768, 1024, 91), jpeg(768, 1024, 92)]]
    request_id = await studio.room.desk.begin(studio.press())
    driving = asyncio.create_task(studio.room.driver.drive(request_id))
    await gate.reached.wait()
    await _delete_rin(studio)
    gate.set()
    await driving
    assert (await studio.room.request(request_id)).state is RequestState.DELIVERED
    ((_, parcels, _),) = studio.room.courier.delivered
    assert parcels == (), "which the courier says in words"
    images = await studio.room.pictures(request_id)
    assert len(images) >= 2
    assert await studio.files_of(images) == [False] * len(images)


async def test_a_candidate_deleted_before_the_delivery_is_not_on_the_sheet(studio: Studio) -> None:
    studio.room.backend.script = [[jpeg(768, 1024, shade) for shade in (10, 80, 150, 220)]]
    studio.room.courier.errors = [DeliveryDelayedError()] * 3
    request = await studio.make()
    assert request.state is RequestState.STORED
    images = await studio.room.pictures(request.request_id)
    await studio.room.images.delete(images[1].image_id, GUILD, ANA, is_moderator=False)
    studio.room.clock.now = request.lease_until_ms + 1
    await studio.room.driver.drive(request.request_id)
    ((_, parcels, _),) = studio.room.courier.delivered
    assert [parcel.image.position for parcel in parcels] == [0, 2, 3]
