"""``python -m bot`` runs the bot; ``python -m bot start|scene|audit`` are its other jobs."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from bot.container import Adapters


def main(arguments: list[str] | None = None) -> int:
    """Run one job and return the process's exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Darkroom, a Discord bot. Without a job, the bot itself runs."
    )
    jobs = parser.add_subparsers(dest="job", metavar="JOB", title="jobs")
    jobs.add_parser("start", help="the bot with DISCORD_TOKEN set, the playground without")
    scene = jobs.add_parser("scene", help="write the scene of conversations in a file of JSON lines")
    scene.add_argument("file", help="the file, or - for standard input")
    jobs.add_parser("audit", help="check that balances, holds and files agree; exit 1 if not")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.job == "scene":
            return write_scenes(chosen.file)
        settings = load_settings()
        if chosen.job == "audit":
            return asyncio.run(run_audit(settings))
        if chosen.job == "start" and settings.discord_token is None:
            sys.stdout.flush()
            os.execv(sys.executable, [sys.executable, "-m", "playground"])  # noqa: S606  our own program
        return asyncio.run(run_bot(settings))
    except SettingsError as error:
        print(f"Wrong setting: {error}", file=sys.stderr)
        return 2


def write_scenes(file: str) -> int:
    """Write the scenes of conversations, with the bot's own writer."""
    from bot.writers import command  # noqa: PLC0415  each job loads only what it needs

    return command.run(file)


async def run_audit(settings: Settings) -> int:
    """Print what is wrong with the books, or that nothing is."""
    from bot.container import audit  # noqa: PLC0415  as above

    report = await audit(settings)
    print("\n".join(report.lines()))
    return 0 if report.is_clean else 1


async def run_bot(settings: Settings, adapters: Adapters | None = None) -> int:
    """Run the bot until it is told to stop (SIGINT, SIGTERM)."""
    import discord  # noqa: PLC0415  the other jobs do without it

    from bot.client import point_at  # noqa: PLC0415  as above
    from bot.container import open_application  # noqa: PLC0415  as above
    from bot.logs import configure_logs  # noqa: PLC0415  as above

    if settings.discord_token is None:
        print(
            "DISCORD_TOKEN is not set. Put the bot's token in .env, or try Darkroom without Discord: "
            "python -m bot start",
            file=sys.stderr,
        )
        return 2
    configure_logs(settings)
    point_at(settings)
    async with open_application(settings, adapters) as application:
        bot = application.bot
        bot.prepare(application.services, application.run_engine)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, lambda: loop.create_task(bot.close()))
        try:
            async with bot:
                await bot.login(settings.discord_token.get_secret_value())
                print(f"Invite Darkroom to a server: {bot.invite_url()}", flush=True)
                await bot.connect()
        except discord.LoginFailure:
            print("Wrong setting: DISCORD_TOKEN: Discord does not accept this token", file=sys.stderr)
            return 2
        except discord.PrivilegedIntentsRequired:
            print(
                "Discord refuses the message-content intent for this bot: allow it under Bot → Privileged "
                "Gateway Intents in the developer portal, or set MESSAGE_CONTENT=false",
                file=sys.stderr,
            )
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
