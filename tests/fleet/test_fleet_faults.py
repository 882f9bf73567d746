"""What can happen to a worker that is at a picture, and to the database under it: the picture comes once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import BotProcess, Interaction
from tests.e2e.stage import is_picture
from tests.faults.puppeteer import Job
from tests.fleet.crowd import Fleet, Room, fleet

pytestmark = [pytest.mark.process, pytest.mark.postgresql, pytest.mark.asyncio(loop_scope="module")]

WITHIN_S = 90.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """One shard; the workers are each test's own."""
    folder = tmp_path_factory.mktemp("fleet")
    async with fleet(folder, IMAGE_BACKENDS="puppet", MAX_CONCURRENT_REQUESTS="2", DRAIN_S="1") as crowd:
        await crowd.add_shards(1)
        yield crowd
        await crowd.nothing_lost_nor_doubled()


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def dismissed(crowd: Fleet) -> AsyncIterator[None]:
    """No worker is left for the next test."""
    yield
    crowd.puppeteer.script = None
    await asyncio.gather(*(worker.kill() for worker in crowd.workers))
    crowd.workers.clear()


async def worker_at(crowd: Fleet) -> tuple[BotProcess, Room, Interaction, Job]:
    """A worker that is at a picture, and nobody else."""
    worker = await crowd.add_worker()
    await crowd.relieved()
    room = await crowd.room(crowd.guild_ids[0])
    crowd.world.be_in(room.guild_id)
    pressed = await crowd.world.press(crowd.member(room, "Ana"), room.spoken, "Instant")
    return worker, room, pressed, await crowd.puppeteer.next_job(WITHIN_S)


async def picture(crowd: Fleet, pressed: Interaction) -> None:
    """Until the answer is the picture."""
    await crowd.world.wait_until(
        lambda: pressed.response is not None and is_picture(pressed.response),
        WITHIN_S,
        lambda: f"a picture: {pressed.texts()}, {crowd.printed()}",
    )
    await crowd.all_ended()


async def test_a_worker_that_is_killed_is_replaced_by_another(crowd: Fleet) -> None:
    worker, _, pressed, job = await worker_at(crowd)
    await crowd.add_worker()
    await worker.kill()
    await job.stopped(WITHIN_S)
    await (await crowd.puppeteer.next_job(WITHIN_S)).finish()
    await picture(crowd, pressed)


async def test_a_worker_that_wakes_up_without_its_lease_changes_nothing(crowd: Fleet) -> None:
    worker, _, pressed, job = await worker_at(crowd)
    await crowd.add_worker()
    os.kill(worker.pid or 0, signal.SIGSTOP)
    other = await crowd.puppeteer.next_job(WITHIN_S)
    await other.finish()
    await picture(crowd, pressed)
    await job.tell("progress", fraction=0.5)
    await job.finish()
    os.kill(worker.pid or 0, signal.SIGCONT)
    await job.stopped(WITHIN_S)
    await worker.stop(15)  # what it had to say, it has said by then
    assert pressed.response is not None
    assert is_picture(pressed.response)


async def test_a_worker_that_is_told_to_stop_leaves_its_picture_to_another_at_once(crowd: Fleet) -> None:
    worker, _, pressed, job = await worker_at(crowd)
    await crowd.add_worker()
    assert await worker.stop(30) == 0
    await job.stopped(WITHIN_S)
    await (await crowd.puppeteer.next_job(WITHIN_S)).finish()
    await picture(crowd, pressed)


async def test_cancel_at_a_shard_reaches_the_worker(crowd: Fleet) -> None:
    _, room, pressed, job = await worker_at(crowd)
    await crowd.world.wait_until(
        lambda: pressed.response is not None and "Cancel" in [b.label for b in pressed.response.buttons],
        WITHIN_S,
        "a Cancel button",
    )
    assert pressed.response is not None
    crowd.world.be_in(room.guild_id)
    await crowd.world.press(crowd.world.member(pressed.member_id), pressed.response, "Cancel")
    await job.stopped(WITHIN_S)
    await pressed.said("ancelled", WITHIN_S)
    await crowd.all_ended()


async def test_a_database_that_is_restarted_while_a_picture_is_made_costs_nothing(crowd: Fleet) -> None:
    _, _, pressed, job = await worker_at(crowd)
    await asyncio.to_thread(crowd.server.restart, "immediate")
    await job.finish()
    await picture(crowd, pressed)
    assert crowd.puppeteer.waiting == 0


async def test_without_a_worker_the_bot_makes_the_picture_itself(crowd: Fleet) -> None:
    room = await crowd.room(crowd.guild_ids[0])
    crowd.world.be_in(room.guild_id)
    pressed = await crowd.world.press(crowd.member(room, "Ben"), room.spoken, "Instant")
    await (await crowd.puppeteer.next_job(WITHIN_S)).finish()
    await picture(crowd, pressed)
