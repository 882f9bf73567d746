"""What a backup holds, what a restore makes of it, and when it refuses."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from bot.archives import ArchiveError, DatabaseKind
from bot.clock import SystemClock
from bot.container.backups import back_up
from bot.domain.request import Image
from bot.services.ports.storage import Erasure, ErasureStage, StorageError, UnitOfWork
from bot.settings import Settings, SettingsError
from db.migrate import migrate, shipped_migrations
from db.postgresql.migrating import migrate as migrate_postgresql
from tests.container.backup_parts import House, delete, forget, manifest_of, member, picture, unwatched
from tests.databases import IS_POSTGRESQL, RawSql
from tests.db.rows import USER


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House.build(tmp_path / "house") as house:
        yield house


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[House]:
    async with House.build(tmp_path / "elsewhere") as house:
        yield house


@pytest.fixture
async def images(house: House) -> list[Image]:
    """Two pictures, of which the second one shares its thumbnail with the first."""
    async with house.opened() as (database, store):
        account_id = await member(database)
        first = await picture(database, store, account_id, 1)
        return [first, await picture(database, store, account_id, 2, first.thumbnail_key)]


async def test_what_was_saved_is_there_again(house: House, elsewhere: House, images: list[Image]) -> None:
    del images
    saved = await house.save()
    assert saved.is_whole
    report = await elsewhere.restore(saved.path)
    assert report.audit.is_clean
    assert report.audit.counts.images == 2
    assert await elsewhere.pictures() == await house.pictures()
    assert len(await elsewhere.pictures()) == 2


async def test_it_is_made_beside_a_bot_which_goes_on_writing(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    del images
    async with house.opened() as (database, store):
        account_id = await member(database, USER + 1)
        number = 10

        async def keep_writing() -> None:
            nonlocal number
            while number < 20:
                await picture(database, store, account_id, number)
                number += 1

        writing = asyncio.create_task(keep_writing())
        saved = await house.save()
        await writing
    report = await elsewhere.restore(saved.path)
    assert report.audit.is_clean
    assert 2 <= report.audit.counts.images <= 12


async def test_only_pictures_that_a_row_names_are_in_it(house: House, images: list[Image]) -> None:
    async with house.opened() as (database, store):
        await store.put(b"of nobody")
        await delete(database, store, images[1])
    manifest = (await house.save()).manifest
    # Deleting took the thumbnail away that both had: its file is gone, and a row still names it.
    assert manifest.missing == (images[0].thumbnail_key,)
    assert (manifest.pictures.count, manifest.counts.images) == (1, 1)


async def test_a_picture_without_its_file_is_told_by_backup_and_restore(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    async with house.opened() as (_, store):
        await store.delete(images[0].file_key)
    saved = await house.save()
    assert (saved.is_whole, saved.manifest.missing) == (False, (images[0].file_key,))
    assert any(images[0].file_key in line for line in saved.lines())
    report = await elsewhere.restore(saved.path)
    assert [(found.subject, found.expected) for found in report.audit.violations] == [
        (images[0].image_id, images[0].file_key)
    ]


async def test_a_picture_that_rots_in_the_store_is_not_saved_as_if_it_were_well(
    house: House, images: list[Image]
) -> None:
    key = images[1].file_key
    (house.folder / "images" / key[:2] / key).write_bytes(b"rotten")
    assert (await house.save()).manifest.missing == (key,)


async def test_a_picture_that_is_deleted_while_it_is_saved_is_deleted_in_what_is_restored(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    """The snapshot names it, and by the time its file is read it is gone, as its member wanted."""
    is_deleted = False

    def delete_in_between(part: str, _done: int, _all: int) -> None:
        nonlocal is_deleted
        if part == "database" and not is_deleted:
            is_deleted = True
            with RawSql(house.settings.database_url) as raw:
                raw.execute("UPDATE image SET deleted_at_ms = 1 WHERE image_id = ?", (images[1].image_id,))
            key = images[1].file_key
            (house.folder / "images" / key[:2] / key).unlink()

    saved = await back_up(house.settings, house.folder / "backup.tar", delete_in_between)
    assert (saved.manifest.deleted, saved.is_whole) == ((images[1].file_key,), True)
    report = await elsewhere.restore(saved.path)
    assert report.audit.is_clean
    assert list(await elsewhere.pictures()) == [images[0].image_id]


async def test_a_database_that_is_there_stays_unless_it_is_to_be_replaced(
    house: House, images: list[Image]
) -> None:
    saved = await house.save()
    async with house.opened() as (database, store):
        newer = await picture(database, store, images[0].account_id, 3)
    with pytest.raises(ArchiveError, match="say --replace"):
        await house.restore(saved.path)
    assert newer.image_id in await house.pictures()
    report = await house.restore(saved.path, replace=True)
    assert report.aside is not None
    assert sorted(await house.pictures()) == [image.image_id for image in images]
    count = "SELECT count(*) FROM {}image"
    if IS_POSTGRESQL:
        schema = report.aside.split()[2]
        with RawSql(house.settings.database_url) as raw:
            assert raw.execute(count.format(f"{schema}.")).fetchone() == (3,)
        return
    assert not list(house.folder.glob("*-wal"))
    with RawSql(f"sqlite:///{report.aside}") as raw:
        assert raw.execute(count.format("")).fetchone() == (3,)


async def test_what_was_put_aside_is_in_no_later_backup(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    del images
    saved = await house.save()
    await house.restore(saved.path, replace=True)
    again = await house.save("again.tar")
    assert (await elsewhere.restore(again.path)).audit.is_clean
    if IS_POSTGRESQL:
        with RawSql(elsewhere.settings.database_url) as raw:
            found = raw.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%'")
            assert found.fetchall() == []


async def test_what_members_deleted_since_stays_deleted_where_that_is_known(
    house: House, images: list[Image]
) -> None:
    async with house.opened() as (database, _):
        leaver = await member(database, USER + 1)
    saved = await house.save()
    async with house.opened() as (database, store):
        await delete(database, store, images[1])
        await store.put(b"thumbnail 1")  # the other one's, which is the same file
        await forget(database, leaver)
    report = await house.restore(saved.path, replace=True)
    assert (report.members, report.pictures, report.is_gone_known) == (1, 1, True)
    assert report.audit.is_clean
    assert list(await house.pictures()) == [images[0].image_id]
    async with house.opened() as (database, store):
        assert not await store.exists(images[1].file_key)

        async def under_way(uow: UnitOfWork) -> list[tuple[str, int, ErasureStage]]:
            return [
                (erasure.account_id, erasure.user_id, erasure.stage)
                for erasure in await uow.privacy.erasures()
            ]

        assert await database.read(under_way) == [(leaver, USER + 1, ErasureStage.STOPPING)]


async def test_a_deletion_that_was_under_way_begins_again(house: House) -> None:
    async with house.opened() as (database, _):
        leaver = await member(database)
    saved = await house.save()
    erasure = Erasure(leaver, USER, ErasureStage.STOPPING, "token", 1, 1)

    async def begin(uow: UnitOfWork) -> None:
        await uow.privacy.begin_erasure(erasure)

    async with house.opened() as (database, _):
        await database.write(begin)
    assert (await house.restore(saved.path, replace=True)).members == 1


async def test_what_nobody_knows_any_more_is_said(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    del images
    saved = await house.save()
    report = await elsewhere.restore(saved.path)
    assert (report.is_gone_known, report.aside) == (False, None)
    assert any("deleted since the backup is back" in line for line in report.lines())


async def test_a_running_bot_is_noticed(house: House, images: list[Image]) -> None:
    saved = await house.save()
    async with house.opened() as (database, store):
        with pytest.raises(StorageError, match="stop the bot and its workers first"):
            await house.restore(saved.path, replace=True)
        await picture(database, store, images[0].account_id, 3)  # and is not disturbed
    assert len(await house.pictures()) == 3


async def test_a_backup_of_an_older_schema_is_brought_up_to_date(house: House, elsewhere: House) -> None:
    url = house.settings.database_url
    if IS_POSTGRESQL:
        older = shipped_migrations("postgresql")[:-1]
        connection = await asyncpg.connect(url)
        await migrate_postgresql(connection, older)
        await connection.close()
    else:
        older = shipped_migrations()[:-1]
        with RawSql(url) as raw:
            migrate(raw.sqlite, older)
    saved = await house.save()
    assert saved.manifest.schema_number == older[-1].number
    with RawSql(url) as raw:  # the backup has not touched it: a program of its own age may be running
        assert raw.execute("SELECT max(number) FROM migration").fetchone() == (older[-1].number,)
    assert (await elsewhere.restore(saved.path)).audit.is_clean
    with RawSql(elsewhere.settings.database_url) as raw:
        assert raw.execute("SELECT max(number) FROM migration").fetchone() == (older[-1].number + 1,)


async def test_a_backup_of_a_newer_program_is_refused(
    house: House, elsewhere: House, images: list[Image]
) -> None:
    del images
    with RawSql(house.settings.database_url) as raw:
        raw.execute("INSERT INTO migration (number, name, sha256, applied_at) VALUES (9000, 'x', 'x', 1)")
    saved = await house.save()
    with pytest.raises(ArchiveError, match=r"newer Darkroom \(its schema is 9000"):
        await elsewhere.restore(saved.path)
    assert not (elsewhere.folder / "images").exists()


async def test_a_backup_of_the_other_kind_of_database_is_refused(house: House, images: list[Image]) -> None:
    del images
    saved = await house.save()
    other = "sqlite:///other.db" if IS_POSTGRESQL else "postgresql://nobody@127.0.0.1:1/nothing"
    settings = house.settings.model_copy(update={"database_url": other})
    with pytest.raises(ArchiveError, match="python -m bot migrate"):
        await replace(house, settings=settings).restore(saved.path)


async def test_a_damaged_backup_changes_nothing(house: House, images: list[Image]) -> None:
    saved = await house.save()
    before = await house.pictures()
    data = bytearray(saved.path.read_bytes())
    data[len(data) // 2] ^= 1
    saved.path.write_bytes(data)
    async with house.opened() as (database, store):
        await delete(database, store, images[0])
        await store.put(b"thumbnail 1")
    with pytest.raises(ArchiveError, match="can't be trusted"):
        await house.restore(saved.path, replace=True)
    del before[images[0].image_id]
    assert await house.pictures() == before


async def test_only_its_owner_may_read_it_and_nothing_else_is_left(house: House, images: list[Image]) -> None:
    del images
    folder = house.folder / "backups"
    saved = await back_up(house.settings, folder, unwatched)
    assert list(folder.iterdir()) == [saved.path]
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    assert saved.manifest.kind is (DatabaseKind.POSTGRESQL if IS_POSTGRESQL else DatabaseKind.SQLITE)
    assert manifest_of(saved.path) == saved.manifest


class Days:
    """A clock on which each look is a day later."""

    def __init__(self) -> None:
        self.now = SystemClock().now_ms()

    def now_ms(self) -> int:
        self.now += 86_400_000
        return self.now


async def test_old_backups_go_when_there_are_enough(house: House, images: list[Image]) -> None:
    del images
    folder, days = house.folder / "backups", Days()
    folder.mkdir()
    (folder / "darkroom-before-the-move.tar").write_text("somebody's own")
    made = [(await back_up(house.settings, folder, unwatched, clock=days)).path for _ in range(2)]
    report = await back_up(house.settings, folder, unwatched, keep=2, clock=days)
    assert report.removed == [made[0]]
    assert sorted(folder.iterdir()) == [made[1], report.path, folder / "darkroom-before-the-move.tar"]


async def test_the_database_knows_when_it_was_saved(house: House, images: list[Image]) -> None:
    del images
    saved = await house.save()
    with RawSql(house.settings.database_url) as raw:
        found = raw.execute("SELECT value FROM note WHERE note_key = 'last_backup_at_ms'").fetchone()
    assert found == (str(int(saved.manifest.made_at.timestamp() * 1000)),)


@pytest.mark.parametrize("moment", ["snapshot", "database", "pictures"])
async def test_being_stopped_leaves_nothing(house: House, images: list[Image], moment: str) -> None:
    del images
    loop = asyncio.get_running_loop()

    def stop(part: str, _done: int, _all: int) -> None:
        if part == moment:
            loop.call_soon_threadsafe(working.cancel)

    folder = house.folder / "backups"
    working = asyncio.create_task(back_up(house.settings, folder, stop))
    with pytest.raises(asyncio.CancelledError):
        await working
    assert list(folder.iterdir()) == []


def test_without_a_database_there_is_nothing_to_save(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/gone.db", image_store=f"{tmp_path}/images")
    with pytest.raises(SettingsError, match="there is no database"):
        asyncio.run(back_up(settings, tmp_path / "backups", unwatched))
    assert list(tmp_path.iterdir()) == []
