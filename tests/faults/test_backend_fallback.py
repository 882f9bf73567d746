"""A picture service that is down, and kill -9 around the move to another: delivered once, as it was promised."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import Interaction
from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import die_at, died_and_back
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet,poor,spare", "MAX_CONCURRENT_REQUESTS": "1"}

MOMENTS = [
    "Attempts._start inside",
    "Attempts._start after",
    "Attempts._move inside",
    "Attempts._move after",
    "Settler.store inside",
    "Settler.store after",
    "courier.deliver after",
]


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def asked(stage: Stage) -> AsyncIterator[list[str]]:
    """Which services were asked, in order; the first is down."""
    names: list[str] = []

    async def answer(job: Job) -> None:
        names.append(job.backend)
        if job.backend == "puppet":
            await job.tell("raise", error="unavailable")
        else:
            await job.finish()

    stage.puppeteer.script = answer
    yield names
    stage.puppeteer.script = None


async def press(stage: Stage) -> tuple[Room, Interaction]:
    room = await stage.room()
    return room, await stage.world.press(room.member, room.spoken, "Instant")


async def delivered_once_by(stage: Stage, room: Room, backend: str) -> None:
    assert await stage.settled(room.member) == ["delivered"]
    assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
    assert [is_picture(message) for message in stage.world.messages(room.place)].count(True) == 1
    rows = stage.rows(
        "SELECT backend, (SELECT count(*) FROM image WHERE image.request_id = request.request_id),"
        " (SELECT max(kind) FROM ledger WHERE ref LIKE request.request_id || ':%'),"
        " (SELECT min(kind) FROM ledger WHERE ref LIKE request.request_id || ':%'),"
        " (SELECT count(*) FROM ledger WHERE ref LIKE request.request_id || ':%')"
        " FROM request WHERE user_id = :user",
        user=room.member.id,
    )
    assert [tuple(row) for row in rows] == [(backend, 1, "hold", "capture", 2)]


async def test_a_service_that_is_down_is_passed_over_for_one_that_keeps_the_promises(
    stage: Stage, asked: list[str]
) -> None:
    room, pressed = await press(stage)
    await stage.picture(pressed)
    await delivered_once_by(stage, room, "spare")
    assert asked == ["puppet", "spare"], "the one in between takes no likeness"


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_around_the_move_a_request_is_delivered_once(
    stage: Stage, moment: str, asked: list[str]
) -> None:
    await die_at(stage, moment)
    room, _ = await press(stage)
    await died_and_back(stage)
    await delivered_once_by(stage, room, "spare")
    assert set(asked) <= {"puppet", "spare"}


async def test_killed_while_the_second_is_at_it_a_request_stays_there(stage: Stage) -> None:
    stage.puppeteer.script = None
    room, pressed = await press(stage)
    first = await stage.puppeteer.next_job()
    await first.tell("raise", error="unavailable")
    second = await stage.puppeteer.next_job()
    await second.tell_and_hear("accepted", ref="job-2")
    await pressed.said("another one")
    await stage.world.restart_bot(kill=True)
    again = await stage.puppeteer.next_job()
    assert (again.backend, again.described["provider_ref"]) == ("spare", "job-2")
    await again.finish()
    await delivered_once_by(stage, room, "spare")


async def test_a_service_that_was_down_too_often_is_left_alone_for_a_while(
    stage: Stage, asked: list[str]
) -> None:
    await stage.world.restart_bot()
    for _ in range(3):
        room, _ = await press(stage)
        await delivered_once_by(stage, room, "spare")
    assert asked == ["puppet", "spare"] * 3
    room, _ = await press(stage)
    await delivered_once_by(stage, room, "spare")
    assert asked == [*["puppet", "spare"] * 3, "spare"]
    shown = await stage.world.slash(stage.kim, room.place, "stats")
    told = await shown.said("rests until")
    assert "**puppet** rests until <t:" in told.text
    assert "**spare** answers" in told.text


async def test_place_and_time_at_the_service_are_shown(stage: Stage) -> None:
    stage.puppeteer.script = None
    room, pressed = await press(stage)
    job = await stage.puppeteer.next_job()
    await job.tell("progress", position=3, eta_s=38)
    await pressed.said("place 3, about 40 s")
    await job.tell("progress", fraction=0.5, eta_s=12)
    await pressed.said("50% · about 15 s")
    await job.finish()
    await stage.picture(pressed)
    assert await stage.settled(room.member) == ["delivered"]
