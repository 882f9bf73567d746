"""Privacy over the room of requests: a real database and store, and fakes for what is remote."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.picture import Aspect
from bot.domain.request import Image, ImageRequest, RequestKind
from bot.exporting import ZipPress
from bot.services.ports.chat import Delivery
from bot.services.ports.privacy import ExportProgress, PartHead, Removal
from bot.services.ports.storage import Erasure, MessagePlace, SpokenMessage, Storage, UnitOfWork
from bot.services.privacy.erasing import ErasureService
from bot.services.privacy.exporting import ExportService
from bot.services.privacy.showing import PrivacyService
from bot.services.privacy.wiping import Wiper
from bot.services.retention import RetentionService
from tests.databases import RawSql
from tests.services.request_parts import ANA, CHANNEL, Room, open_room

WORDS = ("peppermint", "Ottoline", "harbour of glass", "tin whistle", "cartwheels")
"""What :func:`live` leaves behind."""

PLENTY = 25_000_000
DAY_MS = 24 * 60 * 60 * 1000


@dataclass
class Posted:
    """What stands on the platform: messages go when asked, but for channels that nobody sees."""

    closed: set[int] = field(default_factory=set)
    asked: list[MessagePlace] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    on_remove: Callable[[], Awaitable[None]] | None = None

    async def remove(self, place: MessagePlace) -> Removal:
        if self.on_remove is not None:
            await self.on_remove()
        if self.errors:
            raise self.errors.pop(0)
        self.asked.append(place)
        return Removal.LEFT if place.channel_id in self.closed else Removal.GONE


@dataclass
class Post:
    """Who was told."""

    told: list[Erasure] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def tell(self, erasure: Erasure) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.told.append(erasure)
        self.heard.set()


@dataclass
class Desk:
    """Where a member waits: what they got, as zips."""

    limit_bytes: int = PLENTY
    until_ms: int = 2**62
    heads: list[PartHead] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    shown: list[ExportProgress] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    on_part: Callable[[], Awaitable[None]] | None = None
    on_show: Callable[[], Awaitable[None]] | None = None

    async def show(self, progress: ExportProgress) -> None:
        self.shown.append(progress)
        if self.on_show is not None:
            await self.on_show()

    async def hand_over(self, path: Path, head: PartHead) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.heads.append(head)
        self.files.append(await asyncio.to_thread(path.read_bytes))
        if self.on_part is not None:
            await self.on_part()

    def zips(self) -> list[zipfile.ZipFile]:
        return [zipfile.ZipFile(io.BytesIO(data)) for data in self.files]

    def data(self, number: int = 0) -> dict[str, Any]:
        return json.loads(self.zips()[number].read("data.json"))

    def pictures(self) -> list[str]:
        """The names of all pictures in all parts."""
        return [name for part in self.zips() for name in part.namelist() if name.startswith("pictures/")]


@dataclass
class Archive:
    """The room, and what members can do about what is kept of them."""

    room: Room
    folder: Path
    posted: Posted
    post: Post
    wiper: Wiper
    privacy: PrivacyService
    messages: int = 1000

    @property
    def erasures(self) -> ErasureService:
        return self.privacy.erasures

    @property
    def exports(self) -> ExportService:
        return self.privacy.exports

    def retention(self, days: int) -> RetentionService:
        return RetentionService(storage=self.room.storage, clock=self.room.clock, wiper=self.wiper, days=days)

    async def picture(self, user_id: int = ANA, channel_id: int = CHANNEL, **options: Any) -> ImageRequest:
        """A picture that was delivered, in a message of its own."""
        self.messages += 1
        self.room.courier.delivery = Delivery("reply", channel_id, self.messages)
        return await self.room.run(user_id, **options)

    async def images(self, request: ImageRequest) -> list[Image]:
        return list(await self.room.pictures(request.request_id))

    async def account(self, user_id: int = ANA) -> str | None:
        async def work(uow: UnitOfWork) -> str | None:
            return await uow.members.account_of(user_id)

        return await self.room.storage.read(work)

    async def erase(self, user_id: int = ANA) -> None:
        """Delete everything about a member, to the end."""
        assert await self.erasures.begin(user_id, "token", 5)
        await self.sweep()

    async def sweep(self) -> None:
        """Carry out what is under way; what had to be cancelled is told its end in between."""
        while await self.erasures.sweep():
            for request_id in self.room.engine.submitted:
                await self.room.driver.drive(request_id)

    async def violations(self) -> list[object]:
        async def work(uow: UnitOfWork) -> list[object]:
            return list(await uow.audit.violations())

        return await self.room.storage.read(work)

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with RawSql.of(self.room.storage) as database:
            found = database.execute(sql, values)
        return [row[0] if len(row) == 1 else row for row in found]

    def everything(self) -> str:
        """All rows of all tables, as text."""
        with RawSql.of(self.room.storage) as database:
            return database.everything()

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns, in their order."""
        with RawSql.of(self.room.storage) as database:
            return database.columns(table)

    async def files(self) -> list[str]:
        return [key async for key in self.room.store.all_keys()]


@asynccontextmanager
async def open_archive(
    folder: Path, wrap: Callable[[Storage], Storage] = lambda storage: storage
) -> AsyncIterator[Archive]:
    """A room with privacy; ``wrap`` puts something between privacy alone and the database."""
    press = ZipPress(folder / "exports")
    async with open_room(folder) as room:
        storage = wrap(room.storage)
        posted, post = Posted(), Post()
        wiper = Wiper(
            storage=storage,
            store=room.store,
            clock=room.clock,
            messages=posted,
            fold_log=room.storage.fold_log,
        )
        privacy = PrivacyService(
            storage=storage,
            exports=ExportService(
                storage=storage, clock=room.clock, store=room.store, lab=room.lab, press=press
            ),
            erasures=ErasureService(
                storage=storage,
                clock=room.clock,
                wiper=wiper,
                post=post,
                cancel=room.desk.cancel,
                wait_s=0.01,
            ),
            retention=RetentionService(storage=storage, clock=room.clock, wiper=wiper, days=0),
        )
        yield Archive(room, folder, posted, post, wiper, privacy)
    await press.close()


async def live(archive: Archive) -> None:
    """Ana does a bit of everything, with words that are found again."""
    room = archive.room
    await archive.picture(hint="peppermint clouds")
    await room.ask(RequestKind.PREMIUM, "mira", prompt="tin whistle", count=2)
    own = await room.own_companion("Ottoline")
    await room.preferences.change(ANA, aspect_solo=Aspect.SQUARE)

    async def work(uow: UnitOfWork) -> None:
        account_id = await uow.members.require_account(ANA)
        await uow.channels.invite(CHANNEL, own.companion_id, account_id, 1)
        await uow.channels.add_spoken(SpokenMessage(5, CHANNEL, own.companion_id, account_id, 1))

    await room.storage.write(work)


def held(archive: Archive) -> int:
    """All moments that are held."""
    return sum(archive.rows("SELECT held_granted FROM wallet"))
