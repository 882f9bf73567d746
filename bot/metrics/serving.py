"""``/metrics`` and ``/health``, on the bot's own event loop: what that can't answer is not well."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.metrics.meter import PrometheusMeter
from bot.services.figures import LedgerFigures, StandingFigures
from bot.services.ports.storage import StorageError
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.health import HealthBook
from bot.settings import SettingsError

log = structlog.get_logger()

LAG_EVERY_S = 0.5
LAGS_KEPT = 60
DATABASE_WITHIN_S = 2.0
MOST_LAG_S = 1.0
"""Later than that, and Discord's three seconds are in danger."""

MOST_DOWN_S = 60.0
"""Discord hangs up every now and then, and connecting again takes seconds."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sources:
    """What is looked at when somebody asks. ``shards``: for how long each has been down, in seconds; None: a worker."""

    ledger: LedgerFigures
    queue: FairQueue
    health: HealthBook
    shards: Callable[[], Mapping[int, float]] | None
    guilds: Callable[[], int]
    standing: StandingFigures


@asynccontextmanager
async def serve(
    meter: PrometheusMeter, sources: Sources, host: str, port: int, *, lag_every_s: float = LAG_EVERY_S
) -> AsyncGenerator[int]:
    """Answer until the block ends; gives the port.

    Raises:
        SettingsError: nobody can listen there.
    """
    pages = _Pages(meter, sources, lag_every_s)
    app = web.Application()
    app.router.add_get("/metrics", pages.metrics)
    app.router.add_get("/health", pages.health)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            # asyncio's own text says the address once more; a name that is none has a number below 0.
            why = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else error.strerror
            raise SettingsError(f"METRICS_PORT: {host}:{port} can't be listened at: {why}") from None
        await pages.begin()
        watching = asyncio.create_task(pages.watch_loop())
        try:
            yield runner.addresses[0][1]
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    finally:
        await runner.cleanup()


class _Pages:
    def __init__(self, meter: PrometheusMeter, sources: Sources, lag_every_s: float) -> None:
        self._meter = meter
        self._sources = sources
        self._lag_every_s = lag_every_s
        self._lags_s: deque[float] = deque(maxlen=LAGS_KEPT)
        self._looking = asyncio.Lock()

    async def begin(self) -> None:
        """Remember where the ledger ends now."""
        await self._look_at_ledger()

    async def watch_loop(self) -> None:
        """Measure how late timers are, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            wanted = loop.time() + self._lag_every_s
            await asyncio.sleep(self._lag_every_s)
            late_s = max(loop.time() - wanted, 0.0)
            self._lags_s.append(late_s)
            self._meter.loop_was_late(late_s)

    async def metrics(self, _request: web.Request) -> web.Response:
        """All figures; those of the ledger are left as they are where the database does not answer."""
        sources, meter = self._sources, self._meter
        await self._look_at_ledger()
        meter.set_backends(sources.health.all())
        meter.set_queue(sources.queue.waiting, sources.queue.used)
        await self._look_at_standing()
        if sources.shards is None:
            meter.set_no_gateway()
        else:
            meter.set_gateway(sources.shards(), sources.guilds())
        return web.Response(body=meter.page(), headers={"Content-Type": CONTENT_TYPE})

    async def health(self, _request: web.Request) -> web.Response:
        """200 where the bot is well, 503 where something of it is not, and which."""
        database = await self._look_at_ledger()
        shards: Mapping[int, float] = self._sources.shards() if self._sources.shards else {}
        down = [shard_id for shard_id, down_s in shards.items() if down_s > MOST_DOWN_S]
        connected = self._sources.shards is None or (bool(shards) and not down)
        lag_s = max(self._lags_s, default=0.0)
        is_well = database and connected and lag_s <= MOST_LAG_S
        body = {
            "ok": is_well,
            "database": database,
            "gateway": connected,
            "shards_down": down,
            "event_loop_lag_s": round(lag_s, 3),
        }
        return web.json_response(body, status=200 if is_well else 503)

    async def _look_at_standing(self) -> None:
        try:
            async with asyncio.timeout(DATABASE_WITHIN_S):
                self._meter.set_standing(await self._sources.standing.now())
        except (StorageError, TimeoutError) as error:
            log.warning("standing_not_read", error=type(error).__name__)

    async def _look_at_ledger(self) -> bool:
        """Whether the database answered; what it told is counted once, however many ask."""
        try:
            async with asyncio.timeout(DATABASE_WITHIN_S), self._looking:
                self._meter.add_booked(await self._sources.ledger.since_last())
        except (StorageError, TimeoutError) as error:
            log.warning("ledger_not_read", error=type(error).__name__)
            self._meter.set_database(answered=False)
            return False
        self._meter.set_database(answered=True)
        return True
