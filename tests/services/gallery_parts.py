"""A gallery over a real database, a real folder and the real lab, and short ways to fill it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ulid import ULID

from bot.clock import UlidSource
from bot.container.databases import Database
from bot.domain.companion import Companion
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
from bot.domain.scene import Figure, Scene
from bot.rendering.lab import PillowLab
from bot.services.companions import CompanionService
from bot.services.gallery import GalleryAsk, GalleryService
from bot.services.ports.images import PictureNotes
from bot.services.ports.storage import Storage, UnitOfWork
from bot.stores.folder import FolderStore
from tests.databases import RawSql, fresh_storage
from tests.services.companion_parts import Safety, Shelf, StoppedClock
from tests.services.request_parts import jpeg

GUILD, OTHER_GUILD = 100, 101
ANA, BEN = 1, 2
CHANNEL = 10
PLENTY = 10_000_000
DAY_MS = 24 * 60 * 60 * 1000
FIRST_DAY = date(2026, 3, 1)


def at_ms(day: date, ms: int = 0) -> int:
    """Milliseconds of a day, in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000 + ms


@dataclass
class Archive:
    """A gallery and what it stands on."""

    folder: Path
    storage: Database
    store: FolderStore
    lab: PillowLab
    companions: CompanionService
    gallery: GalleryService
    kept: int = 0

    async def keep(
        self,
        user_id: int = ANA,
        *cast: str,
        kind: RequestKind = RequestKind.INSTANT,
        guild_id: int = GUILD,
        made_at_ms: int | None = None,
        rating: Rating = Rating.GENERAL,
        prompt: str = "",
        backend: str = "sketch",
        parent: Image | None = None,
        posted: bool = True,
        alt_text: str | None = None,
        size_px: tuple[int, int] = (96, 128),
    ) -> Image:
        """A picture that was made and posted, the newest so far unless a time is given."""
        self.kept += 1
        made_at_ms = at_ms(FIRST_DAY, self.kept) if made_at_ms is None else made_at_ms
        image_id = str(ULID.from_bytes(made_at_ms.to_bytes(6) + self.kept.to_bytes(10)))
        names = cast or ("mira",)
        alt_text = f"{' and '.join(names)} at place {self.kept}" if alt_text is None else alt_text
        notes = PictureNotes(alt_text, backend, image_id)
        made = await self.lab.develop(jpeg(*size_px, 20 + self.kept % 200), *size_px, notes)
        full_key, thumbnail_key = await self.store.put(made.full), await self.store.put(made.thumbnail)

        async def work(uow: UnitOfWork) -> Image:
            account_id = await uow.members.require_account(user_id)
            request = ImageRequest(
                request_id=image_id,
                kind=kind,
                source_kind=SourceKind.INTERACTION,
                source_id=self.kept,
                account_id=account_id,
                user_id=user_id,
                requester="Ana",
                trigger_key="",
                reply=ReplyTarget(guild_id, CHANNEL, None, None, 0, PLENTY),
                state=RequestState.RECEIVED,
                options=RequestOptions(prompt=prompt),
                created_at_ms=made_at_ms,
                deadline_at_ms=made_at_ms + 1,
                scene=Scene(tuple(Figure(companion_id) for companion_id in names)),
                backend=backend,
            )
            image = Image(
                image_id=image_id,
                request_id=image_id,
                account_id=account_id,
                position=0,
                file_key=full_key,
                thumbnail_key=thumbnail_key,
                width_px=size_px[0],
                height_px=size_px[1],
                share=Split(50),
                rating=rating,
                alt_text=alt_text,
                labels=("sketch",),
                not_drawn=(),
                seed=1,
                created_at_ms=made_at_ms,
                guild_id=guild_id,
                kind=kind,
                parent_image_id=parent.image_id if parent else None,
                channel_id=CHANNEL if posted else None,
                message_id=900 + self.kept if posted else None,
            )
            await uow.requests.add(request)
            await uow.images.add(image, names)
            return image

        return await self.storage.write(work)

    async def image(self, image_id: str) -> Image:
        """A picture as it is now."""

        async def work(uow: UnitOfWork) -> Image | None:
            return await uow.images.get(image_id)

        found = await self.storage.read(work)
        assert found is not None
        return found

    async def delete(self, image: Image) -> None:
        """Delete a picture behind everybody's back."""

        async def work(uow: UnitOfWork) -> bool:
            return await uow.images.mark_deleted(image.image_id, 1)

        assert await self.storage.write(work)

    def multiply(self, image: Image, count: int) -> list[str]:
        """As many copies of a picture with later ids, put in by SQL; the ids, oldest first."""
        before = image.image_id[:16]
        with RawSql.of(self.storage) as database:
            columns = database.execute("SELECT * FROM image LIMIT 1")[0].keys()
            later_id = ":before || '9' || substr(CAST(1000000000 + n AS TEXT), 2)"
            copied = ", ".join({"image_id": later_id, "position": "n"}.get(name, name) for name in columns)
            numbers = (
                "WITH RECURSIVE number(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number WHERE n < :count)"
            )
            values = {"before": before, "count": count, "image_id": image.image_id}
            database.execute(
                f"{numbers} INSERT INTO image SELECT {copied} FROM image, number WHERE image_id = :image_id",  # noqa: S608
                values,
            )
            database.execute(
                "INSERT INTO image_cast SELECT image_id, 'mira', 0, account_id, guild_id, kind, deleted_at_ms,"
                " is_favourite, is_public FROM image WHERE image_id > :image_id",
                values,
            )
        return [f"{before}9{n:09d}" for n in range(1, count + 1)]


@asynccontextmanager
async def open_archive(
    folder: Path, wrap: type[Any] | None = None, companions: Sequence[Companion] | None = None
) -> AsyncIterator[Archive]:
    """An empty gallery; ``wrap`` is a storage of a test's own around the real one, for the gallery alone."""
    store = FolderStore(folder / "pictures")
    await store.open()
    lab = PillowLab()
    async with fresh_storage(folder) as storage:
        service = CompanionService(
            storage=storage,
            clock=StoppedClock(),
            ids=UlidSource(),
            shelf=Shelf() if companions is None else Shelf(tuple(companions)),
            safety=Safety(),
            pictures=store,
        )
        seen: Storage = storage if wrap is None else wrap(storage)
        gallery = GalleryService(storage=seen, store=store, lab=lab, companions=service)
        yield Archive(folder, storage, store, lab, service, gallery)
    await lab.close()
    await store.close()


def ask(viewer_id: int = ANA, owner_id: int = ANA, **changes: Any) -> GalleryAsk:
    """The newest page of a member's gallery."""
    return GalleryAsk(**{"guild_id": GUILD, "viewer_id": viewer_id, "owner_id": owner_id, **changes})
