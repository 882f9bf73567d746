"""The job ``python -m bot backup``: one archive, of one moment, beside a running bot."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.archives import (
    FORMAT,
    ArchiveWriter,
    Contents,
    Counts,
    Manifest,
    clean_unfinished,
    unfinished_folder,
)
from bot.clock import SystemClock
from bot.container.backups.databases import BackupDatabase, backup_database
from bot.container.backups.stopping import in_thread
from bot.container.databases import require_existing
from bot.container.stores import make_store
from bot.domain.errors import PictureMissingError
from bot.services.ports.clock import Clock
from bot.services.ports.images import PictureStore
from bot.services.ports.storage import StorageError
from bot.settings import Settings

AHEAD = 8
"""Pictures that are asked of the store before they are needed."""

_NAME = "darkroom-%Y%m%dT%H%M%SZ.tar"
_NAMED = re.compile(r"darkroom-\d{8}T\d{6}Z\.tar")

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is done (0 of 0: nobody knows)."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was made. ``removed`` are the older archives that were too many."""

    path: Path
    size_bytes: int
    manifest: Manifest
    is_noted: bool
    removed: Sequence[Path]

    @property
    def is_whole(self) -> bool:
        """Whether every picture that a row names was there."""
        return not self.manifest.missing

    def lines(self) -> Sequence[str]:
        """For the operator."""
        found, pictures = self.manifest.counts, self.manifest.pictures
        books = f"{found.accounts} accounts, {found.entries} entries, {found.requests} requests"
        lines = [
            f"backup {self.path} ({self.size_bytes:,} bytes): {books}, {found.images} pictures ({pictures.count} files)"
        ]
        if not self.is_noted:
            lines.append("the database could not be told of it: its figure in /metrics stays as it was")
        lines += [f"removed {path}" for path in self.removed]
        lines += [f"no file for the picture {key}, which the database names" for key in self.manifest.missing]
        return lines


@dataclass(slots=True)
class _Lost:
    """Keys without a picture."""

    deleted: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])


async def back_up(
    settings: Settings,
    where: Path,
    progress: Progress,
    *,
    keep: int | None = None,
    clock: Clock | None = None,
) -> BackupReport:
    """Make an archive of the database and its pictures.

    ``where`` is a folder, in which it gets a name by the time, or the file itself if it ends in ``.tar``. With
    ``keep``, older archives of that folder which were named so are removed until that many are left.

    Raises:
        ArchiveError: it can't be written there; nothing is left of it.
        DarkroomError: the picture store does not answer; nothing is left either.
        SettingsError: there is no database where the settings say.
        StorageError: the database can't be read.
    """
    at = datetime.fromtimestamp((clock or SystemClock()).now_ms() / 1000, UTC).replace(microsecond=0)
    require_existing(settings)
    target = where if where.suffix == ".tar" else where / at.strftime(_NAME)
    database, store = backup_database(settings), make_store(settings)
    clean_unfinished(target.parent)
    try:
        with unfinished_folder(target.parent) as folder, ArchiveWriter(folder / "archive") as archive:
            manifest = await _fill(archive, folder, database, store, progress, at=at)
            await asyncio.sleep(0)  # who has told us to stop by now finds nothing
            archive.finish(manifest, target)  # not in a thread: who tells us later finds it done
    finally:
        await store.close()
    return BackupReport(
        path=target,
        size_bytes=target.stat().st_size,
        manifest=manifest,
        is_noted=await _note(database, at),
        removed=_remove_old(target, keep),
    )


async def _fill(
    archive: ArchiveWriter,
    folder: Path,
    database: BackupDatabase,
    store: PictureStore,
    progress: Progress,
    *,
    at: datetime,
) -> Manifest:
    snapshot, keys, lost = folder / "database", folder / "keys", _Lost()
    taken = await database.save(snapshot, keys, lambda done, all_: progress("snapshot", done, all_))
    size_bytes = snapshot.stat().st_size

    def copy(go_on: Callable[[], None]) -> int:
        done = 0

        def tick(more: int) -> None:
            nonlocal done
            go_on()
            done += more
            progress("database", done, size_bytes)

        contents.append(archive.add_database(database.kind.value, snapshot, tick))
        with keys.open("rb") as file:
            return sum(1 for _ in file)

    contents: list[Contents] = []
    count, done = await in_thread(copy), 0
    snapshot.unlink()
    async for key, data in _pictures(keys, database, store, lost):
        if data is not None:
            archive.add_picture(key, data)
        done += 1
        progress("pictures", done, count)
    return Manifest(
        format=FORMAT,
        made_at=at,
        kind=database.kind,
        schema_number=taken.schema_number,
        counts=Counts(
            accounts=taken.counts.accounts,
            entries=taken.counts.entries,
            requests=taken.counts.requests,
            images=taken.counts.images,
        ),
        database=contents[0],
        pictures=archive.pictures,
        deleted=tuple(lost.deleted),
        missing=tuple(lost.missing),
    )


async def _pictures(
    keys: Path, database: BackupDatabase, store: PictureStore, lost: _Lost
) -> AsyncGenerator[tuple[str, bytes | None]]:
    """In the order of their keys, a few asked for ahead; None for those that are noted as lost."""
    asked: deque[tuple[str, asyncio.Task[bytes | None]]] = deque()

    async def next_one() -> tuple[str, bytes | None]:
        key, getting = asked.popleft()
        data = await getting
        if data is None:
            is_missing = await database.is_still_named(key)
            (lost.missing if is_missing else lost.deleted).append(key)
        return key, data

    try:
        with keys.open(encoding="ascii") as file:
            for line in file:
                key = line.strip()
                asked.append((key, asyncio.create_task(_get(store, key))))
                if len(asked) == AHEAD:
                    yield await next_one()
        while asked:
            yield await next_one()
    finally:
        getting = [task for _, task in asked]
        for task in getting:
            task.cancel()
        await asyncio.gather(*getting, return_exceptions=True)


async def _get(store: PictureStore, key: str) -> bytes | None:
    """None where there is none, and where what is there is not what it was."""
    try:
        data = await store.get(key)
    except PictureMissingError:
        return None
    digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
    return data if digest == key else None


async def _note(database: BackupDatabase, at: datetime) -> bool:
    try:
        await database.note_backup(int(at.timestamp() * 1000))
    except StorageError:
        return False
    return True


def _remove_old(target: Path, keep: int | None) -> Sequence[Path]:
    if keep is None:
        return ()
    named = sorted(path for path in target.parent.iterdir() if _NAMED.fullmatch(path.name))
    removed = [path for path in named[: max(len(named) - keep, 0)] if path != target]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed
