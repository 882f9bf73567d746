"""A guild's sums: by day, of that guild and those days alone, exact, and at no cost of others' rows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rows import (
    GUILD,
    SCENE,
    account,
    bring_to,
    capture,
    gift,
    hold,
    image,
    post,
    purchase,
    refund,
    release,
    request,
    welcome,
)

from bot.container.databases import Database
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.domain.stats import Spread
from bot.services.ports.storage import EndCount, GuildSums, MomentsOnDay, PicturesOnDay, UnitOfWork
from db.stats import (  # pyright: ignore[reportPrivateUsage]  the plans of the real queries
    _ENDS,
    _MAKING,
    _MOMENTS,
    _PICTURES,
    _REFUNDED,
    _SPREADS,
    _WAITING,
)
from tests.databases import RawSql

DAY_MS = 86_400_000
FIRST = 20_000
"""The first day that is asked for, counted from 1970."""
SINCE_MS, UNTIL_MS = FIRST * DAY_MS, (FIRST + 3) * DAY_MS
NOON_MS = SINCE_MS + DAY_MS // 2
K, S, R = RequestKind, RequestState, EndReason

ENDED = """
UPDATE request SET state = 'failed', end_reason = 'deadline', confirmed = :confirmed, held_at_ms = :held,
    started_at_ms = :started, stored_at_ms = :stored
WHERE request_id = :request_id
"""


async def sums(
    storage: Database, *, guild_id: int = GUILD, since_ms: int = SINCE_MS, until_ms: int = UNTIL_MS
) -> GuildSums:
    async def work(uow: UnitOfWork) -> GuildSums:
        return await uow.stats.of_guild(guild_id, since_ms=since_ms, until_ms=until_ms)

    return await storage.read(work)


async def asked(
    storage: Database,
    account_id: str,
    number: int,
    *,
    at_ms: int = NOON_MS,
    kind: RequestKind = K.INSTANT,
    guild_id: int = GUILD,
    pictures: int = 0,
) -> None:
    """A request with pictures on record, all of one moment."""
    plain = request(account_id, number)
    made = replace(plain, kind=kind, created_at_ms=at_ms, reply=replace(plain.reply, guild_id=guild_id))

    async def work(uow: UnitOfWork) -> None:
        await uow.requests.add(made)
        for position in range(pictures):
            await uow.images.add(replace(image(made, position), created_at_ms=at_ms), SCENE.cast)

    await storage.write(work)


async def end(
    storage: Database, number: int, state: RequestState = S.FAILED, reason: EndReason = R.DEADLINE
) -> None:
    async def work(uow: UnitOfWork) -> None:
        await uow.requests.end(
            f"request-{number}", expected=frozenset(S), state=state, reason=reason, detail=""
        )

    await storage.write(work)


def at(entry: Entry, at_ms: int) -> Entry:
    return replace(entry, at_ms=at_ms)


async def test_a_guild_where_nothing_happened_has_no_sums(storage: Database):
    assert await sums(storage) == GuildSums([], 0, [], [], None, None, 0, None)


async def test_pictures_are_counted_by_day_and_kind_in_their_guild(storage: Database):
    ana = await account(storage)
    await asked(storage, ana, 1, at_ms=SINCE_MS - 1, pictures=1)
    await asked(storage, ana, 2, at_ms=SINCE_MS, pictures=2)
    await asked(storage, ana, 3, at_ms=SINCE_MS + DAY_MS - 1, pictures=1)
    await asked(storage, ana, 4, at_ms=SINCE_MS + DAY_MS, kind=K.GROUP, pictures=4)
    await asked(storage, ana, 5, at_ms=UNTIL_MS - 1, kind=K.REFERENCE, pictures=1)
    await asked(storage, ana, 6, at_ms=UNTIL_MS, pictures=1)
    await asked(storage, ana, 7, guild_id=GUILD + 1, pictures=8)
    assert (await sums(storage)).pictures == [
        PicturesOnDay(FIRST, K.INSTANT, 3),
        PicturesOnDay(FIRST + 1, K.GROUP, 4),
        PicturesOnDay(FIRST + 2, K.REFERENCE, 1),
    ]


async def test_a_deleted_picture_was_made_all_the_same(storage: Database):
    await asked(storage, await account(storage), 1, pictures=1)
    await storage.write(lambda uow: uow.images.mark_deleted("request-1-0", UNTIL_MS))
    assert (await sums(storage)).pictures == [PicturesOnDay(FIRST, K.INSTANT, 1)]


async def test_what_was_forgotten_still_counts(storage: Database, raw: RawSql):
    await asked(storage, await account(storage), 1, pictures=1)
    await end(storage, 1)
    before = await sums(storage)

    async def forget(uow: UnitOfWork) -> None:
        await uow.privacy.mark_pictures_deleted(["request-1"], UNTIL_MS)
        await uow.privacy.scrub(["request-1"], UNTIL_MS)

    await storage.write(forget)
    assert raw.execute("SELECT scrubbed FROM request").fetchone()[0] == 1
    assert await sums(storage) == before
    assert before.ends


async def test_moments_are_summed_by_what_became_of_them(storage: Database):
    ana, ben = await account(storage), await account(storage, 77)
    part, whole = hold(ana, Split(60, 40)), hold(ana, Split(50), ref="r:2")
    freed = hold(ana, Split(30), ref="r:3")
    grant = Entry(ana, GUILD, EntryKind.GRANT, "grant", Split(1000), NOON_MS, by_account_id=ben)
    daily = Entry(ana, GUILD, EntryKind.DAILY, "daily", Split(100), NOON_MS + DAY_MS)
    monthly = Entry(ana, GUILD, EntryKind.MONTHLY, "monthly", Split(7), NOON_MS + DAY_MS)
    await post(storage, at(welcome(ana), NOON_MS), at(purchase(ana, 40), NOON_MS), grant, daily, monthly)
    await post(storage, *(at(held, NOON_MS) for held in (part, whole, freed)))
    await post(storage, *(at(half, NOON_MS) for half in gift(ana, ben, Split(9))))
    await post(storage, at(capture(part, Split(20, 10)), NOON_MS + DAY_MS))
    await post(storage, at(capture(whole), NOON_MS + DAY_MS), at(release(freed), NOON_MS + DAY_MS))
    await post(storage, at(refund(part, Split(5, 10)), NOON_MS + 2 * DAY_MS))
    assert (await sums(storage)).moments == [
        MomentsOnDay(FIRST, spent=0, given=1500, given_back=0),
        MomentsOnDay(FIRST + 1, spent=70 + 50, given=107, given_back=0),
        MomentsOnDay(FIRST + 2, spent=0, given=0, given_back=15),
    ]
    assert (await sums(storage, guild_id=GUILD + 1)).moments == []


async def test_a_refund_counts_to_the_day_of_its_picture(storage: Database):
    ana = await account(storage)
    held = at(hold(ana, Split(50)), SINCE_MS - 1)
    await post(storage, welcome(ana), held, at(capture(held), SINCE_MS - 1))
    await asked(storage, ana, 1, at_ms=SINCE_MS - 1, pictures=1)
    await asked(storage, ana, 2, pictures=2)
    await asked(storage, ana, 3, at_ms=UNTIL_MS + 1, pictures=1)
    for image_id in ("request-1-0", "request-2-1", "request-3-0"):
        await post(storage, at(refund(held, Split(10), image_id), UNTIL_MS + 5))
    assert (await sums(storage)).refunded == 1
    assert (await sums(storage, since_ms=0, until_ms=UNTIL_MS + 9)).refunded == 3
    assert (await sums(storage, guild_id=GUILD + 1)).refunded == 0


async def test_ends_are_counted_by_their_reason_and_open_requests_not_at_all(storage: Database):
    ana = await account(storage)
    ends = [
        (S.REFUSED, R.UNSAFE),
        (S.REFUSED, R.UNSAFE),
        (S.FAILED, R.DEADLINE),
        (S.FAILED, R.UNSAFE),
        (S.CANCELLED, R.CANCELLED),
    ]
    for number, (state, reason) in enumerate(ends):
        await asked(storage, ana, number)
        await end(storage, number, state, reason)
    await asked(storage, ana, 10)
    await asked(storage, ana, 11, at_ms=SINCE_MS - 1)
    await end(storage, 11)
    found = (await sums(storage)).ends
    assert sorted(found, key=lambda one: (one.state, str(one.reason))) == [
        EndCount(S.CANCELLED, R.CANCELLED, 1),
        EndCount(S.FAILED, R.DEADLINE, 1),
        EndCount(S.FAILED, R.UNSAFE, 1),
        EndCount(S.REFUSED, R.UNSAFE, 2),
    ]


async def test_a_delivered_request_has_its_times_from_the_steps_of_its_life(storage: Database, raw: RawSql):
    ana = await account(storage)
    await post(storage, welcome(ana))
    await bring_to(storage, ana, S.DELIVERED)
    times = raw.execute(
        "SELECT created_at_ms, held_at_ms, started_at_ms, stored_at_ms FROM request"
    ).fetchone()
    assert tuple(times) == (1, 3, 4, 6)
    found = await sums(storage, since_ms=0, until_ms=10)
    assert (found.waiting, found.making) == (Spread(3, 3, 1), Spread(2, 2, 1))
    assert found.ends == [EndCount(S.DELIVERED, None, 1)]
    assert (found.untimed, found.timed_since_ms) == (0, 1)


async def test_another_attempt_began_when_the_first_did(storage: Database, raw: RawSql):
    ana = await account(storage)
    await post(storage, welcome(ana))
    await bring_to(storage, ana, S.RUNNING)

    async def again(uow: UnitOfWork) -> list[bool]:
        return [
            await uow.requests.back_to_held("request-1", owner="me"),
            await uow.requests.to_running("request-1", owner="me", at_ms=99),
        ]

    assert await storage.write(again) == [True, True]
    assert raw.execute("SELECT started_at_ms, attempts FROM request").fetchone()[:] == (4, 2)


async def test_a_batch_that_is_stored_early_has_its_time(storage: Database, raw: RawSql):
    ana = await account(storage)
    await post(storage, welcome(ana))
    running = await bring_to(storage, ana, S.RUNNING)

    async def cancelled(uow: UnitOfWork) -> None:
        await uow.images.add(image(running), SCENE.cast)
        await uow.requests.to_stored_early("request-1", at_ms=41)

    await storage.write(cancelled)
    assert raw.execute("SELECT stored_at_ms FROM request").fetchone()[0] == 41


@pytest.mark.parametrize(
    ("confirmed", "held", "waited_ms"),
    [(0, NOON_MS + 300, 1000), (1, NOON_MS + 300, 700), (1, None, 1000)],
)
async def test_who_was_asked_about_the_price_waits_from_their_yes(
    storage: Database, raw: RawSql, confirmed: int, held: int | None, waited_ms: int
):
    await asked(storage, await account(storage), 1)
    times = {"confirmed": confirmed, "held": held, "started": NOON_MS + 1000, "stored": NOON_MS + 3500}
    raw.execute(ENDED, {"request_id": "request-1", **times})
    found = await sums(storage)
    assert found.waiting == Spread(waited_ms, waited_ms, 1)
    assert found.making == Spread(2500, 2500, 1)


async def test_a_clock_that_was_set_back_makes_no_negative_times(storage: Database, raw: RawSql):
    await asked(storage, await account(storage), 1)
    times = {"confirmed": 0, "held": NOON_MS - 9, "started": NOON_MS - 8, "stored": NOON_MS - 10}
    raw.execute(ENDED, {"request_id": "request-1", **times})
    found = await sums(storage)
    assert (found.waiting, found.making) == (Spread(0, 0, 1), Spread(0, 0, 1))


async def test_requests_from_before_times_were_kept_are_left_out_and_said(storage: Database, raw: RawSql):
    ana = await account(storage)
    await post(storage, welcome(ana))
    for number in (1, 2, 3):
        await bring_to(storage, ana, S.DELIVERED, number)
    raw.execute(
        "UPDATE request SET held_at_ms = NULL, started_at_ms = NULL, stored_at_ms = NULL"
        " WHERE request_id = 'request-1'"
    )
    raw.execute("UPDATE request SET held_at_ms = NULL, started_at_ms = NULL WHERE request_id = 'request-2'")
    found = await sums(storage, since_ms=0, until_ms=10)
    assert (found.untimed, found.timed_since_ms) == (2, 3)
    assert found.making == Spread(2, 2, 1)
    assert found.waiting == Spread(1, 1, 1)


@pytest.fixture
async def timed(storage: Database, raw: RawSql) -> RawSql:
    """Twice twenty requests that have ended; what they took is still to be set."""
    ana = await account(storage)
    for number in range(40):
        await asked(storage, ana, number)
        await end(storage, number)
    return raw


@given(took_ms=st.lists(st.integers(0, 5000), min_size=1, max_size=40))
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_half_and_nearly_all_are_exact(storage: Database, timed: RawSql, took_ms: list[int]):
    timed.execute("UPDATE request SET started_at_ms = NULL, stored_at_ms = NULL")
    for number, ms in enumerate(took_ms):
        timed.execute(
            "UPDATE request SET started_at_ms = ?, stored_at_ms = ? WHERE request_id = ?",
            (NOON_MS + ms, NOON_MS + 3 * ms, f"request-{number}"),
        )
    found = await sums(storage)
    assert found.waiting == by_hand(took_ms)
    assert found.making == by_hand([2 * ms for ms in took_ms])


def by_hand(took_ms: list[int]) -> Spread:
    ordered, count = sorted(took_ms), len(took_ms)
    p50, p95 = (ordered[math.ceil(count * part / 100) - 1] for part in (50, 95))
    return Spread(p50, p95, count)


PLANS = {
    _PICTURES: ["SEARCH image USING COVERING INDEX image_made_in_guild"],
    _REFUNDED: [
        "SEARCH refund USING COVERING INDEX ledger_refunded_in_guild",
        "SEARCH image USING INDEX sqlite_autoindex_image_1",
    ],
    _MOMENTS: ["SEARCH ledger USING COVERING INDEX ledger_moved_in_guild"],
    _ENDS: ["SEARCH request USING COVERING INDEX request_ended_in_guild"],
    _SPREADS[_WAITING]: ["SEARCH request USING COVERING INDEX request_ended_in_guild"],
    _SPREADS[_MAKING]: ["SEARCH request USING COVERING INDEX request_ended_in_guild"],
}
"""The real queries, and the tables that each of them touches."""

PARAMS = {"guild_id": GUILD, "since_ms": SINCE_MS, "until_ms": UNTIL_MS}
TABLES = ("image", "request", "ledger", "refund")


@pytest.mark.sqlite
@pytest.mark.parametrize("sql", PLANS)
async def test_each_sum_walks_one_range_of_its_index(raw: RawSql, sql: str):
    plan = [row["detail"] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", PARAMS)]
    assert [step.split(" (")[0] for step in plan if step.startswith("SEARCH")] == PLANS[sql]
    assert not [step for step in plan if step.startswith(tuple(f"SCAN {table}" for table in TABLES))], plan
    first = next(step for step in plan if step.startswith("SEARCH"))
    assert "guild_id=? AND" in first
    assert first.endswith(
        ("_ms>? AND created_at_ms<?)", "at_ms>? AND at_ms<?)", "(guild_id=? AND kind=? AND at_ms>?)")
    )


@pytest.mark.sqlite
async def test_other_guilds_rows_cost_nothing(storage: Database, raw: RawSql):
    ana = await account(storage)
    await busy_guild(storage, ana, GUILD, 1)
    for neighbour in (GUILD - 1, GUILD + 1):  # so that each walk ends at a row, not at the end of its index
        await busy_guild(storage, ana, neighbour, neighbour - GUILD + 3)
    before = {sql: steps_of(raw, sql) for sql in PLANS}
    for number in range(10, 150):
        await busy_guild(storage, ana, GUILD + (-1) ** number, number)
    assert {sql: steps_of(raw, sql) for sql in PLANS} == before


async def busy_guild(storage: Database, account_id: str, guild_id: int, number: int) -> None:
    """One more request with a picture, moments, and a refund in a guild."""
    await asked(storage, account_id, number, guild_id=guild_id, pictures=1)
    await end(storage, number)
    held = at(hold(account_id, Split(5), ref=f"r:{number}", guild_id=guild_id), NOON_MS)
    came = at(welcome(account_id, ref=f"welcome-{number}", guild_id=guild_id), NOON_MS)
    await post(storage, came, held, capture(held), refund(held, Split(5), f"request-{number}-0"))


def steps_of(raw: RawSql, sql: str) -> int:
    """How many instructions of SQLite's machine a query takes."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    raw.sqlite.set_progress_handler(count, 1)
    raw.execute(sql, PARAMS).fetchall()
    raw.sqlite.set_progress_handler(None, 1)
    return steps
