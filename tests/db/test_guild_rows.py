"""Owners' settings, the log of their changes, and what a day's budget counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rows import GUILD, USER, account, capture, hold, post, purchase, refund, release, welcome

from bot.container.databases import Database
from bot.domain.guild import GuildSettings, SettingValue
from bot.domain.money import Entry, Split
from bot.services.ports.storage import AuditLine, ReadAuditLine, UnitOfWork
from db.guilds import _SPENT, _SPENT_BY_MEMBER  # pyright: ignore[reportPrivateUsage]  the plan of the real query
from tests.databases import RawSql, RefusedError

EVERYTHING = GuildSettings(
    mod_channel_id=2**62,
    channel_ids=(1, 2**53 + 1),
    role_ids=(3,),
    allow_mature=True,
    daily_grant=0,
    guild_budget=5000,
    member_budget=200,
    backend="sketch",
    allow_gifts=False,
    forbidden_words=("blöd", "two words"),
    retention_days=30,
)
DAY = 1000


async def settings(storage: Database, guild_id: int = GUILD) -> GuildSettings:
    async def work(uow: UnitOfWork) -> GuildSettings:
        return await uow.guilds.get(guild_id)

    return await storage.read(work)


async def set_settings(storage: Database, wanted: GuildSettings) -> None:
    async def work(uow: UnitOfWork) -> None:
        await uow.guilds.set(GUILD, wanted)

    await storage.write(work)


async def spent(storage: Database, account_id: str, guild_id: int = GUILD) -> tuple[int, int]:
    async def work(uow: UnitOfWork) -> tuple[int, int]:
        return (
            await uow.guilds.spent_by_guild(guild_id, DAY),
            await uow.guilds.spent_by_member(guild_id, account_id, DAY),
        )

    return await storage.read(work)


def on_day(entry: Entry, at_ms: int = DAY) -> Entry:
    return replace(entry, at_ms=at_ms)


async def test_a_guild_that_set_nothing_has_the_defaults(storage: Database):
    assert await settings(storage) == GuildSettings()


async def test_settings_come_back_as_they_went_and_the_last_ones_stand(storage: Database):
    await set_settings(storage, GuildSettings(backend="horde"))
    await set_settings(storage, EVERYTHING)
    assert await settings(storage) == EVERYTHING
    assert await settings(storage, GUILD + 1) == GuildSettings()


async def test_settings_that_an_older_program_wrote_are_read(storage: Database, raw: RawSql):
    raw.execute("INSERT INTO guild VALUES (?, ?)", (GUILD, '{"mod_channel_id": 5}'))
    assert await settings(storage) == GuildSettings(mod_channel_id=5)


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, 2**60 + 1), (False, True), (0, None), ((), (1, 2)), ((), ("1", "two")), ("", "sketch"), (1, 0)],
)
async def test_a_line_of_the_log_comes_back_as_it_went(
    storage: Database, before: SettingValue, after: SettingValue
):
    line = AuditLine(GUILD, await account(storage), "backend", before, after, 7)

    async def work(uow: UnitOfWork) -> None:
        await uow.audit_log.add(line)

    await storage.write(work)
    (found,) = await latest(storage)
    assert found == ReadAuditLine(line, USER)
    assert (type(found.line.before), type(found.line.after)) == (type(before), type(after))


async def latest(storage: Database, limit: int = 10) -> list[ReadAuditLine]:
    async def work(uow: UnitOfWork) -> list[ReadAuditLine]:
        return list(await uow.audit_log.latest(GUILD, limit))

    return await storage.read(work)


async def test_the_log_shows_its_guilds_newest_lines_first(storage: Database, raw: RawSql):
    account_id = await account(storage)

    async def work(uow: UnitOfWork) -> None:
        for number in range(5):
            await uow.audit_log.add(AuditLine(GUILD, account_id, f"change-{number}", None, number, number))
        await uow.audit_log.add(AuditLine(GUILD + 1, account_id, "elsewhere", None, 1, 9))

    await storage.write(work)
    assert [found.line.what for found in await latest(storage, 2)] == ["change-4", "change-3"]
    raw.execute("DELETE FROM member")
    assert [found.user_id for found in await latest(storage, 1)] == [None]


@pytest.mark.parametrize("change", ["UPDATE audit_log SET after = '1'", "DELETE FROM audit_log"])
async def test_the_log_is_only_ever_added_to(storage: Database, raw: RawSql, change: str):
    account_id = await account(storage)

    async def work(uow: UnitOfWork) -> None:
        await uow.audit_log.add(AuditLine(GUILD, account_id, "backend", "", "sketch", 1))

    await storage.write(work)
    with pytest.raises(RefusedError, match="audit_log_append_only"):
        raw.execute(change)


async def test_a_day_counts_the_holds_that_were_not_given_back(storage: Database):
    ana, ben = await account(storage), await account(storage, USER + 1)
    taken, freed = hold(ana, Split(60, 40), ref="a:1"), hold(ana, Split(30), ref="a:2")
    part, open_one = hold(ben, Split(80), ref="b:1"), hold(ben, Split(5), ref="b:2")
    await post(storage, welcome(ana), welcome(ben, ref="other"), purchase(ana, 40))
    await post(storage, *(on_day(entry) for entry in (taken, freed, part, open_one)))
    await post(
        storage,
        on_day(capture(taken), DAY + 5),
        on_day(release(freed), DAY + 5),
        on_day(capture(part, Split(20)), DAY + 5),
    )
    assert await spent(storage, ana) == (100 + 60 + 5, 100)
    assert await spent(storage, ben) == (165, 65)


async def test_other_days_and_other_guilds_do_not_count(storage: Database):
    ana = await account(storage)
    await post(storage, welcome(ana), welcome(ana, ref="there", guild_id=GUILD + 1))
    yesterdays = on_day(hold(ana, Split(50), ref="y:1"), DAY - 1)
    await post(storage, yesterdays, on_day(hold(ana, Split(10), ref="e:1", guild_id=GUILD + 1)))
    await post(storage, on_day(hold(ana, Split(7), ref="t:1")))
    await post(storage, on_day(release(yesterdays), DAY + 1))
    assert await spent(storage, ana) == (7, 7), "what yesterday held and today gave back makes no room today"


async def test_a_refund_makes_no_room(storage: Database):
    ana = await account(storage)
    held = on_day(hold(ana, Split(50)))
    await post(storage, welcome(ana), held, on_day(capture(held)), on_day(refund(held, Split(50))))
    assert await spent(storage, ana) == (50, 50)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("sql", "index"), [(_SPENT, "ledger_held_in_guild"), (_SPENT_BY_MEMBER, "ledger_held_by_member")]
)
async def test_a_days_sum_touches_only_its_indexes(raw: RawSql, sql: str, index: str):
    params = {"guild_id": GUILD, "account_id": "a", "since_ms": DAY}
    plan = [row["detail"] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", params)]
    assert [step.split(" (")[0] for step in plan if "SEARCH" in step] == [
        f"SEARCH hold USING COVERING INDEX {index}",
        "SEARCH back USING INDEX ledger_settled_once",
    ]
    assert not [step for step in plan if "SCAN" in step]
