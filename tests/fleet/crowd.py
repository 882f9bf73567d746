"""A fleet as operators run it, on one machine: shards, workers, a PostgreSQL of its own, and a Discord to count at."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from playground import BARE, BotProcess, Channel, Member, Message, StandIn
from tests.e2e.stage import REAL_BOT, ROOT
from tests.faults.puppeteer import Puppeteer
from tests.postgresql_server import PostgresServer, running_server

PROGRAM = (sys.executable, "-m", "tests.fleet.processes")
WELCOME = 1_000_000
PRICE = 50
DURABLE_ENOUGH = "synchronous_commit=on"
"""What was committed survives a crash of the server; nothing here crashes the machine."""

ID = re.compile(r"\b[0-9A-Z]{26}\b")

UNFINISHED = (
    "SELECT count(*) FROM request WHERE state IN ('received', 'held', 'running', 'stored')"
    " OR (state IN ('refused', 'failed', 'cancelled') AND told = 0)"
)


@dataclass(frozen=True, slots=True)
class Room:
    """A channel in one guild where Mira is, with what she said there."""

    guild_id: int
    place: Channel
    spoken: Message


@dataclass
class Fleet:
    """See the module. Begin one with :func:`fleet`."""

    world: StandIn
    server: PostgresServer
    puppeteer: Puppeteer
    folder: Path
    settings: dict[str, str]
    shards: list[BotProcess] = field(default_factory=list)
    workers: list[BotProcess] = field(default_factory=list)
    guild_ids: list[int] = field(default_factory=list)

    # ------------------------------------------------------------------ processes

    def process(self, job: str, **settings: str) -> BotProcess:
        """A bot or a worker; it does not run yet."""
        env = {**self.world.bot_env(), **self.env, **settings}
        process = BotProcess((*PROGRAM, job), env)
        process.on_exit = self.world.gateway.on_change
        return process

    @property
    def env(self) -> dict[str, str]:
        """The settings of every process."""
        return {
            "DATABASE_URL": self.server.url(),
            "IMAGE_STORE": f"{self.folder}/images",
            "IMAGE_BACKENDS": "null",
            "PUPPETEER": self.puppeteer.address,
            "GRANT_WELCOME": str(WELCOME),
            "MAX_PER_MEMBER": "1000",
            "SWEEP_EVERY_S": "1",
            "RETRY_AFTER_S": "0.5",
            "LEASE_S": "6",
            "HEARTBEAT_S": "1",
            "DRAIN_S": "5",
            "IDENTIFY_EVERY_S": "0.7",
            "SMALL": "1",
            "LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }

    async def open(self, shards: int, workers: int) -> None:
        """So many of both, ready."""
        await self.add_shards(shards)
        await asyncio.gather(*(self.add_worker() for _ in range(workers)))

    async def add_shards(self, count: int, **settings: str) -> None:
        """So many bots, each with one shard and one guild of its own."""
        for shard_id in range(count):
            self.guild_ids.append(self.world.found_guild(f"Guild {shard_id}", shard=shard_id, of=count))
            self.shards.append(
                self.process("bot", SHARD_COUNT=str(count), SHARD_IDS=str(shard_id), **settings)
            )
        await asyncio.gather(*(shard.start() for shard in self.shards))
        await self.connected()
        await self.world.wait_synced("image instant", "companion invite", "companion speak", timeout_s=60)

    async def connected(self) -> None:
        """Until every shard's process is connected."""
        await self.world.wait_until(
            lambda: len(self.world.gateway.connected_shards) == len(self.shards),
            90,
            lambda: f"the shards: {self.printed()}",
        )

    async def add_worker(self, **settings: str) -> BotProcess:
        """One more worker, ready."""
        worker = self.process("worker", **settings)
        self.workers.append(worker)
        await worker.start()
        await self.ready(worker)
        return worker

    async def ready(self, worker: BotProcess) -> None:
        """Until a worker has logged in."""
        printed = len([line for line in worker.output if "Worker ready" in line])
        await until(
            lambda: any("Worker ready" in line for line in worker.output) or not worker.running,
            60,
            "a worker to be ready",
        )
        assert worker.running or printed, "\n".join(worker.output)

    async def relieved(self) -> None:
        """Until no shard stands in for the workers any more."""

        def is_standing_in(shard: BotProcess) -> bool:
            said = [line for line in shard.output if '"standing_in"' in line or '"relieved"' in line]
            return bool(said) and '"standing_in"' in said[-1]

        await until(lambda: not any(map(is_standing_in, self.shards)), 60, "the shards to be relieved")

    def printed(self) -> str:
        """The last lines of everybody."""
        processes = [*self.shards, *self.workers]
        return "\n".join(line for process in processes for line in list(process.output)[-15:])

    # ------------------------------------------------------------------ the scene

    async def room(self, guild_id: int, name: str = "room") -> Room:
        """A new channel of that guild with Mira in it, who has said something."""
        world = self.world
        world.be_in(guild_id)
        kim = next(member for member in world.members if member.moderator)
        place = world.create_channel(name)
        await (await world.slash(kim, place, "companion invite", companion="Mira")).said("Mira", timeout_s=30)
        world.be_in(guild_id)
        line = "*leans on the railing of the rooftop garden at sunset*"
        await (await world.slash(kim, place, "companion speak", companion="Mira", text=line)).answered(30)
        spoken = await world.wait_for_message(place, lambda m: "railing" in m.text and m.webhook_id)
        return Room(guild_id, place, spoken)

    def member(self, room: Room, name: str) -> Member:
        """Somebody new in the room's guild."""
        self.world.be_in(room.guild_id)
        return self.world.create_member(name)

    # ------------------------------------------------------------------ what the database says

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """What the database says; one that is away is waited for."""
        for _ in range(200):
            try:
                connection = await asyncpg.connect(self.server.url())
                try:
                    found = await connection.fetch(sql, *values)
                finally:
                    await connection.close()
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await asyncio.sleep(0.1)
                continue
            return [row[0] if len(row) == 1 else tuple(row) for row in found]
        raise TimeoutError("the database stays away")

    async def all_ended(self, timeout_s: float = 120.0) -> None:
        """Until no request is under way, and everybody was told."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while await self.rows(UNFINISHED) != [0]:
            if asyncio.get_running_loop().time() > deadline:
                left = await self.rows(
                    "SELECT request_id, state, lease_owner, attempts FROM request WHERE state IN"
                    " ('received', 'held', 'running', 'stored') LIMIT 20"
                )
                raise TimeoutError(f"still under way: {left}\n{self.printed()}")
            await asyncio.sleep(0.2)

    async def audit(self) -> None:
        """``python -m bot audit`` finds nothing."""
        process = await asyncio.create_subprocess_exec(
            *REAL_BOT,
            "audit",
            env={**os.environ, **self.world.bot_env(), **self.env, "IMAGE_BACKENDS": "sketch"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()

    # ------------------------------------------------------------------ what must hold at the end

    def pictures_posted(self) -> dict[int, set[str]]:
        """Every message of the bot's with a picture in it, with the ids that its buttons have."""
        ours = self.world.backend.bot_user.id
        return {
            message.id: set(ID.findall(json.dumps(message.components)))
            for messages in self.world.backend.messages.values()
            for message in messages.values()
            if message.author_id == ours and message.attachments
        }

    async def nothing_lost_nor_doubled(self) -> None:
        """Every request has ended; its pictures stand in one message, and were paid for once."""
        await self.all_ended()
        posted = self.pictures_posted()
        places: Counter[str] = Counter(found for ids in posted.values() for found in ids)
        delivered = await self.rows(
            "SELECT image_id FROM image JOIN request USING (request_id)"
            " WHERE state = 'delivered' AND delivered_how <> 'gallery'"
        )
        assert {image_id: places[image_id] for image_id in delivered if places[image_id] != 1} == {}
        assert [ids for ids in posted.values() if not ids & set(delivered)] == []
        settled = await self.rows(
            "SELECT request_id, state, (SELECT count(*) FROM ledger WHERE ledger.kind = 'capture'"
            " AND ledger.ref LIKE request_id || ':%'), (SELECT count(*) FROM image WHERE"
            " image.request_id = request.request_id), pictures FROM request"
        )
        wrong = [
            row for row in settled if (row[2], row[3]) != ((1, row[4]) if row[1] == "delivered" else (0, 0))
        ]
        assert wrong == []
        owing = await self.rows(
            "SELECT wallet.account_id, wallet.granted, count(image.image_id) FROM wallet"
            " LEFT JOIN request ON request.account_id = wallet.account_id AND request.state = 'delivered'"
            " LEFT JOIN image ON image.request_id = request.request_id GROUP BY wallet.account_id, wallet.granted"
        )
        assert [row for row in owing if row[1] != WELCOME - PRICE * row[2]] == []
        await self.audit()


async def until(condition: Any, timeout_s: float, what: str) -> None:
    """For what tells nobody: ask it again and again."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not condition():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"waited {timeout_s} s for {what}")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def fleet(folder: Path, **settings: str) -> AsyncIterator[Fleet]:
    """A world and a server; every process is stopped in the end."""
    loop = asyncio.get_running_loop()
    running = running_server(DURABLE_ENOUGH)
    server = await loop.run_in_executor(None, running.__enter__)
    try:
        async with Puppeteer.start() as puppeteer, StandIn.start(BARE) as world:
            world.limits.identify_every_s = 0.5
            found = Fleet(world, server, puppeteer, folder, settings)
            try:
                yield found
            finally:
                await asyncio.gather(*(p.stop(15) for p in (*found.workers, *found.shards)))
    finally:
        await loop.run_in_executor(None, running.__exit__, None, None, None)
