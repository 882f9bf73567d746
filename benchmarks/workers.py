"""Delivered pictures a second with one worker and with more of them, on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.bots import RunningBot, null_bot, started
from benchmarks.interactions import finished_per_s
from benchmarks.postgresql_server import VARIABLE, fresh_database, measured_server
from benchmarks.table import Growth, Options, Row
from bot.services.requests.roll_call import ANSWER_EVERY_S
from tests.postgresql_server import NoServerError

WORKERS = (1, 2, 3)
_READY = b"Worker ready"


def rows(options: Options) -> Sequence[Row]:
    """None: nothing here has a target. See :func:`growths`."""
    del options
    return ()


def growths(options: Options) -> Sequence[Growth]:
    """The line about workers; none where there is no PostgreSQL."""
    counts = WORKERS[: options.scaled(len(WORKERS), 2)]
    try:
        with measured_server() as server:
            rates = tuple(asyncio.run(_delivered_per_s(server, count)) for count in counts)
    except NoServerError as error:
        print(f"workers were not measured: {error}; or name a server in {VARIABLE}")
        return ()
    return [Growth("paid pictures delivered, 64 pixels", "workers", "/s", counts, rates)]


async def _delivered_per_s(server: str, workers: int) -> float:
    async with (
        fresh_database(server) as url,
        null_bot(settings={"DATABASE_URL": url}) as bot,
        AsyncExitStack() as all_,
    ):
        for _ in range(workers):
            await all_.enter_async_context(_worker(bot))
        # The bot stands in until it has heard of a worker, for which it listens so often.
        await asyncio.sleep(2 * ANSWER_EVERY_S)
        return (await finished_per_s(bot))[0]


@asynccontextmanager
async def _worker(bot: RunningBot) -> AsyncIterator[None]:
    """One of them, ready."""
    process = await started("null_bot", ["worker"], bot.environment, bot.folder)
    if process.stdout is None:
        raise RuntimeError("the worker has no output")
    said: list[bytes] = []
    while not said or _READY not in said[-1]:
        said.append(await process.stdout.readline())
        if not said[-1]:
            raise RuntimeError(b"".join(said).decode(errors="replace"))
    reading = asyncio.create_task(process.stdout.read())
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
        await reading
