# ruff: noqa: S608 - queries are composed of this module's own constants

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from forgetting import (
    DELIVERED,
    NOW,
    account,
    assigned,
    do,
    kept,
    old,
    row,
    scrub,
)
from rows import (
    GUILD,
    UNPAID_ENDS,
    USER,
    bring_to,
    companion,
    image,
    request,
    violations,
)

from bot.container.databases import Database
from bot.domain.reporting import Case, Report, ReportReason
from bot.domain.request import RequestKind, RequestState
from bot.domain.scene import Scene
from bot.services.ports.storage import (
    MessagePlace,
    UnitOfWork,
)
from db.errors import ConstraintViolationError
from tests.databases import RawSql, RefusedError

CLEAN = {
    "scrubbed": "1",
    "source_id": "-1",
    "user_id": "0",
    "requester": "''",
    "trigger_key": "''",
    "channel_id": "0",
    "message_id": "NULL",
    "token": "NULL",
    "options": "'{}'",
    "scene": "'{\"figures\":[]}'",
    "prompt": "''",
    "seed": "0",
    "end_detail": "''",
}


# ---------------------------------------------------------------------- scrubbing


async def test_a_scrubbed_request_says_nothing_but_what_it_cost(storage: Database, raw: RawSql):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    raw.execute("UPDATE image SET channel_id = 7, message_id = 8, is_favourite = 1, is_public = 1")
    before = row(raw, "SELECT * FROM request")
    await scrub(storage, delivered)
    after = row(raw, "SELECT * FROM request")
    changed = {name for name in before if before[name] != after[name]}
    assert changed >= {"source_id", "user_id", "requester", "options", "scene", "prompt", "token", "scrubbed"}
    assert not changed & {"request_id", "account_id", "guild_id", "cost", "paid_granted", "hold_ref", "state"}
    said = json.dumps(list(after.values()))
    for word in ("Åsa", "sea", "rooftop", "token", str(USER), "1001"):
        assert word not in said
    picture = row(raw, "SELECT * FROM image")
    assert [picture[name] for name in ("alt_text", "labels", "file_key", "message_id")] == [
        "",
        "[]",
        "",
        None,
    ]
    assert picture["share_granted"] == 50
    assert raw.execute("SELECT count(*) FROM image_cast").fetchone()[0] == 0
    assert await violations(storage) == []


async def test_a_scrubbed_request_can_still_be_read(storage: Database):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    await scrub(storage, delivered)
    found = await storage.read(lambda uow: uow.requests.get(delivered.request_id))
    assert found is not None
    assert (found.prompt, found.require_scene(), found.user_id) == ("", Scene(()), 0)


async def test_what_was_scrubbed_is_never_written_again(storage: Database, raw: RawSql):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    await scrub(storage, delivered)
    for table in ("request", "image"):
        for change in ("scrubbed = 0", "seed = 5"):
            with pytest.raises(RefusedError, match=f"{table}_scrubbed_for_good"):
                raw.execute(f"UPDATE {table} SET {change}")
    await scrub(storage, delivered)  # done again, it changes nothing


@pytest.mark.parametrize(
    ("column", "left"),
    [
        ("prompt", "'p'"),
        ("requester", "'Ana'"),
        ("user_id", "5"),
        ("source_id", "5"),
        ("scene", "'{\"figures\":[1]}'"),
        ("options", "'{\"hint\": 1}'"),
        ("token", "'t'"),
        ("message_id", "4"),
        ("channel_id", "4"),
        ("end_detail", "'d'"),
        ("trigger_key", "'k'"),
        ("seed", "4"),
        ("provider_ref", "'r'"),
    ],
)
async def test_a_request_is_not_scrubbed_by_halves(storage: Database, raw: RawSql, column: str, left: str):
    await bring_to(storage, await account(storage), DELIVERED)
    with pytest.raises(RefusedError, match="request_scrubbed_says_nothing"):
        raw.execute(f"UPDATE request SET {assigned({**CLEAN, column: left})}")
    raw.execute(f"UPDATE request SET {assigned(CLEAN)}")


@pytest.mark.parametrize("state", [RequestState.RECEIVED, RequestState.HELD, RequestState.STORED])
async def test_what_is_under_way_can_not_be_scrubbed(storage: Database, state: RequestState):
    under_way = await bring_to(storage, await account(storage), state)
    with pytest.raises(ConstraintViolationError) as refused:
        await scrub(storage, under_way)
    assert refused.value.name == "request_scrubbed_says_nothing"


async def test_a_picture_that_is_not_deleted_can_not_be_scrubbed(storage: Database, raw: RawSql):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    with pytest.raises(ConstraintViolationError) as refused:
        await do(storage, lambda uow: uow.privacy.scrub([delivered.request_id], NOW))
    assert refused.value.name == "image_scrubbed_says_nothing"
    assert row(raw, "SELECT scrubbed FROM request") == {"scrubbed": 0}


async def test_who_and_what_a_request_is_stays_fixed_unless_it_is_scrubbed(storage: Database, raw: RawSql):
    await bring_to(storage, await account(storage), DELIVERED)
    for change in (
        "source_id = -5",
        "account_id = 'x'",
        "request_id = 'x'",
        "created_at_ms = 0",
        "guild_id = 1",
    ):
        with pytest.raises(RefusedError, match="request_identity_fixed"):
            raw.execute(f"UPDATE request SET {change}")
    for change in ("file_key = ''", "account_id = 'x'", "image_id = 'x'", "share_granted = 1"):
        with pytest.raises(RefusedError, match="image_identity_fixed"):
            raw.execute(f"UPDATE image SET {change}")


async def test_several_scrubbed_requests_keep_different_numbers(storage: Database):
    account_id = await account(storage)
    both = [await bring_to(storage, account_id, DELIVERED, number) for number in (1, 2)]
    await scrub(storage, *both)
    found = [await storage.read(lambda uow, one=one: uow.requests.get(one.request_id)) for one in both]
    numbers = {one.source_id for one in found if one is not None}
    assert len(numbers) == 2
    assert max(numbers) < 0


@pytest.mark.sqlite
async def test_deleted_words_are_not_left_in_the_file(storage: Database, raw: RawSql, database: Path):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    words = "an unmistakable wish about seventeen violet umbrellas " * 100
    raw.execute("UPDATE request SET prompt = :words", {"words": words})
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"violet umbrellas" in await asyncio.to_thread(database.read_bytes)
    await scrub(storage, delivered)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"violet umbrellas" not in await asyncio.to_thread(database.read_bytes)


# ---------------------------------------------------------------------- what is kept


async def test_what_is_kept_has_all_messages_and_files_of_a_request(storage: Database, raw: RawSql):
    account_id = await account(storage)
    delivered = await bring_to(storage, account_id, DELIVERED)
    other = await account(storage, USER + 1)
    raw.execute("UPDATE request SET message_id = 70")
    raw.execute("UPDATE image SET channel_id = 8, message_id = 80")
    image_id = f"{delivered.request_id}-0"

    async def report(uow: UnitOfWork) -> None:
        await uow.reports.open_case(Case("case", image_id, GUILD, account_id, 1), work_at_ms=1)
        await uow.reports.add(Report("report", "case", image_id, other, ReportReason.OTHER, "bad hand", 1))
        await uow.reports.set_card("case", revision=1, channel_id=9, message_id=90)

    await do(storage, report)
    (found,) = await kept(storage, account_id)
    assert set(found.messages) == {MessagePlace(7, 70), MessagePlace(8, 80), MessagePlace(9, 90)}
    assert [file.file_key for file in found.pictures] == ["f" * 64]
    await scrub(storage, delivered)
    assert await kept(storage, account_id) == []
    # Moderators get another card of what they still have to decide about.
    case = row(raw, "SELECT * FROM report_case")
    assert (case["card_message_id"], case["shown_revision"], case["work_at_ms"]) == (None, 0, NOW)


async def test_what_is_kept_comes_page_by_page_and_of_one_account(storage: Database):
    account_id, other = await account(storage), await account(storage, USER + 1)
    mine = [await bring_to(storage, account_id, DELIVERED, number) for number in (1, 2, 3)]
    await bring_to(storage, other, DELIVERED, 4)
    assert [one.request_id for one in await kept(storage, account_id, 2)] == ["request-1", "request-2"]
    await scrub(storage, *mine[:2])
    assert [one.request_id for one in await kept(storage, account_id, 2)] == ["request-3"]


async def test_what_is_old_in_a_guild_comes_oldest_first(storage: Database):
    account_id = await account(storage)
    for number in (1, 2, 3):
        await bring_to(storage, account_id, DELIVERED, number)
    assert await old(storage, before_ms=3) == ["request-1", "request-2"]
    assert await old(storage, after=(1, "request-1")) == ["request-2", "request-3"]
    assert await storage.read(lambda uow: uow.privacy.next_guild(-1)) == GUILD
    assert await storage.read(lambda uow: uow.privacy.next_guild(GUILD)) is None


async def test_what_has_not_ended_or_was_not_told_is_never_old(storage: Database, raw: RawSql):
    account_id = await account(storage)
    for number, state in enumerate((RequestState.RECEIVED, RequestState.STORED, *UNPAID_ENDS), 1):
        await bring_to(storage, account_id, state, number)
    assert await old(storage) == []
    raw.execute("UPDATE request SET told = 1 WHERE request_id = 'request-3'")
    assert await old(storage) == ["request-3"]
    unfinished = await storage.read(lambda uow: uow.privacy.unfinished_of(account_id))
    assert unfinished == ["request-1", "request-2", "request-4", "request-5"]


async def test_the_reference_of_a_living_companion_is_never_old(storage: Database, raw: RawSql):
    account_id = await account(storage)
    begun = replace(request(account_id), kind=RequestKind.REFERENCE)
    made = replace(image(begun), kind=RequestKind.REFERENCE)

    async def work(uow: UnitOfWork) -> None:
        await uow.companions.add(companion(), account_id, 1)
        await uow.companions.set_reference("companion-1", made.file_key)
        await uow.requests.add(begun)
        await uow.images.add(made, ["companion-1"])

    await do(storage, work)
    raw.drop_trigger("request_step")
    raw.execute("UPDATE request SET state = 'delivered', delivered_how = 'reply', hold_ref = 'h'")
    assert await old(storage) == []
    await do(storage, lambda uow: uow.companions.delete("companion-1", 5))
    assert await old(storage) == [begun.request_id]


async def test_a_picture_that_moderators_still_decide_about_is_never_old(storage: Database, raw: RawSql):
    account_id, moderator = await account(storage), await account(storage, USER + 1)
    delivered = await bring_to(storage, account_id, DELIVERED)
    case = Case("case", f"{delivered.request_id}-0", GUILD, account_id, 1)
    await do(storage, lambda uow: uow.reports.open_case(case, work_at_ms=1))
    assert await old(storage) == []
    decided = "decision = 'reject', decided_by_account_id = :by, decided_at_ms = 1"
    raw.execute(f"UPDATE report_case SET {decided}", {"by": moderator})
    assert await old(storage) == [delivered.request_id]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM request WHERE account_id = :a AND scrubbed = 0 ORDER BY request_id LIMIT 20",
        """SELECT min(guild_id) FROM request WHERE guild_id > 1 AND scrubbed = 0
        AND state IN ('delivered', 'refused', 'failed', 'cancelled')""",
        "SELECT 1 FROM spoken WHERE account_id = :a",
        "DELETE FROM presence WHERE account_id = :a",
        "SELECT 1 FROM companion WHERE owner_account_id = :a",
        "SELECT 1 FROM purchase WHERE account_id = :a",
        "SELECT 1 FROM report_case WHERE decided_by_account_id = :a",
    ],
)
async def test_forgetting_walks_indexes_and_never_whole_tables(raw: RawSql, sql: str):
    plan = [step["detail"] for step in raw.execute(f"EXPLAIN QUERY PLAN {sql}", {"a": "a"})]
    assert all("SEARCH" in step for step in plan), plan
