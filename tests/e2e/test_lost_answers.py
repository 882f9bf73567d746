"""Discord refuses, fails, or loses its own answers: nothing is lost, doubled or left thinking."""

from __future__ import annotations

import pytest

from playground import (
    Fault,
    drop_connection_after_success,
    drop_connection_before,
    late,
    rate_limit,
    server_error_after_success,
    server_error_before,
    status,
)
from playground.faults import FaultKind
from tests.e2e.outcomes import one_picture
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"IMAGE_BACKENDS": "puppet"}

EDIT = r"/messages/(\d+|@original)$"
ANSWER = "/callback"
POST = r"/channels/\d+/messages$"


@pytest.mark.parametrize(
    "kind",
    [
        rate_limit(0.2),
        server_error_before(),
        server_error_after_success(),
        server_error_before(503),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: f"{kind.name}-{kind.status}",
)
async def test_an_error_at_the_final_edit_neither_loses_nor_doubles_the_picture(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    fault = stage.world.faults.add(Fault("PATCH", EDIT, kind, when=lambda request: bool(request.files)))
    await job.finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


@pytest.mark.parametrize(
    "kind",
    [
        rate_limit(0.2),
        server_error_before(),
        server_error_after_success(),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: kind.name,
)
async def test_an_error_at_a_post_neither_loses_nor_doubles_the_picture(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    assert pressed.response is not None
    stage.world.delete_message(pressed.response)
    fault = stage.world.faults.add(Fault("POST", POST, kind, when=lambda request: bool(request.files)))
    await job.finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


@pytest.mark.parametrize(
    "kind",
    [
        server_error_before(),
        server_error_after_success(),
        drop_connection_before(),
        drop_connection_after_success(),
    ],
    ids=lambda kind: kind.name,
)
async def test_an_error_at_the_acknowledgement_does_not_leave_a_thinking_message(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    fault = stage.world.faults.add(Fault("POST", ANSWER, kind))
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await one_picture(stage, room, pressed)
    assert len(fault.hits) == 1


@pytest.mark.parametrize(
    "kind",
    [drop_connection_before(), drop_connection_after_success(), server_error_after_success()],
    ids=lambda kind: kind.name,
)
async def test_a_private_answer_survives_a_broken_connection_at_the_acknowledgement(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    picture = await one_picture(stage, room, pressed)
    stage.world.faults.add(Fault("POST", ANSWER, kind))
    handed = await (await stage.world.press(room.member, picture, "Download")).answered()
    assert handed.attachments


@pytest.mark.parametrize(
    "kind",
    [drop_connection_before(), drop_connection_after_success(), server_error_after_success()],
    ids=lambda kind: kind.name,
)
async def test_a_cancel_counts_although_the_connection_broke_at_its_acknowledgement(
    stage: Stage, kind: FaultKind
) -> None:
    room = await stage.room()
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    waiting = await stage.clickable(pressed, "Cancel")
    stage.world.faults.add(Fault("POST", ANSWER, kind))
    await stage.world.press(room.member, waiting, "Cancel")
    await job.stopped()
    await pressed.said("Cancelled")
    assert await stage.settled(room.member) == ["cancelled"]


async def test_an_acknowledgement_that_comes_too_late_costs_nothing(stage: Stage) -> None:
    room = await stage.room()
    stage.world.limits.ack_deadline_s = 0.2
    try:
        stage.world.faults.add(Fault("POST", ANSWER, late(0.4)))
        pressed = await stage.world.press(room.member, room.spoken, "Instant")
        assert (await pressed.failed()).code == 10062
    finally:
        stage.world.limits.ack_deadline_s = 3.0
    second = await stage.world.press(room.member, room.spoken, "Instant")
    await (await stage.puppeteer.next_job()).finish()
    await stage.picture(second)
    assert await stage.settled(room.member) == ["delivered"]
    assert stage.free(room.member) == 450


async def test_a_progress_edit_that_fails_does_not_stop_the_picture(stage: Stage) -> None:
    room = await stage.room()
    stage.world.faults.add(Fault("PATCH", EDIT, status(403, 50013), times=2))
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    job = await stage.puppeteer.next_job()
    await stage.world.wait_until(lambda: not len(stage.world.faults), 10, "the progress edits to fail")
    await job.finish()
    await one_picture(stage, room, pressed)
