"""Archives to test with."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from bot.archives import FORMAT, ArchiveReader, ArchiveWriter, Counts, DatabaseKind, Manifest

DATABASE = b"SQLite format 3\0" + bytes(range(256))
PICTURES = (b"\xff\xd8a picture", b"")


def key_of(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()


def unwatched(_more: int) -> None:
    """Nobody asks how far it is."""


def manifest_of(archive: ArchiveWriter, snapshot: Path, **changed: object) -> Manifest:
    """Adds the database and the pictures, and says what is true of them, but for what is ``changed``."""
    contents = archive.add_database(DatabaseKind.SQLITE.value, snapshot, unwatched)
    for picture in sorted(PICTURES, key=key_of):
        archive.add_picture(key_of(picture), picture)
    true = Manifest(
        format=FORMAT,
        made_at=datetime(2026, 11, 22, 20, 15, tzinfo=UTC),
        kind=DatabaseKind.SQLITE,
        schema_number=1,
        counts=Counts(accounts=1, entries=2, requests=3, images=1),
        database=contents,
        pictures=archive.pictures,
    )
    return true.model_copy(update=changed)


def write_archive(folder: Path, name: str = "backup.tar", **changed: object) -> Path:
    """A whole archive, whose manifest may lie."""
    snapshot = folder / f"{name}.snapshot"
    snapshot.write_bytes(DATABASE)
    with ArchiveWriter(folder / f"{name}.unfinished") as archive:
        archive.finish(manifest_of(archive, snapshot, **changed), folder / name)
    (folder / f"{name}.unfinished").unlink()
    snapshot.unlink()
    return folder / name


def check(path: Path) -> Manifest:
    with ArchiveReader(path) as archive:
        return archive.check(unwatched)
