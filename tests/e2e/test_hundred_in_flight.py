"""A hundred requests under way: everything is still acknowledged within Discord's three seconds."""

from __future__ import annotations

import asyncio

import pytest

from playground import Interaction
from tests.e2e.stage import ACK_WITHIN_S, Stage
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "MAX_CONCURRENT_REQUESTS": "100"}
IN_FLIGHT = 100


async def test_nothing_is_acknowledged_late_with_a_hundred_requests_in_flight(stage: Stage) -> None:
    room = await stage.room("Mira", "Kaito")
    members = [stage.new_member() for _ in range(IN_FLIGHT)]
    all_started, go = asyncio.Event(), asyncio.Event()
    started: list[Job] = []

    async def held_back(job: Job) -> None:
        started.append(job)
        if len(started) == IN_FLIGHT:
            all_started.set()
        await go.wait()
        await job.finish()

    stage.puppeteer.script = held_back
    presses = [await stage.world.press(member, room.spoken, "Instant") for member in members]
    async with asyncio.timeout(60):
        await all_started.wait()

    async def others() -> list[Interaction]:
        asked = [
            await stage.world.slash(room.member, room.place, command)
            for command in ("image studio", "gallery", "moments balance", "moments daily", "help", "me")
        ]
        asked.append(
            await stage.world.slash(
                room.member, room.place, "image group", companions="Mira, Kaito, Mira", prompt="They wave."
            )
        )
        return asked

    before = await others()
    go.set()
    during = await others()  # while a hundred pictures are decoded, stored and posted
    for member in members:
        assert await stage.settled(member) == ["delivered"]
    after = await others()
    acknowledged = [await i.acknowledged() for i in (*presses, *before, *during, *after)]
    assert len(acknowledged) == IN_FLIGHT + 3 * 7
    assert max(ack.latency_s for ack in acknowledged) < ACK_WITHIN_S
    for asked in (*before, *during, *after):
        await asked.answered()
    await stage.settled(room.member)
    stage.puppeteer.script = None
