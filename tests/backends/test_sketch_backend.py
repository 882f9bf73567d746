"""The sketch backend as services see it: sizes, determinism, its worker processes."""

from __future__ import annotations

import asyncio
import dataclasses
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.backends.sketch import SketchBackend
from bot.domain.errors import BackendFailedError
from bot.domain.picture import Aspect, Resolution, size_px
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import JobKind
from tests.backends.contract import BEACH, KAITO, MIRA, NOOR, Watcher, job, made, opened

# One backend for the module: a worker process takes most of a second to start.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drawing() -> AsyncIterator[SketchBackend]:
    made_here = SketchBackend()
    yield made_here
    await made_here.close()


async def test_the_same_job_gives_the_same_bytes_also_in_another_process(drawing: SketchBackend) -> None:
    (first,) = await made(drawing, job())
    another = SketchBackend()
    (second,) = await made(another, job())
    await another.close()
    assert first.data == second.data


async def test_another_seed_gives_another_picture(drawing: SketchBackend) -> None:
    pictures = await made(drawing, job(count=4))
    assert len({picture.data for picture in pictures}) == 4


@pytest.mark.parametrize(
    ("aspect", "resolution"),
    [
        (Aspect.SQUARE, Resolution.R1K),
        (Aspect.TALL, Resolution.R1K),
        (Aspect.WIDE, Resolution.R2K),
        (Aspect.PORTRAIT, Resolution.R2K),
        (Aspect.LANDSCAPE, Resolution.R4K),
    ],
)
async def test_pixels_are_true(drawing: SketchBackend, aspect: Aspect, resolution: Resolution) -> None:
    (picture,) = await made(drawing, job(aspect=aspect, resolution=resolution))
    assert opened(picture).size == size_px(aspect, resolution)


async def test_four_reference_candidates_differ(drawing: SketchBackend) -> None:
    pictures = await made(drawing, job(kind=JobKind.REFERENCE, count=4))
    assert len({picture.data for picture in pictures}) == 4
    assert all(picture.not_drawn == () for picture in pictures)


async def test_words_that_it_cannot_draw_are_listed_once(drawing: SketchBackend) -> None:
    scene = Scene(
        (Figure("mira", action="riding a dragon", outfit="red dress with a zorblax"),),
        "beach",
        "sunset",
        details=("a dragon", "two zeppelins"),
    )
    (picture,) = await made(drawing, job(scene))
    assert set(picture.not_drawn) == {"dragon", "zorblax", "zeppelins"}


async def test_what_it_draws_is_not_listed(drawing: SketchBackend) -> None:
    (picture,) = await made(drawing, job(BEACH))
    assert picture.not_drawn == ()


async def test_pictures_are_drawn_in_another_process(drawing: SketchBackend) -> None:
    await made(drawing, job())
    assert multiprocessing.active_children()


async def test_the_loop_goes_on_while_a_picture_is_drawn(drawing: SketchBackend) -> None:
    drawn = asyncio.create_task(made(drawing, job(resolution=Resolution.R2K)))
    turns = 0
    while not drawn.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 50


async def test_progress_counts_pictures(drawing: SketchBackend) -> None:
    watcher = Watcher()
    await made(drawing, job(count=4), watcher)
    assert [progress.fraction for progress in watcher.seen] == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.asyncio(loop_scope="function")
async def test_no_process_is_left_after_close() -> None:
    before = {child.pid for child in multiprocessing.active_children()}
    backend = SketchBackend()
    await made(backend, job())
    assert {child.pid for child in multiprocessing.active_children()} - before
    await backend.close()
    assert not {child.pid for child in multiprocessing.active_children()} - before
    with pytest.raises(BackendFailedError):
        await made(backend, job())


@pytest.mark.asyncio(loop_scope="function")
async def test_a_killed_worker_is_an_error_and_the_next_picture_has_another() -> None:
    before = {child.pid for child in multiprocessing.active_children()}
    backend = SketchBackend()
    await made(backend, job())
    (worker,) = {child.pid for child in multiprocessing.active_children()} - before
    assert worker is not None
    running = asyncio.create_task(made(backend, job(count=8, resolution=Resolution.R4K)))
    await asyncio.sleep(0.2)
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(BackendFailedError):
        await running
    assert len(await made(backend, job())) == 1
    await backend.close()


async def test_a_broken_job_is_an_error_and_no_crash(drawing: SketchBackend) -> None:
    with pytest.raises(BackendFailedError):
        await made(drawing, job(width_px=0))
    assert len(await made(drawing, job())) == 1


async def test_a_changed_dress_changes_only_where_the_dress_is(drawing: SketchBackend) -> None:
    blue = dataclasses.replace(BEACH.figures[0], outfit="blue dress")
    (before,) = await made(drawing, job(BEACH))
    (after,) = await made(
        drawing, job(dataclasses.replace(BEACH, figures=(blue,)), kind=JobKind.EDIT, source=before.data)
    )
    a, b = opened(before), opened(after)
    width, height = a.size
    corners = [(20, 20), (width - 20, 20), (20, height // 2), (width - 20, height // 3)]
    assert [a.getpixel(at) for at in corners] == [b.getpixel(at) for at in corners]
    changed = [
        (x, y)
        for x in range(0, width, 8)
        for y in range(0, height, 8)
        if _differs(a.getpixel((x, y)), b.getpixel((x, y)))
    ]
    assert len(changed) > 500
    assert min(y for _x, y in changed) > height * 0.25


async def test_three_companions_keep_their_own_looks(drawing: SketchBackend) -> None:
    figures = (
        Figure("mira", outfit="red sweater", pose="standing"),
        Figure("kaito", outfit="yellow sweater", pose="standing"),
        Figure("noor", outfit="blue sweater", pose="standing"),
    )
    scene = Scene(figures, "studio", framing="full body")
    (picture,) = await made(drawing, job(scene, MIRA, KAITO, NOOR, aspect=Aspect.LANDSCAPE))
    colours = opened(picture).resize((160, 120)).getcolors(160 * 120)
    assert colours is not None
    strong = {"red": 0, "yellow": 0, "blue": 0}
    for count, colour in colours:
        assert isinstance(colour, tuple)
        red, green, blue = (int(channel) for channel in colour)
        strong["red"] += count * (red > 1.6 * max(green, blue))
        strong["yellow"] += count * (min(red, green) > 1.8 * blue)
        strong["blue"] += count * (blue > 1.5 * red and blue > 1.2 * green)
    assert all(count > 60 for count in strong.values()), strong


def _differs(a: object, b: object) -> bool:
    assert isinstance(a, tuple)
    assert isinstance(b, tuple)
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) > 24
