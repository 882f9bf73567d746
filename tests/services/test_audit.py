from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.container.databases import Database
from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import (
    Image,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.services.audit import PAGE_FILES, AuditService
from bot.services.ports.storage import UnitOfWork, Violation
from bot.stores.folder import FolderStore
from tests.databases import RawSql, fresh_storage


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_storage(tmp_path) as storage:
        yield storage


@pytest.fixture
async def pictures(tmp_path: Path) -> AsyncIterator[FolderStore]:
    pictures = FolderStore(tmp_path / "images")
    yield pictures
    await pictures.close()


@pytest.fixture
def audit(storage: Database, pictures: FolderStore) -> AuditService:
    return AuditService(storage=storage, pictures=pictures)


async def keep(storage: Database, *files: tuple[str, str]) -> None:
    """One request with a picture for each pair of files. Its state is of no matter here."""

    async def work(uow: UnitOfWork) -> None:
        account_id = await uow.members.require_account(1)
        request = ImageRequest(
            request_id="request",
            kind=RequestKind.INSTANT,
            source_kind=SourceKind.INTERACTION,
            source_id=1,
            account_id=account_id,
            user_id=1,
            requester="Noor",
            trigger_key="",
            reply=ReplyTarget(1, 2, None, None, 0, 1),
            state=RequestState.RECEIVED,
            options=RequestOptions(),
            created_at_ms=1,
            deadline_at_ms=2,
        )
        await uow.requests.add(request)
        for position, (file_key, thumbnail_key) in enumerate(files):
            picture = Image(
                image_id=f"image{position:05}",
                request_id="request",
                account_id=account_id,
                position=position,
                file_key=file_key,
                thumbnail_key=thumbnail_key,
                width_px=1,
                height_px=1,
                share=Split(),
                rating=Rating.GENERAL,
                alt_text="",
                labels=(),
                not_drawn=(),
                seed=0,
                guild_id=1,
                kind=RequestKind.INSTANT,
                created_at_ms=1,
            )
            await uow.images.add(picture, ())

    await storage.write(work)


async def test_clean_books_are_said_to_be_clean(
    audit: AuditService, storage: Database, pictures: FolderStore
):
    await keep(storage, (await pictures.put(b"full"), await pictures.put(b"small")))
    report = await audit.run()
    assert report.is_clean
    assert report.lines() == ["audit clean: 1 accounts, 0 entries, 1 requests, 1 pictures"]


async def test_every_violation_is_a_line(audit: AuditService, storage: Database):
    await keep(storage)
    with RawSql.of(storage) as damaging:
        damaging.ignore_references()
        damaging.execute("UPDATE account SET account_id = 'a', purchased = 5, owed = 3")
    report = await audit.run()
    assert not report.is_clean
    assert report.lines() == [
        "account.purchased is the sum of its entries: a: expected 0, found 5",
        "account.owed is the sum of its entries: a: expected 0, found 3",
    ]


async def test_missing_files_are_found_on_every_page(
    audit: AuditService, storage: Database, pictures: FolderStore
):
    full, small = await pictures.put(b"full"), await pictures.put(b"small")
    gone, also_gone = await pictures.put(b"gone"), await pictures.put(b"also gone")
    await pictures.delete(gone)
    await pictures.delete(also_gone)
    kept = [(full, small)] * PAGE_FILES
    await keep(storage, *kept, (full, gone), (gone, also_gone), (full, small))
    rule = "every picture has its file"
    missing = [(PAGE_FILES, gone), (PAGE_FILES + 1, gone), (PAGE_FILES + 1, also_gone)]
    report = await audit.run()
    assert list(report.violations) == [
        Violation(rule, f"image{position:05}", key, "no file") for position, key in missing
    ]


class DeletingStore(FolderStore):
    """Somebody presses Delete while the audit looks."""

    def __init__(self, root: Path, delete: Callable[[], Awaitable[object]]) -> None:
        super().__init__(root)
        self._delete_now = delete

    async def exists(self, key: str) -> bool:
        await self._delete_now()
        return await super().exists(key)


async def test_a_picture_deleted_meanwhile_is_no_violation(storage: Database, tmp_path: Path):
    await keep(storage, ("0" * 64, "1" * 64))

    async def delete() -> None:
        await storage.write(lambda uow: uow.images.mark_deleted("image00000", 9))

    pictures = DeletingStore(tmp_path / "images", delete)
    assert (await AuditService(storage=storage, pictures=pictures).run()).is_clean
    await pictures.close()
