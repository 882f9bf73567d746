from __future__ import annotations

import asyncio
import io
import threading

import pytest
from picture_samples import NOTES, encoded, opened, photo
from PIL import Image, ImageChops, ImageStat

from bot.domain.errors import BadPictureError
from bot.rendering.decoding import Limits
from bot.rendering.lab import PillowLab
from bot.rendering.marking import DigitalSourceType, read_marking
from bot.services.ports.images import PictureLab, PictureNotes


async def test_it_is_a_picture_lab() -> None:
    lab: PictureLab = PillowLab()
    await PillowLab().close()
    assert lab


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_is_developed_into_our_own_marked_jpegs(lab: PillowLab, file_format: str) -> None:
    developed = await lab.develop(encoded(photo(768, 1024), file_format), 768, 1024, NOTES)
    assert (developed.width_px, developed.height_px) == (768, 1024)
    assert opened(developed.full).size == (768, 1024)
    assert opened(developed.thumbnail).size == (240, 320)
    for jpeg in (developed.full, developed.thumbnail):
        assert b"/trainedAlgorithmicMedia" in read_marking(jpeg)


async def test_what_is_stored_looks_like_what_came(lab: PillowLab) -> None:
    came = photo(256, 256)
    developed = await lab.develop(encoded(came, "PNG"), 256, 256, NOTES)
    worst = [high for _, high in _differences(came, opened(developed.full))]
    assert max(worst) < 40


def _differences(one: Image.Image, other: Image.Image) -> list[tuple[int, int]]:
    difference = ImageStat.Stat(ImageChops.difference(one, other))
    return [(int(low), int(high)) for low, high in difference.extrema]


async def test_a_smaller_picture_is_brought_to_the_asked_size(lab: PillowLab) -> None:
    developed = await lab.develop(encoded(photo(384, 512), "PNG"), 768, 1024, NOTES)
    assert opened(developed.full).size == (768, 1024)


async def test_the_sketch_is_marked_as_drawn_by_an_algorithm() -> None:
    notes = PictureNotes(alt_text="", backend="sketch", request_id="r")
    lab = PillowLab()
    developed = await lab.develop(encoded(photo(64, 64), "PNG"), 64, 64, notes)
    await lab.close()
    assert DigitalSourceType.ALGORITHMIC.encode() in developed.full
    assert DigitalSourceType.TRAINED.encode() not in developed.full


@pytest.mark.parametrize(
    "data", [b"", b"<html>", encoded(photo(64, 48), "PNG"), encoded(photo(300, 300), "JPEG")[:900]]
)
async def test_bad_bytes_and_wrong_shapes_are_refused(lab: PillowLab, data: bytes) -> None:
    with pytest.raises(BadPictureError):
        await lab.develop(data, 64, 64, NOTES)


async def test_its_limits_can_be_set() -> None:
    lab = PillowLab(limits=Limits(max_pixels=4_000))
    with pytest.raises(BadPictureError, match="4000 pixels"):
        await lab.develop(encoded(photo(64, 64), "PNG"), 64, 64, NOTES)
    await lab.close()


async def test_a_stored_picture_that_fits_is_handed_over_byte_by_byte(lab: PillowLab) -> None:
    full = (await lab.develop(encoded(photo(300, 200), "PNG"), 300, 200, NOTES)).full
    delivery = await lab.for_delivery(full, len(full))
    assert delivery.data is full
    assert (delivery.width_px, delivery.height_px, delivery.reduced) == (300, 200, False)


async def test_one_that_does_not_fit_is_reduced_and_keeps_its_marking(lab: PillowLab) -> None:
    full = (await lab.develop(encoded(photo(1024, 768, grain=64), "PNG"), 1024, 768, NOTES)).full
    lighter = await lab.for_delivery(full, len(full) - 1)
    assert not lighter.reduced
    smaller = await lab.for_delivery(full, len(full) // 10)
    assert smaller.reduced
    assert opened(smaller.data).size == (smaller.width_px, smaller.height_px)
    for delivery in (lighter, smaller):
        assert len(delivery.data) < len(full)
        assert read_marking(delivery.data) == read_marking(full)


@pytest.mark.parametrize(("size", "expected"), [((1024, 768), (512, 384)), ((300, 400), (300, 400))])
async def test_a_look_at_a_picture_is_smaller_never_larger_and_marked(
    lab: PillowLab, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    full = (await lab.develop(encoded(photo(*size), "PNG"), *size, NOTES)).full
    look = await lab.smaller(full, 512)
    assert opened(look).size == expected
    assert read_marking(look) == read_marking(full)
    with pytest.raises(BadPictureError):
        await lab.smaller(b"not a picture at all", 512)


@pytest.mark.parametrize("limit", [10, 10_000])
async def test_only_a_stored_jpeg_can_be_delivered(lab: PillowLab, limit: int) -> None:
    with pytest.raises(BadPictureError):
        await lab.for_delivery(b"not a picture at all", limit)


@pytest.fixture
def decoding_threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which pictures were opened."""
    names: list[str] = []
    really_open = Image.open

    def noting(*args: object, **options: object) -> Image.Image:
        names.append(threading.current_thread().name)
        return really_open(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Image, "open", noting)
    return names


async def test_pictures_are_decoded_in_the_labs_own_threads(
    lab: PillowLab, decoding_threads: list[str]
) -> None:
    full = (await lab.develop(encoded(photo(640, 640), "PNG"), 640, 640, NOTES)).full
    await lab.for_delivery(full, len(full) - 1)
    assert len(decoding_threads) == 2
    assert all(name.startswith("lab") for name in decoding_threads)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


class Gate:
    """Holds every opening of a picture back until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.entries = 0
        really_open = Image.open

        def waiting(fp: io.BytesIO, **options: object) -> Image.Image:
            self.entries += 1
            self.entered.release()
            self.open.wait(10)
            return really_open(fp, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(Image, "open", waiting)


async def test_the_loop_goes_on_while_pictures_are_made(lab: PillowLab, gate: Gate) -> None:
    data = encoded(photo(64, 64), "PNG")
    tasks = [asyncio.create_task(lab.develop(data, 64, 64, NOTES)) for _ in range(5)]
    await asyncio.sleep(0.05)
    assert gate.entries == 2
    assert not any(task.done() for task in tasks)
    gate.open.set()
    assert len(await asyncio.gather(*tasks)) == 5


async def test_cancelled_callers_give_their_places_back(lab: PillowLab, gate: Gate) -> None:
    data = encoded(photo(64, 64), "PNG")
    tasks = [asyncio.create_task(lab.develop(data, 64, 64, NOTES)) for _ in range(8)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    gate.open.set()
    await asyncio.wait_for(asyncio.gather(*(lab.develop(data, 64, 64, NOTES) for _ in range(4))), 10)
    assert gate.entries == 2 + 4


async def test_closing_lets_what_runs_end_and_drops_what_waits(gate: Gate) -> None:
    lab = PillowLab(workers=1)
    data = encoded(photo(64, 64), "PNG")
    tasks = [asyncio.create_task(lab.develop(data, 64, 64, NOTES)) for _ in range(3)]
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(lab.close())
    await asyncio.sleep(0.05)
    gate.open.set()
    await asyncio.wait_for(closing, 10)
    made, *dropped = await asyncio.gather(*tasks, return_exceptions=True)
    assert not isinstance(made, BaseException)
    assert all(isinstance(result, asyncio.CancelledError) for result in dropped)


async def test_the_event_loop_turns_while_pictures_are_worked_on(lab: PillowLab) -> None:
    """How long it may stand still is measured in benchmarks/stalls."""
    data = encoded(photo(2048, 2048), "JPEG", quality=95)
    working = asyncio.gather(*(lab.develop(data, 2048, 2048, NOTES) for _ in range(4)))
    turns = 0
    while not working.done():
        await asyncio.sleep(0)
        turns += 1
    await working
    assert turns > 100


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
async def test_a_preview_is_a_small_marked_jpeg_of_any_shape(lab: PillowLab, file_format: str) -> None:
    preview = await lab.preview(encoded(photo(1200, 300), file_format), NOTES)
    assert (opened(preview).format, opened(preview).size) == ("JPEG", (512, 128))
    assert b"/trainedAlgorithmicMedia" in read_marking(preview)
    assert opened(await lab.preview(encoded(photo(64, 48), "PNG"), NOTES)).size == (64, 48), "never enlarged"


@pytest.mark.parametrize("data", [b"", b"<html></html>", encoded(photo(64, 48), "JPEG")[:300]])
async def test_a_preview_that_is_no_picture_is_refused(lab: PillowLab, data: bytes) -> None:
    with pytest.raises(BadPictureError):
        await lab.preview(data, NOTES)


async def test_a_preview_has_the_same_limits_as_a_picture() -> None:
    lab = PillowLab(limits=Limits(max_bytes=100))
    with pytest.raises(BadPictureError, match="the limit is 100"):
        await lab.preview(encoded(photo(64, 48), "PNG"), NOTES)
    await lab.close()


async def test_previews_leave_a_worker_to_finished_pictures() -> None:
    """However many come at once, one is in work at a time."""
    lab = PillowLab(workers=2)
    large = encoded(photo(1024, 1024), "PNG")
    finished: list[str] = []

    async def show() -> None:
        await lab.preview(large, NOTES)
        finished.append("preview")

    async def make() -> None:
        await lab.develop(encoded(photo(64, 64), "PNG"), 64, 64, NOTES)
        finished.append("picture")

    showing = [asyncio.create_task(show()) for _ in range(6)]
    await asyncio.sleep(0)
    await make()
    await asyncio.gather(*showing)
    assert finished.index("picture") < 5, "it did not wait for all of them"
    await lab.close()


async def test_only_a_picture_that_came_smaller_says_that_it_was_enlarged(lab: PillowLab) -> None:
    whole = await lab.develop(encoded(photo(768, 1024), "PNG"), 768, 1024, NOTES)
    small = await lab.develop(encoded(photo(384, 512), "PNG"), 768, 1024, NOTES)
    assert (whole.enlarged_from_px, small.enlarged_from_px) == (None, 512)
