"""Reading an archive: the whole of it is checked before anything of it is used."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from pydantic import BaseModel, ValidationError

from bot.archives.blocks import BLOCK_BYTES, END, padding, read_header
from bot.archives.errors import ArchiveError
from bot.archives.manifest import (
    FORMAT,
    MANIFEST,
    PICTURES,
    SEAL,
    Contents,
    DatabaseKind,
    Manifest,
    seal_of,
)

CHUNK_BYTES = 1 << 20
MOST_PICTURE_BYTES = 256 << 20
MOST_MANIFEST_BYTES = 64 << 20

_PICTURE = re.compile(rf"{PICTURES}([0-9a-f]{{64}})")
_DATABASES = frozenset(kind.value for kind in DatabaseKind)

Tick = Callable[[int], None]
"""Told how many bytes more are done; raises to stop the work."""


class _Format(BaseModel):
    """What every format has, so that a newer one is told from a damaged one."""

    format: int


@dataclass(slots=True)
class _Member:
    """A file of the archive, and how much of it is still to be read."""

    name: str
    size_bytes: int
    left_bytes: int


class ArchiveReader:
    """One archive, read from its beginning to its end. Call :meth:`check` before anything else."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            ArchiveError: there is no such file, or it can't be read.
        """
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise ArchiveError(f"{path} can't be read: {error.strerror}") from error
        self.size_bytes = os.fstat(self._file.fileno()).st_size

    def check(self, tick: Tick) -> Manifest:
        """Read everything, keep nothing, and say what it is.

        Raises:
            ArchiveError: it is damaged, was cut off, is none, or is newer than this program.
        """
        database: Contents | None = None
        kind, keys, count, picture_bytes = "", hashlib.sha256(), 0, 0
        described = seal = None
        last_key = ""
        for member in self._members():
            if described is not None and seal is None and member.name == SEAL:
                seal = self._whole(member, MOST_MANIFEST_BYTES)
            elif described is not None:
                raise self._damaged(f"{member.name} stands where it may not")
            elif member.name in _DATABASES and database is None:
                kind, database = member.name, self._hashed(member, tick)
            elif (picture := _PICTURE.fullmatch(member.name)) and database is not None:
                key = picture.group(1)
                data = self._whole(member, MOST_PICTURE_BYTES)
                if hashlib.sha256(data).hexdigest() != key or key <= last_key:
                    raise self._damaged(f"the picture {key} is not what it should be")
                last_key = key
                keys.update(f"{key}\n".encode())
                count, picture_bytes = count + 1, picture_bytes + len(data)
                tick(len(data))
            elif member.name == MANIFEST and database is not None:
                described = self._whole(member, MOST_MANIFEST_BYTES)
            else:
                raise self._damaged(f"{member.name!r} stands where it may not")
        if described is None or seal != seal_of(described):
            raise self._damaged("its last part is missing or was changed")
        manifest = self._manifest(described)
        pictures = Contents(count=count, size_bytes=picture_bytes, sha256=keys.hexdigest())
        if (manifest.kind.value, manifest.database, manifest.pictures) != (kind, database, pictures):
            raise self._damaged("its contents are not those that it lists")
        return manifest

    def database_into(self, target: Path, tick: Tick) -> None:
        """Write the snapshot into a file that is not there yet, down to the disk."""
        for member in self._members():
            if member.name not in _DATABASES:
                raise self._damaged("it was changed while it was read")
            with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                for chunk in self._chunks(member):
                    file.write(chunk)
                    tick(len(chunk))
                file.flush()
                os.fsync(file.fileno())
            return

    def pictures(self) -> Iterator[tuple[str, bytes]]:
        """Every picture with its key."""
        for member in self._members():
            if picture := _PICTURE.fullmatch(member.name):
                yield picture.group(1), self._whole(member, MOST_PICTURE_BYTES)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _members(self) -> Iterator[_Member]:
        """Each file in turn; what of it is not read by the next turn is passed over."""
        self._file.seek(0)
        while True:
            block = self._exactly(BLOCK_BYTES)
            if block == END[:BLOCK_BYTES]:
                if self._file.read() != END[BLOCK_BYTES:]:
                    raise self._damaged("something stands behind its end")
                return
            found = read_header(block)
            if found is None:
                raise self._damaged("it is no backup of Darkroom, or a part of it was changed")
            member = _Member(*found, left_bytes=found[1])
            if member.size_bytes > self.size_bytes - self._file.tell():
                raise self._damaged("it was cut off")
            yield member
            self._file.seek(member.left_bytes, os.SEEK_CUR)
            filler = padding(member.size_bytes)
            if self._exactly(len(filler)) != filler:
                raise self._damaged("a part of it was changed")

    def _chunks(self, member: _Member) -> Iterator[bytes]:
        while member.left_bytes:
            chunk = self._exactly(min(CHUNK_BYTES, member.left_bytes))
            member.left_bytes -= len(chunk)
            yield chunk

    def _whole(self, member: _Member, most_bytes: int) -> bytes:
        if member.size_bytes > most_bytes:
            raise self._damaged(f"{member.name} is too large")
        return b"".join(self._chunks(member))

    def _hashed(self, member: _Member, tick: Tick) -> Contents:
        digest = hashlib.sha256()
        for chunk in self._chunks(member):
            digest.update(chunk)
            tick(len(chunk))
        return Contents(count=1, size_bytes=member.size_bytes, sha256=digest.hexdigest())

    def _manifest(self, described: bytes) -> Manifest:
        try:
            if _Format.model_validate_json(described).format > FORMAT:
                raise ArchiveError(f"{self._path} was made by a newer Darkroom: update this one first")
            return Manifest.model_validate_json(described)
        except ValidationError as error:
            raise self._damaged("this program can't read what it says of itself") from error

    def _exactly(self, count: int) -> bytes:
        data = self._file.read(count)
        if len(data) != count:
            raise self._damaged("it was cut off")
        return data

    def _damaged(self, why: str) -> ArchiveError:
        return ArchiveError(f"{self._path} can't be trusted: {why}. Take another backup")
