"""Backups of pictures that are in a bucket, and restores into one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.errors import DarkroomError
from tests.container.backup_parts import House, delete, forget, member, picture
from tests.stores.s3_server import S3Server, s3_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def s3(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, named by this process's settings."""
    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    return server


async def test_from_a_folder_to_a_bucket_to_another_and_back_to_a_folder(
    s3: S3Server, tmp_path: Path
) -> None:
    async with House.build(tmp_path / "folder") as house:
        async with house.opened() as (database, store):
            account_id = await member(database)
            for number in (1, 2):
                await picture(database, store, account_id, number)
        expected = await house.pictures()
        archive = (await house.save()).path
    buckets = [s3.new_bucket(), s3.new_bucket()]
    for place in (f"s3://{buckets[0]}/pictures", f"s3://{buckets[1]}", None):
        async with House.build(
            tmp_path / f"house-{place is None or place[5:].replace('/', '-')}", place
        ) as house:
            report = await house.restore(archive)
            assert report.audit.is_clean
            assert report.audit.counts.images == 2
            assert await house.pictures() == expected
            saved = await house.save()
            assert saved.is_whole
            archive = saved.path
    assert [len(s3.objects(bucket)) for bucket in buckets] == [4, 4]
    assert s3.complaints == []


async def test_what_was_deleted_since_is_deleted_in_the_bucket_again(s3: S3Server, tmp_path: Path) -> None:
    bucket = s3.new_bucket()
    async with House.build(tmp_path / "house", f"s3://{bucket}") as house:
        async with house.opened() as (database, store):
            account_id, leaver = await member(database), await member(database, 2)
            kept, gone = [await picture(database, store, account_id, number) for number in (1, 2)]
        saved = await house.save()
        async with house.opened() as (database, store):
            await delete(database, store, gone)
            await forget(database, leaver)
        report = await house.restore(saved.path, replace=True)
        assert (report.members, report.pictures, report.is_gone_known) == (1, 1, True)
        assert report.audit.is_clean
        assert list(await house.pictures()) == [kept.image_id]
        async with house.opened() as (_, store):
            assert not await store.exists(gone.file_key)
            assert not await store.exists(gone.thumbnail_key)


async def test_a_bucket_that_is_away_changes_nothing_and_a_second_try_goes_through(
    s3: S3Server, tmp_path: Path
) -> None:
    async with House.build(tmp_path / "folder") as house:
        async with house.opened() as (database, store):
            await picture(database, store, await member(database), 1)
        expected = await house.pictures()
        archive = (await house.save()).path
    bucket = s3.new_bucket()
    async with House.build(tmp_path / "house", f"s3://{bucket}") as house:
        s3.turn_away["PUT"] = [(503, "SlowDown")] * 50
        try:
            with pytest.raises(DarkroomError):
                await house.restore(archive)
        finally:
            del s3.turn_away["PUT"]
        report = await house.restore(archive)  # no --replace: there is no database yet
        assert report.audit.is_clean
        assert await house.pictures() == expected
