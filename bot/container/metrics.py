"""Metrics, where the settings ask for them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.client import DarkroomBot
from bot.clock import SystemClock
from bot.services.figures import LedgerFigures, StandingFigures
from bot.services.ports.storage import Storage
from bot.services.requests.fair_queue import FairQueue
from bot.services.requests.health import HealthBook
from bot.settings import Settings

if TYPE_CHECKING:
    import aiohttp

    from bot.metrics import PrometheusMeter


def open_meter(settings: Settings) -> PrometheusMeter | None:
    """What counts; None where METRICS_PORT is 0."""
    if not settings.metrics_port:
        return None
    from bot.metrics import PrometheusMeter  # noqa: PLC0415  loaded only where it is asked for

    return PrometheusMeter()


def trace_of(meter: PrometheusMeter | None) -> aiohttp.TraceConfig | None:
    """What tells the meter of discord.py's requests."""
    if meter is None:
        return None
    from bot.metrics.discord_calls import trace  # noqa: PLC0415  as above

    return trace(meter)


@asynccontextmanager
async def serving(
    meter: PrometheusMeter | None,
    settings: Settings,
    *,
    storage: Storage,
    queue: FairQueue,
    health: HealthBook,
    bot: DarkroomBot,
) -> AsyncGenerator[None]:
    """Show the figures until the block ends.

    Raises:
        SettingsError: nobody can listen at METRICS_HOST and METRICS_PORT.
    """
    if meter is None:
        yield
        return
    from bot.metrics import Sources, serve  # noqa: PLC0415  as above

    sources = Sources(
        ledger=LedgerFigures(storage=storage),
        queue=queue,
        health=health,
        shards=bot.shard_states.down_s if bot.has_gateway else None,
        guilds=lambda: len(bot.guilds),
        standing=StandingFigures(storage=storage, clock=SystemClock()),
    )
    async with serve(meter, sources, settings.metrics_host, settings.metrics_port):
        yield
