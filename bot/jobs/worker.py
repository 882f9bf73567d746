"""``python -m bot worker``: makes the pictures that the bot's processes are asked for (docs/fleet.md)."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack

import aiohttp
import discord
import structlog

from bot.client import point_at
from bot.container import Adapters, Application, open_application
from bot.logs import configure_logs
from bot.services.ports.storage import StorageError
from bot.settings import NotReachedError, Settings, SettingsError, require_folders
from db.errors import MigrationError

log = structlog.get_logger()


async def run_worker(settings: Settings, adapters: Adapters | None = None) -> int:
    """Work until told to stop (SIGINT, SIGTERM); returns the exit code.

    Raises:
        SettingsError: a setting is wrong for a worker.
    """
    if settings.is_on_sqlite:
        raise SettingsError(
            "DATABASE_URL: a worker needs PostgreSQL (postgresql://…): on SQLite python -m bot does everything"
        )
    if settings.discord_token is None:
        raise SettingsError("DISCORD_TOKEN is not set: a worker posts its pictures as the bot")
    configure_logs(settings)
    require_folders(settings)
    async with AsyncExitStack() as opened:
        try:
            application = await opened.enter_async_context(
                open_application(settings, adapters, is_worker=True)
            )
        except (StorageError, MigrationError) as error:
            wrong = NotReachedError if isinstance(error, StorageError) and error.is_away else SettingsError
            raise wrong(f"DATABASE_URL: {settings.database_path}: {error.reason}") from error
        return await _work(application, settings, settings.discord_token.get_secret_value())


async def _work(application: Application, settings: Settings, token: str) -> int:
    point_at(settings)
    bot = application.bot
    bot.services = application.services
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        async with bot:
            await bot.login(token)
            print("Worker ready", flush=True)
            return await _until(stop, application)
    except discord.LoginFailure:
        raise SettingsError("DISCORD_TOKEN: Discord does not accept this token") from None
    except (aiohttp.ClientConnectionError, discord.DiscordServerError, TimeoutError):
        print(f"Discord can't be reached at {settings.discord_api_url} (DISCORD_API_URL)", file=sys.stderr)
        return 1


async def _until(stop: asyncio.Event, application: Application) -> int:
    work = asyncio.ensure_future(application.run_engine())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait([work, told], return_when=asyncio.FIRST_COMPLETED)
    if not told.done():  # the work goes on for ever, or dies
        told.cancel()
        log.error("work_died", exc_info=work.exception())
        return 1
    log.info("worker_leaves")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return 0
