"""Reports over a real database, store and lab, with a mod channel that a test looks at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.errors import NothingKeptError
from bot.domain.guild import GuildSettings
from bot.domain.money import Balance
from bot.domain.reporting import Case, Decision, ReportReason
from bot.domain.request import Image
from bot.services.ports.privacy import Removal
from bot.services.ports.review import CardPlace, CaseFile, Exhibit, Outcome
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Erasure, MessagePlace, Notice, UnitOfWork, Violation
from bot.services.privacy.erasing import ErasureService
from bot.services.privacy.wiping import Wiper
from bot.services.report_files import CaseFiles
from bot.services.report_work import CaseWorker
from bot.services.reports import Decided, Filed, ReportService
from tests.databases import RawSql
from tests.services.companion_parts import CountedIds
from tests.services.request_parts import ANA, GUILD, Engine, Room, open_room

KIM, LEE = 3, 4
"""Moderators."""
MOD_CHANNEL = 99


@dataclass
class Desk:
    """The mod channel and people's ears, as a test wants them.

    ``cards`` is what stands where; ``trouble`` is raised by the next calls of a method, by
    its name; None is a call without.
    """

    cards: dict[CardPlace, tuple[CaseFile, Exhibit]] = field(default_factory=dict)
    posted: int = 0
    closed: set[int] = field(default_factory=set)
    told: list[tuple[int, Outcome, str]] = field(default_factory=list)
    taken_out: list[tuple[Image, tuple[Image, ...]]] = field(default_factory=list)
    may_post: bool = True
    may_take_out: bool = True
    looked_for: int = 0
    trouble: dict[str, list[Exception | None]] = field(default_factory=dict)
    on_post: Callable[[], Awaitable[None]] | None = None

    async def fetch_name(self, guild_id: int) -> str:
        return "Studio" if guild_id == GUILD else ""

    async def edit_card(self, place: CardPlace, file: CaseFile, exhibit: Exhibit) -> bool:
        self._fail("edit_card")
        if place not in self.cards:
            return False
        self.cards[place] = (file, exhibit)
        return True

    async def find_card(self, channel_id: int, file: CaseFile) -> CardPlace | None:
        self.looked_for += 1
        for place, (other, _) in self.cards.items():
            if place.channel_id == channel_id and other.case.case_id == file.case.case_id:
                return place
        return None

    async def post_card(self, channel_id: int, file: CaseFile, exhibit: Exhibit) -> CardPlace | None:
        self._fail("post_card")
        if not self.may_post:
            return None
        self.posted += 1
        place = CardPlace(channel_id, 5000 + self.posted)
        self.cards[place] = (file, exhibit)
        if self.on_post is not None:
            await self.on_post()
        return place

    async def take_out(self, image: Image, left: Sequence[Image]) -> bool:
        self._fail("take_out")
        self.taken_out.append((image, tuple(left)))
        return self.may_take_out

    async def tell(self, user_id: int, outcome: Outcome, nonce: str) -> bool:
        self._fail("tell")
        if user_id in self.closed:
            return False
        self.told.append((user_id, outcome, nonce))
        return True

    def _fail(self, method: str) -> None:
        error = self.trouble[method].pop(0) if self.trouble.get(method) else None
        if error is not None:
            raise error


@dataclass
class Gate:
    """Which channels are age-restricted."""

    restricted: set[int] = field(default_factory=set)

    async def is_age_restricted(self, place: Place) -> bool:
        return place.channel_id in self.restricted

    async def is_age_restricted_now(self, place: Place) -> bool:
        return place.channel_id in self.restricted


class NoMessages:
    """Messages that are gone when they are to go."""

    async def remove(self, place: MessagePlace) -> Removal:
        del place
        return Removal.GONE


class NoPost:
    """Nobody is told that their data is deleted."""

    async def tell(self, erasure: Erasure) -> None:
        del erasure


@dataclass
class Office:
    """A channel where pictures are made, and the moderators' side of it."""

    folder: Path
    room: Room
    desk: Desk
    gate: Gate
    engine: Engine
    files: CaseFiles
    reports: ReportService
    worker: CaseWorker

    async def picture(self, user_id: int = ANA, **options: Any) -> Image:
        """A picture of somebody's, delivered."""
        (image, *_) = await self.pictures(user_id, **options)
        return image

    async def pictures(self, user_id: int = ANA, **options: Any) -> Sequence[Image]:
        """All pictures of one request, delivered."""
        request = await self.room.run(user_id, **options)
        return await self.room.pictures(request.request_id)

    async def report(
        self, image: Image, user_id: int, reason: ReportReason = ReportReason.BROKEN, words: str = ""
    ) -> Filed:
        """A member reports a picture."""
        return await self.reports.report(image.image_id, GUILD, user_id, reason, words)

    async def decide(self, case_id: str, decision: Decision, by: int = KIM, note: str = "") -> Decided:
        """A moderator decides."""
        return await self.reports.decide(case_id, GUILD, by, decision, note)

    async def work(self) -> None:
        """Do all that was submitted."""
        while self.engine.submitted:
            await self.worker.drive(self.engine.submitted.pop(0))

    async def set_mod_channel(self, channel_id: int | None = MOD_CHANNEL) -> None:
        """Choose the mod channel, or none."""

        async def work(uow: UnitOfWork) -> None:
            await uow.guilds.set(GUILD, GuildSettings(mod_channel_id=channel_id))

        await self.room.storage.write(work)

    async def case(self, case_id: str) -> Case:
        """A case as it is now."""

        async def work(uow: UnitOfWork) -> Case | None:
            return await uow.reports.case(case_id)

        found = await self.room.storage.read(work)
        assert found is not None
        return found

    async def due(self) -> Sequence[str]:
        """The cases for which something is to be done now."""

        async def work(uow: UnitOfWork) -> Sequence[str]:
            return await uow.reports.due_ids(self.room.clock.now)

        return await self.room.storage.read(work)

    async def notices(self, user_id: int) -> Sequence[Notice]:
        """What waits for a member."""
        return await self.room.preferences.take_notices(user_id)

    async def balance(self, user_id: int = ANA) -> Balance:
        """What a member has."""
        return await self.room.balance(user_id)

    async def violations(self) -> Sequence[Violation]:
        """What the audit finds in the books."""

        async def work(uow: UnitOfWork) -> Sequence[Violation]:
            return await uow.audit.violations()

        return await self.room.storage.read(work)

    def make_mature(self, image: Image) -> None:
        """As if a check had found it so."""
        with RawSql.of(self.room.storage) as database:
            database.execute("UPDATE image SET rating = 'mature' WHERE image_id = ?", (image.image_id,))

    async def forget(self, user_id: int) -> None:
        """Delete all that is kept about somebody, as they may ask for; nothing where nothing is kept."""
        room = self.room
        erasure = ErasureService(
            storage=room.storage,
            clock=room.clock,
            wiper=Wiper(
                storage=room.storage,
                store=room.store,
                clock=room.clock,
                messages=NoMessages(),
                fold_log=room.storage.fold_log,
            ),
            post=NoPost(),
            cancel=room.desk.cancel,
        )
        with suppress(NothingKeptError):
            await erasure.begin(user_id, None, 0)
        assert not await erasure.sweep()


@asynccontextmanager
async def open_office(folder: Path) -> AsyncIterator[Office]:
    """A channel with Mira and Kaito in it, a mod channel, and an office around them."""
    async with open_room(folder) as room:
        desk, gate, engine = Desk(), Gate(), Engine()
        files = CaseFiles(
            storage=room.storage,
            companions=room.companions,
            presets=room.presets,
            lab=room.lab,
            store=room.store,
        )
        office = Office(
            folder,
            room,
            desk,
            gate,
            engine,
            files,
            ReportService(
                storage=room.storage, clock=room.clock, ids=CountedIds(), files=files, engine=engine
            ),
            CaseWorker(
                storage=room.storage, clock=room.clock, files=files, store=room.store, desk=desk, gate=gate
            ),
        )
        await office.set_mod_channel()
        yield office
