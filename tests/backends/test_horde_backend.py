"""What the Horde's protocol asks of its backend, beyond the contract of all."""

from __future__ import annotations

import io
import tomllib
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest
from PIL import Image

from bot.backends.horde import ENTRY, HordeBackend
from bot.domain.errors import BackendFailedError, BackendRefusedError, BackendUnavailableError
from bot.domain.picture import Aspect, Resolution
from bot.rendering.decoding import Limits
from bot.services.ports.images import MadePicture, PictureJob, Progress
from bot.settings import SettingsError
from tests.backends.contract import Watcher, job, made
from tests.backends.horde_server import HordeServer
from tests.backends.remote_contract import SECRET
from tests.house.house import page

TIMEOUT = aiohttp.ClientTimeout(total=5)


@pytest.fixture
async def horde() -> AsyncIterator[HordeServer]:
    async with HordeServer.start() as server:
        yield server


@pytest.fixture
async def backend(horde: HordeServer) -> AsyncIterator[HordeBackend]:
    backend = HordeBackend(
        f"{horde.url}/api", SECRET, ("Deliberate",), poll_every_s=0.002, most_idle_polls=40, timeout=TIMEOUT
    )
    yield backend
    await backend.close()


def size(picture: MadePicture) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture.data)) as image:
        return image.size


# ---------------------------------------------------------------------- what is ordered


async def test_an_order_is_general_and_named_models_with_a_seed_of_its_own_for_each(
    horde: HordeServer, backend: HordeBackend
) -> None:
    await made(backend, job(prompt="Mira waves.", count=3))
    (body,) = horde.bodies
    assert body["prompt"].startswith("Mira waves. ### nsfw, nude, child")
    assert (body["nsfw"], body["censor_nsfw"], body["replacement_filter"]) == (False, True, False)
    assert body["models"] == ["Deliberate"]
    assert (body["params"]["n"], body["params"]["seed"], body["params"]["seed_variation"]) == (3, "7", 1)
    assert body["shared"] is False


async def test_a_prompt_cannot_say_what_is_to_be_avoided(horde: HordeServer, backend: HordeBackend) -> None:
    await made(backend, job(prompt="a park ### clothes"))
    assert horde.bodies[0]["prompt"].count("###") == 1
    assert horde.bodies[0]["prompt"].startswith("a park   clothes ### ")


async def test_any_model_will_do_where_none_is_named(horde: HordeServer) -> None:
    backend = HordeBackend(f"{horde.url}/api", "0000000000", poll_every_s=0.002, timeout=TIMEOUT)
    await made(backend, job())
    await backend.close()
    assert "models" not in horde.bodies[0]


@pytest.mark.parametrize("aspect", list(Aspect))
async def test_a_picture_for_2k_is_ordered_as_large_as_it_is_free(
    backend: HordeBackend, aspect: Aspect
) -> None:
    (picture,) = await made(backend, job(aspect=aspect, resolution=Resolution.R2K))
    width, height = size(picture)
    across, down = aspect.ratio
    assert max(width, height) == 1024
    assert width * down == height * across


@pytest.mark.parametrize("aspect", list(Aspect))
async def test_when_many_wait_a_smaller_one_of_nearly_the_shape_is_ordered(
    horde: HordeServer, backend: HordeBackend, aspect: Aspect
) -> None:
    horde.answers = [(403, "KudosUpfront")]
    (picture,) = await made(backend, job(aspect=aspect))
    width, height = size(picture)
    across, down = aspect.ratio
    assert width * height <= 576 * 576
    assert abs((width / height) / (across / down) - 1) <= Limits().aspect_tolerance
    assert horde.jobs == 1


async def test_it_says_who_it_is_and_shows_its_key_to_the_horde_alone(
    horde: HordeServer, backend: HordeBackend
) -> None:
    await made(backend, job())
    version = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    asked = [headers for path, headers in horde.headers if path.startswith("/api/")]
    fetched = [headers for path, headers in horde.headers if path.startswith("/r2/")]
    assert asked
    assert all(headers["apikey"] == SECRET for headers in asked)
    assert all(headers["Client-Agent"].startswith(f"darkroom:{version}:") for headers in asked)
    assert fetched
    assert SECRET not in str(fetched)


# ---------------------------------------------------------------------- how it goes on


async def test_the_place_in_the_queue_and_the_time_to_wait_are_told(
    horde: HordeServer, backend: HordeBackend
) -> None:
    watcher = Watcher()
    await made(backend, job(), watcher)
    assert horde.last.checks > 2
    assert Progress(fraction=0.0, queue_position=1, eta_s=20) in watcher.seen
    assert watcher.seen[-1] == Progress(fraction=1.0)


class Kept(Watcher):
    """Notes how many questions the job had been asked when its id was kept."""

    def __init__(self, horde: HordeServer) -> None:
        super().__init__()
        self.horde = horde
        self.checks: list[int] = []

    async def accepted(self, provider_ref: str) -> None:
        await super().accepted(provider_ref)
        self.checks.append(self.horde.last.checks)


async def test_the_id_is_kept_before_anything_is_asked_about_it(
    horde: HordeServer, backend: HordeBackend
) -> None:
    watcher = Kept(horde)
    await made(backend, job(), watcher)
    assert watcher.refs == [horde.last.id]
    assert watcher.checks == [0]


async def test_pictures_of_a_batch_come_as_they_are_ready_in_the_order_of_their_seeds(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.ready_order = [3, 1, 0, 2, 7, 5, 4, 6]
    seeds: list[int] = []
    async with aclosing(backend.generate(job(count=8), Watcher())) as pictures:
        async for picture in pictures:
            if not seeds:
                assert not horde.last.done
            seeds.append(picture.seed)
    assert seeds == list(range(7, 15))
    assert horde.last.statuses < 8


async def test_a_seed_that_is_not_ours_takes_the_place_that_is_left(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.censored = {1: {"seed": "9" * 40}}
    assert [picture.seed for picture in await made(backend, job(count=3))] == [7, 8, 9]


async def test_a_gateway_that_stumbles_while_we_wait_costs_nothing(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.lost_checks = 4
    assert len(await made(backend, job())) == 1
    assert horde.jobs == 1


async def test_a_gateway_that_is_down_while_we_wait_leaves_the_job_to_be_picked_up(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.lost_checks = 1000
    watcher = Watcher()
    with pytest.raises(BackendUnavailableError):
        await made(backend, job(), watcher)
    horde.lost_checks = 0
    assert not horde.stopped.is_set()
    assert len(await made(backend, job(provider_ref=watcher.refs[0]))) == 1
    assert horde.jobs == 1


async def test_a_batch_that_is_no_longer_wanted_half_way_is_stopped(
    horde: HordeServer, backend: HordeBackend
) -> None:
    async with aclosing(backend.generate(job(count=8), Watcher())) as pictures:
        async for _ in pictures:
            break
    assert horde.stopped.is_set()


async def test_what_is_done_is_not_stopped(horde: HordeServer, backend: HordeBackend) -> None:
    async with aclosing(backend.generate(job(), Watcher())) as pictures:
        async for _ in pictures:
            break
    assert not horde.stopped.is_set()


# ---------------------------------------------------------------------- after a restart


async def test_a_job_that_was_done_meanwhile_is_fetched_and_not_made_again(
    horde: HordeServer, backend: HordeBackend
) -> None:
    watcher = Watcher()
    whole = await made(backend, job(count=4), watcher)
    rest = await made(backend, job(count=4, provider_ref=watcher.refs[0], already=2), watcher)
    assert [picture.data for picture in rest] == [picture.data for picture in whole[2:]]
    assert horde.jobs == 1
    assert watcher.refs == [horde.last.id]


async def test_what_was_stopped_half_way_is_made_on_from_what_is_kept_and_found_again(
    horde: HordeServer, backend: HordeBackend
) -> None:
    watcher = Watcher()
    whole = await made(backend, job(count=4), watcher)
    horde.last.finished = [0, 1]
    horde.last.dropped = True
    again = job(count=4, provider_ref=watcher.refs[0], already=2)
    rest = await made(backend, again, watcher)
    assert [picture.seed for picture in rest] == [9, 10]
    assert horde.last.params["n"] == 2
    last = await made(backend, job(count=4, provider_ref=watcher.refs[1], already=3), watcher)
    assert [(picture.seed, picture.data) for picture in last] == [(10, rest[1].data)]
    assert len(whole) == 4
    assert horde.jobs == 2


@pytest.mark.parametrize("trouble", ["faulted", "possible"])
async def test_a_job_that_came_to_nothing_is_ordered_anew(
    horde: HordeServer, backend: HordeBackend, trouble: str
) -> None:
    watcher = Watcher()
    await made(backend, job(), watcher)
    horde.last.finished.clear()
    horde.last.checks = 0
    setattr(horde.last, trouble, trouble == "faulted")
    assert len(await made(backend, job(provider_ref=watcher.refs[0]), watcher)) == 1
    assert horde.jobs == 2


# ---------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    "how", [{"censored": True}, {"gen_metadata": [{"type": "censorship", "value": "csam"}]}]
)
async def test_a_censored_picture_is_a_refusal_and_the_others_are_handed_over(
    horde: HordeServer, backend: HordeBackend, how: dict[str, object]
) -> None:
    horde.censored = {1: how}
    seeds: list[int] = []
    with pytest.raises(BackendRefusedError):
        await _into(seeds, backend, job(count=3))
    assert seeds == [7, 9]


async def _into(seeds: list[int], backend: HordeBackend, wanted: PictureJob) -> None:
    async for picture in backend.generate(wanted, Watcher()):
        seeds.append(picture.seed)  # noqa: PERF401  what came before the error counts


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "MaintenanceMode"),
        (400, "NoValidWorkers"),
        (403, "TimeoutIP"),
        (429, "TooManyPrompts"),
        (503, ""),
    ],
)
async def test_what_will_be_other_later_is_worth_another_try(
    horde: HordeServer, backend: HordeBackend, status: int, code: str
) -> None:
    horde.answers = [(status, code)]
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())


async def test_when_even_a_small_picture_has_to_be_paid_for_it_is_too_busy(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.answers = [(403, "KudosUpfront"), (403, "KudosUpfront")]
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert len(horde.bodies) == 2


@pytest.mark.parametrize(("status", "code"), [(400, "InvalidSize"), (403, "BannedClientAgent"), (404, "")])
async def test_what_will_stay_so_is_a_failure_that_names_it(
    horde: HordeServer, backend: HordeBackend, status: int, code: str
) -> None:
    horde.answers = [(status, code)]
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == f"{status} {code}".strip()


async def test_words_of_theirs_that_are_no_code_stay_out_of_errors(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.answers = [(400, "it was: Mira waves")]
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert caught.value.reason == "400"


class AtOnce(Watcher):
    """Makes a change to a job as soon as there is one."""

    def __init__(self, horde: HordeServer, **change: bool) -> None:
        super().__init__()
        self.horde = horde
        self.change = change

    async def accepted(self, provider_ref: str) -> None:
        for name, value in self.change.items():
            setattr(self.horde.orders[provider_ref], name, value)


async def test_a_job_that_nobody_there_can_do_is_given_up_and_taken_back(
    horde: HordeServer, backend: HordeBackend
) -> None:
    with pytest.raises(BackendUnavailableError):
        await made(backend, job(), AtOnce(horde, possible=False))
    assert horde.stopped.is_set()


async def test_a_job_that_faults_is_a_failure(horde: HordeServer, backend: HordeBackend) -> None:
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job(), AtOnce(horde, faulted=True))
    assert caught.value.reason == "faulted"


# ---------------------------------------------------------------------- pictures


async def test_a_picture_may_come_as_base64(horde: HordeServer, backend: HordeBackend) -> None:
    horde.as_base64 = True
    (picture,) = await made(backend, job(aspect=Aspect.SQUARE))
    assert size(picture) == (1024, 1024)
    assert [path for path, _ in horde.headers if path.startswith("/r2/")] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.webp",
        "https://10.0.0.1/a.webp",
        "https://[::1]/a.webp",
        "https://127.1/a.webp",
        "https://localhost/a.webp",
        "https://metadata.google.internal/a",
        "file:///etc/passwd",
        "https://[",
        "@@@",
    ],
)
async def test_nothing_is_fetched_from_where_pictures_cannot_be(
    horde: HordeServer, backend: HordeBackend, address: str
) -> None:
    horde.img = address
    with pytest.raises(BackendFailedError) as caught:
        await made(backend, job())
    assert "address" in caught.value.reason


async def test_a_picture_that_is_somewhere_else_is_not_followed(
    horde: HordeServer, backend: HordeBackend
) -> None:
    horde.img = f"{horde.url}/elsewhere"
    with pytest.raises(BackendFailedError, match="302"):
        await made(backend, job())


# ---------------------------------------------------------------------- what is wrong, and settings


async def test_a_horde_that_is_not_there_is_one_problem() -> None:
    async with HordeServer.start() as gone:
        address = f"{gone.url}/api"
    backend = HordeBackend(address, SECRET, timeout=TIMEOUT)
    (problem,) = await backend.problems()
    await backend.close()
    assert address in problem
    assert "HORDE_URL" in problem


async def test_maintenance_a_wrong_key_and_a_model_without_workers_are_each_a_problem(
    horde: HordeServer,
) -> None:
    horde.maintenance = True
    backend = HordeBackend(f"{horde.url}/api", "wrong-key", ("Deliberate", "Asleep", "Gone"), timeout=TIMEOUT)
    maintenance, key, models = await backend.problems()
    await backend.close()
    assert "maintenance" in maintenance
    assert key.startswith("HORDE_API_KEY: ")
    assert "wrong-key" not in key
    assert models.startswith("HORDE_MODELS: nobody offers Asleep, Gone now")


async def test_it_is_made_of_settings(horde: HordeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORDE_URL", f"{horde.url}/api/")
    monkeypatch.setenv("HORDE_API_KEY", " ")
    monkeypatch.setenv("HORDE_MODELS", "Deliberate, Asleep,")
    backend = ENTRY.open()
    (problem,) = await backend.problems()
    await backend.close()
    assert "Asleep" in problem
    assert {headers["apikey"] for _, headers in horde.headers} == {"0000000000"}


def test_a_wrong_address_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORDE_URL", "aihorde.net")
    with pytest.raises(SettingsError, match=r"^HORDE_URL: use an address that begins with https://$"):
        ENTRY.open()
