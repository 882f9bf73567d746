"""``python -m playground``: the page with the bot; ``--no-bot``: only the stand-in, for any bot by hand."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import os
import shutil
import signal
import sys
from pathlib import Path

from playground.director import play
from playground.page import Page
from playground.scene import SCENE
from playground.world import StandIn

DATA = Path("data") / "playground"
_SYNC_TIMEOUT_S = 30.0
_HIGHEST_PORT = 65_535


def _port() -> int:
    text = os.environ.get("PLAYGROUND_PORT", "8080")
    if not text.isdecimal() or not 0 <= int(text) <= _HIGHEST_PORT:
        sys.exit(f"PLAYGROUND_PORT must be a port number (0 = any free one), not {text!r}")
    return int(text)


def _bot_settings(world: StandIn) -> dict[str, str]:
    """Settings of the playground's bot; the guild is new at each start, so its data is, too."""
    shutil.rmtree(DATA, ignore_errors=True)
    (DATA / "images").mkdir(parents=True)
    return {
        "DATABASE_URL": f"sqlite:///{(DATA / 'darkroom.db').as_posix()}",
        "IMAGE_STORE": (DATA / "images").as_posix(),
        "IMAGE_BACKENDS": "sketch",
        "SKU_MOMENTS": world.plan.sku_moments,
    }


async def _with_bot(world: StandIn) -> None:
    await world.start_bot(env=_bot_settings(world), echo=True)
    try:
        await world.wait_synced(timeout_s=_SYNC_TIMEOUT_S)
    except TimeoutError as error:
        print(f"playground: {error}; the scene is played as far as it goes", file=sys.stderr, flush=True)
    await play(world, SCENE)
    print(f"playground ready: {world.url}/", flush=True)


async def _without_bot(world: StandIn) -> None:
    print(f"stand-in ready: {world.url}/", flush=True)
    for name, value in world.bot_env().items():
        print(f"{name}={value}", flush=True)


async def _run(*, with_bot: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels instead
            loop.add_signal_handler(name, stop.set)
    async with StandIn.start(port=_port(), extend=Page.extend) as world:
        begin = asyncio.create_task(_with_bot(world) if with_bot else _without_bot(world))
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({begin, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            begin.result()
            await waiting
        begin.cancel()
        await asyncio.gather(begin, return_exceptions=True)


def main() -> None:
    """Parse the command line and serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--no-bot", action="store_true", help="serve the stand-in without starting the bot")
    arguments = parser.parse_args()
    try:
        asyncio.run(_run(with_bot=not arguments.no_bot))
    except KeyboardInterrupt:
        pass
    except ImportError as error:
        sys.exit(f"the page needs {error.name}: install the playground extra, pip install -e '.[playground]'")
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.exit(f"port {_port()} is taken: set PLAYGROUND_PORT to another one (0 = any free one)")
    except (RuntimeError, TimeoutError) as error:
        sys.exit(f"playground: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
