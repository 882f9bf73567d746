"""What nobody finishes in time is released and told: all of these wait for one deadline together."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

import pytest
import pytest_asyncio

from playground import Interaction
from tests.e2e.stage import Room, Stage
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet", "REQUEST_DEADLINE_S": "10", "MAX_CONCURRENT_REQUESTS": "2"}
PATIENCE_S = 30


@dataclass(frozen=True)
class Begun:
    room: Room
    pressed: Interaction
    job: Job | None = None


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def begun(stage: Stage) -> dict[str, Begun]:
    rooms = [await stage.room() for _ in range(4)]
    hung, silent, unanswered, queued = rooms
    await (await stage.world.slash(unanswered.member, unanswered.place, "me", ask_above=10)).answered()
    found: dict[str, Begun] = {}
    for name, room in (("hung", hung), ("silent", silent)):
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        found[name] = Begun(room, pressed, await stage.puppeteer.next_job())
    job = found["silent"].job
    assert job is not None
    await job.tell("progress", fraction=0.3)
    for name, room in (("unanswered", unanswered), ("queued", queued)):
        found[name] = Begun(room, await stage.world.press(room.member, room.spoken, "Instant"))
    await stage.clickable(found["unanswered"].pressed, "Make it")
    return found


@pytest.mark.parametrize("name", ["hung", "silent"])
async def test_a_backend_that_hangs_is_stopped_at_the_deadline(
    stage: Stage, begun: dict[str, Begun], name: str
) -> None:
    request = begun[name]
    told = await request.pressed.said("took too long", timeout_s=PATIENCE_S)
    assert "Nothing was charged" in told.text
    assert request.job is not None
    await request.job.stopped()
    assert await stage.settled(request.room.member) == ["failed"]
    assert (stage.free(request.room.member), stage.held(request.room.member)) == (500, 0)


async def test_a_price_that_nobody_agreed_to_in_time_is_let_go(stage: Stage, begun: dict[str, Begun]) -> None:
    request = begun["unanswered"]
    told = await request.pressed.said("Nobody agreed to the price", timeout_s=PATIENCE_S)
    assert "Make it" not in [button.label for button in told.buttons]
    assert await stage.settled(request.room.member) == ["failed"]
    assert stage.free(request.room.member) == 500


async def test_who_waits_behind_a_hanging_backend_is_served_or_told(
    stage: Stage, begun: dict[str, Begun]
) -> None:
    request = begun["queued"]
    job = asyncio.create_task(stage.puppeteer.next_job(PATIENCE_S))
    told = asyncio.create_task(request.pressed.said("took too long", timeout_s=PATIENCE_S))
    await asyncio.wait([job, told], return_when=asyncio.FIRST_COMPLETED)
    if job.done():
        with contextlib.suppress(ConnectionError):  # its own deadline may be as near
            await job.result().finish()
    job.cancel()
    told.cancel()
    (state,) = await stage.settled(request.room.member)
    assert stage.free(request.room.member) == {"delivered": 450, "failed": 500}[state]
