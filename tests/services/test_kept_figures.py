"""What has been booked since the last look at the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.container.databases import Database
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.request import RequestState
from bot.services.figures import LAST_BACKUP_NOTE, LedgerFigures, Standing, StandingFigures
from bot.services.ports.storage import BookedSum, UnitOfWork
from tests.databases import fresh_storage
from tests.db.rows import account, bring_to, post, welcome

GUILD = 7


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_storage(tmp_path) as storage:
        yield storage


async def book(storage: Database, kind: EntryKind, ref: str, moved: Split, **more: object) -> None:
    """One entry of member 1 (or of ``user``)."""

    async def work(uow: UnitOfWork) -> None:
        user, by = more.pop("user", 1), more.pop("by", None)
        assert isinstance(user, int)
        account_id = await uow.members.require_account(user)
        giver = await uow.members.require_account(by) if isinstance(by, int) else None
        await uow.ledger.append(
            Entry(
                account_id=account_id,
                guild_id=GUILD,
                kind=kind,
                ref=ref,
                moved=moved,
                at_ms=1,
                by_account_id=giver,
                **more,  # type: ignore[arg-type]
            )
        )

    await storage.write(work)


async def test_the_first_look_counts_nothing_of_before(storage: Database) -> None:
    await book(storage, EntryKind.WELCOME, "w", Split(500, 0))
    figures = LedgerFigures(storage=storage)
    assert await figures.since_last() == {}
    assert await figures.since_last() == {}


async def test_each_kind_is_counted_by_what_it_moved_in_whatever_direction(storage: Database) -> None:
    figures = LedgerFigures(storage=storage)
    await figures.since_last()
    await book(storage, EntryKind.WELCOME, "w", Split(500, 0))
    await book(storage, EntryKind.DAILY, "d", Split(100, 0))
    await book(storage, EntryKind.HOLD, "r:1", Split(-200, 0), held=Split(200, 0), hold_ref="r:1")
    # Half of it was made: 100 are kept, 100 go back.
    await book(storage, EntryKind.CAPTURE, "r:1", Split(100, 0), held=Split(-200, 0), hold_ref="r:1")
    await book(storage, EntryKind.REFUND, "i:1", Split(50, 0), hold_ref="r:1")
    await book(storage, EntryKind.HOLD, "q:1", Split(-50, 0), held=Split(50, 0), hold_ref="q:1")
    await book(storage, EntryKind.RELEASE, "q:1", Split(50, 0), held=Split(-50, 0), hold_ref="q:1")
    assert await figures.since_last() == {
        EntryKind.WELCOME: BookedSum(1, 500),
        EntryKind.DAILY: BookedSum(1, 100),
        EntryKind.HOLD: BookedSum(2, 250),
        EntryKind.CAPTURE: BookedSum(1, 100),
        EntryKind.REFUND: BookedSum(1, 50),
        EntryKind.RELEASE: BookedSum(1, 50),
    }
    assert await figures.since_last() == {}


async def test_of_a_gift_only_what_was_received_counts(storage: Database) -> None:
    await book(storage, EntryKind.WELCOME, "w", Split(500, 0))
    figures = LedgerFigures(storage=storage)
    await figures.since_last()
    await book(storage, EntryKind.GIFT, "g", Split(-80, 0), by=1)
    await book(storage, EntryKind.GIFT, "g", Split(80, 0), user=2, by=1)
    assert await figures.since_last() == {EntryKind.GIFT: BookedSum(2, 80)}


class At:
    """A clock that stands."""

    def now_ms(self) -> int:
        return 90_000


async def test_where_nothing_was_saved_and_nobody_waits_there_is_nothing_to_tell(storage: Database) -> None:
    assert await StandingFigures(storage=storage, clock=At()).now() == Standing(0, 0)


async def test_the_last_backup_and_the_oldest_request_under_way_are_told(storage: Database) -> None:
    giver = await account(storage)
    await post(storage, welcome(giver))
    for number, state in ((30_000, RequestState.HELD), (40_000, RequestState.RUNNING)):
        await bring_to(storage, giver, state, number)

    async def saved(uow: UnitOfWork) -> None:
        await uow.notes.set(LAST_BACKUP_NOTE, "60000")

    await storage.write(saved)
    assert await StandingFigures(storage=storage, clock=At()).now() == Standing(60_000, 60)


async def test_what_has_ended_or_waits_for_its_member_keeps_nobody_waiting(storage: Database) -> None:
    giver = await account(storage)
    await post(storage, welcome(giver))
    for number, state in ((10_000, RequestState.DELIVERED), (20_000, RequestState.FAILED)):
        await bring_to(storage, giver, state, number)
    await bring_to(storage, giver, RequestState.RECEIVED, 30_000)  # has its quote, and was not agreed to
    assert (await StandingFigures(storage=storage, clock=At()).now()).oldest_request_s == 0
