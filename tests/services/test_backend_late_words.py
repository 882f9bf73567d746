"""What was under way at one backend when a request moved, what comes late, and what health hears of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.domain import errors
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Resolution
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.services.ports.images import Progress
from bot.services.ports.storage import UnitOfWork
from tests.databases import RawSql
from tests.services.fallback_parts import away, quoted, rest, two
from tests.services.request_parts import (
    ANA,
    WELCOME,
    Room,
    jpeg,
    until,
)

# ---------------------------------------------------------------- what is under way, and what is late


async def test_a_job_that_may_go_on_is_picked_up_there_and_not_made_again(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        room.backend.script = [["job-7", BackendUnavailableError("scripted")], []]
        room.backend.script[1] = [jpeg(768, 1024)]
        request = await room.run()
        assert (request.backend, [job.provider_ref for job in room.backend.jobs]) == (
            "scripted",
            [None, "job-7"],
        )
        assert second.jobs == []


async def test_a_job_that_nobody_hears_of_again_is_made_elsewhere_at_last(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        room.backend.script = [["job-7", BackendUnavailableError("scripted")]]
        away(room.backend, times=2)
        request = await room.run()
        assert [job.provider_ref for job in room.backend.jobs] == [None, "job-7", "job-7"]
        assert (request.backend, second.jobs[0].provider_ref, request.provider_ref) == ("second", None, None)


async def test_a_failed_job_is_forgotten_by_its_provider(room: Room) -> None:
    room.backend.script = [["job-7", BackendFailedError("scripted")]]
    await room.run()
    assert [job.provider_ref for job in room.backend.jobs] == [None, None]


async def test_another_cast_is_another_job(tmp_path: Path) -> None:
    """Between two attempts the cast may be changed; the job under way is of the cast before."""
    async with two(tmp_path) as (room, _):
        request_id = await quoted(room)

        async def attempt_and_lose(uow: UnitOfWork) -> None:
            await uow.requests.claim(request_id, owner="dead", now_ms=0, until_ms=1)
            await uow.requests.to_running(request_id, owner="dead", at_ms=1)
            await uow.requests.set_provider_ref(request_id, "job-7", backend="scripted")
            await uow.requests.back_to_held(request_id, owner="dead", keeps_job=True)

        await room.storage.write(attempt_and_lose)
        assert (await room.request(request_id)).provider_ref == "job-7"
        await room.desk.change_cast(request_id, ANA, ["kaito"])
        await room.driver.drive(request_id)
        assert [job.provider_ref for job in room.backend.jobs] == [None]


async def test_a_late_word_of_the_first_backend_changes_nothing(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        away(room.backend)
        gate = asyncio.Event()
        second.script = [["job-2", gate, jpeg(768, 1024)]]
        request_id = await room.begin()
        driving = asyncio.create_task(room.driver.drive(request_id))
        await second.started.wait()
        late = room.backend.watcher
        assert late is not None
        shown = len(room.courier.statuses)
        await late.accepted("job-1")
        late.progress(Progress(fraction=0.99))
        assert len(room.courier.statuses) == shown

        async def late_record(uow: UnitOfWork) -> bool:
            return await uow.requests.set_provider_ref(request_id, "job-1", backend="scripted")

        assert not await room.storage.write(late_record)
        gate.set()
        await driving
        request = await room.request(request_id)
        assert (request.backend, request.provider_ref) == ("second", "job-2")
        assert (len(room.courier.delivered), len(await room.pictures(request_id))) == (1, 1)


async def test_a_batch_with_a_picture_on_record_stays_with_its_backend(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        room.backend.script = [[jpeg(1536, 2048), BackendUnavailableError("scripted")]]
        request = await room.ask(RequestKind.PREMIUM, "mira", prompt="at the beach", count=3)
        assert (request.state, request.backend, second.jobs) == (RequestState.DELIVERED, "scripted", [])
        assert (len(await room.pictures(request.request_id)), (await room.balance()).free.total) == (
            1,
            WELCOME - 50,
        )


async def test_after_a_crash_the_rest_of_a_batch_is_made_where_it_was_begun(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        room.backend.script = [[jpeg(1536, 2048), asyncio.Event()]]
        press = room.press(companion_ids=("mira",), prompt="at the beach", count=3, resolution=Resolution.R2K)
        request_id = await room.desk.begin(replace(press, kind=RequestKind.PREMIUM))
        driving = asyncio.create_task(room.driver.drive(request_id))
        await until(lambda: bool(room.courier.statuses and room.courier.statuses[-1].made))
        driving.cancel()
        await asyncio.wait([driving])
        rest(room, "scripted")
        room.clock.now += 61_000
        rest(room, "scripted")
        await room.second_driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.backend, second.jobs) == ("scripted", [])
        assert len(await room.pictures(request_id)) == 3


async def test_a_move_that_was_overtaken_changes_nothing(tmp_path: Path) -> None:
    """Another process has the request by the time this one would hand it on."""
    async with two(tmp_path) as (room, second):
        gate = asyncio.Event()
        room.backend.script = [[gate, BackendUnavailableError("scripted")]]
        request_id = await room.begin()
        stopped = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()

        async def forget_leases(uow: UnitOfWork) -> None:
            await uow.requests.expire_leases()

        await room.storage.write(forget_leases)
        await room.second_driver.drive(request_id)
        gate.set()
        await stopped
        request = await room.request(request_id)
        assert (request.backend, second.jobs, len(room.courier.delivered)) == ("scripted", [], 1)


# ---------------------------------------------------------------- what health hears of it


async def test_health_counts_what_backends_did(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, _):
        away(room.backend)
        await room.run()
        room.backend.script = [[BackendRefusedError("scripted")], [RuntimeError("a fault")]]
        await room.run()
        await room.run()
        first, other = room.backends.health.all()
        assert (first.made, first.refused, first.failed) == (1, 1, 2)
        assert (other.name, other.made) == ("second", 1)


async def test_a_cancel_says_nothing_of_a_backend(room: Room) -> None:
    room.backend.script = [[asyncio.Event()]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await room.backend.started.wait()
    await room.desk.cancel(request_id, ANA)
    await driving
    seen = room.backends.health.of("scripted")
    assert (seen.made, seen.refused, seen.failed) == (0, 0, 0)


async def test_a_time_out_counts_where_the_backend_had_most_of_the_time(room: Room) -> None:
    async def take_long() -> None:
        room.clock.now += 50
        await asyncio.Event().wait()

    room.backend.on_generate = take_long
    late_id, slow_id = await room.begin(), await room.begin()
    with RawSql.of(room.storage) as raw:
        raw.execute("UPDATE request SET deadline_at_ms = created_at_ms + 50 WHERE request_id = ?", (slow_id,))
    await room.driver.drive(slow_id)
    assert room.backends.health.of("scripted").last_error == "DeadlineError"
    room.clock.now += 599_900
    await room.driver.drive(late_id)
    assert (await room.request(late_id)).end_reason is EndReason.DEADLINE
    assert room.backends.health.of("scripted").failed == 1, "the other one had waited for us"


async def test_a_time_out_of_the_backends_own_is_no_deadline(room: Room) -> None:
    room.backend.script = [[TimeoutError("theirs")]]
    request = await room.run()
    assert (request.state, request.attempts) == (RequestState.DELIVERED, 2)
    assert room.backends.health.of("scripted").failed == 1


async def test_what_our_own_check_keeps_back_is_no_fault_of_the_backend(room: Room) -> None:
    room.safety.checks_pictures = True
    room.safety.verdicts = [errors.UnsafeRequestError("minor")]
    assert (await room.run()).state is RequestState.REFUSED
    seen = room.backends.health.of("scripted")
    assert (seen.made, seen.failed) == (1, 0)
