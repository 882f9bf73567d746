"""A request whose backend is down goes on with another, under the same hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution
from bot.domain.request import EndReason, RequestKind, RequestState
from bot.services.ports.storage import UnitOfWork
from tests.services.fallback_parts import away, can, entries, named, rest, two
from tests.services.request_parts import (
    BEN,
    GUILD,
    WELCOME,
    jpeg,
    open_room,
)

OWNER = 9

# ---------------------------------------------------------------- choosing


async def test_a_backend_that_answers_comes_before_one_that_rests(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        assert (await room.run()).backend == "scripted"
        rest(room, "scripted")
        request = await room.run()
        assert (request.backend, request.state, len(second.jobs)) == (
            "second",
            RequestState.DELIVERED,
            1,
        )


async def test_when_all_rest_the_first_is_asked_and_nothing_is_refused_for_that(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        rest(room, "scripted", "second")
        request = await room.run()
        assert (request.backend, request.state) == ("scripted", RequestState.DELIVERED)
        assert (len(room.backend.jobs), len(second.jobs)) == (1, 0)
        assert room.backends.health.answers("scripted"), "which it is the first to find out"


async def test_what_only_a_resting_backend_can_do_is_asked_of_it(tmp_path: Path) -> None:
    async with two(tmp_path, resolutions=frozenset({Resolution.R2K})) as (room, _):
        rest(room, "scripted")
        assert (await room.run(resolution=Resolution.R1K)).backend == "scripted"


async def test_a_cast_whose_likeness_can_be_drawn_is_drawn_by_who_can(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, _):
        can(room.backend, max_references=1)
        assert (await room.run()).backend == "scripted"
        room.writer.count = 2
        assert (await room.run()).backend == "second"
        premium = await room.ask(RequestKind.PREMIUM, "mira", prompt="at the beach")
        assert premium.backend == "scripted", "which is made from looks alone"


@pytest.mark.parametrize("less", [{"max_references": 0}, {"is_illustration": True}])
async def test_a_resting_backend_is_no_reason_to_make_less_for_the_same_price(
    tmp_path: Path, less: dict[str, object]
) -> None:
    poor, rich = named("poor", **less), named("rich")
    async with open_room(tmp_path, other_backends=[poor, rich]) as room:
        rest(room, "scripted")
        assert (await room.run()).backend == "rich"
        rest(room, "rich")
        assert (await room.run()).backend == "scripted", "the first, for it was passed over for less"
        assert poor.jobs == []


async def test_where_the_first_would_draw_no_likeness_the_next_need_not(tmp_path: Path) -> None:
    async with two(tmp_path, max_references=0) as (room, _):
        can(room.backend, max_references=1)
        room.writer.count = 2
        rest(room, "scripted")
        assert (await room.run()).backend == "second"


async def test_capabilities_are_read_each_time(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        can(room.backend, aspects=frozenset({Aspect.WIDE}))
        assert (await room.run()).backend == "second"
        can(room.backend, aspects=frozenset(Aspect))
        assert (await room.run()).backend == "scripted"
        can(second, max_batch=1)
        assert room.backends.offer.max_batch == 8
        can(room.backend, max_batch=1)
        assert room.backends.offer.max_batch == 1


# ---------------------------------------------------------------- moving


async def test_a_request_moves_at_once_to_the_next_when_nobody_is_there(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        away(room.backend)
        request = await room.run()
        assert (request.state, request.backend) == (RequestState.DELIVERED, "second")
        assert (request.attempts, request.given_up) == (1, ("scripted",))
        assert (len(room.backend.jobs), len(second.jobs)) == (1, 1)
        assert second.jobs == room.backend.jobs
        assert entries(room, request) == ["capture", "hold"]
        assert (request.hold_ref, (await room.balance()).free.total) == (
            f"{request.request_id}:1",
            WELCOME - 50,
        )


async def test_what_failed_is_asked_once_more_before_the_request_moves(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        failure = BackendFailedError("scripted", "out of memory")
        room.backend.script = [[failure]]
        assert (await room.run()).backend == "scripted"
        room.backend.script = [[failure], [b"no picture"]]
        request = await room.run()
        assert (request.backend, len(room.backend.jobs), len(second.jobs)) == ("second", 4, 1)


async def test_a_refusal_is_an_answer_and_nobody_else_is_asked(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        room.backend.script = [[BackendRefusedError("scripted")]]
        request = await room.run()
        assert (request.state, request.end_reason) == (RequestState.REFUSED, EndReason.BACKEND_REFUSED)
        assert (second.jobs, entries(room, request)) == ([], ["hold", "release"])


async def test_no_backend_is_asked_again_that_failed_the_request_before(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        away(room.backend, times=9)
        away(second, times=9)
        request = await room.run()
        assert (request.state, request.end_reason) == (RequestState.FAILED, EndReason.BACKEND_UNAVAILABLE)
        assert (len(room.backend.jobs), len(second.jobs)) == (1, 3), "the last one is asked again, as ever"
        assert entries(room, request) == ["hold", "release"]


async def test_the_progress_message_says_that_another_one_is_trying(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        away(room.backend)
        gate = asyncio.Event()
        second.script = [[gate, jpeg(768, 1024)]]
        request_id = await room.begin()
        driving = asyncio.create_task(room.driver.drive(request_id))
        await second.started.wait()
        assert room.courier.shown[-1].given_up == ("scripted",)
        assert room.courier.shown[0].given_up == ()
        gate.set()
        await driving


async def test_a_backend_that_went_down_while_a_request_waited_is_not_even_tried(tmp_path: Path) -> None:
    second = named("second")
    async with open_room(tmp_path, slots=1, other_backends=[second]) as room:
        room.backend.script = [[asyncio.Event()]]
        first_id, request_id = await room.begin(BEN), await room.begin()
        first = asyncio.create_task(room.driver.drive(first_id))
        await room.backend.started.wait()
        waiting = asyncio.create_task(room.driver.drive(request_id))
        await room.courier.waiting[request_id].wait()
        rest(room, "scripted")
        await room.desk.cancel(first_id, BEN)
        await asyncio.gather(first, waiting)
        request = await room.request(request_id)
        assert (request.state, request.backend) == (RequestState.DELIVERED, "second")
        assert (request.given_up, request.attempts) == ((), 1), "it never failed this one"
        assert (len(room.backend.jobs), len(second.jobs)) == (1, 1)
        assert entries(room, request) == ["capture", "hold"]


async def test_a_guilds_own_choice_is_never_overridden(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        await room.guilds.change(GUILD, OWNER, lambda now: replace(now, backend="scripted"))
        away(room.backend, times=9)
        request = await room.run()
        assert (request.state, request.end_reason) == (RequestState.FAILED, EndReason.BACKEND_UNAVAILABLE)
        assert (len(room.backend.jobs), second.jobs) == (3, [])
        rest(room, "scripted")
        room.backend.script = []
        assert (await room.run()).backend == "scripted"
        assert second.jobs == []


async def test_an_owner_who_chooses_while_a_request_is_under_way_is_obeyed(tmp_path: Path) -> None:
    """Also where this process still remembers the settings from before."""
    async with two(tmp_path) as (room, second):
        gate = asyncio.Event()
        room.backend.script = [[gate, BackendUnavailableError("scripted")]]
        request_id = await room.begin()
        driving = asyncio.create_task(room.driver.drive(request_id))
        await room.backend.started.wait()
        settings = replace(await room.guilds.settings(GUILD), backend="scripted")

        async def choose_elsewhere(uow: UnitOfWork) -> None:
            await uow.guilds.set(GUILD, settings)

        await room.storage.write(choose_elsewhere)
        gate.set()
        await driving
        assert (await room.request(request_id)).backend == "scripted"
        assert second.jobs == []
