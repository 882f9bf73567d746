"""Ana's companion on its way to Advanced, over a whole room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.companion import Companion
from bot.domain.errors import UnsafeRequestError
from bot.domain.money import EntryKind
from bot.domain.picture import Rating
from bot.domain.request import Image, ImageRequest, RequestKind
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.storage import HistoryLine, UnitOfWork
from bot.services.references import ReferenceService, ReferenceState
from bot.services.requests.desk import Press
from tests.services.companion_parts import new
from tests.services.request_parts import ANA, GUILD, PRICES, Room, WordCheck, open_room

PLENTY = 10_000_000


class Gate(asyncio.Event):
    """Where a backend stops; what it made before is on record when it gets there."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> bool:  # type: ignore[override]
        self.reached.set()
        return await super().wait()


class StricterCheck:
    """The check after its rules were tightened."""

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        raise NotImplementedError

    async def rate_picture(self, jpeg: bytes) -> Rating | None:
        raise NotImplementedError

    @property
    def checks_pictures(self) -> bool:
        return False

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        assert texts is not forbidden
        raise UnsafeRequestError("stricter")


@dataclass
class Studio:
    """A room, the service, and Ana's companion Rin."""

    room: Room
    references: ReferenceService
    rin: Companion

    def press(self, user_id: int = ANA) -> Press:
        """A press on the button that makes candidates for Rin."""
        rin = self.rin.companion_id
        press = self.room.press(user_id, f"reference:{rin}", companion_ids=(rin,))
        return replace(press, kind=RequestKind.REFERENCE, is_agreed=True)

    async def make(self) -> ImageRequest:
        """Candidates for Rin, delivered where nothing stops them."""
        request_id = await self.room.desk.begin(self.press())
        await self.room.driver.drive(request_id)
        return await self.room.request(request_id)

    async def candidates(self) -> Sequence[Image]:
        """Those that Ana can pick from."""
        return (await self.state()).candidates

    async def state(self) -> ReferenceState:
        """Where Rin stands."""
        return await self.references.state(GUILD, ANA, self.rin.companion_id)

    async def pick(self, image: Image, user_id: int = ANA) -> ReferenceState:
        """Pick a candidate."""
        return await self.references.pick(GUILD, user_id, image.image_id)

    async def enable(self) -> Image:
        """Candidates, and the first one picked."""
        await self.make()
        image = (await self.candidates())[0]
        await self.pick(image)
        return image

    async def share(self, *, is_shared: bool = True) -> ReferenceState:
        """Share Rin, or stop."""
        rin = self.rin.companion_id
        return await self.references.set_shared(GUILD, ANA, rin, is_shared=is_shared)

    async def lines(self) -> list[HistoryLine]:
        """Ana's ledger without what she was given, oldest first."""

        async def work(uow: UnitOfWork) -> Sequence[HistoryLine]:
            account = await uow.members.require_account(ANA)
            return await uow.ledger.history(account, GUILD, None, 50)

        lines = await self.room.storage.write(work)
        return [line for line in reversed(lines) if line.kind is not EntryKind.WELCOME]

    async def files_of(self, images: Sequence[Image]) -> list[bool]:
        """For each of these pictures: whether its two files are there."""
        store = self.room.store
        return [await store.exists(i.file_key) and await store.exists(i.thumbnail_key) for i in images]


@asynccontextmanager
async def open_studio(folder: Path) -> AsyncIterator[Studio]:
    """A room of its own with Rin in its guild."""
    async with open_room(folder) as room:
        rin = await room.companions.create(GUILD, ANA, new("Rin", aliases=("Rinny",), persona="A pilot."))
        yield Studio(room, service_of(room), rin)


def service_of(room: Room, safety: SafetyCheck | None = None) -> ReferenceService:
    """The service over a room, with its own check or another."""
    return ReferenceService(
        storage=room.storage,
        companions=room.companions,
        safety=safety or WordCheck(),
        prices=PRICES,
        lab=room.lab,
        store=room.store,
    )
