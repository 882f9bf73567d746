"""The log of a real request, as a log collector gets it: each line an object that names the request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.faults import Fault, rate_limit
from tests.e2e.stage import Stage
from tests.faults.puppeteer import Job

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}
EDIT = r"/messages/(\d+|@original)$"


def lines_since(stage: Stage, mark: int) -> list[dict[str, Any]]:
    """What the bot has said, parsed. The one line that it prints, its invitation, is no part of the log."""
    assert stage.world.bot is not None
    said = list(stage.world.bot.output)[mark:]
    return [json.loads(line) for line in said if not line.startswith("Invite Darkroom")]


async def told(stage: Stage, mark: int, event: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        return next((line for line in lines_since(stage, mark) if line["event"] == event), None)

    return await stage.until(found, f"a line {event}")


async def begun(stage: Stage) -> tuple[int, int, Job]:
    """A press of which nothing is made yet: where its lines begin, its number, and its job."""
    room = await stage.room()
    await told(stage, 0, "ready")  # the last line of a start
    assert stage.world.bot is not None
    mark = len(stage.world.bot.output)
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    return mark, pressed.id, await stage.puppeteer.next_job()


def assert_all_are_of(lines: list[dict[str, Any]], job: Job, interaction_id: int) -> None:
    assert len(lines) >= 3
    for line in lines:
        assert {"event", "level", "timestamp", "logger"} <= set(line), line
        assert (line.get("request_id"), line.get("interaction_id")) == (job.request_id, interaction_id), line


@pytest.mark.sqlite  # where others make the picture, the press is not known
async def test_every_line_in_the_course_of_a_request_names_it_and_the_press(stage: Stage) -> None:
    mark, interaction_id, job = await begun(stage)
    stage.world.faults.add(Fault("PATCH", EDIT, rate_limit(0.1), when=lambda request: bool(request.files)))
    await job.finish()
    await told(stage, mark, "request_delivered")
    lines = lines_since(stage, mark)
    assert_all_are_of(lines, job, interaction_id)
    # The library that waits for Discord does not know of requests, and its line names this one all the same.
    assert [line for line in lines if line["logger"].startswith("discord.")]


@pytest.mark.sqlite  # where others make the picture, the press is not known
async def test_a_fault_of_ours_is_one_line_with_its_traceback(stage: Stage) -> None:
    stage.expected_faults.add("making_failed")
    mark, interaction_id, job = await begun(stage)

    async def fail(another: Job) -> None:
        await another.tell("raise", error="unforeseen")

    stage.puppeteer.script = fail  # it is tried again
    await fail(job)
    await told(stage, mark, "request_ended")
    stage.puppeteer.script = None
    lines = lines_since(stage, mark)
    assert_all_are_of(lines, job, interaction_id)
    fault = next(line for line in lines if "exception" in line)
    assert fault["event"] == "making_failed"
    assert fault["exception"].startswith("Traceback")
    assert "RuntimeError" in fault["exception"].splitlines()[-1]


async def test_a_command_that_makes_no_request_is_named_too(stage: Stage) -> None:
    room = await stage.room()
    await told(stage, 0, "ready")
    assert stage.world.bot is not None
    mark = len(stage.world.bot.output)
    fault = stage.world.faults.add(Fault("PATCH", EDIT, rate_limit(0.1)))
    asked = await stage.world.slash(room.member, room.place, "moments balance")
    await asked.said("500")
    assert len(fault.hits) == 1
    lines = await stage.until(lambda: lines_since(stage, mark), "a line about the rate limit")
    assert [(line["logger"].startswith("discord."), line["interaction_id"]) for line in lines] == [
        (True, asked.id)
    ]
