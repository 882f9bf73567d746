"""Writing an archive: under a name of its own until it is whole and on disk."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.archives.blocks import END, header, padding
from bot.archives.errors import ArchiveError
from bot.archives.manifest import MANIFEST, PICTURES, SEAL, Contents, Manifest, seal_of

CHUNK_BYTES = 1 << 20
_UNFINISHED = ".darkroom-unfinished-"
_YOUNG_S = 60.0
"""A folder this young may not have been locked yet by whoever has just made it."""

Tick = Callable[[int], None]
"""Told how many bytes more are done; raises to stop the work."""


@contextmanager
def unfinished_folder(beside: Path) -> Generator[Path]:
    """A folder for what is not done yet, on the file system of ``beside``; gone when the block ends.

    It is locked for as long as this process lives, so that the folders of dead ones can be told apart.

    Raises:
        ArchiveError: it can't be made.
    """
    try:
        beside.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=beside))
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise ArchiveError(f"{beside} can't be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clean_unfinished(beside: Path, young_s: float = _YOUNG_S) -> int:
    """Remove what killed processes have left there; how many there were."""
    stale = [folder for folder in beside.glob(f"{_UNFINISHED}*") if _is_left(folder, young_s)]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _is_left(folder: Path, young_s: float) -> bool:
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(lock).st_mtime <= time.time() - young_s
    except BlockingIOError:
        return False
    finally:
        os.close(lock)


class ArchiveWriter:
    """Writes one archive; only its owner can read it. First the database, then pictures by key, then :meth:`finish`.

    Every method raises :class:`ArchiveError` when the disk will not take more.
    """

    def __init__(self, unfinished: Path) -> None:
        """Begin the file ``unfinished``, which is not there yet."""
        self._path = unfinished
        with _told(unfinished):
            self._file = os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self._keys = hashlib.sha256()
        self._pictures = 0
        self._picture_bytes = 0

    def add_database(self, name: str, file: Path, tick: Tick) -> Contents:
        """Copy the snapshot in."""
        digest, size_bytes = hashlib.sha256(), file.stat().st_size
        with _told(self._path), file.open("rb") as snapshot:
            self._file.write(header(name, size_bytes))
            while chunk := snapshot.read(CHUNK_BYTES):
                digest.update(chunk)
                self._file.write(chunk)
                tick(len(chunk))
            self._file.write(padding(size_bytes))
        return Contents(count=1, size_bytes=size_bytes, sha256=digest.hexdigest())

    def add_picture(self, key: str, data: bytes) -> None:
        """Add one; keys come in their order, each once."""
        self._add(PICTURES + key, data)
        self._keys.update(f"{key}\n".encode())
        self._pictures += 1
        self._picture_bytes += len(data)

    @property
    def pictures(self) -> Contents:
        """What was added so far."""
        return Contents(count=self._pictures, size_bytes=self._picture_bytes, sha256=self._keys.hexdigest())

    def finish(self, manifest: Manifest, target: Path) -> None:
        """Seal it, and give it its name once it is on disk.

        Raises:
            ArchiveError: there is a file of this name already.
        """
        described = manifest.to_bytes()
        self._add(MANIFEST, described)
        self._add(SEAL, seal_of(described))
        with _told(self._path):
            self._file.write(END)
            self._file.flush()
            os.fsync(self._file.fileno())
        with _told(target):
            _name(self._path, target)
            _sync_folder(target.parent)

    def close(self) -> None:
        """Close the file, whole or not."""
        try:
            self._file.close()
        except OSError as error:  # what was still to be flushed has no place either
            if error.errno != errno.ENOSPC:
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, name: str, data: bytes) -> None:
        with _told(self._path):
            self._file.write(header(name, len(data)))
            self._file.write(data)
            self._file.write(padding(len(data)))


@contextmanager
def _told(path: Path) -> Generator[None]:
    try:
        yield
    except FileExistsError as error:
        raise ArchiveError(f"{path} is there already: choose another name") from error
    except OSError as error:
        raise ArchiveError(f"{path.parent} can't take it: {error.strerror}") from error


def _name(file: Path, target: Path) -> None:
    try:
        os.link(file, target)  # unlike a rename, it never takes the place of another
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        file.rename(target)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
