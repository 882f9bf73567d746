from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from rows import (
    SCENE,
    UNPAID_ENDS,
    USER,
    account,
    add,
    bring_to,
    get,
    image,
    request,
    violations,
)

from bot.container.databases import Database
from bot.domain.errors import DuplicateRequestError
from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.request import (
    NEXT_STATES,
    OPEN_STATES,
    EndReason,
    ImageRequest,
    ReplyTarget,
    RequestState,
    SourceKind,
)
from bot.services.ports.storage import RequestRepository, UnitOfWork
from db.errors import ConstraintViolationError
from tests.databases import RawSql, RefusedError

S = RequestState


async def test_a_request_comes_back_as_it_was_put_in(storage: Database, account_id: str):
    added = replace(
        request(account_id),
        scene=SCENE,
        prompt="two friends",
        cost=100,
        seed=9,
        backend="sketch",
        confirmed=True,
        lease_owner="me",
        lease_until_ms=5,
    )
    await add(storage, added)
    assert await get(storage, added.request_id) == added
    assert await storage.read(lambda uow: uow.requests.get("nothing")) is None


async def test_one_source_makes_one_request(storage: Database, account_id: str):
    first = request(account_id, 1)
    await add(storage, first)
    with pytest.raises(DuplicateRequestError) as caught:
        await add(storage, replace(request(account_id, 2), source_id=first.source_id))
    assert caught.value.request_id == first.request_id
    await add(
        storage, replace(request(account_id, 3), source_kind=SourceKind.MESSAGE, source_id=first.source_id)
    )


async def test_one_button_has_one_open_request_of_a_member(storage: Database, account_id: str):
    first = await bring_to(storage, account_id, S.CANCELLED, 1)
    await add(storage, request(account_id, 2, trigger_key="button"))
    with pytest.raises(DuplicateRequestError) as caught:
        await add(storage, request(account_id, 3, trigger_key="button"))
    assert caught.value.request_id == "request-2"
    await add(storage, request(await account(storage, 2), 4, trigger_key="button"))
    await add(storage, request(account_id, 5, trigger_key="other"))
    await storage.write(
        lambda uow: uow.requests.end(
            "request-2", expected=OPEN_STATES, state=S.FAILED, reason=EndReason.GONE, detail=""
        )
    )
    await add(storage, request(account_id, 6, trigger_key="button"))
    assert first.trigger_key == ""


async def test_requests_without_a_button_do_not_meet(storage: Database, account_id: str):
    await add(storage, request(account_id, 1))
    await add(storage, request(account_id, 2))


async def test_the_same_id_twice_has_no_request_in_the_way_to_name(storage: Database, account_id: str):
    await add(storage, request(account_id, 1))
    with pytest.raises(DuplicateRequestError) as caught:
        await add(storage, replace(request(account_id, 2), request_id="request-1"))
    assert caught.value.request_id is None


async def test_a_request_of_nobody_is_refused(storage: Database):
    with pytest.raises(ConstraintViolationError):
        await add(storage, request("nobody"))


@pytest.mark.parametrize("state", [state for state in S if state is not S.RECEIVED])
async def test_a_request_begins_received(storage: Database, account_id: str, state: RequestState):
    with pytest.raises(ConstraintViolationError, match="request_begins_received"):
        await add(storage, replace(request(account_id), state=state))


@pytest.mark.parametrize("before", list(S))
async def test_the_trigger_and_the_domain_have_the_same_table_of_steps(
    storage: Database, account_id: str, raw: RawSql, before: RequestState
):
    allowed = NEXT_STATES.get(before, frozenset())
    brought = await bring_to(storage, account_id, before)
    if before not in {S.STORED, S.DELIVERED}:
        await storage.write(lambda uow: uow.images.add(image(brought), SCENE.cast))
    for after in S:
        raw.execute("BEGIN")
        change = {
            "id": brought.request_id,
            "state": after.value,
            "reason": "gone" if after in UNPAID_ENDS else None,
            "how": "edit" if after is S.DELIVERED else None,
            "hold": brought.hold_ref or "hold",
            "paid": 50,
        }
        sql = """UPDATE request SET state = :state, end_reason = :reason, delivered_how = :how,
            hold_ref = :hold, paid_granted = :paid WHERE request_id = :id"""
        if after in allowed or after is before:
            raw.execute(sql, change)
        else:
            with pytest.raises(RefusedError, match="request_step"):
                raw.execute(sql, change)
        raw.execute("ROLLBACK")


@pytest.mark.parametrize("state", list(S))
async def test_every_state_is_reached_through_the_repository(
    storage: Database, account_id: str, state: RequestState
):
    reached = await bring_to(storage, account_id, state)
    assert reached.state is state
    assert reached.attempts == (1 if state in {S.RUNNING, S.STORED, S.DELIVERED} else 0)
    assert reached.end_reason is (EndReason.DEADLINE if state in UNPAID_ENDS else None)
    assert (reached.scene, reached.cost, reached.backend) == (SCENE, 50, "sketch")
    assert await violations(storage) == []


Step = Callable[[RequestRepository, str], Awaitable[bool]]
STEPS: list[tuple[frozenset[RequestState], Step]] = [
    (
        frozenset({S.RECEIVED}),
        lambda requests, which: requests.set_quote(
            which, scene=SCENE, prompt="", cost=50, seed=1, backend="b", rating=Rating.GENERAL
        ),
    ),
    (frozenset({S.RECEIVED}), lambda requests, which: requests.confirm(which)),
    (
        frozenset({S.RECEIVED}),
        lambda requests, which: requests.to_held(which, hold_ref="h", paid=Split(50), at_ms=3),
    ),
    (
        frozenset({S.HELD}),
        lambda requests, which: requests.requote(
            which, scene=SCENE, prompt="", cost=100, hold_ref="h", paid=Split(100)
        ),
    ),
    (frozenset({S.HELD}), lambda requests, which: requests.to_running(which, owner="me", at_ms=4)),
    (frozenset({S.RUNNING}), lambda requests, which: requests.run_again(which, owner="me")),
    (
        frozenset({S.RUNNING}),
        lambda requests, which: requests.set_provider_ref(which, "job", backend="sketch"),
    ),
    (frozenset({S.RUNNING}), lambda requests, which: requests.back_to_held(which, owner="me")),
    (frozenset({S.STORED}), lambda requests, which: requests.to_delivered(which, how="edit")),
    (
        frozenset({S.HELD, S.RUNNING}),
        lambda requests, which: requests.end(
            which,
            expected=frozenset({S.HELD, S.RUNNING}),
            state=S.FAILED,
            reason=EndReason.DEADLINE,
            detail="",
        ),
    ),
]


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize(("expected", "step"), STEPS)
async def test_a_step_is_taken_from_its_state_only_and_says_so(
    storage: Database,
    account_id: str,
    state: RequestState,
    expected: frozenset[RequestState],
    step: Step,
):
    brought = await bring_to(storage, account_id, state)
    assert await storage.write(lambda uow: step(uow.requests, brought.request_id)) is (state in expected)
    assert (await get(storage, brought.request_id) == brought) is (state not in expected)


async def test_open_requests_of_an_account_are_counted(storage: Database, account_id: str):
    for number, state in enumerate(S):
        await bring_to(storage, account_id, state, number)
    assert await storage.read(lambda uow: uow.requests.count_open(account_id)) == len(OPEN_STATES)
    assert await storage.read(lambda uow: uow.requests.count_open("nobody")) == 0


async def test_another_attempt_forgets_the_provider_s_job(storage: Database, account_id: str):
    await bring_to(storage, account_id, S.RUNNING)

    async def work(uow: UnitOfWork) -> list[ImageRequest | None]:
        requests = uow.requests
        await requests.set_provider_ref("request-1", "job", backend="sketch")
        with_ref = await requests.get("request-1")
        await requests.back_to_held("request-1", owner="me")
        await requests.to_running("request-1", owner="me", at_ms=4)
        return [with_ref, await requests.get("request-1")]

    first, second = await storage.write(work)
    assert first is not None
    assert second is not None
    assert (first.provider_ref, first.attempts) == ("job", 1)
    assert (second.provider_ref, second.attempts) == (None, 2)


async def test_the_reply_moves_but_the_guild_that_pays_stays(storage: Database, account_id: str):
    await add(storage, request(account_id))
    moved = ReplyTarget(1, 8, 9, None, 0, 5)
    await storage.write(lambda uow: uow.requests.set_reply("request-1", moved))
    assert (await get(storage, "request-1")).reply == replace(moved, guild_id=request(account_id).guild_id)


async def test_stored_needs_pictures(storage: Database, account_id: str):
    await bring_to(storage, account_id, S.RUNNING)
    with pytest.raises(ConstraintViolationError, match="request_stored_without_pictures"):
        await storage.write(lambda uow: uow.requests.to_stored("request-1", owner="me", at_ms=6))


async def test_held_is_paid_in_full_and_a_mature_picture_with_granted_moments(
    storage: Database, account_id: str
):
    await bring_to(storage, account_id, S.RECEIVED)
    with pytest.raises(ConstraintViolationError, match="request_paid_in_full"):
        await storage.write(
            lambda uow: uow.requests.to_held("request-1", hold_ref="h", paid=Split(49), at_ms=3)
        )

    async def mature(uow: UnitOfWork) -> None:
        await uow.requests.set_quote(
            "request-1", scene=SCENE, prompt="", cost=50, seed=1, backend="b", rating=Rating.MATURE
        )
        await uow.requests.to_held("request-1", hold_ref="h", paid=Split(49, 1), at_ms=3)

    with pytest.raises(ConstraintViolationError, match="request_mature_pays_granted"):
        await storage.write(mature)


@pytest.mark.parametrize("state", [S.RUNNING, S.STORED, S.DELIVERED, S.CANCELLED])
@pytest.mark.parametrize(
    "column", ["cost = cost + 1", "paid_granted = 49, paid_purchased = 1", "hold_ref = 'x'"]
)
async def test_the_price_is_fixed_once_the_backend_has_the_work(
    storage: Database, account_id: str, raw: RawSql, state: RequestState, column: str
):
    await bring_to(storage, account_id, state)
    with pytest.raises(RefusedError, match="request_price_fixed"):
        raw.execute(f"UPDATE request SET {column}")  # noqa: S608


@pytest.mark.parametrize(
    "change",
    [
        "request_id = 'x'",
        "kind = 'edit'",
        "source_kind = 'message'",
        "source_id = 1",
        "account_id = 'x'",
        "guild_id = 1",
        "created_at_ms = 0",
    ],
)
async def test_who_asked_for_what_is_never_rewritten(
    storage: Database, account_id: str, raw: RawSql, change: str
):
    await add(storage, request(account_id))
    with pytest.raises(RefusedError, match="request_identity_fixed"):
        raw.execute(f"UPDATE request SET {change}")  # noqa: S608
    with pytest.raises(RefusedError, match="request_never_deleted"):
        raw.execute("DELETE FROM request")
    raw.execute("UPDATE request SET prompt = '', scene = NULL, requester = '', user_id = 0")
    assert raw.execute("SELECT user_id FROM request").fetchone()[0] != USER
