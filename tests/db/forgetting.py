"""Short ways to what is kept about members, and to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from rows import (
    GUILD,
    USER,
    bring_to,
    companion,
    post,
    welcome,
)
from rows import account as bare_account

from bot.container.databases import Database
from bot.domain.reporting import Case, Report, ReportReason
from bot.domain.request import ImageRequest, RequestState
from bot.services.ports.storage import (
    Erasure,
    ErasureStage,
    Fact,
    KeptRequest,
    Notice,
    Preferences,
    Purchase,
    Section,
    SpokenMessage,
    UnitOfWork,
)
from tests.databases import RawSql

T = TypeVar("T")

DELIVERED = RequestState.DELIVERED
NOW = 900_000


async def account(storage: Database, user_id: int = USER) -> str:
    """An account with moments to spend."""
    account_id = await bare_account(storage, user_id)
    await post(storage, welcome(account_id, ref=f"welcome-{user_id}"))
    return account_id


async def kept(storage: Database, account_id: str, limit: int = 50) -> list[KeptRequest]:
    async def work(uow: UnitOfWork) -> list[KeptRequest]:
        return list(await uow.privacy.kept_of(account_id, limit))

    return await storage.read(work)


async def old(storage: Database, *, before_ms: int = NOW, after: tuple[int, str] = (-1, "")) -> list[str]:
    async def work(uow: UnitOfWork) -> list[str]:
        return [one.request_id for one in await uow.privacy.kept_in_guild(GUILD, before_ms, after, 50)]

    return await storage.read(work)


async def do(storage: Database, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    return await storage.write(work)


async def scrub(storage: Database, *requests: ImageRequest) -> None:
    ids = [one.request_id for one in requests]

    async def work(uow: UnitOfWork) -> None:
        await uow.privacy.mark_pictures_deleted(ids, NOW)
        await uow.privacy.scrub(ids, NOW)

    await storage.write(work)


async def begin(storage: Database, account_id: str, user_id: int = USER) -> bool:
    erasure = Erasure(account_id, user_id, ErasureStage.STOPPING, "token", 5, NOW)
    return await do(storage, lambda uow: uow.privacy.begin_erasure(erasure))


async def to_stage(storage: Database, account_id: str, stage: ErasureStage) -> None:
    await do(storage, lambda uow: uow.privacy.advance(account_id, stage))


async def facts(storage: Database, section: Section, account_id: str) -> list[Fact]:
    """A section read one by one, which gives the same as all at once."""

    async def page(after: str, limit: int) -> list[Fact]:
        return list(await storage.read(lambda uow: uow.holdings.facts(section, account_id, after, limit)))

    found: list[Fact] = []
    while got := await page(found[-1].key if found else "", 1):
        found += got
    assert found == await page("", 50)
    return found


def row(raw: RawSql, sql: str) -> dict[str, Any]:
    return dict(raw.execute(sql).fetchone())


def assigned(columns: dict[str, str]) -> str:
    return ", ".join(f"{column} = {given}" for column, given in columns.items())


async def everything_about(storage: Database, account_id: str) -> ImageRequest:
    """One of all that is kept about a member."""
    delivered = await bring_to(storage, account_id, DELIVERED)
    other = await account(storage, USER + 1)
    image_id = f"{delivered.request_id}-0"

    async def work(uow: UnitOfWork) -> None:
        await uow.companions.add(companion(), account_id, 1)
        await uow.companions.add(companion(2, "Zoë"), account_id, 2)
        await uow.companions.delete("companion-2", 3)
        await uow.channels.invite(7, "mira", account_id, 1)
        await uow.channels.invite(7, "companion-1", other, 1)
        await uow.channels.add_spoken(SpokenMessage(1, 7, "mira", account_id, 1))
        await uow.channels.add_spoken(SpokenMessage(2, 7, "mira", other, 1))
        await uow.preferences.set(account_id, Preferences(ask_above=5))
        await uow.notices.add(Notice("n", account_id, "gallery", image_id, 1))
        await uow.purchases.add(Purchase(5, 6, account_id, 100, seen_at_ms=1))
        await uow.reports.open_case(Case("case", image_id, GUILD, account_id, 1), work_at_ms=1)
        await uow.reports.add(
            Report("report", "case", image_id, account_id, ReportReason.OTHER, "my words", 1)
        )
        await uow.reports.set_card("case", revision=1, channel_id=9, message_id=90)

    await do(storage, work)
    return delivered
