"""What Gemini's interface asks of its backend, beyond the contract of all: seen on the wire."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import SecretStr

from bot.backends.gemini import ENTRY, GeminiSettings
from bot.domain.errors import BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution, size_px
from bot.domain.scene import Figure, Scene
from bot.rendering.sizing import is_enlarged
from bot.services.ports.images import ImageBackend, JobKind, PictureJob
from tests.backends.contract import BEACH, KAITO, MIRA, NOOR, Watcher, job, made, opened
from tests.backends.gemini_server import MODEL, GeminiServer, ended, gemini_server, size_of
from tests.backends.remote_contract import SECRET


def backend_at(url: str, **changed: Any) -> ImageBackend:
    settings = GeminiSettings(
        gemini_api_key=SecretStr(SECRET), gemini_base_url=url, gemini_model=MODEL, gemini_timeout_s=5
    )
    return ENTRY.make(settings.model_copy(update=changed))


@pytest.fixture
async def server() -> AsyncIterator[GeminiServer]:
    async with gemini_server() as running:
        yield running


@pytest.fixture
async def backend(server: GeminiServer) -> AsyncIterator[ImageBackend]:
    made_of_it = backend_at(server.url)
    yield made_of_it
    await made_of_it.close()


@pytest.mark.parametrize("resolution", list(Resolution))
async def test_shape_and_size_are_asked_for_by_name(
    backend: ImageBackend, server: GeminiServer, resolution: Resolution
) -> None:
    for aspect in Aspect:
        await made(backend, job(aspect=aspect, resolution=resolution))
        config = server.bodies[-1]["generationConfig"]
        assert config["imageConfig"] == {"aspectRatio": aspect.value, "imageSize": resolution.value}
        assert config["responseModalities"] == ["IMAGE"]


async def test_a_picture_is_handed_over_as_large_as_it_came(
    backend: ImageBackend,
) -> None:
    (picture,) = await made(backend, job(aspect=Aspect.WIDE, resolution=Resolution.R4K))
    assert opened(picture).size == (5504, 3072)
    assert picture.labels == ()


async def test_references_go_along_in_order_each_behind_its_name(
    backend: ImageBackend, server: GeminiServer
) -> None:
    cast = [dataclasses.replace(m, reference=f"jpeg of {m.name}".encode()) for m in (NOOR, MIRA, KAITO)]
    scene = Scene(tuple(Figure(member.companion_id) for member in cast), "park")
    await made(backend, job(scene, *cast, prompt="They wave."))
    assert server.pictures == [b"jpeg of Noor", b"jpeg of Mira", b"jpeg of Kaito"]
    kinds = ["text" if "text" in part else "picture" for part in server.parts]
    assert kinds == ["text", "picture"] * 3 + ["text"]
    words = [part["text"] for part in server.parts if "text" in part]
    assert [text.partition(":")[0] for text in words[:3]] == [
        "Image 1 is Noor",
        "Image 2 is Mira",
        "Image 3 is Kaito",
    ]
    assert words[3].startswith("They wave.")


async def test_a_picture_from_looks_alone_has_words_alone(
    backend: ImageBackend, server: GeminiServer
) -> None:
    await made(backend, job(prompt="Mira at the beach."))
    assert server.pictures == []
    (only,) = server.parts
    assert only["text"].startswith("Mira at the beach.")


async def test_an_edited_picture_goes_first_and_keeps_its_shape_and_size(
    backend: ImageBackend, server: GeminiServer
) -> None:
    mira = dataclasses.replace(MIRA, reference=b"mira")
    wanted = job(
        BEACH,
        mira,
        kind=JobKind.EDIT,
        source=b"before",
        prompt="make it night",
        aspect=Aspect.PORTRAIT,
        width_px=2048,
        height_px=1152,
    )
    await made(backend, wanted)
    assert server.pictures == [b"before", b"mira"]
    assert server.bodies[-1]["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "2K"}


async def test_every_picture_of_a_batch_has_a_seed_of_its_own(
    backend: ImageBackend, server: GeminiServer
) -> None:
    pictures = await made(backend, job(seed=2**31 - 2, count=3))
    assert sorted(picture.seed for picture in pictures) == [2**31 - 2, 2**31 - 1, 2**31]
    sent = {body["generationConfig"]["seed"] for body in server.bodies}
    assert sent == {2**31 - 2, 2**31 - 1, 0}, "their seed has 31 bits"


async def test_the_key_is_in_a_header_and_nowhere_else(backend: ImageBackend, server: GeminiServer) -> None:
    await made(backend, job())
    assert server.headers[0]["x-goog-api-key"] == SECRET
    assert [address for address in server.addresses if SECRET in address] == []
    assert SECRET not in str(server.bodies)
    assert server.addresses == [f"/v1beta/models/{MODEL}:generateContent"]


async def test_a_picture_of_a_batch_is_there_while_others_are_being_made(
    backend: ImageBackend, server: GeminiServer
) -> None:
    server.gates = {7: asyncio.Event(), 9: asyncio.Event()}
    seeds: list[int] = []
    async with asyncio.timeout(10), aclosing(pictures_of(backend, job(count=3))) as pictures:
        async for picture in pictures:
            seeds.append(picture.seed)
            for gate in server.gates.values():
                gate.set()
    assert seeds[0] == 8
    assert sorted(seeds) == [7, 8, 9]


async def test_a_batch_does_not_come_over_the_service_all_at_once(
    backend: ImageBackend, server: GeminiServer
) -> None:
    assert len(await made(backend, job(count=8))) == 8
    assert server.jobs == 8
    assert server.most_at_work <= 4


async def test_what_was_made_of_a_batch_is_handed_over_before_the_error(
    backend: ImageBackend, server: GeminiServer
) -> None:
    server.of_seed[8] = (200, ended("IMAGE_SAFETY"))
    seeds: list[int] = []

    async def take() -> None:
        nonlocal seeds
        async for picture in backend.generate(job(count=8), Watcher()):
            seeds += [picture.seed]

    with pytest.raises(BackendRefusedError):
        await take()
    assert sorted(seeds) == [7, 9, 10, 11, 12, 13, 14]


async def test_a_connection_that_breaks_is_not_asked_again(server: GeminiServer) -> None:
    """The SDK repeats such a request when it sends by aiohttp; it may have been worked on."""
    refused = backend_at("http://127.0.0.1:9")
    server.breaks = True
    backend = backend_at(server.url)
    try:
        for broken in (backend, refused):
            with pytest.raises(BackendUnavailableError):
                await made(broken, job())
        assert server.jobs == 1
    finally:
        await backend.close()
        await refused.close()


async def test_the_environment_of_google_cloud_changes_nothing(
    server: GeminiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1alpha")
    monkeypatch.setenv("GOOGLE_API_KEY", "another")
    backend = backend_at(server.url)
    assert len(await made(backend, job())) == 1
    await backend.close()


def pictures_of(backend: ImageBackend, wanted: PictureJob) -> Any:
    return backend.generate(wanted, Watcher())


@pytest.mark.parametrize("resolution", list(Resolution))
def test_no_size_of_it_has_to_be_enlarged(resolution: Resolution) -> None:
    for aspect in Aspect:
        came = size_of({"imageConfig": {"aspectRatio": aspect.value, "imageSize": resolution.value}})
        assert not is_enlarged(came, size_px(aspect, resolution))
