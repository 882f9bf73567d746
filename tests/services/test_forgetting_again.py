"""What a backup has brought back and members had deleted is deleted once more, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.container.databases import Database
from bot.domain.request import RequestState
from bot.services.ports.storage import Erasure, ErasureStage, UnitOfWork
from bot.services.privacy.again import PAGE, ForgettingAgain
from bot.stores.folder import FolderStore
from tests.container.backup_parts import picture
from tests.databases import fresh_storage
from tests.db.rows import USER, account, bring_to, post, welcome


class At:
    """A clock that stands."""

    def now_ms(self) -> int:
        return 9_000


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_storage(tmp_path) as storage:
        yield storage


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FolderStore]:
    store = FolderStore(tmp_path / "images")
    yield store
    await store.close()


@pytest.fixture
def again(storage: Database, store: FolderStore) -> ForgettingAgain:
    return ForgettingAgain(storage=storage, store=store, clock=At())


async def erasures(storage: Database) -> list[tuple[str, str | None]]:
    async def work(uow: UnitOfWork) -> list[tuple[str, str | None]]:
        return [(erasure.account_id, erasure.token) for erasure in await uow.privacy.erasures()]

    return await storage.read(work)


async def test_members_who_left_are_forgotten_and_strangers_are_not_looked_for(
    storage: Database, again: ForgettingAgain
) -> None:
    leaver, stays = await account(storage, USER), await account(storage, USER + 1)
    # Whoever came and went after the backup is not in it.
    assert await again.members({leaver, "came-later"}) == 1
    assert await erasures(storage) == [(leaver, None)]
    assert stays != leaver


async def test_a_deletion_that_is_under_way_goes_on_as_it_was(
    storage: Database, again: ForgettingAgain
) -> None:
    leaver = await account(storage)

    async def begin(uow: UnitOfWork) -> None:
        await uow.privacy.begin_erasure(Erasure(leaver, USER, ErasureStage.STOPPING, "token", 10_000, 1))

    await storage.write(begin)
    assert await again.members([leaver]) == 0
    assert await erasures(storage) == [(leaver, "token")]


async def test_pictures_go_with_the_files_that_nothing_else_needs(
    storage: Database, store: FolderStore, again: ForgettingAgain
) -> None:
    maker = await account(storage)
    await post(storage, welcome(maker))
    first = await picture(storage, store, maker, 1)
    second = await picture(storage, store, maker, 2, first.thumbnail_key)
    many = {f"made-later-{number}" for number in range(PAGE)}
    assert await again.pictures({first.image_id, *many}) == 1
    assert await again.pictures({first.image_id}) == 0
    assert [await store.exists(key) for key in (first.file_key, first.thumbnail_key, second.file_key)] == [
        False,
        True,
        True,
    ]


async def test_with_nothing_to_forget_nothing_happens(storage: Database, again: ForgettingAgain) -> None:
    maker = await account(storage)
    await post(storage, welcome(maker))
    await bring_to(storage, maker, RequestState.DELIVERED)
    assert (await again.members(()), await again.pictures(())) == (0, 0)
