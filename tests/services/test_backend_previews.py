"""Previews are untrusted: decoded and made small before anybody sees them, and shown only where that is allowed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.domain.picture import Rating
from bot.domain.request import ImageRequest, RequestState
from bot.services.ports.images import PictureNotes, Progress
from bot.services.ratings import Sight
from bot.services.requests.showing import Showing
from bot.services.requests.watching import JobWatch
from tests.services.fallback_parts import can, quoted
from tests.services.request_parts import CHANNEL, Room, jpeg, until


def previews(room: Room) -> list[bytes]:
    """What was shown, each once, in order."""
    return list(dict.fromkeys(status.preview for status in room.courier.statuses if status.preview))


@asynccontextmanager
async def watching(room: Room, *, every_s: float = 0.0, is_filtered: bool = True) -> AsyncIterator[JobWatch]:
    """A backend's end of a job."""
    request = await room.request(await quoted(room))
    watch = JobWatch(
        request,
        PictureNotes("Mira waves", "scripted", request.request_id),
        Showing(room.courier, request, ("Mira",)),
        is_filtered=is_filtered,
        storage=room.storage,
        lab=room.lab,
        ratings=room.ratings,
        is_leaving=lambda: False,
        preview_every_s=every_s,
    )
    yield watch
    await watch.close()


async def test_a_preview_is_made_small_and_ours_before_it_is_shown(room: Room) -> None:
    async with watching(room) as watch:
        watch.progress(Progress(fraction=0.5, preview=jpeg(1536, 2048)))
        assert (room.courier.statuses[-1].fraction, room.courier.statuses[-1].preview) == (0.5, None)
        await until(lambda: bool(previews(room)))
        shown = room.courier.statuses[-1]
        assert (shown.fraction, shown.is_preview_covered) == (0.5, False)
        with Image.open(io.BytesIO(previews(room)[0])) as picture:
            assert (picture.format, picture.size) == ("JPEG", (384, 512))
        assert b"trainedAlgorithmicMedia" in previews(room)[0]


async def test_a_preview_stands_until_the_next(room: Room) -> None:
    async with watching(room) as watch:
        watch.progress(Progress(fraction=0.2, preview=jpeg(60, 80)))
        await until(lambda: bool(previews(room)))
        watch.progress(Progress(fraction=0.3))
        assert (room.courier.statuses[-1].fraction, room.courier.statuses[-1].preview) == (
            0.3,
            previews(room)[0],
        )


@pytest.mark.parametrize("bad", [b"", b"<html>no</html>", jpeg(60, 80)[:200]])
async def test_a_bad_preview_is_dropped_and_the_picture_is_made(room: Room, bad: bytes) -> None:
    go = asyncio.Event()
    room.backend.script = [
        [
            Progress(fraction=0.1, preview=bad),
            go,
            Progress(fraction=0.2, preview=jpeg(60, 80)),
            go,
            jpeg(768, 1024),
        ]
    ]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await until(lambda: 0.1 in [status.fraction for status in room.courier.statuses])
    go.set()
    await driving
    assert (await room.request(request_id)).state is RequestState.DELIVERED


async def test_after_three_bad_ones_a_jobs_previews_are_not_looked_at_any_more(room: Room) -> None:
    with capture_logs() as logs:
        async with watching(room) as watch:
            for count in range(1, 4):
                watch.progress(Progress(preview=b"bad"))
                await until(lambda count=count: [e["event"] for e in logs].count("preview_dropped") == count)
            watch.progress(Progress(preview=jpeg(60, 80)))
            await settle()
    assert previews(room) == []


async def settle() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


def shade_of(preview: bytes) -> int:
    with Image.open(io.BytesIO(preview)) as picture:
        return picture.convert("RGB").resize((1, 1)).tobytes()[0]


async def test_one_preview_is_in_work_at_a_time_and_then_the_newest(room: Room) -> None:
    async with watching(room) as watch:
        watch.progress(Progress(preview=jpeg(60, 80, 10)))
        await asyncio.sleep(0)  # it is taken up
        for shade in (60, 110, 160, 210):
            watch.progress(Progress(preview=jpeg(60, 80, shade)))
        await until(lambda: len(previews(room)) > 1)
        await settle()
        assert [round(shade_of(preview), -1) for preview in previews(room)] == [10, 210]


async def test_nothing_is_shown_once_the_job_is_over(room: Room) -> None:
    async with watching(room) as watch:
        watch.progress(Progress(preview=jpeg(60, 80)))
        await asyncio.sleep(0)  # it is in work
        shown = len(room.courier.statuses)
        await watch.close()
        watch.progress(Progress(fraction=0.9, preview=jpeg(60, 80)))
        await watch.accepted("late")
        await settle()
        assert len(room.courier.statuses) == shown


async def sight(room: Room, *, is_filtered: bool, **changes: object) -> Sight:
    request = replace(await room.request(await quoted(room)), **changes)  # type: ignore[arg-type]
    return await room.ratings.sight_of_previews(request, is_filtered=is_filtered)


async def test_previews_of_a_filtered_backend_are_shown_openly(room: Room) -> None:
    assert await sight(room, is_filtered=True) is Sight.OPEN


async def test_unfiltered_previews_are_shown_behind_a_spoiler_in_age_restricted_channels_alone(
    room: Room,
) -> None:
    assert await sight(room, is_filtered=False) is Sight.NONE
    room.gate.restricted.add(CHANNEL)
    assert await sight(room, is_filtered=False) is Sight.COVERED
    async with watching(room, is_filtered=False) as watch:
        watch.progress(Progress(preview=jpeg(60, 80)))
        await until(lambda: bool(previews(room)))
        assert room.courier.statuses[-1].is_preview_covered
        room.gate.restricted.clear()
        watch.progress(Progress(preview=jpeg(60, 80, 200)))
        asked = len(room.gate.asked)
        await until(lambda: len(room.gate.asked) > asked)
        await settle()
        assert len(previews(room)) == 1, "the channel is asked about for each"


async def test_where_a_check_looks_at_pictures_nothing_is_shown_that_it_has_not_seen(room: Room) -> None:
    room.gate.restricted.add(CHANNEL)
    room.safety.checks_pictures = True
    assert await sight(room, is_filtered=False) is Sight.NONE
    assert await sight(room, is_filtered=True) is Sight.OPEN


@pytest.mark.parametrize("is_filtered", [True, False])
async def test_no_preview_of_a_mature_picture_is_ever_shown(room: Room, is_filtered: bool) -> None:  # noqa: FBT001
    room.gate.restricted.add(CHANNEL)
    assert await sight(room, is_filtered=is_filtered, rating=Rating.MATURE) is Sight.NONE


async def test_unfiltered_previews_are_not_for_one_person_alone(room: Room) -> None:
    room.gate.restricted.add(CHANNEL)
    request = await room.request(await quoted(room))
    private = replace(request.options, private=True)
    assert await sight(room, is_filtered=False, options=private) is Sight.NONE
    assert await sight(room, is_filtered=True, options=private) is Sight.OPEN


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (Progress(queue_position=3, eta_s=40.0), (3, None, 40.0)),
        (Progress(fraction=1.0, eta_s=0.0), (None, 1.0, 0.0)),
        (
            Progress(fraction=float("nan"), queue_position=0, eta_s=float("nan")),
            (None, None, None),
        ),
        (Progress(fraction=1.5, queue_position=-2, eta_s=-1.0), (None, None, None)),
        (Progress(fraction=-0.1, eta_s=float("inf")), (None, None, None)),
    ],
)
async def test_of_what_a_backend_says_only_what_makes_sense_is_shown(
    room: Room, said: Progress, shown: tuple[object, ...]
) -> None:
    async with watching(room) as watch:
        watch.progress(said)
        status = room.courier.statuses[-1]
        assert (status.position, status.fraction, status.eta_s) == shown


async def test_a_preview_gives_way_to_the_picture_that_it_was_of(room: Room) -> None:
    request = await room.request(await quoted(room))
    showing = Showing(room.courier, request, ("Mira",))
    showing.preview(b"a preview", is_covered=True)
    showing.add(b"a thumbnail")
    status = room.courier.statuses[-1]
    assert (status.made, status.preview, status.is_preview_covered) == ((b"a thumbnail",), None, False)


async def test_what_is_closed_shows_nothing_more(room: Room) -> None:
    showing = Showing(room.courier, await room.request(await quoted(room)), ("Mira",))
    showing.close()
    shown = len(room.courier.statuses)
    showing.progress(Progress(fraction=0.5))
    showing.moved(2)
    assert len(room.courier.statuses) == shown


async def test_an_unfiltered_backends_previews_are_covered_in_the_whole_life(room: Room) -> None:
    can(room.backend, filters_output=False)
    room.gate.restricted.add(CHANNEL)
    go = asyncio.Event()
    room.backend.script = [[Progress(fraction=0.5, preview=jpeg(60, 80)), go, jpeg(768, 1024)]]
    request_id = await room.begin()
    driving = asyncio.create_task(room.driver.drive(request_id))
    await until(lambda: bool(previews(room)))
    assert room.courier.statuses[-1].is_preview_covered
    go.set()
    await driving
    done: ImageRequest = await room.request(request_id)
    assert done.state is RequestState.DELIVERED
