"""Many requests at a fleet while its processes are killed and its database is restarted; then everything is counted."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground import BackendError, BotProcess, Interaction, Member, SetupError
from tests.fleet.crowd import Fleet, Room, fleet

ANSWER_WITHIN_S = 3.0
"""Later than that the member has read that the application did not respond."""

RECORDED_WITHIN_S = 10.0
FROZEN_S = 8.0
"""Longer than the leases of :class:`Fleet`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``kills`` processes are killed (-9) while the requests come in, and one worker is frozen past its lease."""

    requests: int
    seed: int
    shards: int = 2
    workers: int = 3
    members: int = 20
    at_once: int = 24
    kills: int = 8


@dataclass
class Report:
    """What happened. ``pressed_again`` counts presses that nobody was there to answer."""

    plan: Plan
    pressed_again: int = 0
    on_record: set[int] = field(default_factory=set)
    killed: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    took_s: float = 0.0

    def lines(self) -> list[str]:
        """For people."""
        return [
            (
                f"seed {self.plan.seed}: {self.plan.requests} requests at {self.plan.shards} shards and"
                f" {self.plan.workers} workers in {self.took_s:.0f} s"
            ),
            "killed: " + ", ".join(f"{count} × {what}" for what, count in sorted(self.killed.items())),
            "ended: " + ", ".join(f"{count} {state}" for state, count in sorted(self.ends.items())),
            f"presses that nobody answered: {self.pressed_again}",
        ]


async def rampage(folder: Path, plan: Plan) -> Report:
    """Run it, and check that nothing was lost, charged twice or posted twice."""
    report = Report(plan)
    async with fleet(folder) as crowd:
        await crowd.open(plan.shards, plan.workers)
        crew = Chaos(crowd, random.Random(plan.seed), report)
        every = max(plan.requests // (plan.kills + 1), 1)
        moments = {every * (number + 1) for number in range(plan.kills)}

        def disturb(done: int) -> None:
            if done in moments:
                crew.strike()
            if done == plan.requests // 2:
                crew.restart_database()

        await press_on(crowd, plan, report, disturb)
        await crew.over()
        await settle(crowd, report)
    return report


async def press_on(crowd: Fleet, plan: Plan, report: Report, disturb: Callable[[int], None]) -> None:
    """All of the plan's requests, ``at_once`` at a time; ``disturb`` hears how many are on record, at each."""
    began_s = time.monotonic()
    rooms = [await crowd.room(guild_id) for guild_id in crowd.guild_ids]
    people = [
        (room, crowd.member(room, f"Member {number}")) for number in range(plan.members) for room in rooms
    ]
    turns = iter(range(plan.requests))
    done = itertools.count(1)

    async def one_after_another() -> None:
        for number in turns:
            room, member = people[number % len(people)]
            await _press(crowd, room, member, number, report)
            disturb(next(done))

    await asyncio.gather(*(one_after_another() for _ in range(plan.at_once)))
    report.took_s = time.monotonic() - began_s


async def settle(crowd: Fleet, report: Report) -> None:
    """Wait until everything has ended, and count: nothing lost, nothing charged or posted twice."""
    await crowd.nothing_lost_nor_doubled()
    report.ends.update(await crowd.rows("SELECT state FROM request"))
    report.attempts.update(await crowd.rows("SELECT attempts FROM request"))
    assert report.on_record <= set(await crowd.rows("SELECT source_id FROM request"))


async def _press(crowd: Fleet, room: Room, member: Member, number: int, report: Report) -> None:
    """Ask for a picture until it is on record: while a shard is down, Discord says that nobody answered."""
    while True:
        try:
            crowd.world.be_in(room.guild_id)
            pressed = await crowd.world.slash(member, room.place, "image instant", hint=f"number {number}")
        except (BackendError, SetupError):
            await asyncio.sleep(0.2)
            continue
        if await _is_on_record(crowd, pressed):
            report.on_record.add(pressed.id)
            return
        report.pressed_again += 1


async def _is_on_record(crowd: Fleet, pressed: Interaction) -> bool:
    """Whether it was put on record. A shard may die, or its database be away, between its answer and that."""
    deadline_s = time.monotonic() + (RECORDED_WITHIN_S if await _is_answered(pressed) else 0.0)
    while True:
        if await crowd.rows("SELECT 1 FROM request WHERE source_id = $1", pressed.id):
            return True
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(0.1)


async def _is_answered(pressed: Interaction) -> bool:
    try:
        await pressed.acknowledged(ANSWER_WITHIN_S)
    except TimeoutError:
        return False
    return True


class Chaos:
    """Kills what it draws by lot, and has it started again."""

    def __init__(self, crowd: Fleet, chance: random.Random, report: Report) -> None:
        self._crowd = crowd
        self._chance = chance
        self._report = report
        self._repairs: set[asyncio.Task[None]] = set()
        self._struck: set[int | None] = set()
        """Who is killed already and may not be buried yet: whoever kills them replaces them, once."""

    def strike(self) -> None:
        """Kill a worker, or now and then a shard."""
        self._begin(self._strike())

    def restart_database(self) -> None:
        """Stop the server in the middle of everything, and start it again."""
        self._report.killed["database"] += 1
        self._begin(asyncio.to_thread(self._crowd.server.restart, "immediate"))

    async def over(self) -> None:
        """Until everything runs again."""
        while self._repairs:
            await asyncio.gather(*self._repairs)

    async def _strike(self) -> None:
        crowd = self._crowd
        kind = self._chance.choices(("worker", "shard", "frozen worker"), (5, 2, 1))[0]
        victim = await self._victim(crowd.shards if kind == "shard" else crowd.workers)
        self._report.killed[kind] += 1
        if kind == "frozen worker":
            await _freeze(victim, FROZEN_S)
            return
        self._struck.add(victim.pid)
        await victim.kill()
        await victim.start()
        if kind == "shard":
            await crowd.connected()

    async def _victim(self, candidates: Sequence[BotProcess]) -> BotProcess:
        """One that runs, as soon as there is one: the others are being replaced."""
        while True:
            victims = [one for one in candidates if one.running and one.pid not in self._struck]
            if victims:
                return self._chance.choice(victims)
            others = [repair for repair in self._repairs if repair is not asyncio.current_task()]
            await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._repairs.add(task)
        task.add_done_callback(self._repairs.discard)


async def _freeze(process: BotProcess, seconds: float) -> None:
    """SIGSTOP past its lease, then SIGCONT."""
    pid = process.pid
    if pid is not None:
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):  # the lot may have had it killed meanwhile
            os.kill(pid, signal.SIGCONT)
