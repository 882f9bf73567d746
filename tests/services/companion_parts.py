"""A companion service over a real database, and the fakes it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.container.databases import Database
from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.errors import PictureMissingError, UnsafeRequestError
from bot.domain.picture import Rating
from bot.services.companion_rules import NewCompanion
from bot.services.companions import CompanionService
from bot.services.ports.speaking import Place
from tests.databases import fresh_storage

GUILD, OTHER_GUILD = 100, 101
ANA, BEN, MOD = 1, 2, 3
LOUNGE, BALCONY, ELSEWHERE = 10, 11, 12

IN_LOUNGE = Place(GUILD, LOUNGE)
ON_BALCONY = Place(GUILD, BALCONY, parent_id=LOUNGE)

LOOK = Look(
    style=Style.REALISTIC,
    gender=Gender.FEMALE,
    hair="long wavy auburn hair",
    eyes="green",
    skin="fair",
    build="athletic",
    age=27,
    outfit="navy blazer",
    details=("freckles",),
)
MIRA = Companion("mira", "Mira", LOOK, aliases=("Miri", "ミラ"), reference_key="mira.jpg", avatar="mira.jpg")
ZOE = Companion("zoe", "Zoë", replace(LOOK, gender=Gender.FEMALE))


def new(name: str = "Nova", **changes: object) -> NewCompanion:
    """A companion that may be made, with changes."""
    whole = NewCompanion(name, LOOK, is_adult=True, is_fictional=True)
    return replace(whole, **changes)  # type: ignore[arg-type]


@dataclass
class StoppedClock:
    now: int = 1_000

    def now_ms(self) -> int:
        return self.now


@dataclass
class CountedIds:
    made: int = 0

    def new_id(self) -> str:
        self.made += 1
        return f"ID{self.made:024d}"


@dataclass
class Shelf:
    companions: tuple[Companion, ...] = (ZOE, MIRA)

    def all(self) -> Sequence[Companion]:
        return self.companions

    def get(self, companion_id: str) -> Companion | None:
        return next((c for c in self.companions if c.companion_id == companion_id), None)

    async def reference(self, companion_id: str) -> bytes | None:
        return b"reference of " + companion_id.encode()

    async def avatar(self, companion_id: str) -> bytes | None:
        return b"avatar of " + companion_id.encode() if companion_id == "mira" else None


@dataclass
class Safety:
    """Refuses texts with the word "forbidden"; remembers what it was asked."""

    asked: list[tuple[str, ...]] = field(default_factory=list)

    checks_pictures: bool = False

    async def rate(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> Rating:
        raise NotImplementedError

    async def rate_picture(self, jpeg: bytes) -> Rating:
        raise NotImplementedError

    async def check_companion(self, texts: Sequence[str], *, forbidden: Sequence[str] = ()) -> None:
        del forbidden
        self.asked.append(tuple(texts))
        if any("forbidden" in text for text in texts):
            raise UnsafeRequestError("test")


class Pictures:
    """A picture store with one picture."""

    async def put(self, data: bytes) -> str:
        raise NotImplementedError

    async def get(self, key: str) -> bytes:
        if key != "kept":
            raise PictureMissingError(key)
        return b"kept picture"

    async def exists(self, key: str) -> bool:
        raise NotImplementedError

    async def delete(self, key: str) -> None:
        raise NotImplementedError


@dataclass
class House:
    """The service and what it stands on."""

    companions: CompanionService
    storage: Database
    safety: Safety
    clock: StoppedClock

    async def make(self, name: str, owner: int = ANA, guild: int = GUILD, **changes: object) -> Companion:
        return await self.companions.create(guild, owner, new(name, **changes))


@asynccontextmanager
async def open_house(folder: Path, owned_limit: int = 25) -> AsyncIterator[House]:
    """A house with a database of its own."""
    async with fresh_storage(folder) as storage:
        safety, clock = Safety(), StoppedClock()
        service = CompanionService(
            storage=storage,
            clock=clock,
            ids=CountedIds(),
            shelf=Shelf(),
            safety=safety,
            pictures=Pictures(),
            owned_limit=owned_limit,
        )
        yield House(service, storage, safety, clock)
