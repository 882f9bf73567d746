# ruff: noqa: S608 - queries are composed of this module's own constants

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from rows import (
    GUILD,
    SCENE,
    UNPAID_ENDS,
    USER,
    bring_to,
    companion,
    image,
    post,
    request,
    violations,
    welcome,
)
from rows import account as bare_account

from bot.domain.errors import BeingErasedError
from bot.domain.reporting import Case, Report, ReportReason
from bot.domain.request import ImageRequest, RequestKind, RequestState
from bot.domain.scene import Scene
from bot.services.ports.storage import (
    Erasure,
    ErasureStage,
    Fact,
    KeptRequest,
    MessagePlace,
    Notice,
    Preferences,
    Purchase,
    Section,
    SpokenMessage,
    UnitOfWork,
)
from db.engine import SqliteStorage
from db.errors import ConstraintViolationError

T = TypeVar("T")

DELIVERED = RequestState.DELIVERED
NOW = 900_000

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


async def account(storage: SqliteStorage, user_id: int = USER) -> str:
    """An account with moments to spend."""
    account_id = await bare_account(storage, user_id)
    await post(storage, welcome(account_id, ref=f"welcome-{user_id}"))
    return account_id


async def kept(storage: SqliteStorage, account_id: str, limit: int = 50) -> list[KeptRequest]:
    async def work(uow: UnitOfWork) -> list[KeptRequest]:
        return list(await uow.privacy.kept_of(account_id, limit))

    return await storage.read(work)


async def old(
    storage: SqliteStorage, *, before_ms: int = NOW, after: tuple[int, str] = (-1, "")
) -> list[str]:
    async def work(uow: UnitOfWork) -> list[str]:
        return [one.request_id for one in await uow.privacy.kept_in_guild(GUILD, before_ms, after, 50)]

    return await storage.read(work)


async def do(storage: SqliteStorage, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    return await storage.write(work)


async def scrub(storage: SqliteStorage, *requests: ImageRequest) -> None:
    ids = [one.request_id for one in requests]

    async def work(uow: UnitOfWork) -> None:
        await uow.privacy.mark_pictures_deleted(ids, NOW)
        await uow.privacy.scrub(ids, NOW)

    await storage.write(work)


async def begin(storage: SqliteStorage, account_id: str, user_id: int = USER) -> bool:
    erasure = Erasure(account_id, user_id, ErasureStage.STOPPING, "token", 5, NOW)
    return await do(storage, lambda uow: uow.privacy.begin_erasure(erasure))


async def to_stage(storage: SqliteStorage, account_id: str, stage: ErasureStage) -> None:
    await do(storage, lambda uow: uow.privacy.advance(account_id, stage))


async def facts(storage: SqliteStorage, section: Section, account_id: str) -> list[Fact]:
    """A section read one by one, which gives the same as all at once."""

    async def page(after: str, limit: int) -> list[Fact]:
        return list(await storage.read(lambda uow: uow.holdings.facts(section, account_id, after, limit)))

    found: list[Fact] = []
    while got := await page(found[-1].key if found else "", 1):
        found += got
    assert found == await page("", 50)
    return found


def row(raw: sqlite3.Connection, sql: str) -> dict[str, Any]:
    return dict(raw.execute(sql).fetchone())


def assigned(columns: dict[str, str]) -> str:
    return ", ".join(f"{column} = {given}" for column, given in columns.items())


# ---------------------------------------------------------------------- scrubbing


async def test_a_scrubbed_request_says_nothing_but_what_it_cost(
    storage: SqliteStorage, raw: sqlite3.Connection
):
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


async def test_a_scrubbed_request_can_still_be_read(storage: SqliteStorage):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    await scrub(storage, delivered)
    found = await storage.read(lambda uow: uow.requests.get(delivered.request_id))
    assert found is not None
    assert (found.prompt, found.require_scene(), found.user_id) == ("", Scene(()), 0)


async def test_what_was_scrubbed_is_never_written_again(storage: SqliteStorage, raw: sqlite3.Connection):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    await scrub(storage, delivered)
    for table in ("request", "image"):
        for change in ("scrubbed = 0", "seed = 5"):
            with pytest.raises(sqlite3.IntegrityError, match=f"{table}_scrubbed_for_good"):
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
async def test_a_request_is_not_scrubbed_by_halves(
    storage: SqliteStorage, raw: sqlite3.Connection, column: str, left: str
):
    await bring_to(storage, await account(storage), DELIVERED)
    with pytest.raises(sqlite3.IntegrityError, match="request_scrubbed_says_nothing"):
        raw.execute(f"UPDATE request SET {assigned({**CLEAN, column: left})}")
    raw.execute(f"UPDATE request SET {assigned(CLEAN)}")


@pytest.mark.parametrize("state", [RequestState.RECEIVED, RequestState.HELD, RequestState.STORED])
async def test_what_is_under_way_can_not_be_scrubbed(storage: SqliteStorage, state: RequestState):
    under_way = await bring_to(storage, await account(storage), state)
    with pytest.raises(ConstraintViolationError) as refused:
        await scrub(storage, under_way)
    assert refused.value.name == "request_scrubbed_says_nothing"


async def test_a_picture_that_is_not_deleted_can_not_be_scrubbed(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    with pytest.raises(ConstraintViolationError) as refused:
        await do(storage, lambda uow: uow.privacy.scrub([delivered.request_id], NOW))
    assert refused.value.name == "image_scrubbed_says_nothing"
    assert row(raw, "SELECT scrubbed FROM request") == {"scrubbed": 0}


async def test_who_and_what_a_request_is_stays_fixed_unless_it_is_scrubbed(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    await bring_to(storage, await account(storage), DELIVERED)
    for change in (
        "source_id = -5",
        "account_id = 'x'",
        "request_id = 'x'",
        "created_at_ms = 0",
        "guild_id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="request_identity_fixed"):
            raw.execute(f"UPDATE request SET {change}")
    for change in ("file_key = ''", "account_id = 'x'", "image_id = 'x'", "share_granted = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="image_identity_fixed"):
            raw.execute(f"UPDATE image SET {change}")


async def test_several_scrubbed_requests_keep_different_numbers(storage: SqliteStorage):
    account_id = await account(storage)
    both = [await bring_to(storage, account_id, DELIVERED, number) for number in (1, 2)]
    await scrub(storage, *both)
    found = [await storage.read(lambda uow, one=one: uow.requests.get(one.request_id)) for one in both]
    numbers = {one.source_id for one in found if one is not None}
    assert len(numbers) == 2
    assert max(numbers) < 0


async def test_deleted_words_are_not_left_in_the_file(
    storage: SqliteStorage, raw: sqlite3.Connection, database: Path
):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    words = "an unmistakable wish about seventeen violet umbrellas " * 100
    raw.execute("UPDATE request SET prompt = :words", {"words": words})
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"violet umbrellas" in await asyncio.to_thread(database.read_bytes)
    await scrub(storage, delivered)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"violet umbrellas" not in await asyncio.to_thread(database.read_bytes)


# ---------------------------------------------------------------------- what is kept


async def test_what_is_kept_has_all_messages_and_files_of_a_request(
    storage: SqliteStorage, raw: sqlite3.Connection
):
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


async def test_what_is_kept_comes_page_by_page_and_of_one_account(storage: SqliteStorage):
    account_id, other = await account(storage), await account(storage, USER + 1)
    mine = [await bring_to(storage, account_id, DELIVERED, number) for number in (1, 2, 3)]
    await bring_to(storage, other, DELIVERED, 4)
    assert [one.request_id for one in await kept(storage, account_id, 2)] == ["request-1", "request-2"]
    await scrub(storage, *mine[:2])
    assert [one.request_id for one in await kept(storage, account_id, 2)] == ["request-3"]


async def test_what_is_old_in_a_guild_comes_oldest_first(storage: SqliteStorage):
    account_id = await account(storage)
    for number in (1, 2, 3):
        await bring_to(storage, account_id, DELIVERED, number)
    assert await old(storage, before_ms=3) == ["request-1", "request-2"]
    assert await old(storage, after=(1, "request-1")) == ["request-2", "request-3"]
    assert await storage.read(lambda uow: uow.privacy.next_guild(-1)) == GUILD
    assert await storage.read(lambda uow: uow.privacy.next_guild(GUILD)) is None


async def test_what_has_not_ended_or_was_not_told_is_never_old(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    account_id = await account(storage)
    for number, state in enumerate((RequestState.RECEIVED, RequestState.STORED, *UNPAID_ENDS), 1):
        await bring_to(storage, account_id, state, number)
    assert await old(storage) == []
    raw.execute("UPDATE request SET told = 1 WHERE request_id = 'request-3'")
    assert await old(storage) == ["request-3"]
    unfinished = await storage.read(lambda uow: uow.privacy.unfinished_of(account_id))
    assert unfinished == ["request-1", "request-2", "request-4", "request-5"]


async def test_the_reference_of_a_living_companion_is_never_old(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    account_id = await account(storage)
    begun = replace(request(account_id), kind=RequestKind.REFERENCE)
    made = replace(image(begun), kind=RequestKind.REFERENCE)

    async def work(uow: UnitOfWork) -> None:
        await uow.companions.add(companion(), account_id, 1)
        await uow.companions.set_reference("companion-1", made.file_key)
        await uow.requests.add(begun)
        await uow.images.add(made, ["companion-1"])

    await do(storage, work)
    raw.execute("DROP TRIGGER request_step")
    raw.execute("UPDATE request SET state = 'delivered', delivered_how = 'reply', hold_ref = 'h'")
    assert await old(storage) == []
    await do(storage, lambda uow: uow.companions.delete("companion-1", 5))
    assert await old(storage) == [begun.request_id]


async def test_a_picture_that_moderators_still_decide_about_is_never_old(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    account_id, moderator = await account(storage), await account(storage, USER + 1)
    delivered = await bring_to(storage, account_id, DELIVERED)
    case = Case("case", f"{delivered.request_id}-0", GUILD, account_id, 1)
    await do(storage, lambda uow: uow.reports.open_case(case, work_at_ms=1))
    assert await old(storage) == []
    decided = "decision = 'reject', decided_by_account_id = :by, decided_at_ms = 1"
    raw.execute(f"UPDATE report_case SET {decided}", {"by": moderator})
    assert await old(storage) == [delivered.request_id]


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
async def test_forgetting_walks_indexes_and_never_whole_tables(raw: sqlite3.Connection, sql: str):
    plan = [step["detail"] for step in raw.execute(f"EXPLAIN QUERY PLAN {sql}", {"a": "a"})]
    assert all("SEARCH" in step for step in plan), plan


# ---------------------------------------------------------------------- erasures


async def test_an_erasure_is_begun_once_and_the_account_takes_nothing_new(storage: SqliteStorage):
    account_id = await account(storage)
    assert await begin(storage, account_id)
    assert not await begin(storage, account_id)
    with pytest.raises(BeingErasedError):
        await bare_account(storage)
    assert await bare_account(storage, USER + 1) != account_id
    for write in (
        lambda uow: uow.requests.add(request(account_id)),
        lambda uow: uow.companions.add(companion(), account_id, 1),
    ):
        with pytest.raises(ConstraintViolationError) as refused:
            await do(storage, write)
        assert refused.value.name == "account_is_being_erased"
    (standing,) = await storage.read(lambda uow: uow.privacy.erasures())
    assert standing == Erasure(account_id, USER, ErasureStage.STOPPING, "token", 5, NOW)


async def test_stages_go_forward_only(storage: SqliteStorage):
    account_id = await account(storage)
    await begin(storage, account_id)
    for stage in (ErasureStage.PICTURES, ErasureStage.REST):
        await to_stage(storage, account_id, stage)
    for stage in (ErasureStage.STOPPING, ErasureStage.PICTURES):
        with pytest.raises(ConstraintViolationError) as refused:
            await to_stage(storage, account_id, stage)
        assert refused.value.name == "erasure_goes_forward"


async def everything_about(storage: SqliteStorage, account_id: str) -> ImageRequest:
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


async def test_an_erasure_does_not_end_before_everything_is_gone(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    account_id = await account(storage)
    delivered = await everything_about(storage, account_id)
    await begin(storage, account_id)
    await to_stage(storage, account_id, ErasureStage.PICTURES)
    await to_stage(storage, account_id, ErasureStage.REST)

    async def ends() -> bool:
        try:
            await to_stage(storage, account_id, ErasureStage.TELLING)
        except ConstraintViolationError as refused:
            if refused.name == "erasure_unfinished":
                return False
            raise
        return True

    assert not await ends()
    await scrub(storage, delivered)
    assert not await ends()
    await do(storage, lambda uow: uow.privacy.forget_rest(account_id, NOW))
    assert not await ends()
    assert await do(storage, lambda uow: uow.privacy.forget_spoken(account_id, 5))
    assert not await do(storage, lambda uow: uow.privacy.forget_spoken(account_id, 5))
    assert not await ends()
    await do(storage, lambda uow: uow.privacy.forget_member(account_id))
    assert await ends()
    assert await bare_account(storage) != account_id  # whoever comes back begins anew
    await do(storage, lambda uow: uow.privacy.end_erasure(account_id))
    assert await storage.read(lambda uow: uow.privacy.erasures()) == []
    for table in ("companion", "preference", "notice", "presence", "erasure"):
        assert row(raw, f"SELECT count(*) AS n FROM {table}") == {"n": 0}, table
    assert row(raw, "SELECT group_concat(message_id) AS left FROM spoken") == {"left": "2"}
    assert row(raw, "SELECT words FROM report") == {"words": ""}
    # The money stays, under a name that nothing leads to.
    assert row(raw, "SELECT account_id FROM purchase") == {"account_id": account_id}
    moved = {"account_id": account_id}
    assert raw.execute("SELECT count(*) FROM ledger WHERE account_id = :account_id", moved).fetchone()[0] == 3


async def test_cards_that_showed_the_words_of_somebody_forgotten_are_shown_again(
    storage: SqliteStorage, raw: sqlite3.Connection
):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    for at_ms in (NOW, NOW + 1):  # the second time there is nothing to be shown anew
        await do(storage, lambda uow, at_ms=at_ms: uow.privacy.forget_rest(account_id, at_ms))
        assert row(raw, "SELECT revision, work_at_ms FROM report_case") == {"revision": 2, "work_at_ms": NOW}


async def test_companions_are_set_aside_at_once(storage: SqliteStorage):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    await do(storage, lambda uow: uow.privacy.set_companions_aside(account_id, NOW))
    assert await storage.read(lambda uow: uow.companions.of_guild(GUILD)) == []
    assert await storage.read(lambda uow: uow.channels.present([7])) == []


async def test_messages_are_counted_together(storage: SqliteStorage):
    account_id = await account(storage)
    await begin(storage, account_id)
    for gone, left in ((3, 1), (2, 0)):

        async def count(uow: UnitOfWork, gone: int = gone, left: int = left) -> None:
            await uow.privacy.count_messages(account_id, gone=gone, left=left)

        await do(storage, count)
    (standing,) = await storage.read(lambda uow: uow.privacy.erasures())
    assert (standing.messages_gone, standing.messages_left) == (5, 1)


# ---------------------------------------------------------------------- telling


async def test_holdings_count_what_is_kept(storage: SqliteStorage):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    found = await storage.read(lambda uow: uow.holdings.of(account_id))
    counted = (found.requests, found.pictures, found.companions, found.spoken, found.purchases, found.reports)
    assert counted == (1, 1, 1, 1, 1, 1)
    assert (found.since_ms, found.entries, found.moments) == (1, 3, 450)
    assert not found.is_being_erased
    await begin(storage, account_id)
    assert (await storage.read(lambda uow: uow.holdings.of(account_id))).is_being_erased


async def test_of_an_account_that_is_not_there_nothing_is_kept(storage: SqliteStorage):
    found = await storage.read(lambda uow: uow.holdings.of("nobody"))
    assert (found.moments, found.requests, found.since_ms) == (0, 0, None)


async def test_every_section_tells_what_is_kept_and_nothing_of_others(storage: SqliteStorage):
    account_id = await account(storage)
    delivered = await everything_about(storage, account_id)
    other = await bare_account(storage, USER + 1)
    told = {
        section: [json.loads(fact.text) for fact in await facts(storage, section, account_id)]
        for section in Section
    }
    assert {section for section, values in told.items() if not values} == {Section.STUDIO, Section.SETTINGS}
    asked = told[Section.REQUESTS][0]
    assert asked["options"]["hint"] == "by the sea"
    assert asked["scene"]["setting"] == SCENE.setting
    assert asked["server"] == str(GUILD)
    assert told[Section.PICTURES][0]["file"] == f"pictures/{delivered.request_id}-0.jpg"
    assert told[Section.PICTURES][0]["description"] == "Mira waves"
    assert [one["name"] for one in told[Section.COMPANIONS]] == ["Mira", "Zoë"]
    assert told[Section.COMPANIONS][0]["persona"] == "kind"
    assert told[Section.REPORTS][0]["words"] == "my words"
    assert told[Section.LEDGER][1]["at"] == "1970-01-01T00:00:00.002Z"
    assert other not in json.dumps(list(told.values()))
    assert {len(await facts(storage, section, "nobody")) for section in Section} == {0}


async def test_a_deleted_picture_is_told_without_a_file(storage: SqliteStorage):
    account_id = await account(storage)
    delivered = await bring_to(storage, account_id, DELIVERED)
    await do(storage, lambda uow: uow.images.mark_deleted(f"{delivered.request_id}-0", 9))
    (fact,) = await facts(storage, Section.PICTURES, account_id)
    assert fact.file is None
    assert json.loads(fact.text)["deleted_at"] == "1970-01-01T00:00:00.009Z"
