from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.container.databases import Database
from bot.domain.errors import (
    AlreadyClaimedError,
    GrantCapError,
    InvalidInputError,
    NotEnoughMomentsError,
    SelfTransferError,
    TurnedOffError,
)
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.domain.pricing import Grants
from bot.services.moments import DAY_MS, PAGE_LINES, Given, HistoryPage, MomentsService, ensure_member
from bot.services.ports.storage import UnitOfWork
from tests.databases import RawSql, fresh_storage

GRANTS = Grants(welcome=500, daily=100, cap_per_call=1000, cap_per_day=1500, gift_cap_per_day=200)
MIRIAM, NOOR, MOD = 1, 2, 3
GUILD, OTHER_GUILD = 71, 72
NOON = 20_000 * DAY_MS + DAY_MS // 2


class HandClock:
    def __init__(self) -> None:
        self.at_ms = NOON

    def now_ms(self) -> int:
        return self.at_ms


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_storage(tmp_path) as storage:
        yield storage


@pytest.fixture
def moments(storage: Database, clock: HandClock) -> MomentsService:
    return MomentsService(storage=storage, clock=clock, grants=GRANTS)


async def buy(storage: Database, user_id: int, amount: int, *, owed: int = 0, ref: str = "sku") -> None:
    async def work(uow: UnitOfWork) -> None:
        account_id = await uow.members.require_account(user_id)
        if amount:
            await uow.ledger.append(Entry(account_id, 0, EntryKind.PURCHASE, ref, Split(0, amount), 1))
        if owed:
            await uow.ledger.append(Entry(account_id, 0, EntryKind.REVERSAL, ref, Split(), 1, owed=owed))

    await storage.write(work)


async def test_the_first_look_gives_the_welcome_once_in_each_guild(moments: MomentsService):
    for _ in range(3):
        assert await moments.balance(MIRIAM, GUILD) == Balance(Split(500))
    assert await moments.balance(MIRIAM, OTHER_GUILD) == Balance(Split(500))


async def test_a_hundred_first_looks_at_once_are_one_welcome(moments: MomentsService):
    looks = await asyncio.gather(*(moments.balance(MIRIAM, GUILD) for _ in range(100)))
    assert set(looks) == {Balance(Split(500))}


async def test_who_comes_back_with_a_new_account_gets_no_second_welcome(
    moments: MomentsService, storage: Database
):
    await moments.balance(MIRIAM, GUILD)
    await moments.claim_daily(MIRIAM, GUILD, 1)
    with RawSql.of(storage) as forgetting:
        forgetting.execute("DELETE FROM member")
    assert await moments.balance(MIRIAM, GUILD) == Balance()
    with pytest.raises(AlreadyClaimedError):
        await moments.claim_daily(MIRIAM, GUILD, 1)


async def test_a_welcome_of_nothing_is_no_entry(storage: Database, clock: HandClock):
    moments = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, welcome=0))
    assert await moments.balance(MIRIAM, GUILD) == Balance()
    assert await moments.history(MIRIAM, GUILD) == HistoryPage((), None)


async def test_a_member_is_ensured_inside_another_unit_of_work(storage: Database, moments: MomentsService):
    async def work(uow: UnitOfWork) -> str:
        return await ensure_member(uow, MIRIAM, GUILD, welcome=7, now_ms=1)

    account_id = await storage.write(work)
    assert account_id == await storage.write(work)
    assert await moments.balance(MIRIAM, GUILD) == Balance(Split(7))


async def test_the_daily_is_given_once_a_utc_day_in_each_guild(moments: MomentsService, clock: HandClock):
    assert await moments.claim_daily(MIRIAM, GUILD, 1) == Given(100, Balance(Split(600)))
    with pytest.raises(AlreadyClaimedError) as caught:
        await moments.claim_daily(MIRIAM, GUILD, 2)
    midnight_ms = NOON + DAY_MS // 2
    assert caught.value.next_at_s == midnight_ms / 1000
    assert await moments.claim_daily(MIRIAM, OTHER_GUILD, 3) == Given(100, Balance(Split(600)))
    clock.at_ms = midnight_ms - 1
    with pytest.raises(AlreadyClaimedError):
        await moments.claim_daily(MIRIAM, GUILD, 4)
    clock.at_ms = midnight_ms
    assert await moments.claim_daily(MIRIAM, GUILD, 5) == Given(100, Balance(Split(700)))


async def test_one_claim_delivered_five_times_pays_once_and_answers_alike(moments: MomentsService):
    answers = await asyncio.gather(*(moments.claim_daily(MIRIAM, GUILD, 9) for _ in range(5)))
    assert answers == [Given(100, Balance(Split(600)))] * 5


async def test_an_operator_may_give_no_daily(storage: Database, clock: HandClock):
    moments = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, daily=0))
    with pytest.raises(TurnedOffError):
        await moments.claim_daily(MIRIAM, GUILD, 1)


async def test_a_gift_stays_in_its_guild(moments: MomentsService):
    assert await moments.gift(MIRIAM, NOOR, GUILD, 150, 1) == Given(150, Balance(Split(350)))
    assert await moments.balance(NOOR, GUILD) == Balance(Split(650))
    assert await moments.balance(NOOR, OTHER_GUILD) == Balance(Split(500))


async def test_a_gift_stays_in_its_bucket_and_takes_granted_first(
    moments: MomentsService, storage: Database, clock: HandClock
):
    poorer = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, welcome=30))
    await buy(storage, MIRIAM, 100)
    assert await poorer.gift(MIRIAM, NOOR, GUILD, 50, 1) == Given(50, Balance(Split(0, 80)))
    assert await poorer.balance(NOOR, GUILD) == Balance(Split(60, 20))
    assert (await moments.balance(NOOR, OTHER_GUILD)).free.purchased == 20


async def test_one_gift_delivered_five_times_is_given_once_and_answered_alike(moments: MomentsService):
    answers = await asyncio.gather(*(moments.gift(MIRIAM, NOOR, GUILD, 150, 7) for _ in range(5)))
    assert answers == [Given(150, Balance(Split(350)))] * 5
    assert await moments.balance(NOOR, GUILD) == Balance(Split(650))


async def test_gifts_are_capped_a_day(moments: MomentsService, clock: HandClock):
    await moments.gift(MIRIAM, NOOR, GUILD, 150, 1)
    with pytest.raises(GrantCapError) as caught:
        await moments.gift(MIRIAM, NOOR, GUILD, 51, 2)
    assert (caught.value.cap, caught.value.left) == (200, 50)
    await moments.gift(MIRIAM, NOOR, GUILD, 50, 3)
    with pytest.raises(GrantCapError):
        await moments.gift(MIRIAM, MOD, GUILD, 1, 4)
    await moments.gift(NOOR, MIRIAM, GUILD, 200, 5)
    clock.at_ms += DAY_MS
    await moments.gift(MIRIAM, NOOR, GUILD, 200, 6)


async def test_a_lowered_cap_leaves_nothing_rather_than_less(
    moments: MomentsService, storage: Database, clock: HandClock
):
    await moments.gift(MIRIAM, NOOR, GUILD, 200, 1)
    stricter = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, gift_cap_per_day=100))
    with pytest.raises(GrantCapError) as caught:
        await stricter.gift(MIRIAM, NOOR, GUILD, 1, 2)
    assert caught.value.left == 0


async def test_nobody_gives_what_they_do_not_have(storage: Database, clock: HandClock):
    moments = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, welcome=40))
    with pytest.raises(NotEnoughMomentsError) as caught:
        await moments.gift(MIRIAM, NOOR, GUILD, 41, 1)
    assert (caught.value.needed, caught.value.available) == (41, 40)


async def test_who_owes_moments_gives_none(moments: MomentsService, storage: Database):
    await buy(storage, MIRIAM, 0, owed=10)
    with pytest.raises(NotEnoughMomentsError) as caught:
        await moments.gift(MIRIAM, NOOR, GUILD, 1, 1)
    assert caught.value.owed == 10


async def test_twenty_gifts_at_once_stay_under_the_cap(moments: MomentsService):
    outcomes = await asyncio.gather(
        *(moments.gift(MIRIAM, NOOR, GUILD, 30, 100 + i) for i in range(20)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Given) for outcome in outcomes) == 6
    assert await moments.balance(NOOR, GUILD) == Balance(Split(680))


async def test_a_moderator_s_grant_is_for_the_guild_only(moments: MomentsService):
    assert await moments.grant(MOD, MIRIAM, GUILD, 1000, 1) == Given(1000, Balance(Split(1500)))
    assert await moments.balance(MIRIAM, OTHER_GUILD) == Balance(Split(500))


async def test_one_grant_delivered_five_times_is_given_once_and_answered_alike(moments: MomentsService):
    answers = await asyncio.gather(*(moments.grant(MOD, MIRIAM, GUILD, 800, 7) for _ in range(5)))
    assert answers == [Given(800, Balance(Split(1300)))] * 5


async def test_grants_are_capped_a_call_and_a_guild_s_day(moments: MomentsService, clock: HandClock):
    with pytest.raises(GrantCapError) as caught:
        await moments.grant(MOD, MIRIAM, GUILD, 1001, 1)
    assert (caught.value.cap, caught.value.left) == (1000, 1000)
    await moments.grant(MOD, MIRIAM, GUILD, 1000, 2)
    with pytest.raises(GrantCapError) as caught:
        await moments.grant(NOOR, MIRIAM, GUILD, 1001, 3)
    assert (caught.value.cap, caught.value.left) == (1000, 500)
    with pytest.raises(GrantCapError) as caught:
        await moments.grant(NOOR, MOD, GUILD, 501, 4)
    assert (caught.value.cap, caught.value.left) == (1500, 500)
    await moments.grant(NOOR, MOD, GUILD, 500, 5)
    await moments.grant(MOD, MIRIAM, OTHER_GUILD, 1000, 6)
    clock.at_ms += DAY_MS
    await moments.grant(MOD, MIRIAM, GUILD, 1000, 7)


async def test_a_lowered_grant_cap_leaves_nothing_rather_than_less(
    moments: MomentsService, storage: Database, clock: HandClock
):
    await moments.grant(MOD, MIRIAM, GUILD, 1000, 1)
    stricter = MomentsService(storage=storage, clock=clock, grants=replace(GRANTS, cap_per_day=500))
    with pytest.raises(GrantCapError) as caught:
        await stricter.grant(MOD, MIRIAM, GUILD, 1, 2)
    assert (caught.value.cap, caught.value.left) == (500, 0)


@pytest.mark.parametrize("method", ["gift", "grant"])
async def test_nothing_goes_to_oneself_to_a_bot_or_backwards(moments: MomentsService, method: str):
    give = getattr(moments, method)
    is_bot = {"gift": "receiver_is_bot", "grant": "member_is_bot"}[method]
    with pytest.raises(SelfTransferError):
        await give(MIRIAM, MIRIAM, GUILD, 10, 1)
    with pytest.raises(InvalidInputError) as caught:
        await give(MIRIAM, NOOR, GUILD, 10, 1, **{is_bot: True})
    assert caught.value.field == "member"
    for amount in (0, -10):
        with pytest.raises(InvalidInputError) as caught:
            await give(MIRIAM, NOOR, GUILD, amount, 1)
        assert caught.value.field == "amount"
    assert await moments.balance(MIRIAM, GUILD) == Balance(Split(500))


async def test_moments_made_in_one_guild_can_not_reach_another(moments: MomentsService):
    await moments.claim_daily(MIRIAM, GUILD, 1)
    await moments.grant(MOD, MIRIAM, GUILD, 1000, 2)
    await moments.gift(MIRIAM, NOOR, GUILD, 200, 3)
    for user_id in (MIRIAM, NOOR, MOD):
        assert await moments.balance(user_id, OTHER_GUILD) == Balance(Split(500))


async def test_history_is_paged_newest_first(moments: MomentsService):
    await moments.balance(MIRIAM, GUILD)
    for interaction in range(PAGE_LINES):
        await moments.gift(MIRIAM, NOOR, GUILD, 1 + interaction, interaction)
    first = await moments.history(MIRIAM, GUILD)
    assert [line.moved.total for line in first.lines] == list(range(-PAGE_LINES, 0))
    assert first.older_than == first.lines[-1].entry_id
    second = await moments.history(MIRIAM, GUILD, older_than=first.older_than)
    assert [line.kind for line in second.lines] == [EntryKind.WELCOME]
    assert second.older_than is None


async def test_a_stranger_s_history_is_empty_and_opens_nothing(moments: MomentsService, storage: Database):
    assert await moments.history(MIRIAM, GUILD) == HistoryPage((), None)
    assert await storage.read(lambda uow: uow.members.account_of(MIRIAM)) is None
