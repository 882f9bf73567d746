"""An update of a fleet while requests come in: a migration under old processes, or each of them replaced in turn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg

from db.migrate import Migration, shipped_migrations
from db.postgresql.migrating import DIALECT, migrate
from tests.fleet.crowd import Fleet, fleet
from tests.fleet.rampage import Plan, Report, press_on, settle

STOPPED_WITHIN_S = 30.0
"""What docs/fleet.md tells operators to allow."""

TABLES = ("account", "image", "ledger", "member", "preference", "request", "wallet")


async def redeployment(folder: Path, plan: Plan) -> tuple[Report, list[int | None]]:
    """Replace every process, one after another, while requests come in; gives the exit codes of the old ones."""
    report = Report(plan)
    async with fleet(folder) as crowd:
        await crowd.open(plan.shards, plan.workers)
        replacing: list[asyncio.Task[list[int | None]]] = []

        def disturb(done: int) -> None:
            if done == plan.requests // 4:
                replacing.append(asyncio.create_task(replace_all(crowd)))

        await press_on(crowd, plan, report, disturb)
        codes = await replacing[0]
        await settle(crowd, report)
    return report, codes


async def replace_all(crowd: Fleet) -> list[int | None]:
    """Workers, then shards: each is told to stop, and its successor is ready before the next one's turn."""
    codes = []
    for worker in crowd.workers:
        codes.append(await worker.stop(STOPPED_WITHIN_S))
        await worker.start()
        await crowd.ready(worker)
    for shard in crowd.shards:
        codes.append(await shard.stop(STOPPED_WITHIN_S))
        await shard.start()
        await crowd.connected()
    return codes


async def migration_under_load(folder: Path, plan: Plan) -> Report:
    """Let an update's migration come while requests do; the old processes go on."""
    report = Report(plan)
    async with fleet(folder) as crowd:
        await crowd.open(plan.shards, plan.workers)
        migrating: list[asyncio.Task[None]] = []

        def disturb(done: int) -> None:
            if done == plan.requests // 2:
                migrating.append(asyncio.create_task(_migrate(crowd)))

        await press_on(crowd, plan, report, disturb)
        await migrating[0]
        await crowd.all_ended()
        await crowd.rows("DELETE FROM migration WHERE name = 'of_tomorrow'")  # the audit is this version's
        await settle(crowd, report)
    return report


async def _migrate(crowd: Fleet) -> None:
    """As a newer program does when it starts: one more column in every table that requests go through."""
    shipped = shipped_migrations(DIALECT)
    sql = ";\n".join(f"ALTER TABLE {table} ADD COLUMN of_tomorrow TEXT" for table in TABLES)
    newer = Migration(shipped[-1].number + 1, "of_tomorrow", sql)
    connection = await asyncpg.connect(crowd.server.url())
    try:
        assert await migrate(connection, [*shipped, newer]) == [newer.number]
    finally:
        await connection.close()
