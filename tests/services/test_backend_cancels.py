"""Cancelling what a backend bills all the same: free for the member, counted for the day, capped by the hour."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.domain.cancelling import BilledCancelCapError
from bot.domain.errors import BudgetSpentError, CancelledByMemberError
from bot.domain.picture import Resolution
from bot.domain.request import EndReason, ImageRequest, RequestKind, RequestState
from bot.services.moments import DAY_MS
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.ends import error_of
from tests.services.fallback_parts import can, quoted
from tests.services.request_parts import ANA, BEN, BILLED_CANCELS, GUILD, WELCOME, Room, jpeg, until

OWNER = 9
HOUR_MS = 3_600_000


@pytest.fixture
def billing(room: Room) -> Room:
    can(room.backend, bills_on_cancel=True)
    return room


async def begun(room: Room, user_id: int = ANA) -> tuple[str, asyncio.Task[None]]:
    """A request that its backend is at."""
    jobs = len(room.backend.jobs)
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin(user_id)
    driving = asyncio.create_task(room.driver.drive(request_id))
    await until(lambda: len(room.backend.jobs) > jobs)
    return request_id, driving


async def cancelled(room: Room, user_id: int = ANA) -> ImageRequest:
    request_id, driving = await begun(room, user_id)
    await room.desk.cancel(request_id, user_id)
    await driving
    return await room.request(request_id)


async def spent(room: Room, user_id: int = ANA) -> tuple[int, int]:
    """What counts against the budgets of the guild's day and the member's."""
    since_ms = room.clock.now - room.clock.now % DAY_MS

    async def work(uow: UnitOfWork) -> tuple[int, int]:
        account_id = await uow.members.require_account(user_id)
        return (
            await uow.guilds.spent_by_guild(GUILD, since_ms),
            await uow.guilds.spent_by_member(GUILD, account_id, since_ms),
        )

    return await room.storage.write(work)


async def test_it_is_free_and_counts_against_the_day(billing: Room) -> None:
    request = await cancelled(billing)
    assert request.state is RequestState.CANCELLED
    assert (await billing.balance()).free.total == WELCOME
    assert await spent(billing) == (50, 50)
    assert request.end_reason is EndReason.CANCELLED
    assert error_of(EndReason.CANCELLED, request.end_detail) == CancelledByMemberError(billed=50)
    assert await spent(billing, BEN) == (50, 0)


async def test_where_the_backend_can_stop_it_counts_nothing(room: Room) -> None:
    request = await cancelled(room)
    assert await spent(room) == (0, 0)
    assert (request.end_reason, request.end_detail) == (EndReason.CANCELLED, "")


async def test_what_no_backend_has_begun_counts_nothing(billing: Room) -> None:
    request_id = await quoted(billing)
    await billing.desk.cancel(request_id, ANA)
    assert await spent(billing) == (0, 0)


async def test_the_next_day_begins_at_nothing(billing: Room) -> None:
    await cancelled(billing)
    billing.clock.now += DAY_MS
    assert await spent(billing) == (0, 0)


@pytest.mark.parametrize("whose", ["guild_budget", "member_budget"])
async def test_a_budget_can_be_used_up_by_cancelling(billing: Room, whose: str) -> None:
    await billing.guilds.change(GUILD, OWNER, lambda now: replace(now, **{whose: 99}))
    await cancelled(billing)
    request = await billing.run()
    assert request.end_reason is EndReason.BUDGET_SPENT
    error = error_of(EndReason.BUDGET_SPENT, request.end_detail)
    assert isinstance(error, BudgetSpentError)
    assert error.left == 49


async def test_of_a_batch_what_was_not_made_counts_and_what_was_made_is_paid(billing: Room) -> None:
    billing.backend.script = [[jpeg(1536, 2048), asyncio.Event()]]
    press = billing.press(companion_ids=("mira",), prompt="at the beach", count=3)
    press = replace(
        press, kind=RequestKind.PREMIUM, options=replace(press.options, resolution=Resolution.R2K)
    )
    request_id = await billing.desk.begin(press)
    driving = asyncio.create_task(billing.driver.drive(request_id))
    await until(lambda: bool(billing.courier.statuses and billing.courier.statuses[-1].made))
    await billing.desk.cancel(request_id, ANA)
    await driving
    assert (await billing.request(request_id)).state is RequestState.DELIVERED
    assert (await billing.balance()).free.total == WELCOME - 50
    assert await spent(billing) == (150, 150), "50 were paid, and 100 are billed all the same"


async def test_a_member_does_so_only_so_often_an_hour(billing: Room) -> None:
    began_ms = billing.clock.now
    for _ in range(BILLED_CANCELS):
        await cancelled(billing)
        billing.clock.now += 60_000
    request_id, driving = await begun(billing)
    with pytest.raises(BilledCancelCapError) as caught:
        await billing.desk.cancel(request_id, ANA)
    assert caught.value == BilledCancelCapError(BILLED_CANCELS, (began_ms + HOUR_MS) / 1000)
    assert (await billing.request(request_id)).state is RequestState.RUNNING, "it goes on"
    await cancelled(billing, BEN)  # others are not meant
    billing.clock.now = began_ms + HOUR_MS
    await billing.desk.cancel(request_id, ANA)
    await driving
    assert await spent(billing) == (50 * (BILLED_CANCELS + 2), 50 * (BILLED_CANCELS + 1))


async def test_what_is_not_billed_is_never_capped(billing: Room) -> None:
    for _ in range(BILLED_CANCELS):
        await cancelled(billing)
    can(billing.backend, bills_on_cancel=False)
    assert (await cancelled(billing)).state is RequestState.CANCELLED


async def test_who_has_their_data_deleted_is_not_held_up_by_the_cap(billing: Room) -> None:
    for _ in range(BILLED_CANCELS):
        await cancelled(billing)
    request_id, driving = await begun(billing)
    await billing.desk.cancel(request_id, ANA, is_capped=False)
    await driving
    assert (await billing.request(request_id)).state is RequestState.CANCELLED


async def test_two_presses_at_once_are_counted_once(billing: Room) -> None:
    request_id, driving = await begun(billing)
    presses: list[Callable[[], Awaitable[None]]] = [lambda: billing.desk.cancel(request_id, ANA)] * 2
    results = await asyncio.gather(*(press() for press in presses), return_exceptions=True)
    await driving
    assert [type(result).__name__ for result in results].count("AlreadySettledError") == 1
    assert await spent(billing) == (50, 50)


async def test_where_there_were_more_the_latest_of_them_count(billing: Room) -> None:
    """An operator may have lowered the cap within the hour."""
    began_ms = billing.clock.now
    for _ in range(BILLED_CANCELS + 1):
        request_id, driving = await begun(billing)
        await billing.desk.cancel(request_id, ANA, is_capped=False)
        await driving
        billing.clock.now += 60_000
    request_id, driving = await begun(billing)
    with pytest.raises(BilledCancelCapError) as caught:
        await billing.desk.cancel(request_id, ANA)
    assert caught.value.next_at_s == (began_ms + 60_000 + HOUR_MS) / 1000
    await billing.desk.cancel(request_id, ANA, is_capped=False)
    await driving
