"""A request moves only to a backend that keeps every promise of its quote."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.picture import Aspect, Rating, Resolution
from bot.domain.request import EndReason, Promise, RequestKind, RequestState
from bot.services.ports.images import JobKind
from tests.databases import RawSql
from tests.services.fallback_parts import away, can, named, quoted, two
from tests.services.rating_parts import MARKED, open_adult_room
from tests.services.request_parts import (
    ANA,
    CHANNEL,
    WELCOME,
    Room,
    open_room,
)

FEWER: dict[str, dict[str, object]] = {
    "no likeness": {"max_references": 0},
    "another size": {"resolutions": frozenset({Resolution.R4K})},
    "another shape": {"aspects": frozenset({Aspect.WIDE})},
    "a sketch": {"is_illustration": True},
    "no filter": {"filters_output": False},
}


@pytest.mark.parametrize("fewer", FEWER.values(), ids=FEWER)
async def test_no_request_moves_to_a_backend_with_fewer_promises(
    tmp_path: Path, fewer: dict[str, object]
) -> None:
    async with two(tmp_path, **fewer) as (room, second):
        away(room.backend, times=3)
        request = await room.run()
        assert (request.state, request.backend) == (RequestState.FAILED, "scripted")
        assert (len(room.backend.jobs), second.jobs) == (3, [])


async def test_what_was_not_promised_is_not_needed(tmp_path: Path) -> None:
    """A premium picture has no likeness, and a sketch may be followed by a sketch, or by more."""
    async with two(tmp_path, max_references=0, is_illustration=True) as (room, _):
        can(room.backend, is_illustration=True)
        away(room.backend)
        request = await room.ask(RequestKind.PREMIUM, "mira", prompt="at the beach")
        assert (request.promise, request.backend) == (Promise(0, is_photo=False), "second")
    async with two(tmp_path / "more", max_references=0) as (room, second):
        can(room.backend, is_illustration=True, max_references=0)
        request_id = await quoted(room)
        can(second, max_references=3)
        away(room.backend)
        await room.driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.promise, request.backend) == (Promise(0, is_photo=False), "second")
        (image,) = await room.pictures(request_id)
        assert "no likeness" not in image.labels


async def test_an_instant_group_keeps_the_likeness_that_was_quoted(tmp_path: Path) -> None:
    async with two(tmp_path, max_references=1) as (room, second):
        room.writer.count = 2
        away(room.backend, times=3)
        request = await room.run()
        assert (request.promise, request.state) == (Promise(2, is_photo=True), RequestState.FAILED)
        assert second.jobs == []


async def test_an_edit_and_a_batch_move_only_where_they_can_be_made(tmp_path: Path) -> None:
    cannot = named("cannot", edit=False, max_batch=2)
    able = named("able")
    async with open_room(tmp_path, other_backends=[cannot, able]) as room:
        (image,) = await room.pictures((await room.run()).request_id)
        away(room.backend)
        edit = await room.ask(RequestKind.EDIT, edit_of_image_id=image.image_id, prompt="at night")
        assert (edit.backend, able.jobs[0].kind) == ("able", JobKind.EDIT)
        away(room.backend)
        batch = await room.ask(RequestKind.PREMIUM, "mira", prompt="at the beach", count=3)
        assert (batch.backend, able.jobs[1].count, cannot.jobs) == ("able", 3, [])


async def test_in_an_age_restricted_channel_no_filter_is_needed(tmp_path: Path) -> None:
    async with two(tmp_path, filters_output=False) as (room, second):
        room.gate.restricted.add(CHANNEL)
        away(room.backend)
        assert (await room.run()).backend == "second"
        assert len(second.jobs) == 1


async def test_an_unfiltered_backend_loses_a_request_whose_channel_is_restricted_no_more(
    tmp_path: Path,
) -> None:
    async with two(tmp_path) as (room, second):
        can(room.backend, filters_output=False)
        room.gate.restricted.add(CHANNEL)
        request_id = await quoted(room)
        room.gate.restricted.clear()
        await room.driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.backend, room.backend.jobs, len(second.jobs)) == ("second", [], 1)


async def test_a_backend_that_can_no_longer_make_it_hands_it_on_before_it_tries(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        request_id = await quoted(room)
        can(room.backend, max_references=0)
        await room.driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.backend, room.backend.jobs, len(second.jobs)) == ("second", [], 1)


@pytest.mark.parametrize(
    ("lost", "lacks"),
    [({"max_references": 0}, "references"), ({"aspects": frozenset({Aspect.WIDE})}, "aspect")],
)
async def test_what_none_can_make_any_more_is_told_and_not_charged(
    room: Room, lost: dict[str, object], lacks: str
) -> None:
    request_id = await quoted(room)
    can(room.backend, **lost)
    await room.driver.drive(request_id)
    request = await room.request(request_id)
    assert (request.state, request.end_reason) == (RequestState.FAILED, EndReason.BACKEND_CANNOT)
    assert request.end_detail.startswith(lacks)
    assert (room.backend.jobs, (await room.balance()).free.total) == ([], WELCOME)


@pytest.mark.usefixtures("kept_database")
async def test_a_backend_that_is_configured_no_more_hands_its_requests_on(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, _):
        request_id = await quoted(room)
    gone = named("new")
    async with open_room(tmp_path) as room:
        room.backend.name = gone.name
        await room.driver.drive(request_id)
        assert (await room.request(request_id)).backend == "new"


async def test_a_request_from_before_promises_were_kept_stays_where_it_is(tmp_path: Path) -> None:
    async with two(tmp_path) as (room, second):
        request_id = await quoted(room)
        with RawSql.of(room.storage) as raw:
            raw.execute("UPDATE request SET promise = NULL")
        away(room.backend)
        await room.driver.drive(request_id)
        request = await room.request(request_id)
        assert (request.backend, request.attempts, second.jobs) == ("scripted", 2, [])


async def test_a_mature_request_moves_only_to_a_backend_that_makes_such(tmp_path: Path) -> None:
    tame, free = named("tame"), named("free", max_rating=Rating.MATURE)
    async with open_adult_room(tmp_path, other_backends=[tame, free]) as room:
        away(room.backend)
        request = await room.run(ANA, hint=MARKED)
        assert (request.rating, request.backend, tame.jobs) == (Rating.MATURE, "free", [])
