"""What roles bring: once a UTC calendar month for each member and role, whoever asks how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from bot.container.databases import Database
from bot.domain.errors import InvalidInputError
from bot.domain.money import Balance, Split
from bot.services.monthly import (
    MONTHLY,
    MOST_MOMENTS,
    MOST_ROLES,
    TABLE_FRESH_MS,
    MonthlyService,
    role_grant_of,
)
from bot.services.ports.storage import Notice, ReadAuditLine, RoleGrant, UnitOfWork
from tests.databases import RawSql, fresh_storage
from tests.services.shop_parts import ANA, BEN, GUILD, HandClock

PATRON, ANGEL, PLAIN = 81, 82, 83
OTHER_GUILD = GUILD + 1
OWNER = 9


def ms(year: int, month: int, day: int = 1, hour: int = 0) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(ms(2027, 5, 12))


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_storage(tmp_path) as storage:
        yield storage
        assert await storage.read(lambda uow: uow.audit.violations()) == []


@pytest.fixture
def monthly(storage: Database, clock: HandClock) -> MonthlyService:
    return MonthlyService(storage=storage, clock=clock, welcome=0)


async def granted(storage: Database, user_id: int = ANA, guild_id: int = GUILD) -> int:
    async def work(uow: UnitOfWork) -> Balance:
        account_id = await uow.members.account_of(user_id)
        return Balance() if account_id is None else await uow.ledger.balance(account_id, guild_id)

    balance = await storage.read(work)
    assert balance == Balance(Split(balance.free.granted)), "spent in the guild that gives it"
    return balance.free.granted


async def test_every_role_of_the_table_brings_its_moments(monthly: MonthlyService, storage: Database) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.set_role_grant(GUILD, ANGEL, 1000, by_user_id=OWNER)
    given_now = await monthly.claim_due(GUILD, ANA, [PLAIN, ANGEL, PATRON])
    assert list(given_now) == [RoleGrant(PATRON, 200), RoleGrant(ANGEL, 1000)]
    assert await granted(storage) == 1200
    assert await monthly.claim_due(GUILD, BEN, [PLAIN]) == ()
    assert await granted(storage, BEN) == 0


async def test_it_comes_once_a_month_also_after_a_restart(
    monthly: MonthlyService, storage: Database, clock: HandClock
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    for _ in range(3):
        await monthly.claim_due(GUILD, ANA, [PATRON])
    restarted = MonthlyService(storage=storage, clock=clock, welcome=0)
    assert await restarted.claim_due(GUILD, ANA, [PATRON]) == []
    assert await granted(storage) == 200


async def test_a_hundred_first_looks_at_once_bring_it_once(
    monthly: MonthlyService, storage: Database
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    given_now = await asyncio.gather(*(monthly.claim_due(GUILD, ANA, [PATRON]) for _ in range(100)))
    assert sum(len(each) for each in given_now) == 1
    assert await granted(storage) == 200


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (ms(2027, 6) - 1, ms(2027, 6)),
        (ms(2028, 1) - 1, ms(2028, 1)),
        (ms(2028, 2, 29, 23), ms(2028, 3)),
    ],
)
async def test_the_next_month_begins_at_midnight_utc(
    monthly: MonthlyService, storage: Database, clock: HandClock, last: int, first: int
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    for at_ms, sum_so_far in ((last, 200), (first, 400), (first, 400)):
        clock.at_ms = at_ms
        await monthly.claim_due(GUILD, ANA, [PATRON])
        assert await granted(storage) == sum_so_far


async def test_the_same_month_of_another_year_is_another_month(
    monthly: MonthlyService, storage: Database, clock: HandClock
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    for year in (2027, 2028):
        clock.at_ms = ms(year, 5)
        await monthly.claim_due(GUILD, ANA, [PATRON])
    assert await granted(storage) == 400


async def test_a_role_that_comes_later_in_the_month_brings_its_moments_then(
    monthly: MonthlyService, storage: Database
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.set_role_grant(GUILD, ANGEL, 1000, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    assert list(await monthly.claim_due(GUILD, ANA, [PATRON, ANGEL])) == [RoleGrant(ANGEL, 1000)]
    assert await granted(storage) == 1200


async def test_a_changed_table_counts_at_once_and_takes_nothing_back(
    monthly: MonthlyService, storage: Database
) -> None:
    await monthly.claim_due(GUILD, ANA, [PATRON])
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    assert await granted(storage) == 200
    assert list(await monthly.set_role_grant(GUILD, PATRON, 0, by_user_id=OWNER)) == []
    await monthly.set_role_grant(GUILD, PATRON, 900, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    assert await granted(storage) == 200, "this month's is given already"


async def test_a_table_that_another_process_changed_is_read_again_after_a_while(
    monthly: MonthlyService, storage: Database, clock: HandClock
) -> None:
    assert await monthly.claim_due(GUILD, ANA, [PATRON]) == ()
    await MonthlyService(storage=storage, clock=clock, welcome=0).set_role_grant(
        GUILD, PATRON, 200, by_user_id=OWNER
    )
    assert await monthly.claim_due(GUILD, ANA, [PATRON]) == ()
    clock.at_ms += TABLE_FRESH_MS + 1
    assert list(await monthly.claim_due(GUILD, ANA, [PATRON])) == [RoleGrant(PATRON, 200)]


async def test_guilds_have_tables_of_their_own(monthly: MonthlyService, storage: Database) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.set_role_grant(OTHER_GUILD, PATRON, 300, by_user_id=OWNER)
    assert list(await monthly.role_grants(GUILD)) == [RoleGrant(PATRON, 200)]
    await monthly.claim_due(OTHER_GUILD, ANA, [PATRON])
    await monthly.claim_due(GUILD, ANA, [PATRON])
    assert (await granted(storage), await granted(storage, ANA, OTHER_GUILD)) == (200, 300)


async def test_who_is_forgotten_and_comes_back_gets_it_no_second_time(
    monthly: MonthlyService, storage: Database, clock: HandClock
) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    with RawSql.of(storage) as database:
        database.execute("DELETE FROM notice")  # as /privacy delete does
        database.execute("DELETE FROM member")
    restarted = MonthlyService(storage=storage, clock=clock, welcome=0)
    assert await restarted.claim_due(GUILD, ANA, [PATRON]) == []
    assert await granted(storage) == 0
    clock.at_ms = ms(2027, 6)
    await restarted.claim_due(GUILD, ANA, [PATRON])
    assert await granted(storage) == 200


async def test_who_is_met_for_the_first_time_is_welcomed_as_well(storage: Database, clock: HandClock) -> None:
    monthly = MonthlyService(storage=storage, clock=clock, welcome=500)
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    assert await granted(storage) == 700


async def test_a_notice_says_what_came_for_which_role(monthly: MonthlyService, storage: Database) -> None:
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    for _ in range(2):
        await monthly.claim_due(GUILD, ANA, [PATRON])

    async def work(uow: UnitOfWork) -> list[Notice]:
        return list(await uow.notices.take(await uow.members.require_account(ANA)))

    (notice,) = await storage.write(work)
    assert notice.kind == MONTHLY
    assert role_grant_of(notice) == RoleGrant(PATRON, 200)


class CountingStorage:
    """Counts the transactions of an otherwise real database."""

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self.asked = 0

    async def write(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        self.asked += 1
        return await self.inner.write(work)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        self.asked += 1
        return await self.inner.read(work)


async def test_where_nothing_is_due_no_database_is_asked(storage: Database, clock: HandClock) -> None:
    counting = CountingStorage(storage)
    monthly = MonthlyService(storage=counting, clock=clock, welcome=0)
    await monthly.set_role_grant(GUILD, PATRON, 200, by_user_id=OWNER)
    await monthly.claim_due(GUILD, ANA, [PATRON])
    counting.asked = 0
    for _ in range(50):
        await monthly.claim_due(GUILD, ANA, [PATRON, PLAIN])
        await monthly.claim_due(GUILD, BEN, [PLAIN])
    assert counting.asked == 0


@pytest.mark.parametrize("moments", [-1, MOST_MOMENTS + 1])
async def test_an_absurd_amount_is_refused(monthly: MonthlyService, moments: int) -> None:
    with pytest.raises(InvalidInputError):
        await monthly.set_role_grant(GUILD, PATRON, moments, by_user_id=OWNER)
    assert list(await monthly.role_grants(GUILD)) == []


async def test_a_table_has_an_end(monthly: MonthlyService) -> None:
    for role_id in range(1, MOST_ROLES + 1):
        await monthly.set_role_grant(GUILD, role_id, role_id, by_user_id=OWNER)
    with pytest.raises(InvalidInputError):
        await monthly.set_role_grant(GUILD, MOST_ROLES + 1, 5, by_user_id=OWNER)
    table = await monthly.set_role_grant(GUILD, 1, MOST_MOMENTS, by_user_id=OWNER)
    assert len(table) == MOST_ROLES
    assert table[0] == RoleGrant(1, MOST_MOMENTS)


VISITS = st.lists(
    st.tuples(
        st.integers(0, 3),  # months later
        st.sampled_from([ANA, BEN]),
        st.sampled_from([GUILD, OTHER_GUILD]),
        st.sets(st.sampled_from([PATRON, ANGEL, PLAIN])),
        st.booleans(),  # after a restart
    ),
    max_size=25,
)


@given(visits=VISITS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_visits_each_role_counts_once_a_month(
    tmp_path_factory: pytest.TempPathFactory, visits: Any
) -> None:
    async def run() -> None:
        worth = {PATRON: 200, ANGEL: 1000}
        clock = HandClock(ms(2027, 1))
        async with fresh_storage(tmp_path_factory.mktemp("visits"), readers=1) as storage:
            monthly = MonthlyService(storage=storage, clock=clock, welcome=0)
            for role_id, moments in worth.items():
                await monthly.set_role_grant(GUILD, role_id, moments, by_user_id=OWNER)
                await monthly.set_role_grant(OTHER_GUILD, role_id, moments, by_user_id=OWNER)
            due: set[tuple[int, int, int, int]] = set()
            month = 0
            for later, user, guild, roles, is_restarted in visits:
                month += later
                clock.at_ms = ms(2027 + month // 12, month % 12 + 1, 15)
                if is_restarted:
                    monthly = MonthlyService(storage=storage, clock=clock, welcome=0)
                await monthly.claim_due(guild, user, roles)
                due |= {(month, user, guild, role) for role in roles & worth.keys()}
                for user_id in (ANA, BEN):
                    for guild_id in (GUILD, OTHER_GUILD):
                        expected = sum(worth[d[3]] for d in due if d[1:3] == (user_id, guild_id))
                        assert await granted(storage, user_id, guild_id) == expected
            assert await storage.read(lambda uow: uow.audit.violations()) == []

    asyncio.run(run())


async def test_every_change_of_the_table_is_on_record_with_who_made_it(
    monthly: MonthlyService, storage: Database
) -> None:
    for moments in (200, 200, 0):
        await monthly.set_role_grant(GUILD, PATRON, moments, by_user_id=OWNER)

    async def latest(uow: UnitOfWork) -> Sequence[ReadAuditLine]:
        return await uow.audit_log.latest(GUILD, 5)

    lines = await storage.read(latest)
    assert [(at.user_id, at.line.what, at.line.before, at.line.after) for at in lines] == [
        (OWNER, "monthly_role", (PATRON, 200), (PATRON, 0)),
        (OWNER, "monthly_role", (PATRON, 0), (PATRON, 200)),
    ]
