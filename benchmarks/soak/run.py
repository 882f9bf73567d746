"""One soak: a loopback Discord, the bot as its own process, members at a steady rate, silence, and the books."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.samples import sample_picture
from benchmarks.soak.bot_process import MOODY, SIZE_PX, STEADY
from benchmarks.soak.faults import Faults
from benchmarks.soak.hostile import Attackers
from benchmarks.soak.ledger import read_ledger
from benchmarks.soak.members import Members
from benchmarks.soak.outcome import Outcome, has_settled
from benchmarks.soak.payloads import Person, Place, clickables
from benchmarks.soak.probe import Reading, readings
from benchmarks.soak.records import Sent
from benchmarks.soak.world import World, serving
from bot.freshness import LEFT_AFTER_S

PROJECT = Path(__file__).parents[2]
FIRST_GUILD, GUILDS, ROOMS, PEOPLE, MODERATORS = 1_000_000, 4, 8, 400, 6
CHANNEL_SELECT = 8
EXPECTED = "Ignoring exception in autocomplete"
"""discord.py's own word, as an error, for suggestions that met a fault: there is nobody to tell."""
SUSPICIOUS = (
    '"level": "error"',
    '"level": "critical"',
    "Traceback",
    "Unclosed",
    "never retrieved",
    "never awaited",
)
START_S = 120.0
NEVER_S = 3600.0
TALK_ONE_IN = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What is soaked. ``fault_share`` of the bot's calls meet a fault.

    ``deadline_s`` is the bot's REQUEST_DEADLINE_S, and ``quiet_s`` how long silence may take to come after the load.
    """

    rate_per_s: float
    seconds: float
    seed: int
    hostile_share: float = 0.1
    fault_share: float = 0.03
    reconnect_every_s: float = 60.0
    late_is_lost: bool = True
    deadline_s: int = 30
    quiet_s: float = 180.0


@dataclass
class RunningBot:
    """The bot's process and what it said."""

    process: asyncio.subprocess.Process
    told: list[Reading]
    suspicious: list[str]
    events: dict[str, int]
    said: deque[str]

    @property
    def latest(self) -> Reading:
        """Its last reading."""
        return self.told[-1]


async def soak(plan: Plan, say: Callable[[str], None] = lambda _line: None) -> Outcome:
    """Run it and return what came of it."""
    rng = random.Random(plan.seed)
    places = [
        Place(
            FIRST_GUILD + at, (FIRST_GUILD + at) * 100 + number, "mods" if number == 0 else f"room {number}"
        )
        for at in range(GUILDS)
        for number in range(ROOMS + 1)
    ]
    guilds = {FIRST_GUILD + at: [p for p in places if p.guild_id == FIRST_GUILD + at] for at in range(GUILDS)}
    people = [Person(10_000 + n, f"member {n}", is_moderator=n < MODERATORS) for n in range(PEOPLE)]
    faults = Faults(plan.seed, 0.0)
    world = World(guilds, faults, late_is_lost=plan.late_is_lost)
    members = Members(world, rng, people, places)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = _environment(folder, plan)
        async with serving(world), _running(world, environment, folder) as bot:
            try:
                async with asyncio.timeout(START_S):
                    await world.synced.wait()
                    await world.gateway.identified.wait()
                    members.learn()
                    await _arrange(members)
            except TimeoutError as error:
                raise RuntimeError(f"the bot did not start:\n{''.join(bot.said)}") from error
            before = await _calm(world, bot, folder, 30.0)
            say(f"baseline: {_shown(before)}")
            faults.share = plan.fault_share
            arranged, begun = len(world.books.sent), time.perf_counter()
            behind_s = await _load(plan, members, bot, say)
            took_s = time.perf_counter() - begun
            faults.stop()
            ended = bot.latest
            say(f"load ended: {_shown(ended)}")
            after = await _calm(world, bot, folder, plan.quiet_s, before)
            say(f"calm again: {_shown(after)}")
        ledger = read_ledger(folder / "darkroom.db")
        audit = await _audit(environment, folder)
    return Outcome(
        seed=plan.seed,
        wanted_per_s=plan.rate_per_s,
        took_s=took_s,
        behind_s=behind_s,
        begun_at=begun,
        sent_by_load=len(world.books.sent) - arranged,
        books=world.books,
        commands=tuple(members.commands),
        faults=dict(faults.counts) | {"reconnects": world.gateway.resumed},
        before=before,
        ended=ended,
        after=after,
        readings=tuple(bot.told),
        suspicious=tuple(bot.suspicious),
        events=dict(bot.events),
        ledger=ledger,
        audit=audit,
        returncode=bot.process.returncode,
    )


def _environment(folder: Path, plan: Plan) -> dict[str, str]:
    picture = folder / "picture.png"
    picture.write_bytes(sample_picture(*SIZE_PX, "PNG"))
    return {
        "SOAK_PICTURE": str(picture),
        "SOAK_SEED": str(plan.seed),
        "SOAK_LEFT_AFTER_S": str(LEFT_AFTER_S if plan.late_is_lost else NEVER_S),
        "DATABASE_URL": f"sqlite:///{folder}/darkroom.db",
        "IMAGE_STORE": str(folder / "images"),
        "IMAGE_BACKENDS": f"{MOODY},{STEADY}",
        "GRANT_WELCOME": "1000000",
        "MAX_CONCURRENT_REQUESTS": "32",
        "REQUEST_DEADLINE_S": str(plan.deadline_s),
        "LOG_FORMAT": "json",
    }


@asynccontextmanager
async def _running(world: World, environment: dict[str, str], folder: Path) -> AsyncIterator[RunningBot]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.soak.bot_process",
        env={**os.environ, "PYTHONPATH": str(PROJECT), **world.environment(), **environment},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 24,
    )
    bot = RunningBot(process, [], [], {}, deque(maxlen=30))
    reading = asyncio.create_task(_read(bot))
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def _read(bot: RunningBot) -> None:
    stream = bot.process.stdout
    if stream is None:
        return
    async for raw in stream:
        line = raw.decode(errors="replace")
        bot.said.append(line)
        bot.told.extend(readings([line]))
        if any(word in line for word in SUSPICIOUS) and EXPECTED not in line and len(bot.suspicious) < 200:
            bot.suspicious.append(line.rstrip()[:4_000])
        event = line.partition('"event": "')[2].partition('"')[0]
        if event and " " not in event:
            bot.events[event] = bot.events.get(event, 0) + 1


async def _arrange(members: Members) -> None:
    """A mod channel in each guild, and companions who are there and have spoken, before anything goes wrong."""
    commands = {command.name: command for command in members.commands}
    boss = members.moderators[0]
    for place in members.places:
        if place.name == "mods":
            opened = await _done(await members.use(commands["setup"], boss, place))
            parts = clickables(opened.answer.components) if opened.answer is not None else []
            chooser = next(part for part in parts if part["type"] == CHANNEL_SELECT)
            data = {"custom_id": chooser["custom_id"], "component_type": CHANNEL_SELECT}
            shown = {"id": str(place.channel_id), "name": place.name, "type": 0, "permissions": "0"}
            data |= {"values": [shown["id"]], "resolved": {"channels": {shown["id"]: shown}}}
            await _done(await members.send(3, "press setup-mod", boss, place, data, post=opened.answer))
            continue
        for name in ("Mira", "Kaito", "Juno"):
            await _done(await members.use_with(commands["companion invite"], boss, place, companion=name))
        speaking = await members.use_with(
            commands["companion speak"], boss, place, companion="Mira", text="*waves from the railing*"
        )
        await _done(speaking)


async def _done(sent: Sent | None) -> Sent:
    """Wait until an interaction was answered and nothing of it is thinking."""
    if sent is None:
        raise RuntimeError("nothing was sent")
    while not sent.callbacks or (sent.answer is not None and sent.answer.is_thinking):  # noqa: ASYNC110  two conditions, many setters
        await asyncio.sleep(0.01)
    return sent


async def _load(plan: Plan, members: Members, bot: RunningBot, say: Callable[[str], None]) -> float:
    """Interactions evenly spaced; returns how late the last of them was sent."""
    attackers = Attackers(members)
    rng = random.Random(plan.seed + 1)
    begun = time.perf_counter()
    reconnecting = asyncio.create_task(_reconnect(plan, members.world))
    minute = 0
    try:
        for number in range(int(plan.rate_per_s * plan.seconds)):
            due = begun + number / plan.rate_per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if bot.process.returncode is not None:
                raise RuntimeError(f"the bot ended with {bot.process.returncode}: {bot.suspicious[-3:]}")
            if number % TALK_ONE_IN == 0:
                await members.talk()
            await (attackers.act() if rng.random() < plan.hostile_share else members.act())
            if time.perf_counter() - begun >= 60 * (minute + 1):
                minute += 1
                say(f"minute {minute}: {_shown(bot.latest)}; load average {os.getloadavg()[0]:.1f}")
        return time.perf_counter() - begun - plan.seconds
    finally:
        reconnecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reconnecting


async def _reconnect(plan: Plan, world: World) -> None:
    """Once in a while the gateway asks for a new connection, or the old one breaks; in turns."""
    asks = True
    while True:
        await asyncio.sleep(plan.reconnect_every_s * 0.75)
        if asks:
            await world.gateway.ask_to_reconnect()
        else:
            world.gateway.cut()
        asks = not asks
        await asyncio.sleep(plan.reconnect_every_s * 0.25)


async def _calm(
    world: World, bot: RunningBot, folder: Path, patience_s: float, before: Reading | None = None
) -> Reading:
    """Wait until nothing is under way any more (given up after ``patience_s``), and read the process then.

    With ``before``, also until it has no more tasks and open files than then.
    """
    deadline = time.perf_counter() + patience_s
    steady: list[Reading] = []
    while time.perf_counter() < deadline:
        seen = len(bot.told)
        while len(bot.told) == seen and bot.process.returncode is None:  # noqa: ASYNC110  it tells each second
            await asyncio.sleep(0.05)
        latest = bot.latest
        is_busy = world.is_awaited() or read_ledger(folder / "darkroom.db").under_way
        if is_busy or (before is not None and not has_settled(before, latest)):
            steady = []
            continue
        steady = [reading for reading in (*steady, latest)[-3:] if reading.tasks == latest.tasks]
        if len(steady) == 3:
            break
    return bot.latest


async def _audit(environment: dict[str, str], folder: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "audit",
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment, "IMAGE_BACKENDS": "sketch"},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode().strip()


def _shown(reading: Reading) -> str:
    return (
        f"{reading.resident_mb:.0f} MB, {reading.blocks:,} blocks, {reading.tasks} tasks, "
        f"{reading.threads} threads, {reading.open_files} open files, {reading.cpu_s:.0f} s CPU"
    )
