"""Every request is counted once, as what became of it; every job at a backend as how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import errors
from bot.domain.picture import Resolution
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.services.ports.metrics import JobOutcome
from tests.services.request_parts import ANA, Room, jpeg, open_room


class Counted:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[RequestKind, RequestState, EndReason | None]] = []
        self.jobs: list[tuple[str, JobOutcome, bool]] = []

    def request_ended(self, kind: RequestKind, state: RequestState, reason: EndReason | None) -> None:
        self.requests.append((kind, state, reason))

    def job_ended(self, backend: str, outcome: JobOutcome, took_s: float | None) -> None:
        self.jobs.append((backend, outcome, took_s is not None))


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
async def room(tmp_path: Path, counted: Counted) -> AsyncIterator[Room]:
    async with open_room(tmp_path, metrics=counted) as room:
        yield room


async def test_a_picture_is_one_delivered_request_and_one_job(room: Room, counted: Counted) -> None:
    request = await room.run()
    assert request.state is RequestState.DELIVERED
    await room.second_driver.drive(request.request_id)  # nothing is left to do, or to count
    assert counted.requests == [(RequestKind.INSTANT, RequestState.DELIVERED, None)]
    assert counted.jobs == [(room.backend.name, JobOutcome.MADE, True)]


async def test_a_refusal_of_the_backend_is_counted_with_its_reason(room: Room, counted: Counted) -> None:
    room.backend.script = [[errors.BackendRefusedError("scripted")]]
    await room.run()
    assert counted.requests == [(RequestKind.INSTANT, RequestState.REFUSED, EndReason.BACKEND_REFUSED)]
    assert counted.jobs == [(room.backend.name, JobOutcome.REFUSED, False)]


async def test_each_attempt_is_a_job_and_all_of_them_one_request(room: Room, counted: Counted) -> None:
    room.backend.script = [[errors.BackendFailedError("scripted")], [jpeg(1536, 2048)]]
    await room.run()
    assert [state for _, state, _ in counted.requests] == [RequestState.DELIVERED]
    assert [outcome for _, outcome, _ in counted.jobs] == [JobOutcome.FAILED, JobOutcome.MADE]


async def test_a_cancelled_request_is_counted_once_however_often_it_is_cancelled(
    room: Room, counted: Counted
) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.desk.cancel(request_id, ANA)
    with pytest.raises(errors.AlreadySettledError):
        await room.desk.cancel(request_id, ANA)
    await driving
    assert counted.requests == [(RequestKind.INSTANT, RequestState.CANCELLED, EndReason.CANCELLED)]
    assert counted.jobs == []


async def test_a_batch_that_is_cancelled_with_pictures_on_record_counts_as_delivered(
    room: Room, counted: Counted
) -> None:
    room.backend.script = [[jpeg(1536, 2048), asyncio.Event()]]
    press = room.press(
        resolution=Resolution.R2K, companion_ids=("mira",), prompt="waves", count=2, aspect=None
    )
    request_id = await room.desk.begin(replace(press, kind=RequestKind.PREMIUM))
    driving = asyncio.create_task(room.driver.drive(request_id))
    while not any(status.made for status in room.courier.statuses):
        await asyncio.wait_for(room.courier.waiting[request_id].wait(), 10)
        room.courier.waiting[request_id].clear()
    await room.desk.cancel(request_id, ANA)
    await driving
    assert counted.requests == [(RequestKind.PREMIUM, RequestState.DELIVERED, None)]
