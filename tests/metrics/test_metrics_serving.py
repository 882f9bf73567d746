"""/metrics and /health when not all is well, and what each figure is called."""

from __future__ import annotations

import asyncio
import math
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import SystemClock
from bot.container import databases
from bot.domain.errors import BackendUnavailableError
from bot.domain.money import Entry, EntryKind, Split
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.metrics import PrometheusMeter, Sources, serve
from bot.metrics.discord_calls import DISCORD_EPOCH_MS, trace
from bot.services.figures import LAST_BACKUP_NOTE, LedgerFigures, StandingFigures
from bot.services.ports.metrics import JobOutcome
from bot.services.ports.storage import BookedSum, StorageError, UnitOfWork
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.health import HealthBook
from bot.settings import SettingsError
from tests.databases import fresh_storage
from tests.house.house import page, section, table_rows

INTERACTION_ID = (1_750_000_000_000 - DISCORD_EPOCH_MS) << 22


@dataclass
class Database:
    """The real one, until it is told not to answer."""

    storage: databases.Database
    fails: bool = False

    async def read(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        if self.fails:
            raise StorageError("disk I/O error")
        return await self.storage.read(work)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        return await self.storage.write(work)


@dataclass
class Desk:
    """A server with all that it looks at."""

    url: str
    session: aiohttp.ClientSession
    meter: PrometheusMeter
    database: Database
    health: HealthBook
    queue: FairQueue
    shards: dict[int, float]

    async def figures(self) -> dict[str, float]:
        async with self.session.get(f"{self.url}/metrics") as answer:
            assert answer.status == 200
            text = await answer.text()
        return {
            f"{sample.name}{sorted(sample.labels.values())}": sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    async def is_well(self) -> tuple[int, dict[str, Any]]:
        async with self.session.get(f"{self.url}/health") as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    meter, queue, shards = PrometheusMeter(), FairQueue(2), {4: 0.0, 5: 0.0}
    health = HealthBook(SystemClock(), ["sketch"], meter)
    async with fresh_storage(tmp_path) as storage, aiohttp.ClientSession() as session:
        database = Database(storage)
        standing = StandingFigures(storage=database, clock=SystemClock())
        sources = Sources(LedgerFigures(storage=database), queue, health, lambda: shards, lambda: 3, standing)
        async with serve(meter, sources, "127.0.0.1", 0, lag_every_s=0.01) as port:
            yield Desk(f"http://127.0.0.1:{port}", session, meter, database, health, queue, shards)


async def book(desk: Desk, moments: int) -> None:
    """A welcome, as its service books it."""

    async def work(uow: UnitOfWork) -> None:
        account_id = await uow.members.require_account(1)
        await uow.ledger.append(
            Entry(
                account_id=account_id,
                guild_id=1,
                kind=EntryKind.WELCOME,
                ref=f"welcome:{moments}",
                moved=Split(moments, 0),
                at_ms=1,
            )
        )

    await desk.database.write(work)


async def test_what_is_booked_is_counted_once_however_many_look(desk: Desk) -> None:
    assert (await desk.figures())["darkroom_ledger_moments_total['welcome']"] == 0
    await book(desk, 500)
    await asyncio.gather(desk.figures(), desk.is_well(), desk.figures())
    await book(desk, 70)
    figures = await desk.figures()
    assert figures["darkroom_ledger_moments_total['welcome']"] == 570
    assert figures["darkroom_ledger_entries_total['welcome']"] == 2


async def test_what_is_booked_before_anybody_looks_is_counted_too(desk: Desk) -> None:
    await book(desk, 500)
    assert (await desk.figures())["darkroom_ledger_moments_total['welcome']"] == 500


async def test_a_database_that_does_not_answer_is_not_well_and_the_other_figures_still_come(
    desk: Desk,
) -> None:
    desk.database.fails = True
    status, body = await desk.is_well()
    assert (status, body["ok"], body["database"], body["gateway"]) == (503, False, False, True)
    assert (await desk.figures())["darkroom_guilds[]"] == 3
    desk.database.fails = False
    assert (await desk.is_well())[0] == 200


async def test_one_shard_that_stays_away_is_not_well(desk: Desk) -> None:
    desk.shards[5] = 61.0
    status, body = await desk.is_well()
    assert (status, body["gateway"], body["shards_down"]) == (503, False, [5])
    figures = await desk.figures()
    assert figures["darkroom_gateway_connected[]"] == 0
    assert figures["darkroom_shard_connected['4']"] == 1
    assert figures["darkroom_shard_connected['5']"] == 0


async def test_a_shard_that_connects_again_is_seen_and_is_well(desk: Desk) -> None:
    desk.shards[5] = 3.0
    assert (await desk.is_well())[0] == 200
    assert (await desk.figures())["darkroom_shard_connected['5']"] == 0


async def test_a_bot_that_was_never_connected_is_not_well(desk: Desk) -> None:
    desk.shards.clear()  # before the login
    assert (await desk.is_well())[0] == 503
    desk.shards[0] = float("inf")  # after it
    assert (await desk.is_well())[0] == 503
    assert (await desk.figures())["darkroom_gateway_connected[]"] == 0


async def test_a_backend_that_rests_and_a_full_queue_are_seen(desk: Desk) -> None:
    for request in range(3):
        desk.health.note_failed("sketch", str(request), BackendUnavailableError("sketch"))
    async with desk.queue.slot("a", 1, lambda _: None), desk.queue.slot("b", 1, lambda _: None):
        waiting = asyncio.create_task(_use(desk.queue))
        await asyncio.sleep(0)
        figures = await desk.figures()
    await waiting
    assert figures["darkroom_backend_resting['sketch']"] == 1
    assert figures["darkroom_backend_failures_in_a_row['sketch']"] == 3
    assert figures["darkroom_backend_jobs_total['failed', 'sketch']"] == 3
    assert figures["darkroom_queue_requests['making']"] == 2
    assert figures["darkroom_queue_requests['waiting']"] == 1
    assert (await desk.figures())["darkroom_queue_requests['making']"] == 0


async def _use(queue: FairQueue) -> None:
    async with queue.slot("c", 1, lambda _: None):
        pass


async def test_how_the_installation_stands_is_told(desk: Desk) -> None:
    figures = await desk.figures()
    assert figures["darkroom_last_backup_timestamp_seconds[]"] == 0
    assert figures["darkroom_oldest_request_seconds[]"] == 0

    async def saved(uow: UnitOfWork) -> None:
        await uow.notes.set(LAST_BACKUP_NOTE, "1795000000000")

    await desk.database.write(saved)
    assert (await desk.figures())["darkroom_last_backup_timestamp_seconds[]"] == 1_795_000_000
    assert (await desk.figures())["darkroom_database_answered[]"] == 1
    desk.database.fails = True  # what it was last is kept
    figures = await desk.figures()
    assert figures["darkroom_last_backup_timestamp_seconds[]"] == 1_795_000_000
    assert figures["darkroom_database_answered[]"] == 0


async def test_a_worker_is_well_without_a_gateway_and_wakes_nobody(desk: Desk) -> None:
    meter, standing = PrometheusMeter(), StandingFigures(storage=desk.database, clock=SystemClock())
    sources = Sources(LedgerFigures(storage=desk.database), desk.queue, desk.health, None, int, standing)
    async with serve(meter, sources, "127.0.0.1", 0) as port:
        worker = replace(desk, url=f"http://127.0.0.1:{port}")
        status, body = await worker.is_well()
        assert (status, body["ok"]) == (200, True)
        assert math.isnan((await worker.figures())["darkroom_gateway_connected[]"])


async def test_a_taken_port_is_one_line_that_names_the_setting(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sources = Sources(
            LedgerFigures(storage=desk.database),
            desk.queue,
            desk.health,
            dict,
            int,
            StandingFigures(storage=desk.database, clock=SystemClock()),
        )
        with pytest.raises(
            SettingsError,
            match=rf"^METRICS_PORT: 127\.0\.0\.1:{port} can't be listened at: Address already in use$",
        ):
            async with serve(PrometheusMeter(), sources, "127.0.0.1", port):
                pass


# ---------------------------------------------------------------------- Discord


@pytest.fixture
async def discord() -> AsyncIterator[str]:
    """A Discord that answers every request with the status in its query."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=int(request.query.get("status", "200")))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    await runner.cleanup()


async def asked(meter: PrometheusMeter, *urls: str) -> dict[str, float]:
    """What is counted when these are asked, ours being a quarter of a second after the interaction was made."""
    config = trace(meter, lambda: 1_750_000_000.25)
    async with aiohttp.ClientSession(trace_configs=[config]) as session:
        for url in urls:
            try:
                async with session.post(url):
                    pass
            except aiohttp.ClientConnectionError:
                pass
    text = meter.page().decode()
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_only_the_first_answer_to_an_interaction_is_an_ack(discord: str) -> None:
    figures = await asked(
        PrometheusMeter(),
        f"{discord}/interactions/{INTERACTION_ID}/a-token/callback?with_response=true",
        f"{discord}/interactions/{INTERACTION_ID}/a-token/callback?status=404",
        f"{discord}/webhooks/5/a-token",
        f"{discord}/channels/5/messages?status=429",
        f"{discord}/interactions/x/a-token/callback",
    )
    assert figures["darkroom_ack_seconds_count[]"] == 1
    assert figures["darkroom_ack_seconds_sum[]"] == pytest.approx(0.25)
    assert figures["darkroom_discord_answers_total['200']"] == 3
    assert figures["darkroom_discord_answers_total['429']"] == 1
    assert figures["darkroom_discord_answers_total['404']"] == 1


async def test_a_discord_that_is_not_reached_is_counted() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        figures = await asked(PrometheusMeter(), f"http://127.0.0.1:{nobody.getsockname()[1]}/x")
    assert figures["darkroom_discord_answers_total['none']"] == 1


async def test_a_clock_that_is_behind_discords_gives_no_negative_time(discord: str) -> None:
    late = (1_750_000_009_000 - DISCORD_EPOCH_MS) << 22
    figures = await asked(PrometheusMeter(), f"{discord}/interactions/{late}/t/callback")
    assert figures["darkroom_ack_seconds_sum[]"] == 0


# ---------------------------------------------------------------------- names


def test_every_figure_is_explained_under_its_name() -> None:
    meter = PrometheusMeter()
    meter.request_ended(RequestKind.INSTANT, RequestState.FAILED, EndReason.DEADLINE)
    meter.job_ended("sketch", JobOutcome.MADE, 1.5)
    meter.discord_answered("200")
    meter.add_booked({EntryKind.DAILY: BookedSum(1, 100)})
    meter.set_backends(HealthBook(SystemClock(), ["sketch"]).all())
    meter.set_queue(0, 0)
    meter.set_gateway({0: 0.0}, 1)
    shown = {
        (family.name + ("_total" if family.type == "counter" else ""), *_labels(family))
        for family in text_string_to_metric_families(meter.page().decode())
        if not family.name.startswith("process_") and not family.name.endswith("_created")
    }
    rows = table_rows(section(page("docs/operations.md"), "What the figures mean"))
    told = {tuple(re.findall(r"\w+", row[0])) for row in rows} - {("process_",)}
    assert {(name, *sorted(labels)) for name, *labels in told} == {
        (name, *sorted(labels)) for name, *labels in shown
    }


def _labels(family: Any) -> set[str]:
    return {label for sample in family.samples for label in sample.labels if label != "le"}


def test_every_figure_of_an_alert_exists() -> None:
    rows = table_rows(section(page("docs/operations.md"), "What the figures mean"))
    told = {re.findall(r"\w+", row[0])[0] for row in rows}
    alerts = section(page("docs/operations.md"), "What to be woken for")
    used = {name.removesuffix("_bucket") for name in re.findall(r"darkroom_\w+", alerts)}
    assert used <= told
    assert used
