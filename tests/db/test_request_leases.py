"""Who may work on a request: its lease, and which requests nobody works on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from rows import SCENE, add, bring_to, get, request

from bot.container.databases import Database
from bot.domain.picture import Rating
from bot.domain.request import (
    OPEN_STATES,
    EndReason,
    RequestState,
)
from bot.services.ports.storage import RequestRepository, UnitOfWork
from tests.databases import RawSql

S = RequestState
Leased = Callable[[RequestRepository], Awaitable[bool]]


@pytest.mark.parametrize(
    "step",
    [
        lambda requests: requests.to_stored("request-1", owner="another", at_ms=6),
        lambda requests: requests.back_to_held("request-1", owner="another"),
        lambda requests: requests.run_again("request-1", owner="another"),
        lambda requests: requests.renew("request-1", owner="another", until_ms=10**9),
        lambda requests: requests.claim("request-1", owner="another", now_ms=99, until_ms=10**9),
    ],
)
async def test_whose_lease_it_is_not_changes_nothing(storage: Database, account_id: str, step: Leased):
    brought = await bring_to(storage, account_id, S.RUNNING)
    assert await storage.write(lambda uow: step(uow.requests)) is False
    assert await get(storage, brought.request_id) == brought


async def test_a_lease_is_claimed_renewed_taken_over_and_given_back(storage: Database, account_id: str):
    await add(storage, request(account_id))

    async def work(uow: UnitOfWork) -> list[bool]:
        requests = uow.requests
        outcomes = [
            await requests.claim("request-1", owner="a", now_ms=0, until_ms=100),
            await requests.claim("request-1", owner="a", now_ms=50, until_ms=100),
            await requests.renew("request-1", owner="a", until_ms=200),
            await requests.claim("request-1", owner="b", now_ms=199, until_ms=300),
            await requests.claim("request-1", owner="b", now_ms=200, until_ms=300),
        ]
        await requests.unclaim("request-1", owner="a")
        outcomes.append(await requests.renew("request-1", owner="b", until_ms=400))
        await requests.unclaim("request-1", owner="b")
        outcomes.append(await requests.claim("request-1", owner="c", now_ms=0, until_ms=1))
        await requests.expire_leases()
        return outcomes

    assert await storage.write(work) == [True, True, True, False, True, True, True]
    assert (await get(storage, "request-1")).lease_owner is None


async def test_only_the_unfinished_can_be_claimed_and_told_is_finished(storage: Database, account_id: str):
    for number, state in enumerate(S):
        await bring_to(storage, account_id, state, number)
    numbers = {state: f"request-{number}" for number, state in enumerate(S)}

    async def claimable(uow: UnitOfWork) -> list[bool]:
        claims = (
            uow.requests.claim(which, owner="x", now_ms=1000, until_ms=2000) for which in numbers.values()
        )
        return [await claim for claim in claims]

    unfinished = [state is not S.DELIVERED for state in S]
    assert await storage.write(claimable) == unfinished
    expected = [numbers[state] for state in S if state is not S.DELIVERED]
    assert await storage.read(lambda uow: uow.requests.unfinished_ids()) == expected

    async def tell(uow: UnitOfWork) -> list[bool]:
        for which in numbers.values():
            await uow.requests.mark_told(which)
        return await claimable(uow)

    assert await storage.write(tell) == [state.is_open for state in S]


async def test_due_is_what_nobody_works_on(storage: Database, account_id: str):
    for number in range(1, 9):
        await add(storage, request(account_id, number))

    async def arrange(uow: UnitOfWork) -> None:
        requests = uow.requests
        for number, until_ms in ((2, 1000), (3, 400), (7, 1000), (8, 400)):
            await requests.claim(f"request-{number}", owner="a", now_ms=0, until_ms=until_ms)
        for quoted in ("request-4", "request-5", "request-7", "request-8"):
            await requests.set_quote(
                quoted, scene=SCENE, prompt="", cost=5, seed=1, backend="b", rating=Rating.GENERAL
            )
        await requests.confirm("request-5")
        await requests.end(
            "request-6", expected=OPEN_STATES, state=S.REFUSED, reason=EndReason.GONE, detail=""
        )

    await storage.write(arrange)

    async def due(now_ms: int) -> list[str]:
        return list(await storage.read(lambda uow: uow.requests.due_ids(now_ms)))

    assert await due(500) == [
        "request-1",
        "request-3",
        "request-5",
        "request-6",
        "request-8",
    ]  # 8 was not asked
    # Who has not agreed by the deadline has not agreed.
    assert await due(600_000) == [f"request-{number}" for number in range(1, 9)]


@pytest.mark.sqlite
async def test_recovery_and_the_sweep_look_at_open_requests_only(raw: RawSql):
    plan = raw.execute(
        "EXPLAIN QUERY PLAN SELECT request_id FROM request WHERE"
        " (state IN ('received', 'held', 'running', 'stored')"
        " OR (state IN ('refused', 'failed', 'cancelled') AND told = 0)) ORDER BY created_at_ms, request_id"
    ).fetchall()
    assert [row["detail"] for row in plan] == ["SCAN request USING INDEX request_unfinished"]
