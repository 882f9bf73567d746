"""Several bots on one database, each a process of its own with some of the shards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playground import STUDIO, BotProcess, StandIn
from tests.databases import fresh_database
from tests.e2e.stage import BREAKABLE_BOT, ROOT
from tests.faults.puppeteer import Puppeteer

REFUSED_WITHIN_S = 0.5
"""What is five seconds at Discord."""


@dataclass
class Fleet:
    """See the module. ``shards`` is how many there are; each guild has the one that its id says."""

    world: StandIn
    puppeteer: Puppeteer
    url: str
    folder: Path
    shards: int
    processes: list[BotProcess] = field(default_factory=list)

    def process(self, shard_ids: str, **settings: str) -> BotProcess:
        """A bot with these shards; it does not run yet."""
        env = {
            **self.world.bot_env(),
            "DATABASE_URL": self.url,
            "IMAGE_STORE": f"{self.folder}/images",
            "IMAGE_BACKENDS": "null",
            "PUPPETEER": self.puppeteer.address,
            "SWEEP_EVERY_S": "0.2",
            "RETRY_AFTER_S": "0.2",
            "LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
            "SKU_MOMENTS": STUDIO.sku_moments,
            "SHARD_COUNT": str(self.shards),
            "SHARD_IDS": shard_ids,
            "IDENTIFY_EVERY_S": str(REFUSED_WITHIN_S + 0.2),
            **settings,
        }
        process = BotProcess(BREAKABLE_BOT, env)
        process.on_exit = self.world.gateway.on_change
        self.processes.append(process)
        return process

    async def connected(self, *shard_ids: int, timeout_s: float = 60.0) -> None:
        """Until these shards are; all of them where none is named."""
        wanted = set(shard_ids or range(self.shards))
        await self.world.wait_until(
            lambda: wanted <= self.world.gateway.connected_shards,
            timeout_s,
            lambda: (
                f"shards {sorted(wanted - self.world.gateway.connected_shards)}; printed:\n"
                + "\n".join(line for process in self.processes for line in list(process.output)[-10:])
            ),
        )

    async def until(self, condition: Callable[[], Awaitable[bool]], what: str, timeout_s: float) -> None:
        """For what nobody tells: look again and again."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        while not await condition():
            if loop.time() > deadline_s:
                printed = "\n".join(line for process in self.processes for line in list(process.output)[-10:])
                raise TimeoutError(f"waited {timeout_s} s for {what}; printed:\n{printed}")
            await asyncio.sleep(0.02)


@asynccontextmanager
async def fleet(folder: Path, shards: int, **limits: float) -> AsyncIterator[Fleet]:
    """A world and a database; every process that was made is stopped in the end."""
    with fresh_database(folder) as url:
        async with Puppeteer.start() as puppeteer, StandIn.start(STUDIO) as world:
            for name, value in {"identify_every_s": REFUSED_WITHIN_S, **limits}.items():
                setattr(world.limits, name, value)
            found = Fleet(world, puppeteer, url, folder, shards)
            try:
                yield found
            finally:
                await asyncio.gather(*(process.stop() for process in found.processes))


def troubles(process: BotProcess, *words: str) -> list[str]:
    """What a process printed that it should not have."""
    unwanted = (
        "Traceback",
        "was destroyed",
        "never awaited",
        "Unclosed",
        "unclosed",
        "never retrieved",
        *words,
    )
    return [line for line in process.output if any(word in line for word in unwanted)]
