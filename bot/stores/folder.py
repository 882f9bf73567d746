"""Pictures in a folder: one file each, named by the SHA-256 of its content.

A file appears under its final name whole and on disk, or not at all: it is written and synced
under a temporary name, renamed, and the rename is synced before :meth:`FolderStore.put` returns.
Only then may a row name it.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import PictureMissingError, PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.stores.keys import LARGEST_BYTES, is_key, key_of, place_of

Result = TypeVar("Result")

_SHARD = re.compile(r"[0-9a-f]{2}")
_INCOMING = "incoming"
_STALE_AFTER_S = 3600
_THREADS = 4


class FolderStore:
    """A :class:`bot.services.ports.images.PictureStore` in one folder, which several processes may share.

    Layout: ``ab/abcd…`` for what is stored, ``incoming/`` for what is being written. Both are on one
    file system, so that a rename is atomic; a folder of their own for temporary files keeps the
    cleaning at start from walking the shards. 256 shards hold millions of files well, and are soon
    all made: a deeper tree would cost each new picture six more syncs for years.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is touched before :meth:`open` or the first picture."""
        self._root = root
        self._incoming = root / _INCOMING
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="store")
        self._synced_shards: set[str] = set()

    async def open(self, stale_after_s: float = _STALE_AFTER_S) -> int:
        """Make the folder, remove temporary files that a killed process left, and say how many.

        Only those untouched for ``stale_after_s``: another process may be writing its own.

        Raises:
            StoreUnavailableError: the folder can't be made or read.
        """
        return await self._asked(lambda: self._clean(stale_after_s))

    async def put(self, data: bytes) -> str:
        """Store durably and return the key; storing the same bytes twice gives the same key.

        Raises:
            PictureNotStoredError: the disk would not take it.
        """
        return await self._in_thread(lambda: self._put(data))

    async def get(self, key: str) -> bytes:
        """The bytes.

        Raises:
            PictureMissingError: nothing is stored under the key.
            StoreUnavailableError: the disk fails at reading it, or we may not.
        """
        return await self._asked(lambda: self._get(key))

    async def exists(self, key: str) -> bool:
        """Whether the file is there.

        Raises:
            StoreUnavailableError: the disk fails, or we may not look.
        """
        return await self._asked(lambda: is_key(key) and self._path(key).is_file())

    async def size_bytes(self, key: str) -> int | None:
        """The size of the file, None when it is not there.

        Raises:
            StoreUnavailableError: the disk fails, or we may not look.
        """
        return await self._asked(lambda: _size_bytes(self._path(key)) if is_key(key) else None)

    async def delete(self, key: str) -> None:
        """Remove the file; silently when it is not there.

        Raises:
            StoreUnavailableError: the disk fails, or we may not; the file may still be there.
        """
        await self._asked(lambda: self._delete(key))

    async def is_intact(self, key: str) -> bool:
        """Whether the file is there and its content still has the hash it is named by.

        Raises:
            StoreUnavailableError: the disk fails at reading it, or we may not.
        """
        try:
            data = await self.get(key)
        except PictureMissingError:
            return False
        return await self._in_thread(lambda: key_of(data) == key)

    async def all_keys(self) -> AsyncIterator[str]:
        """Every key, in order, read shard by shard; what is put meanwhile may be missed.

        Raises:
            StoreUnavailableError: the disk fails, or we may not look.
        """
        for shard in await self._asked(lambda: _shards(self._root)):
            for key in await self._asked(lambda shard=shard: _keys(shard)):
                yield key

    async def problems(self) -> Sequence[str]:
        """What keeps pictures from being written; nothing is made to find out."""
        problem = await self._in_thread(lambda: cannot_write(self._root))
        return (problem,) if problem else ()

    async def close(self) -> None:
        """Let what is being written end, and stop the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _asked(self, work: Callable[[], Result]) -> Result:
        try:
            return await self._in_thread(work)
        except OSError as error:
            reason = f"{type(error).__name__}: {error.strerror}"
            raise StoreUnavailableError(reason, is_refusal=True) from error

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _path(self, key: str) -> Path:
        return self._root / place_of(key)

    def _put(self, data: bytes) -> str:
        if len(data) > LARGEST_BYTES:
            raise PictureNotStoredError(f"larger than {LARGEST_BYTES} bytes")
        key = key_of(data)
        path = self._path(key)
        try:
            if _size_bytes(path) != len(data):
                self._write(path, data)
            # Also where the file was there already: its writer may not have come this far yet.
            _sync_folder(path.parent)
            self._sync_shard(path.parent)
        except OSError as error:
            raise PictureNotStoredError(f"{type(error).__name__}: {error.strerror}") from error
        return key

    def _write(self, path: Path, data: bytes) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._incoming / f"{path.name}.{secrets.token_hex(8)}"
        try:
            with temporary.open("xb", buffering=0) as file:
                rest = memoryview(data)
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def _sync_shard(self, shard: Path) -> None:
        """Sync the folders above ``shard`` once in this process: they may have been made just now."""
        if shard.name not in self._synced_shards:
            _sync_folder(self._root)
            _sync_folder(self._root.parent)
            self._synced_shards.add(shard.name)

    def _get(self, key: str) -> bytes:
        if not is_key(key):
            raise PictureMissingError(key)
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise PictureMissingError(key) from error

    def _delete(self, key: str) -> None:
        if is_key(key):
            self._path(key).unlink(missing_ok=True)

    def _clean(self, stale_after_s: float) -> int:
        self._incoming.mkdir(parents=True, exist_ok=True)
        written_before = time.time() - stale_after_s
        stale = [path for path in self._incoming.iterdir() if _written_at(path) <= written_before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def cannot_write(folder: Path) -> str:
    """What keeps files from being made in a folder, which may itself still have to be made; empty when nothing."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return f"{there} can't be written: {error.strerror}: change its rights, or choose another folder"


def _size_bytes(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its writer has renamed it meanwhile
        return float("inf")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _shards(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _SHARD.fullmatch(path.name))


def _keys(shard: Path) -> list[str]:
    return sorted(path.name for path in shard.iterdir() if is_key(path.name))
