"""A deletion that is interrupted, wherever it is, is finished by the next sweep; the loop goes on whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.domain.errors import (
    DeliveryDelayedError,
)
from bot.services.ports.storage import Storage, StorageError, UnitOfWork
from tests.services.privacy_parts import WORDS, Archive, live, open_archive
from tests.services.request_parts import ANA, BEN

T = TypeVar("T")


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with open_archive(tmp_path) as archive:
        yield archive


# ---------------------------------------------------------------------- interruptions


async def test_a_failing_platform_scrubs_nothing_and_is_asked_again(archive: Archive) -> None:
    await archive.picture()
    archive.posted.errors = [DeliveryDelayedError()]
    await archive.erase()
    assert archive.rows("SELECT scrubbed FROM request") == [0]
    assert archive.rows("SELECT stage FROM erasure") == ["pictures"]
    await archive.sweep()
    assert archive.rows("SELECT scrubbed FROM request") == [1]
    assert len(archive.post.told) == 1


@pytest.mark.parametrize("error", [DeliveryDelayedError(), StorageError("busy"), RuntimeError("ours")])
async def test_one_members_trouble_delays_nobody_else(archive: Archive, error: Exception) -> None:
    await archive.picture()
    await archive.picture(BEN)
    assert await archive.erasures.begin(ANA, None, 0)
    archive.room.clock.now += 1
    assert await archive.erasures.begin(BEN, None, 0)
    archive.posted.errors = [error]
    await archive.sweep()
    assert [told.user_id for told in archive.post.told] == [BEN]
    await archive.sweep()
    assert [told.user_id for told in archive.post.told] == [BEN, ANA]


class Dying:
    """A storage that fails at its n-th writing from now, before it or after it is durable."""

    def __init__(self, inner: Storage) -> None:
        self._inner = inner
        self.at: int | None = None
        self.when = "before"
        self.writes = 0

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        self.writes += 1
        is_now = self.writes == self.at
        if is_now and self.when == "before":
            raise RuntimeError("died")
        value = await self._inner.write(work)
        if is_now:
            raise RuntimeError("died")
        return value

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await self._inner.read(work)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_interrupted_at_any_writing_it_is_finished_by_the_next_sweep(tmp_path: Path, when: str) -> None:
    at, is_over = 0, False
    while not is_over:
        at += 1
        dying: list[Dying] = []

        def wrap(storage: Storage, dying: list[Dying] = dying) -> Storage:
            dying.append(Dying(storage))
            return dying[0]

        folder = tmp_path / f"{when}-{at}"
        async with open_archive(folder, wrap) as archive:
            await live(archive)
            assert await archive.erasures.begin(ANA, "token", 5)
            dying[0].writes, dying[0].at, dying[0].when = 0, at, when
            await archive.sweep()
            is_over = dying[0].writes < at
            dying[0].at = None
            await archive.sweep()
            said = archive.everything()
            assert not [word for word in WORDS if word in said]
            assert await archive.files() == []
            assert await archive.account() is None
            assert await archive.violations() == []
            assert archive.rows("SELECT count(*) FROM erasure") == [0]
            assert {told.user_id for told in archive.post.told} == {ANA}
    assert at > 5


# ---------------------------------------------------------------------- the loop


async def test_the_loop_takes_up_what_is_there_and_what_begins(archive: Archive) -> None:
    await archive.picture()
    await archive.picture(BEN)
    await archive.erasures.begin(BEN, None, 0)
    looping = asyncio.create_task(archive.erasures.keep_erasing(every_s=3600))
    async with asyncio.timeout(10):
        await archive.post.heard.wait()
        archive.post.heard.clear()
        await archive.erasures.begin(ANA, None, 0)
        await archive.post.heard.wait()
    assert [told.user_id for told in archive.post.told] == [BEN, ANA]
    looping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looping


class Noticing(list[str]):
    """A list that says when something comes."""

    def __init__(self) -> None:
        super().__init__()
        self.came = asyncio.Event()

    def append(self, request_id: str) -> None:
        super().append(request_id)
        self.came.set()


async def test_the_loop_looks_again_soon_while_a_picture_is_under_way(archive: Archive) -> None:
    begun = await archive.room.begin()
    submitted = archive.room.engine.submitted = Noticing()
    looping = asyncio.create_task(archive.erasures.keep_erasing(every_s=3600))
    await archive.erasures.begin(ANA, None, 0)
    async with asyncio.timeout(10):
        await submitted.came.wait()  # it was cancelled
        await archive.room.driver.drive(begun)
        await archive.post.heard.wait()
    looping.cancel()


async def test_the_loop_outlives_a_database_that_can_not_be_read(tmp_path: Path) -> None:
    class Unreadable(Dying):
        failed = False

        async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
            if not self.failed:
                self.failed = True
                raise RuntimeError("unreadable")
            return await super().read(work)

    async with open_archive(tmp_path, Unreadable) as archive:
        await archive.picture()
        await archive.erasures.begin(ANA, None, 0)
        looping = asyncio.create_task(archive.erasures.keep_erasing(every_s=0.01))
        async with asyncio.timeout(10):
            await archive.post.heard.wait()
        looping.cancel()
