"""What OpenAI's interface asks of its backend, beyond the contract of all: seen on the wire."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.backends.openai_images import ENTRY, OpenAiImagesSettings
from bot.backends.openai_images.sizes import nearest_size
from bot.domain.errors import BackendUnavailableError
from bot.domain.picture import Aspect, Resolution, size_px
from bot.domain.scene import Figure, Scene
from bot.rendering.sizing import is_enlarged
from bot.services.ports.images import ImageBackend, JobKind, Progress
from tests.backends.contract import BEACH, KAITO, MIRA, NOOR, Watcher, job, made, opened
from tests.backends.hosted_server import picture
from tests.backends.openai_images_server import (
    MODEL,
    OpenAiImagesServer,
    openai_images_server,
    with_pictures,
)
from tests.backends.remote_contract import SECRET

GROUP = Scene((Figure("noor"), Figure("mira"), Figure("kaito")), "park")


def backend_at(url: str, **changed: Any) -> ImageBackend:
    settings = OpenAiImagesSettings(
        openai_api_key=SecretStr(SECRET),
        openai_base_url=url,
        openai_image_model=MODEL,
        openai_image_quality="auto",
        openai_image_previews=2,
        openai_image_timeout_s=5,
    )
    return ENTRY.make(settings.model_copy(update=changed))


@pytest.fixture
async def server() -> AsyncIterator[OpenAiImagesServer]:
    async with openai_images_server() as running:
        yield running


@pytest.fixture
async def backend(server: OpenAiImagesServer) -> AsyncIterator[ImageBackend]:
    made_of_it = backend_at(server.url)
    yield made_of_it
    await made_of_it.close()


@pytest.mark.parametrize(
    ("aspect", "resolution", "size"),
    [
        (Aspect.SQUARE, Resolution.R1K, (1024, 1024)),
        (Aspect.WIDE, Resolution.R1K, (1088, 608)),  # 1024x576 would be below their fewest pixels
        (Aspect.PORTRAIT, Resolution.R1K, (768, 1024)),
        (Aspect.SQUARE, Resolution.R2K, (2048, 2048)),
        (Aspect.WIDE, Resolution.R2K, (2048, 1152)),
        (Aspect.TALL, Resolution.R2K, (1152, 2048)),
        (Aspect.LANDSCAPE, Resolution.R2K, (2048, 1536)),
        (Aspect.SQUARE, Resolution.R4K, (2880, 2880)),
        (Aspect.WIDE, Resolution.R4K, (3840, 2160)),
        (Aspect.TALL, Resolution.R4K, (2160, 3840)),
        (Aspect.PORTRAIT, Resolution.R4K, (2480, 3312)),
    ],
)
def test_each_size_is_the_nearest_that_is_made(
    aspect: Aspect, resolution: Resolution, size: tuple[int, int]
) -> None:
    assert nearest_size(*size_px(aspect, resolution)) == size


def test_no_size_leaves_their_bounds_or_the_shape() -> None:
    for width_px in range(64, 5000, 8):
        for across, down in ((1, 1), (16, 9), (9, 16), (4, 3), (3, 4)):
            height_px = max(64, round(width_px * down / across / 8) * 8)
            width, height = nearest_size(width_px, height_px)
            assert width % 16 == height % 16 == 0
            assert max(width, height) <= 3840
            assert 655_360 <= width * height <= 8_294_400
            assert abs((width / height) / (width_px / height_px) - 1) < 0.05


async def test_a_picture_from_words_is_asked_for_with_all_its_fields(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    (picture,) = await made(backend, job(prompt="Mira at the beach.", resolution=Resolution.R2K))
    assert server.endpoints == ["generation"]
    body = server.bodies[0]
    assert body.pop("prompt").startswith("Mira at the beach.")
    assert body == {
        "model": MODEL,
        "n": 1,
        "size": "1536x2048",
        "quality": "auto",
        "output_format": "jpeg",
        "stream": True,
        "partial_images": 2,
    }
    assert opened(picture).size == (1536, 2048)
    assert picture.labels == ()


async def test_quality_is_the_operators_choice(server: OpenAiImagesServer) -> None:
    backend = backend_at(server.url, openai_image_quality="low")
    await made(backend, job())
    assert server.bodies[0]["quality"] == "low"
    await backend.close()


async def test_references_go_along_in_order_and_the_words_count_them(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    cast = [dataclasses.replace(m, reference=f"jpeg of {m.name}".encode()) for m in (NOOR, MIRA, KAITO)]
    await made(backend, job(GROUP, *cast, prompt="They wave."))
    assert server.endpoints == ["edit"]
    assert server.pictures == [
        ("image-1.jpg", "image/jpeg", b"jpeg of Noor"),
        ("image-2.jpg", "image/jpeg", b"jpeg of Mira"),
        ("image-3.jpg", "image/jpeg", b"jpeg of Kaito"),
    ]
    lines = server.bodies[0]["prompt"].splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == [
        "Image 1 is Noor",
        "Image 2 is Mira",
        "Image 3 is Kaito",
    ]
    assert lines[3] == "They wave."


async def test_an_edited_picture_goes_first_and_keeps_its_size(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    mira = dataclasses.replace(MIRA, reference=b"mira")
    await made(
        backend,
        job(
            BEACH,
            mira,
            kind=JobKind.EDIT,
            source=b"before",
            prompt="make it night",
            width_px=2048,
            height_px=1152,
        ),
    )
    assert [data for _, _, data in server.pictures] == [b"before", b"mira"]
    body = server.bodies[0]
    assert "Change Image 1: make it night" in body.pop("prompt")
    assert body == {
        "model": MODEL,
        "n": 1,
        "size": "2048x1152",
        "quality": "auto",
        "output_format": "jpeg",
        "stream": True,
        "partial_images": 2,
    }


@pytest.mark.parametrize("reference", [None, b"mira"])
async def test_a_batch_is_one_request(
    backend: ImageBackend, server: OpenAiImagesServer, reference: bytes | None
) -> None:
    pictures = await made(backend, job(BEACH, dataclasses.replace(MIRA, reference=reference), count=8))
    assert len({picture.data for picture in pictures}) == 8
    assert [picture.seed for picture in pictures] == list(range(7, 15))
    assert server.jobs == 1
    assert server.bodies[0]["n"] == 8
    assert not server.bodies[0]["stream"]
    assert server.endpoints == ["generation" if reference is None else "edit"]


async def test_of_a_batch_that_came_short_what_is_there_is_handed_over(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    server.makes = 3
    assert len(await made(backend, job(count=5))) == 3


async def test_more_pictures_than_were_asked_for_are_left(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    server.makes = 5
    assert len(await made(backend, job(count=2))) == 2


async def test_previews_are_passed_on_while_the_picture_is_being_made(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    server.previews = [b"first", b"second"]
    server.last_event = asyncio.Event()

    class Impatient(Watcher):
        def progress(self, progress: Progress) -> None:
            super().progress(progress)
            if progress.preview == b"second":
                assert server.last_event is not None
                server.last_event.set()

    watcher = Impatient()
    async with asyncio.timeout(10):
        await made(backend, job(), watcher)
    assert [progress.preview for progress in watcher.seen] == [None, b"first", b"second", None]
    assert [progress.fraction for progress in watcher.seen] == [0, 1 / 3, 2 / 3, 1]


async def test_previews_of_an_edit_are_passed_on_too(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    watcher = Watcher()
    await made(backend, job(kind=JobKind.EDIT, source=b"before", prompt="night"), watcher)
    assert len([progress for progress in watcher.seen if progress.preview]) == 2
    assert server.bodies[0]["partial_images"] == 2


async def test_without_previews_nothing_is_streamed_and_none_are_promised(server: OpenAiImagesServer) -> None:
    backend = backend_at(server.url, openai_image_previews=0)
    await made(backend, job())
    assert not server.bodies[0]["stream"]
    assert "partial_images" not in server.bodies[0]
    assert not backend.capabilities.preview
    assert not backend.capabilities.progress
    await backend.close()


async def test_a_service_that_does_not_stream_is_understood(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    small = picture((64, 64), 1)
    server.answer(200, with_pictures({"output_format": "jpeg", "size": "64x64"}, small))
    (made_of_it,) = await made(backend, job())
    assert made_of_it.data == small
    assert server.jobs == 1


async def test_the_key_is_in_a_header_and_nowhere_else(
    backend: ImageBackend, server: OpenAiImagesServer
) -> None:
    await made(backend, job())
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"
    assert server.addresses == ["/v1/images/generations"]
    assert SECRET not in str(server.bodies)


async def test_a_silent_service_is_asked_once(server: OpenAiImagesServer) -> None:
    """The SDK's own two retries would follow within a second."""
    backend = backend_at(server.url, openai_image_timeout_s=0.2)
    server.last_event = asyncio.Event()
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert server.jobs == 1
    await backend.close()


async def test_nobody_at_the_address_is_a_service_that_is_down() -> None:
    backend = backend_at("http://127.0.0.1:9/v1")
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    (problem,) = await backend.problems()
    assert "OPENAI_BASE_URL" in problem
    await backend.close()


def test_only_4k_has_more_pixels_than_the_model_makes() -> None:
    """What is enlarged is labelled: https://platform.openai.com says at most 3840 on an edge."""
    shapes = [(aspect, resolution) for aspect in Aspect for resolution in Resolution]
    wanted = {shape: size_px(*shape) for shape in shapes}
    made_as = {shape: nearest_size(*wanted[shape]) for shape in shapes}
    enlarged = {shape for shape in shapes if is_enlarged(made_as[shape], wanted[shape])}
    assert enlarged == {(aspect, Resolution.R4K) for aspect in Aspect}
