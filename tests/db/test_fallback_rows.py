"""Rows of requests that move between backends, and of what is billed although it was cancelled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rows import GUILD, SCENE, USER, account, bring_to, image, post, request, welcome

from bot.container.databases import Database
from bot.domain.picture import Rating
from bot.domain.request import ImageRequest, Promise, RequestState
from bot.services.ports.storage import UnitOfWork
from db.errors import ConstraintViolationError
from db.guilds import _BILLED, _BILLED_BY_MEMBER  # pyright: ignore[reportPrivateUsage]  the plans of the real queries
from db.requests import _BILLED_TIMES  # pyright: ignore[reportPrivateUsage]
from tests.databases import RawSql

S = RequestState


@pytest.fixture
async def account_id(storage: Database) -> str:
    found = await account(storage)
    await post(storage, welcome(found))
    return found


async def get(storage: Database, request_id: str) -> ImageRequest:
    found = await storage.read(lambda uow: uow.requests.get(request_id))
    assert found is not None
    return found


async def move(storage: Database, *, owner: str = "me", from_backend: str = "sketch") -> bool:
    async def work(uow: UnitOfWork) -> bool:
        return await uow.requests.move(
            "request-1", owner=owner, from_backend=from_backend, to_backend="cloud", given_up=["sketch"]
        )

    return await storage.write(work)


async def test_a_moved_request_is_held_elsewhere_under_the_same_hold(storage: Database, account_id: str):
    before = await bring_to(storage, account_id, S.RUNNING)
    await storage.write(lambda uow: uow.requests.set_provider_ref("request-1", "job", backend="sketch"))
    assert await move(storage)
    assert await get(storage, "request-1") == replace(
        before, state=S.HELD, backend="cloud", attempts=0, given_up=("sketch",)
    )
    assert not await move(storage), "once"


@pytest.mark.parametrize("state", [state for state in S if state is not S.RUNNING])
async def test_only_a_running_request_moves(storage: Database, account_id: str, state: RequestState):
    before = await bring_to(storage, account_id, state)
    assert not await move(storage)
    assert await get(storage, "request-1") == before


@pytest.mark.parametrize("guard", [{"owner": "another"}, {"from_backend": "cloud"}])
async def test_only_who_has_it_moves_it_and_from_where_it_is(
    storage: Database, account_id: str, guard: dict[str, str]
):
    before = await bring_to(storage, account_id, S.RUNNING)
    assert not await move(storage, **guard)
    assert await get(storage, "request-1") == before


async def test_a_request_with_a_picture_on_record_does_not_move(storage: Database, account_id: str):
    running = await bring_to(storage, account_id, S.RUNNING)
    await storage.write(lambda uow: uow.images.add(image(running), ["mira"]))
    assert not await move(storage)


async def test_a_late_id_of_another_backend_is_not_kept(storage: Database, account_id: str):
    await bring_to(storage, account_id, S.RUNNING)
    assert not await storage.write(
        lambda uow: uow.requests.set_provider_ref("request-1", "j", backend="cloud")
    )
    assert (await get(storage, "request-1")).provider_ref is None


@pytest.mark.parametrize("keeps_job", [True, False])
async def test_another_attempt_may_keep_its_job(
    storage: Database,
    account_id: str,
    keeps_job: bool,  # noqa: FBT001
):
    await bring_to(storage, account_id, S.RUNNING)

    async def work(uow: UnitOfWork) -> None:
        await uow.requests.set_provider_ref("request-1", "job", backend="sketch")
        await uow.requests.back_to_held("request-1", owner="me", keeps_job=keeps_job)

    await storage.write(work)
    assert (await get(storage, "request-1")).provider_ref == ("job" if keeps_job else None)


async def test_a_promise_is_kept_with_its_quote_and_changes_with_the_next(storage: Database, account_id: str):
    await storage.write(lambda uow: uow.requests.add(request(account_id)))
    promise = Promise(2, is_photo=True)

    async def quote(promise: Promise | None) -> Promise | None:
        async def work(uow: UnitOfWork) -> None:
            await uow.requests.set_quote(
                "request-1",
                scene=SCENE,
                prompt="",
                cost=50,
                seed=1,
                backend="b",
                rating=Rating.GENERAL,
                promise=promise,
            )

        await storage.write(work)
        return (await get(storage, "request-1")).promise

    assert (await get(storage, "request-1")).promise is None
    assert await quote(promise) == promise
    assert await quote(None) == promise
    assert await quote(Promise(0, is_photo=False)) == Promise(0, is_photo=False)


async def bill(storage: Database, moments: int, at_ms: int, number: int = 1) -> bool:
    return await storage.write(
        lambda uow: uow.requests.bill(f"request-{number}", moments=moments, at_ms=at_ms)
    )


async def spent(storage: Database, account_id: str, since_ms: int = 0) -> tuple[int, int]:
    async def work(uow: UnitOfWork) -> tuple[int, int]:
        return (
            await uow.guilds.spent_by_guild(GUILD, since_ms),
            await uow.guilds.spent_by_member(GUILD, account_id, since_ms),
        )

    return await storage.read(work)


async def test_what_is_billed_counts_once_for_its_guild_its_member_and_its_day(
    storage: Database, account_id: str
):
    other = await account(storage, USER + 1)
    await post(storage, welcome(other, ref="welcome-2"))
    await bring_to(storage, account_id, S.CANCELLED, 1)
    await bring_to(storage, other, S.CANCELLED, 2)
    before = await spent(storage, account_id)
    assert await bill(storage, 40, 1_000)
    assert not await bill(storage, 50, 1_001)
    assert await bill(storage, 30, 2_000, 2)
    after = await spent(storage, account_id)
    assert (after[0] - before[0], after[1] - before[1]) == (70, 40)
    assert await spent(storage, account_id, 1_500) == (30, 0)
    assert await storage.read(lambda uow: uow.requests.billed_times(account_id, 999)) == [1_000]
    assert await storage.read(lambda uow: uow.requests.billed_times(account_id, 1_000)) == []


async def test_no_more_is_billed_than_it_costs(storage: Database, account_id: str):
    await bring_to(storage, account_id, S.CANCELLED)
    with pytest.raises(ConstraintViolationError, match="request_billed_within_cost"):
        await bill(storage, 51, 1_000)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (_BILLED, "COVERING INDEX request_billed_in_guild"),
        (_BILLED_BY_MEMBER, "COVERING INDEX request_billed_in_guild"),
        (_BILLED_TIMES, "COVERING INDEX request_billed_by_account"),
    ],
)
async def test_what_is_billed_is_read_from_an_index_of_its_own(raw: RawSql, sql: str, index: str):
    params = {"guild_id": GUILD, "account_id": "a", "since_ms": 1, "after_ms": 1}
    (step,) = [row["detail"] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    assert step.startswith(f"SEARCH request USING {index} (")
