"""An installation to be saved, and one to restore it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.archives import ArchiveReader, Manifest
from bot.container.backups import BackupReport, RestoreReport, back_up, restore
from bot.container.databases import Database, open_database
from bot.container.stores import Store, open_store
from bot.domain.money import Split
from bot.domain.request import Image
from bot.services.ports.storage import UnitOfWork
from bot.settings import Settings
from tests.databases import IS_POSTGRESQL, RawSql, fresh_database
from tests.db.rows import SCENE, USER, capture, hold, image, request, welcome


def unwatched(_part: str, _done: int, _all: int) -> None:
    """Nobody asks how far it is."""


@dataclass(frozen=True, slots=True)
class House:
    """A database and its pictures."""

    folder: Path
    settings: Settings

    @classmethod
    @asynccontextmanager
    async def build(cls, folder: Path, images: str | None = None) -> AsyncIterator[House]:
        """One of its own, in which nothing has ever been; its pictures in the folder where no place is named."""
        await asyncio.to_thread(folder.mkdir)
        with fresh_database(folder) as url:
            if IS_POSTGRESQL:
                with RawSql(url) as raw:
                    raw.execute("DROP SCHEMA public CASCADE")
                    raw.execute("CREATE SCHEMA public")
            yield cls.at(folder, url, images)

    @classmethod
    def at(cls, folder: Path, url: str | None = None, images: str | None = None) -> House:
        """One whose database and pictures are these; else in the folder."""
        url, images = url or f"sqlite:///{folder}/darkroom.db", images or f"{folder}/images"
        return cls(folder, Settings(database_url=url, image_store=images))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[tuple[Database, Store]]:
        """As a bot has it."""
        store = await open_store(self.settings)
        try:
            async with await open_database(self.settings) as database:
                yield database, store
        finally:
            await store.close()

    async def save(self, name: str = "backup.tar") -> BackupReport:
        return await back_up(self.settings, self.folder / name, unwatched)

    async def restore(self, archive: Path, *, replace: bool = False) -> RestoreReport:
        return await restore(self.settings, archive, unwatched, replace=replace)

    async def pictures(self) -> dict[str, tuple[bytes, bytes]]:
        """The files of each picture that is not deleted, as the gallery would open them."""
        async with self.opened() as (database, store):

            async def work(uow: UnitOfWork) -> list[tuple[str, str, str]]:
                files = await uow.audit.files("", 100)
                return [(file.image_id, file.file_key, file.thumbnail_key) for file in files]

            found = await database.read(work)
            return {name: (await store.get(full), await store.get(small)) for name, full, small in found}


async def member(database: Database, user_id: int = USER) -> str:
    """Somebody with moments to spend."""

    async def work(uow: UnitOfWork) -> str:
        account_id = await uow.members.require_account(user_id)
        await uow.ledger.append(welcome(account_id, ref=f"welcome-{user_id}"))
        return account_id

    return await database.write(work)


async def picture(
    database: Database, store: Store, account_id: str, number: int, thumbnail: str | None = None
) -> Image:
    """A delivered picture with its files."""
    begun = request(account_id, number)
    held = hold(account_id, Split(50), ref=f"{begun.request_id}:1")
    made = replace(
        image(begun),
        file_key=await store.put(f"picture {number}".encode()),
        thumbnail_key=thumbnail or await store.put(f"thumbnail {number}".encode()),
    )
    wanted = begun.request_id

    async def work(uow: UnitOfWork) -> None:
        requests = uow.requests
        await requests.add(begun)
        await requests.claim(wanted, owner="me", now_ms=0, until_ms=100)
        await requests.set_quote(
            wanted, scene=SCENE, prompt="p", cost=50, seed=3, backend="sketch", rating=made.rating
        )
        await requests.to_held(wanted, hold_ref=held.ref, paid=Split(50), at_ms=3)
        await uow.ledger.append(held)
        await requests.to_running(wanted, owner="me", at_ms=4)
        await uow.images.add(made, SCENE.cast)
        await requests.to_stored(wanted, owner="me", at_ms=6)
        await uow.ledger.append(capture(held))
        await requests.to_delivered(wanted, how="edit")

    await database.write(work)
    return made


async def delete(database: Database, store: Store, deleted: Image) -> None:
    """As a member does."""

    async def work(uow: UnitOfWork) -> None:
        assert await uow.images.mark_deleted(deleted.image_id, 1_000)

    await database.write(work)
    for key in (deleted.file_key, deleted.thumbnail_key):
        await store.delete(key)


async def forget(database: Database, account_id: str) -> None:
    """As the deletion of a member's data begins."""

    async def work(uow: UnitOfWork) -> None:
        await uow.privacy.forget_member(account_id)

    await database.write(work)


def manifest_of(path: Path) -> Manifest:
    with ArchiveReader(path) as archive:
        return archive.check(lambda _more: None)
