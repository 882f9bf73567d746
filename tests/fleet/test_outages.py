"""The database is away for longer than a restart takes, and shorter than a lease: what is under way goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.e2e.stage import is_picture
from tests.fleet.crowd import fleet, until

pytestmark = [pytest.mark.process, pytest.mark.postgresql]

WITHIN_S = 90.0


async def test_a_picture_under_way_outlives_a_database_that_is_away(tmp_path: Path) -> None:
    async with fleet(tmp_path, IMAGE_BACKENDS="puppet", LEASE_S="60", DRAIN_S="1") as crowd:
        await crowd.open(shards=1, workers=1)
        await crowd.relieved()
        (worker,) = crowd.workers
        room = await crowd.room(crowd.guild_ids[0])
        crowd.world.be_in(room.guild_id)
        pressed = await crowd.world.press(crowd.member(room, "Ana"), room.spoken, "Instant")
        job = await crowd.puppeteer.next_job(WITHIN_S)
        await asyncio.to_thread(crowd.server.stop, "immediate")
        await until(
            lambda: any('"queue_away"' in line and '"making"' in line for line in worker.output),
            WITHIN_S,
            "the worker to notice",
        )
        await asyncio.to_thread(crowd.server.start)
        await job.finish()
        await crowd.world.wait_until(
            lambda: pressed.response is not None and is_picture(pressed.response),
            WITHIN_S,
            lambda: f"a picture: {pressed.texts()}, {crowd.printed()}",
        )
        assert crowd.puppeteer.waiting == 0
        await crowd.nothing_lost_nor_doubled()
        assert await crowd.rows("SELECT attempts FROM request") == [1]
