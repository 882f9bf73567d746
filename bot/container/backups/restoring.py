"""The job ``python -m bot restore``: an archive becomes the database and the pictures that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.archives import ArchiveError, ArchiveReader, Manifest, clean_unfinished, unfinished_folder
from bot.clock import SystemClock
from bot.container.backups.backing_up import Progress
from bot.container.backups.databases import BackupDatabase, backup_database
from bot.container.backups.stopping import in_thread
from bot.container.stores import open_store
from bot.services.audit import PAGE_FILES, AuditReport, AuditService
from bot.services.ports.images import PictureStore
from bot.services.ports.storage import Storage, StoredFile, UnitOfWork
from bot.services.privacy.again import ForgettingAgain, Gone
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was done. ``aside`` is where the database is that was there before.

    ``members`` and ``pictures`` were deleted since the backup, and are again.
    """

    manifest: Manifest
    database: str
    aside: str | None
    members: int
    pictures: int
    is_gone_known: bool
    audit: AuditReport

    def lines(self) -> Sequence[str]:
        """For the operator."""
        found = self.manifest
        lines = [f"restored {self.database} as it was at {found.made_at:%Y-%m-%d %H:%M:%S} UTC"]
        if self.aside is not None:
            lines.append(f"the database that was there is {self.aside}: delete it once you are sure")
        if self.members or self.pictures:
            lines.append(
                f"deleted since the backup, so again: {self.pictures} pictures; the data of {self.members} members "
                "goes when the bot runs"
            )
        if not self.is_gone_known:
            lines.append("what members deleted since the backup is back: nothing here says what it was")
        return [*lines, *self.audit.lines()]


async def restore(settings: Settings, path: Path, progress: Progress, *, replace: bool) -> RestoreReport:
    """Check the whole archive; then store its pictures, its database, and look whether all of it is right.

    It may be killed at any moment and run again: pictures that are there already stay, and the database gets its
    place in one step at the end. With ``replace`` a database that is there is kept under another name.

    Raises:
        ArchiveError: the archive can't be trusted or used here, or something is in the way; nothing was changed.
        DarkroomError: the picture store would not take a picture.
        MigrationError: the archive's database does not fit this program.
        SettingsError: the picture store can't be opened.
        StorageError: a program uses the database, or it can't be written.
    """
    database = backup_database(settings)
    with ArchiveReader(path) as archive:
        manifest = await in_thread(
            lambda go_on: archive.check(_counting(go_on, progress, archive.size_bytes))
        )
        _require_usable(manifest, database, path)
        async with database.standing_still() as is_there:
            if is_there and not replace:
                raise ArchiveError(
                    f"there is a database at {settings.database_path}: say --replace to put this one in its place "
                    "(the other is kept under another name)"
                )
            return await _restore(settings, database, archive, manifest, progress, is_there=is_there)


def _counting(go_on: Callable[[], None], progress: Progress, size_bytes: int) -> Callable[[int], None]:
    done = 0

    def tick(more: int) -> None:
        nonlocal done
        go_on()
        done += more
        progress("checking", done, size_bytes)

    return tick


def _require_usable(manifest: Manifest, database: BackupDatabase, path: Path) -> None:
    if manifest.kind is not database.kind:
        raise ArchiveError(
            f"{path} is of {manifest.kind.name}, and DATABASE_URL names {database.kind.name}: restore it there, "
            "then move with python -m bot migrate"
        )
    if manifest.schema_number > database.newest_migration:
        raise ArchiveError(
            f"{path} was made by a newer Darkroom (its schema is {manifest.schema_number}, this program's "
            f"{database.newest_migration}): update this one first"
        )


async def _restore(
    settings: Settings,
    database: BackupDatabase,
    archive: ArchiveReader,
    manifest: Manifest,
    progress: Progress,
    *,
    is_there: bool,
) -> RestoreReport:
    gone = await database.gone() if is_there else None
    clean_unfinished(settings.work_folder)
    store = await open_store(settings)
    try:
        with unfinished_folder(settings.work_folder) as folder:
            await _store_pictures(archive, store, manifest, progress)
            copying = database.restored(archive, folder, lambda done, all_: progress("database", done, all_))
            async with copying as restored:
                members, pictures = await _delete_again(restored.opened, store, manifest, gone)
                progress("audit", 0, 0)
                audit = await AuditService(storage=restored.opened, pictures=store).run()
                aside = await restored.put_in_place()
    finally:
        await store.close()
    return RestoreReport(
        manifest=manifest,
        database=settings.database_path,
        aside=aside,
        members=members,
        pictures=pictures,
        is_gone_known=gone is not None,
        audit=audit,
    )


async def _store_pictures(
    archive: ArchiveReader, store: PictureStore, manifest: Manifest, progress: Progress
) -> None:
    """Before the rows that name them, as always."""
    done = 0
    pictures = archive.pictures()
    while (picture := await asyncio.to_thread(next, pictures, None)) is not None:
        key, data = picture
        if await store.put(data) != key:
            raise ArchiveError(f"the picture {key} was changed while it was read: run it again")
        done += 1
        progress("pictures", done, manifest.pictures.count)


async def _delete_again(
    storage: Storage, store: PictureStore, manifest: Manifest, gone: Gone | None
) -> tuple[int, int]:
    """How many members and pictures."""
    again = ForgettingAgain(storage=storage, store=store, clock=SystemClock())
    deleted = (
        await _pictures_of(storage, frozenset(manifest.deleted)) if manifest.deleted else frozenset[str]()
    )
    if gone is None:
        return 0, await again.pictures(deleted)
    pictures = await again.pictures(deleted | gone.image_ids)
    return await again.members(gone.account_ids), pictures


async def _pictures_of(storage: Storage, keys: frozenset[str]) -> frozenset[str]:
    """Ids of the pictures that have one of these files."""
    found: set[str] = set()
    after = ""
    while True:

        async def page(uow: UnitOfWork, after: str = after) -> Sequence[StoredFile]:
            return await uow.audit.files(after, PAGE_FILES)

        files = await storage.read(page)
        if not files:
            return frozenset(found)
        found |= {file.image_id for file in files if {file.file_key, file.thumbnail_key} & keys}
        after = files[-1].image_id
