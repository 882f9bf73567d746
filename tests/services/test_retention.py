"""What is kept for a while only is gone after it, by the day, wherever the operator or an owner says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import DeliveryDelayedError
from bot.domain.request import RequestKind
from bot.services.ports.storage import MessagePlace, UnitOfWork
from bot.services.retention import RetentionService
from tests.databases import RawSql
from tests.services.privacy_parts import DAY_MS, Archive, open_archive
from tests.services.request_parts import ANA, BEN, CHANNEL, GUILD


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive


async def owner_keeps(archive: Archive, days: int | None) -> None:
    await archive.room.guilds.change(GUILD, BEN, lambda settings: replace(settings, retention_days=days))


def scrubbed(archive: Archive) -> list[int]:
    return archive.rows("SELECT scrubbed FROM request ORDER BY created_at_ms, request_id")


async def test_what_is_older_is_gone_and_what_is_younger_stays(archive: Archive) -> None:
    await archive.picture(hint="peppermint clouds")
    archive.room.clock.now += 5 * DAY_MS
    young = await archive.picture(hint="tin whistle")
    archive.room.clock.now += 26 * DAY_MS
    assert await archive.retention(30).purge() == 1
    assert scrubbed(archive) == [1, 0]
    assert "peppermint" not in archive.everything()
    assert "tin whistle" in archive.everything()
    (image,) = await archive.images(young)
    assert sorted(await archive.files()) == sorted([image.file_key, image.thumbnail_key])
    assert MessagePlace(CHANNEL, 1001) in archive.posted.asked
    assert MessagePlace(CHANNEL, 1002) not in archive.posted.asked
    assert await archive.violations() == []
    assert await archive.retention(30).purge() == 0


@pytest.mark.parametrize(
    ("operators", "owners", "kept"),
    [(0, None, None), (30, None, 30), (0, 7, 7), (30, 7, 7), (7, 30, 7)],
)
async def test_the_shorter_of_the_operators_and_the_owners_days_counts(
    archive: Archive, operators: int, owners: int | None, kept: int | None
) -> None:
    await archive.picture()
    await owner_keeps(archive, owners)
    retention = archive.retention(operators)
    assert await retention.days_of(GUILD) == kept
    if kept is None:
        archive.room.clock.now += 10_000 * DAY_MS
        assert await retention.purge() == 0
        return
    archive.room.clock.now += kept * DAY_MS
    assert await retention.purge() == 0
    archive.room.clock.now += 1
    assert await retention.purge() == 1


async def test_the_member_keeps_account_and_moments(archive: Archive) -> None:
    await archive.picture()
    before = await archive.room.balance()
    archive.room.clock.now += 8 * DAY_MS
    await archive.retention(7).purge()
    assert await archive.room.balance() == before
    assert await archive.account(ANA) is not None


async def test_the_reference_of_a_companion_stays_as_long_as_it_does(archive: Archive) -> None:
    own = await archive.room.own_companion("Ottoline")
    made = await archive.room.ask(RequestKind.REFERENCE, own.companion_id, private=True)
    images = await archive.images(made)

    async def pick(uow: UnitOfWork) -> bool:
        return await uow.companions.set_reference(own.companion_id, images[1].file_key)

    await archive.room.storage.write(pick)
    await archive.picture()
    archive.room.clock.now += 8 * DAY_MS
    assert await archive.retention(7).purge() == 1
    assert await archive.room.store.exists(images[1].file_key)
    await archive.room.companions.delete(GUILD, ANA, own.companion_id, is_moderator=False)
    assert await archive.retention(7).purge() == 1
    assert await archive.files() == []


async def test_more_than_one_page_is_wiped_at_once(archive: Archive) -> None:
    for _ in range(3):
        await archive.picture()
    copied = archive.columns("request")
    values = ", ".join(
        {
            "request_id": "request_id || '-' || substr(CAST(1000 + n AS TEXT), 2)",
            "source_id": "source_id * 1000 + n",
            "hold_ref": "hold_ref || '-' || substr(CAST(1000 + n AS TEXT), 2)",
        }.get(name, name)
        for name in copied
    )
    names = ", ".join(copied)
    with RawSql.of(archive.room.storage) as raw:
        raw.drop_trigger("request_begins_received")
    numbers = "WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number WHERE n < 20)"
    archive.rows(f"{numbers} INSERT INTO request ({names}) SELECT {values} FROM request, number")  # noqa: S608
    archive.room.clock.now += 8 * DAY_MS
    assert await archive.retention(7).purge() == 63
    assert set(scrubbed(archive)) == {1}


async def test_a_failing_platform_stops_a_purge_and_the_next_one_makes_it_good(archive: Archive) -> None:
    await archive.picture()
    archive.room.clock.now += 8 * DAY_MS
    archive.posted.errors = [DeliveryDelayedError()]
    with pytest.raises(DeliveryDelayedError):
        await archive.retention(7).purge()
    assert scrubbed(archive) == [0]
    assert await archive.retention(7).purge() == 1


@pytest.mark.parametrize("errors", [[], [DeliveryDelayedError()], [RuntimeError("ours")]])
async def test_the_loop_purges_at_once_and_goes_on_whatever_happens(
    archive: Archive, errors: list[Exception]
) -> None:
    for _ in range(2):
        await archive.picture()
    archive.room.clock.now += 8 * DAY_MS
    archive.posted.errors = errors
    purged = asyncio.Event()

    class Noticing(RetentionService):
        async def purge(self) -> int:
            wiped = await super().purge()
            purged.set()
            return wiped

    retention = Noticing(storage=archive.room.storage, clock=archive.room.clock, wiper=archive.wiper, days=7)
    looping = asyncio.create_task(retention.keep_purging(every_s=0.01, retry_after_s=0.01))
    async with asyncio.timeout(10):
        await purged.wait()
        purged.clear()
        await purged.wait()  # a day later, once more
    assert scrubbed(archive) == [1, 1]
    looping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looping
