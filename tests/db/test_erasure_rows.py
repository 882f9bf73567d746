# ruff: noqa: S608 - queries are composed of this module's own constants

from __future__ import annotations

import json

import pytest
from forgetting import (
    DELIVERED,
    NOW,
    account,
    begin,
    do,
    everything_about,
    facts,
    row,
    scrub,
    to_stage,
)
from rows import (
    GUILD,
    SCENE,
    USER,
    bring_to,
    companion,
    request,
    violations,
)
from rows import account as bare_account

from bot.container.databases import Database
from bot.domain.errors import BeingErasedError
from bot.services.ports.storage import (
    Erasure,
    ErasureStage,
    Section,
    UnitOfWork,
)
from db.errors import ConstraintViolationError
from tests.databases import RawSql

# ---------------------------------------------------------------------- erasures


async def test_an_erasure_is_begun_once_and_the_account_takes_nothing_new(storage: Database):
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


async def test_stages_go_forward_only(storage: Database):
    account_id = await account(storage)
    await begin(storage, account_id)
    for stage in (ErasureStage.PICTURES, ErasureStage.REST):
        await to_stage(storage, account_id, stage)
    for stage in (ErasureStage.STOPPING, ErasureStage.PICTURES):
        with pytest.raises(ConstraintViolationError) as refused:
            await to_stage(storage, account_id, stage)
        assert refused.value.name == "erasure_goes_forward"


async def test_an_erasure_does_not_end_before_everything_is_gone(storage: Database, raw: RawSql):
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
    assert raw.execute("SELECT message_id FROM spoken") == [(2,)]
    assert row(raw, "SELECT words FROM report") == {"words": ""}
    # The money stays, under a name that nothing leads to.
    assert row(raw, "SELECT account_id FROM purchase") == {"account_id": account_id}
    moved = {"account_id": account_id}
    assert raw.execute("SELECT count(*) FROM ledger WHERE account_id = :account_id", moved).fetchone()[0] == 3


async def test_cards_that_showed_the_words_of_somebody_forgotten_are_shown_again(
    storage: Database, raw: RawSql
):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    for at_ms in (NOW, NOW + 1):  # the second time there is nothing to be shown anew
        await do(storage, lambda uow, at_ms=at_ms: uow.privacy.forget_rest(account_id, at_ms))
        assert row(raw, "SELECT revision, work_at_ms FROM report_case") == {"revision": 2, "work_at_ms": NOW}


async def test_companions_are_set_aside_at_once(storage: Database):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    await do(storage, lambda uow: uow.privacy.set_companions_aside(account_id, NOW))
    assert await storage.read(lambda uow: uow.companions.of_guild(GUILD)) == []
    assert await storage.read(lambda uow: uow.channels.present([7])) == []


async def test_messages_are_counted_together(storage: Database):
    account_id = await account(storage)
    await begin(storage, account_id)
    for gone, left in ((3, 1), (2, 0)):

        async def count(uow: UnitOfWork, gone: int = gone, left: int = left) -> None:
            await uow.privacy.count_messages(account_id, gone=gone, left=left)

        await do(storage, count)
    (standing,) = await storage.read(lambda uow: uow.privacy.erasures())
    assert (standing.messages_gone, standing.messages_left) == (5, 1)


# ---------------------------------------------------------------------- telling


async def test_holdings_count_what_is_kept(storage: Database):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    found = await storage.read(lambda uow: uow.holdings.of(account_id))
    counted = (found.requests, found.pictures, found.companions, found.spoken, found.purchases, found.reports)
    assert counted == (1, 1, 1, 1, 1, 1)
    assert (found.since_ms, found.entries, found.moments) == (1, 3, 450)
    assert not found.is_being_erased
    await begin(storage, account_id)
    assert (await storage.read(lambda uow: uow.holdings.of(account_id))).is_being_erased


async def test_of_an_account_that_is_not_there_nothing_is_kept(storage: Database):
    found = await storage.read(lambda uow: uow.holdings.of("nobody"))
    assert (found.moments, found.requests, found.since_ms) == (0, 0, None)


async def test_every_section_tells_what_is_kept_and_nothing_of_others(storage: Database):
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


async def test_a_deleted_picture_is_told_without_a_file(storage: Database):
    account_id = await account(storage)
    delivered = await bring_to(storage, account_id, DELIVERED)
    await do(storage, lambda uow: uow.images.mark_deleted(f"{delivered.request_id}-0", 9))
    (fact,) = await facts(storage, Section.PICTURES, account_id)
    assert fact.file is None
    assert json.loads(fact.text)["deleted_at"] == "1970-01-01T00:00:00.009Z"


async def test_a_mature_picture_is_told_without_a_file(storage: Database, raw: RawSql):
    account_id = await account(storage)
    delivered = await bring_to(storage, account_id, DELIVERED)
    raw.execute("UPDATE image SET rating = 'mature' WHERE image_id = ?", (f"{delivered.request_id}-0",))
    (fact,) = await facts(storage, Section.PICTURES, account_id)
    assert fact.file is None
    assert (json.loads(fact.text)["rating"], json.loads(fact.text)["file"]) == ("mature", None)


# ---------------------------------------------------------------------- the audit


async def test_the_audit_finds_what_is_left_of_somebody_who_is_gone(storage: Database, raw: RawSql):
    account_id = await account(storage)
    await everything_about(storage, account_id)
    rule = "of a member who is gone nothing is left but amounts"
    assert rule not in [one.rule for one in await violations(storage)]
    raw.execute("DELETE FROM member WHERE account_id = :account_id", {"account_id": account_id})
    said = [(one.rule, one.subject, one.found) for one in await violations(storage)]
    found = [one for one in said if one[0] == rule]
    left = (
        "a companion",
        "a notice",
        "a report in words",
        "a request",
        "defaults",
        "who spoke",
        "who was invited",
    )
    assert sorted(found) == sorted((rule, account_id, what) for what in left)


async def test_the_audit_finds_a_picture_that_was_forgotten_without_its_request(
    storage: Database, raw: RawSql
):
    delivered = await bring_to(storage, await account(storage), DELIVERED)
    await scrub(storage, delivered)
    assert await violations(storage) == []
    raw.drop_trigger("image_scrubbed_for_good")
    raw.execute("UPDATE image SET scrubbed = 0")
    (found,) = await violations(storage)
    assert (found.rule, found.found) == ("a picture is forgotten with its request", "the request alone")
