"""``python -m bot`` runs the bot; ``python -m bot start|scene|audit|doctor|…`` are its other jobs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bot.extras import has_playground
from bot.processes import end_process
from bot.settings import NotReachedError, Settings, SettingsError, load_settings, require_folders

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from bot.client import DarkroomBot
    from bot.container import Adapters

WRONG_SHARDS = {
    4010: "SHARD_IDS names one that SHARD_COUNT does not have",
    4011: "too few for its servers: set SHARD_COUNT on all processes to what python -m bot doctor says it recommends",
}
"""Why Discord's gateway hangs up for good: https://docs.discord.com/developers/topics/opcodes-and-status-codes."""


def main(arguments: list[str] | None = None) -> int:
    """Run one job and return the process's exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Darkroom, a Discord bot. Without a job, the bot itself runs."
    )
    jobs = parser.add_subparsers(dest="job", metavar="JOB", title="jobs")
    jobs.add_parser("start", help="the bot with DISCORD_TOKEN set, the playground without")
    scene = jobs.add_parser("scene", help="write the scene of conversations in a file of JSON lines")
    scene.add_argument("file", help="the file, or - for standard input")
    jobs.add_parser("worker", help="make pictures for the bot's processes; needs PostgreSQL")
    jobs.add_parser("audit", help="check that balances, holds and files agree; exit 1 if not")
    jobs.add_parser("doctor", help="check settings, database, backends and endpoints; exit 1 if one is wrong")
    moving = jobs.add_parser(
        "migrate", help="move a SQLite installation to PostgreSQL, audited before and after"
    )
    moving.add_argument("source", metavar="FROM", help="the old database, such as sqlite:///data/darkroom.db")
    moving.add_argument(
        "target", metavar="TO", nargs="?", help="the new one, postgresql://…; else DATABASE_URL"
    )
    backup = jobs.add_parser(
        "backup", help="save database and pictures in one archive, also beside a running bot"
    )
    backup.add_argument(
        "where", nargs="?", type=Path, help="a folder, or a file that ends in .tar; else data/backups"
    )
    backup.add_argument(
        "--keep", type=_number, metavar="N", help="of that folder's archives, keep the newest N"
    )
    restore = jobs.add_parser(
        "restore", help="put an archive in the place of database and pictures, and audit"
    )
    restore.add_argument("archive", type=Path, help="what backup made")
    restore.add_argument(
        "--replace",
        action="store_true",
        help="where there is a database already; it is kept under another name",
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.job == "scene":
            return write_scenes(chosen.file)
        if chosen.job == "doctor":
            return asyncio.run(run_doctor())
        if chosen.job == "migrate":
            from bot.jobs.moving import run_move  # noqa: PLC0415  each job loads only what it needs

            return asyncio.run(run_move(chosen.source, chosen.target))
        settings = load_settings()
        if chosen.job == "start" and settings.discord_token is None and has_playground():
            start_playground(settings)
        return asyncio.run(_job(settings, chosen))
    except SettingsError as error:
        print(f"{error.words}: {error}", file=sys.stderr)
        return error.exit_code


async def _job(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run one of the jobs that need right settings; without a name, the bot."""
    match chosen.job:
        case "audit":
            return await run_audit(settings)
        case "backup" | "restore" as job:
            from bot.jobs.backups import run_backup, run_restore  # noqa: PLC0415  each job loads only what it needs

            return await (run_backup if job == "backup" else run_restore)(settings, chosen)
        case "worker":
            from bot.jobs.worker import run_worker  # noqa: PLC0415  as above

            return await run_worker(settings)
        case _:
            return await run_bot(settings)


def start_playground(settings: Settings) -> NoReturn:
    """Become the playground, which knows the environment but not ``.env``."""
    sys.stdout.flush()
    environment = {**os.environ, "PLAYGROUND_PORT": str(settings.playground_port)}
    os.execve(sys.executable, [sys.executable, "-m", "playground"], environment)  # noqa: S606  our own program


def write_scenes(file: str) -> int:
    """Write the scenes of conversations, with the bot's own writer."""
    from bot.writers import command  # noqa: PLC0415  each job loads only what it needs

    settings = load_settings()
    if settings.writer == "rules":
        return command.run(file)
    from bot.container.language import scenes_by  # noqa: PLC0415  as above
    from bot.logs import configure_logs  # noqa: PLC0415  as above

    configure_logs(settings)  # to standard error: the answers are on standard output
    with scenes_by(settings) as write:
        return command.run(file, write)


async def run_audit(settings: Settings) -> int:
    """Print what is wrong with the books, or that nothing is."""
    from bot.container import audit  # noqa: PLC0415  as above

    async with _usable_database(settings):
        report = await audit(settings)
    print("\n".join(report.lines()))
    return 0 if report.is_clean else 1


async def run_doctor() -> int:
    """Print a line for each thing that was looked at."""
    from bot.container import examine  # noqa: PLC0415  as above

    findings = await examine()
    print("\n".join(finding.line() for finding in findings))
    return 1 if any(finding.is_wrong for finding in findings) else 0


async def run_bot(settings: Settings, adapters: Adapters | None = None) -> int:
    """Run the bot until it is told to stop (SIGINT, SIGTERM)."""
    if settings.discord_token is None:
        instead = ", or try Darkroom without Discord: python -m bot start" if has_playground() else ""
        return _refuse(f"DISCORD_TOKEN is not set. Put the bot's token in .env{instead}", 2)
    from bot.container import open_application  # noqa: PLC0415  the other jobs do without it
    from bot.logs import configure_logs  # noqa: PLC0415  as above

    configure_logs(settings)
    require_folders(settings)
    async with contextlib.AsyncExitStack() as opened:
        async with _usable_database(settings):
            application = await opened.enter_async_context(open_application(settings, adapters))
        application.bot.prepare(application.services, application.run_engine)
        return await _connect(application.bot, settings)


async def _connect(bot: DarkroomBot, settings: Settings) -> int:
    """Log in, say how to invite the bot, and stay until it is closed."""
    import aiohttp  # noqa: PLC0415  as above
    import discord  # noqa: PLC0415  as above

    from bot.client import point_at  # noqa: PLC0415  as above

    token = settings.discord_token
    if token is None:
        return 2
    point_at(settings)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, bot.leave)

    async def stay() -> None:
        await bot.login(token.get_secret_value())
        gc.freeze()  # what was loaded stays: to look through it again stops everybody for 50 ms and more
        print(f"Invite Darkroom to a server: {bot.invite_url()}", flush=True)
        await bot.connect()

    try:
        async with bot:
            await bot.until_told_to_leave(stay())
    except discord.LoginFailure:
        return _refuse("Wrong setting: DISCORD_TOKEN: Discord does not accept this token", 2)
    except discord.PrivilegedIntentsRequired:
        return _refuse(
            "Discord refuses the message-content intent for this bot: allow it under Bot → Privileged "
            "Gateway Intents in the developer portal, or set MESSAGE_CONTENT=false",
            2,
        )
    except discord.ConnectionClosed as error:
        if error.code not in WRONG_SHARDS:
            raise
        return _refuse(f"Discord refuses these shards ({WRONG_SHARDS[error.code]})", 1)
    except (
        aiohttp.ClientConnectionError,
        discord.DiscordServerError,
        discord.GatewayNotFound,
        TimeoutError,
    ):
        return _refuse(f"Discord can't be reached at {settings.discord_api_url} (DISCORD_API_URL)", 1)
    return 1 if bot.has_failed else 0


@contextlib.asynccontextmanager
async def _usable_database(settings: Settings) -> AsyncGenerator[None]:
    """Tell a database that can't be opened as the wrong setting that it is."""
    from bot.services.ports.storage import StorageError  # noqa: PLC0415  as above
    from db.errors import MigrationError  # noqa: PLC0415  as above

    try:
        yield
    except (StorageError, MigrationError) as error:
        wrong = NotReachedError if isinstance(error, StorageError) and error.is_away else SettingsError
        raise wrong(f"DATABASE_URL: {settings.database_path}: {error.reason}") from error


def _number(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _refuse(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    end_process(main())
