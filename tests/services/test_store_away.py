"""The store of the pictures is away for a while: nothing is lost, charged or forgotten meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain import errors
from bot.domain.reporting import Decision, Removal
from bot.domain.request import RequestState
from bot.services.audit import AuditService
from bot.services.ports.images import StoreUnavailableError
from bot.services.report_work import RETRY_AFTER_S
from bot.services.retention import RetentionService
from bot.stores.folder import FolderStore
from tests.services.privacy_parts import DAY_MS, open_archive
from tests.services.report_parts import open_office
from tests.services.request_parts import ANA, BEN, GUILD, Room

PLENTY = 10_000_000


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """Where the pictures were is something else: every look at them is an error of the disk's."""
    images, elsewhere = folder / "images", folder / "unmounted"
    images.rename(elsewhere)
    images.write_text("not mounted")
    try:
        yield
    finally:
        images.unlink()
        elsewhere.rename(images)


async def test_a_picture_that_was_paid_for_is_delivered_when_the_store_is_back(
    room: Room, tmp_path: Path
) -> None:
    room.courier.errors = [errors.DeliveryDelayedError()] * 3
    request = await room.run()
    before = await room.balance()
    with away(tmp_path):
        room.clock.now = request.lease_until_ms + 1
        await room.driver.drive(request.request_id)
        request = await room.request(request.request_id)
        assert request.state is RequestState.STORED
    room.clock.now = request.lease_until_ms + 1
    await room.driver.drive(request.request_id)
    assert (await room.request(request.request_id)).state is RequestState.DELIVERED
    assert await room.balance() == before
    assert len(room.backend.jobs) == 1


async def test_a_picture_that_cannot_be_stored_is_not_charged(room: Room, tmp_path: Path) -> None:
    await room.run()
    before = await room.balance()
    with away(tmp_path):
        assert (await room.run()).state is RequestState.FAILED
    assert await room.balance() == before


async def test_what_is_deleted_meanwhile_is_gone_for_everybody_at_once(room: Room, tmp_path: Path) -> None:
    (image,) = await room.pictures((await room.run()).request_id)
    with away(tmp_path):
        with pytest.raises(StoreUnavailableError):
            await room.images.download(image.image_id, GUILD, ANA, PLENTY)
        await room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
    with pytest.raises(errors.NotFoundError):
        await room.images.download(image.image_id, GUILD, ANA, PLENTY)


async def test_a_members_data_is_deleted_when_the_store_is_back(tmp_path: Path) -> None:
    async with open_archive(tmp_path) as archive:
        await archive.picture()
        with away(tmp_path), capture_logs() as logged:
            await archive.erase()
            assert "erasure_delayed" in [line["event"] for line in logged]
            assert archive.rows("SELECT scrubbed FROM request") == [0]
            assert archive.post.told == []
        await archive.sweep()
        assert archive.rows("SELECT scrubbed FROM request") == [1]
        assert [told.user_id for told in archive.post.told] == [ANA]
        assert await archive.files() == []


async def test_files_that_could_not_be_deleted_go_with_the_members_data(tmp_path: Path) -> None:
    async with open_archive(tmp_path) as archive:
        (image,) = await archive.images(await archive.picture())
        with away(tmp_path):
            await archive.room.images.delete(image.image_id, GUILD, ANA, is_moderator=False)
        assert len(await archive.files()) == 2
        await archive.erase()
        assert await archive.files() == []


async def test_what_is_too_old_is_wiped_soon_after_the_store_is_back(tmp_path: Path) -> None:
    async with open_archive(tmp_path) as archive:
        await archive.picture()
        archive.room.clock.now += 8 * DAY_MS
        with away(tmp_path):
            with pytest.raises(StoreUnavailableError):
                await archive.retention(7).purge()
            passes: asyncio.Queue[None] = asyncio.Queue()

            class Watched(RetentionService):
                async def purge(self) -> int:
                    try:
                        return await super().purge()
                    finally:
                        passes.put_nowait(None)

            storage, clock, wiper = archive.room.storage, archive.room.clock, archive.wiper
            watched = Watched(storage=storage, clock=clock, wiper=wiper, days=7)
            purging = asyncio.create_task(watched.keep_purging(every_s=3600, retry_after_s=0.01))
            await passes.get()
        async with asyncio.timeout(30):
            while archive.rows("SELECT scrubbed FROM request") != [1]:
                await passes.get()
        purging.cancel()
        await asyncio.gather(purging, return_exceptions=True)
        assert await archive.files() == []


async def test_an_audit_of_a_store_that_is_away_finds_nothing_missing(room: Room, tmp_path: Path) -> None:
    """It says that it could not look."""

    class Away(FolderStore):
        async def exists(self, key: str) -> bool:
            raise StoreUnavailableError(f"nobody knows about {key}")

    await room.run()
    store = Away(tmp_path / "images")
    with pytest.raises(StoreUnavailableError):
        await AuditService(storage=room.storage, pictures=store).run()
    await store.close()
    assert (await AuditService(storage=room.storage, pictures=room.store).run()).is_clean


async def test_a_reported_picture_is_removed_when_the_store_is_back(tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        image = await office.picture()
        case_id = (await office.report(image, BEN)).case_id
        await office.work()
        await office.decide(case_id, Decision.REMOVE)
        with away(tmp_path):
            await office.work()
            assert (await office.case(case_id)).removal is Removal.DUE
        office.room.clock.now += int(RETRY_AFTER_S * 1000)
        await office.worker.drive(case_id)
        assert (await office.case(case_id)).removal is Removal.DONE
        assert not await office.room.store.exists(image.file_key)
