"""The backend ray keeps the contract, and tells apart what a service on many machines can say."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from bot.backends.diffusers.orders import Failed, Finished, Offer, Painted, Stepped
from bot.backends.ray_serve import RayBackend, RaySettings
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from bot.domain.picture import Rating
from bot.services.ports.images import JobKind
from tests.backends.contract import MIRA, Watcher, job, made
from tests.backends.ray_server import RayServer, line
from tests.backends.remote_contract import SECRET, RemoteContract


@pytest_asyncio.fixture
async def service() -> AsyncIterator[RayServer]:
    async with RayServer.start() as server:
        yield server


def settings(url: str, **changed: object) -> RaySettings:
    chosen: dict[str, object] = {
        "ray_url": url,
        "ray_api_key": SECRET,
        "ray_references": 3,
        "ray_edit": True,
        "ray_filtered": True,
        "ray_timeout_s": 1,
        **changed,
    }
    return RaySettings(**chosen, _env_file=None)  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def backend(service: RayServer) -> AsyncIterator[RayBackend]:
    made_here = RayBackend(settings(service.url))
    yield made_here
    await made_here.close()


class TestRayKeepsTheContract(RemoteContract):
    """Over the stand-in; ``test_ray_cluster.py`` does as much of it over Ray Serve itself."""


def test_it_can_do_what_the_operator_says_that_the_service_can() -> None:
    bare = RayBackend(RaySettings(_env_file=None)).capabilities  # type: ignore[call-arg]
    assert (bare.max_references, bare.edit, bare.filters_output) == (0, False, False)
    assert bare.max_rating is Rating.GENERAL
    full = RayBackend(settings("http://ray.test", ray_mature=True)).capabilities
    assert (full.max_references, full.edit, full.filters_output) == (3, True, True)
    assert full.max_rating is Rating.MATURE


async def test_the_whole_job_is_in_one_order(service: RayServer, backend: RayBackend) -> None:
    await made(backend, job(prompt="Mira waves.", count=2, seed=41))
    (order,) = service.orders
    assert (order.prompt, order.count, order.seed) == ("Mira waves.", 2, 41)
    assert (order.width_px, order.height_px) == (768, 1024)
    assert "nudity" in order.negative
    assert "child" in order.negative


async def test_a_mature_picture_is_still_of_grown_ups(service: RayServer, backend: RayBackend) -> None:
    await made(backend, job(rating=Rating.MATURE))
    (order,) = service.orders
    assert "child" in order.negative
    assert "nudity" not in order.negative


async def test_likenesses_go_along_in_the_order_of_the_cast(service: RayServer, backend: RayBackend) -> None:
    faces = [bytes([n]) * 300 for n in (1, 2)]
    cast = [type(MIRA)(name, name, MIRA.look, face) for name, face in zip("ab", faces, strict=True)]
    await made(backend, job(job().scene, *cast))
    assert list(service.orders[0].references) == faces


async def test_an_edit_brings_the_picture_the_instruction_and_the_scene(
    service: RayServer, backend: RayBackend
) -> None:
    await made(backend, job(kind=JobKind.EDIT, source=b"jpeg", prompt="make the dress blue"))
    (order,) = service.orders
    assert (order.source, order.prompt) == (b"jpeg", "make the dress blue")
    assert "beach" in order.description


async def test_a_full_queue_says_when_to_come_back(service: RayServer, backend: RayBackend) -> None:
    for said, meant in (("15", 15), ("soon", None), ("", None)):
        service.status, service.headers = 503, {"Retry-After": said}
        with pytest.raises(BackendUnavailableError) as caught:
            await made(backend, job())
        assert caught.value.retry_after_s == meant


async def test_nobody_at_the_address_is_a_service_that_is_down() -> None:
    backend = RayBackend(settings("http://127.0.0.1:9"))
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert "nobody answers at http://127.0.0.1:9" in (await backend.problems())[0]
    await backend.close()


async def test_a_key_is_not_carried_to_another_address(service: RayServer, backend: RayBackend) -> None:
    service.status, service.headers = 307, {"Location": "http://127.0.0.1:9/elsewhere"}
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == "HTTP 307"


async def test_a_failure_there_is_a_failure_here_and_a_missing_model_is_being_down(
    service: RayServer, backend: RayBackend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    service.instead = [line(Failed(reason="out of memory"))]
    with pytest.raises(BackendFailedError, match="out of memory"):
        await made(backend, job())
    service.instead = [line(Failed(reason="no such model", is_down=True))]
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "answers",
    [
        [b'{"event":"step","fraction":7}\n'],
        [b'{"event":"dance"}\n'],
        [b"\n"],
        [b"null\n"],
        [b'{"event":"picture","data":"!!!!"}\n'],
        [b"[" * 100_000 + b"\n"],
    ],
)
async def test_a_line_that_says_nothing_known_is_a_failure(
    service: RayServer, backend: RayBackend, answers: list[bytes]
) -> None:
    service.instead = answers
    with pytest.raises(BackendFailedError):
        await made(backend, job())


async def test_no_more_pictures_are_taken_than_were_ordered(service: RayServer, backend: RayBackend) -> None:
    wanted = job(count=2)
    order = line(Painted(data=b"picture"))
    service.instead = [order * 5, line(Finished())]
    assert len(await made(backend, wanted)) == 2


async def test_what_was_made_before_a_failure_is_kept(service: RayServer, backend: RayBackend) -> None:
    service.instead = [line(Painted(data=b"one")), line(Failed(reason="broken"))]
    pictures = backend.generate(job(count=2), Watcher())
    kept = [(await anext(pictures)).data]
    with pytest.raises(BackendFailedError):
        await anext(pictures)
    assert kept == [b"one"]


async def test_progress_does_not_go_back(service: RayServer, backend: RayBackend) -> None:
    watcher = Watcher()
    steps = [line(Stepped(fraction=share)) for share in (0.5, 0.2, 1)]
    service.instead = [*steps, line(Painted(data=b"one")), line(Finished())]
    await made(backend, job(), watcher)
    assert [p.fraction for p in watcher.seen] == [0.5, 0.5, 1]


async def test_a_picture_in_many_small_pieces_is_whole(service: RayServer, backend: RayBackend) -> None:
    data = b"\x89" * 300_000
    whole = line(Painted(data=data)) + line(Finished())
    service.instead = [whole[at : at + 10_000] for at in range(0, len(whole), 10_000)]
    (one,) = await made(backend, job())
    assert one.data == data


def test_a_picture_is_base64_in_its_line() -> None:
    told = json.loads(line(Painted(data=b"\xff\xfe\xfd")))
    assert base64.urlsafe_b64decode(told["data"]) == b"\xff\xfe\xfd"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: setattr(s, "status", 401), "RAY_API_KEY"),
        (lambda s: setattr(s, "status", 404), "is not Darkroom's service"),
        (
            lambda s: setattr(s, "offer", Offer(max_references=1, edit=True, is_filtered=True)),
            "RAY_REFERENCES is 3",
        ),
        (
            lambda s: setattr(s, "offer", Offer(max_references=3, edit=False, is_filtered=True)),
            "RAY_EDIT is true",
        ),
        (
            lambda s: setattr(s, "offer", Offer(max_references=3, edit=True, is_filtered=False)),
            "RAY_FILTERED is true",
        ),
    ],
)
async def test_the_doctor_is_told_what_the_service_does_not_keep(
    service: RayServer, backend: RayBackend, change: Callable[[RayServer], None], says: str
) -> None:
    change(service)
    (problem,) = await backend.problems()
    assert says in problem
    assert SECRET not in problem


async def test_after_closing_nothing_is_sent(service: RayServer, backend: RayBackend) -> None:
    await backend.close()
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert service.jobs == 0
