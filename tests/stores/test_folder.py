from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import PictureMissingError, PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.stores.folder import FolderStore
from tests.stores.contract import DATA, KEY, NOT_KEYS, StoreContract


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FolderStore]:
    store = FolderStore(tmp_path / "pictures")
    await store.open()
    yield store
    await store.close()


def files_in(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())


class TestFolderStore(StoreContract):
    pass


async def test_a_picture_is_one_file(store: FolderStore, tmp_path: Path) -> None:
    await store.put(DATA)
    assert files_in(tmp_path / "pictures") == [Path(KEY[:2], KEY)]


async def test_the_same_content_is_stored_once(store: FolderStore, tmp_path: Path) -> None:
    keys = await asyncio.gather(*(store.put(DATA) for _ in range(32)))
    assert set(keys) == {KEY}
    assert len(files_in(tmp_path)) == 1


async def test_a_file_cut_short_by_a_broken_disk_is_written_anew(store: FolderStore, tmp_path: Path) -> None:
    await store.put(DATA)
    (tmp_path / "pictures" / KEY[:2] / KEY).write_bytes(DATA[:10])
    assert not await store.is_intact(KEY)
    await store.put(DATA)
    assert await store.is_intact(KEY)


@pytest.mark.parametrize("key", NOT_KEYS)
async def test_what_is_no_key_never_reaches_the_file_system(
    store: FolderStore, tmp_path: Path, key: str
) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    with pytest.raises(PictureMissingError):
        await store.get(key)
    assert not await store.exists(key)
    await store.delete(key)
    assert outside.exists()


async def test_a_path_to_a_real_file_is_no_key(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("precious")
    with pytest.raises(PictureMissingError):
        await store.get("../outside")
    await store.delete("../outside")
    assert (tmp_path / "outside").exists()


async def test_all_keys_lists_all_pictures_and_nothing_else(store: FolderStore, tmp_path: Path) -> None:
    expected = sorted([await store.put(bytes([n])) for n in range(40)])
    root = tmp_path / "pictures"
    (root / "README").write_text("not a picture")
    (root / expected[0][:2] / "stray").write_text("not a picture")
    (root / "incoming" / f"{KEY}.abcd").write_text("half a picture")
    assert [key async for key in store.all_keys()] == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_content_comes_back_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    async def put_and_get() -> None:
        store = FolderStore(tmp_path_factory.mktemp("any"))
        keys = await asyncio.gather(*(store.put(data) for data in contents))
        assert [await store.get(key) for key in keys] == contents
        await store.close()

    asyncio.run(put_and_get())


async def test_stale_temporary_files_are_removed_at_start_and_young_ones_left(
    store: FolderStore, tmp_path: Path
) -> None:
    incoming = tmp_path / "pictures" / "incoming"
    stale, young = incoming / "stale", incoming / "young"
    stale.write_text("half")
    young.write_text("half")
    yesterday = time.time() - 86_400
    os.utime(stale, (yesterday, yesterday))
    assert await store.open() == 1
    assert [path.name for path in incoming.iterdir()] == ["young"]


class Disk:
    """Stands before the system's own calls: notes them, and fails one on demand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.threads: set[str] = set()
        self.failing = ""
        self._fsync, self._replace = os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(os, "replace", self.replace)

    def fsync(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        self._note("fsync folder" if path.is_dir() else "fsync file", path)
        self._fsync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._note("replace", target)
        self._replace(source, target)

    def _note(self, call: str, path: Path) -> None:
        self.threads.add(threading.current_thread().name)
        self.calls.append(f"{call} {path.name}")
        if self.failing and call.startswith(self.failing):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def test_the_file_is_synced_before_the_rename_and_the_folders_after(
    store: FolderStore, disk: Disk, tmp_path: Path
) -> None:
    await store.put(DATA)
    written, renamed, *folders = disk.calls
    assert written.startswith(f"fsync file {KEY}.")
    assert renamed == f"replace {KEY}"
    assert folders == [f"fsync folder {KEY[:2]}", "fsync folder pictures", f"fsync folder {tmp_path.name}"]


async def test_a_second_writer_of_the_same_picture_syncs_the_folder_too(
    store: FolderStore, disk: Disk
) -> None:
    await store.put(DATA)
    disk.calls.clear()
    await store.put(DATA)
    assert disk.calls == [f"fsync folder {KEY[:2]}"]


async def test_all_file_work_is_done_in_the_stores_threads(store: FolderStore, disk: Disk) -> None:
    await store.put(DATA)
    assert all(name.startswith("store") for name in disk.threads)


@pytest.mark.parametrize("failing", ["fsync file", "replace"])
async def test_a_full_disk_is_said_and_leaves_nothing_behind(
    store: FolderStore, disk: Disk, tmp_path: Path, failing: str
) -> None:
    disk.failing = failing
    with pytest.raises(PictureNotStoredError, match="No space left"):
        await store.put(DATA)
    assert files_in(tmp_path) == []
    disk.failing = ""
    assert await store.get(await store.put(DATA)) == DATA


async def test_a_failed_folder_sync_is_not_taken_for_success(store: FolderStore, disk: Disk) -> None:
    disk.failing = "fsync folder"
    with pytest.raises(PictureNotStoredError):
        await store.put(DATA)
    disk.failing = ""
    disk.calls.clear()
    await store.put(DATA)
    assert "fsync folder pictures" in disk.calls


async def test_a_cancelled_put_leaves_a_whole_file_or_none(store: FolderStore, tmp_path: Path) -> None:
    tasks = [asyncio.create_task(store.put(bytes([n]) * 200_000)) for n in range(20)]
    await asyncio.sleep(0.002)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await store.close()
    for path in files_in(tmp_path):
        assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() == path.name


async def test_a_disk_that_fails_at_reading_is_not_taken_for_a_picture_that_is_gone(
    store: FolderStore, tmp_path: Path
) -> None:
    (tmp_path / "pictures" / KEY[:2] / KEY).mkdir(parents=True)  # read as a file, it is an error
    for asking in (store.get(KEY), store.is_intact(KEY), store.delete(KEY)):
        with pytest.raises(StoreUnavailableError, match="IsADirectoryError"):
            await asking


async def test_a_folder_that_cannot_be_made_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("in the way")
    store = FolderStore(tmp_path / "a-file" / "pictures")
    with pytest.raises(StoreUnavailableError, match="NotADirectoryError") as caught:
        await store.open()
    assert caught.value.is_refusal
    await store.close()
