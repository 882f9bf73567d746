"""What the Horde's protocol asks of its backend, beyond the contract of all."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest

from bot.backends.horde import HordeBackend
from bot.domain.errors import BackendUnavailableError
from bot.domain.picture import Aspect, Resolution
from bot.rendering.decoding import Limits
from bot.services.ports.images import Progress
from tests.backends.contract import Watcher, job, made, opened
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
    width, height = opened(picture).size
    across, down = aspect.ratio
    assert max(width, height) == 1024
    assert width * down == height * across


@pytest.mark.parametrize("aspect", list(Aspect))
async def test_when_many_wait_a_smaller_one_of_nearly_the_shape_is_ordered(
    horde: HordeServer, backend: HordeBackend, aspect: Aspect
) -> None:
    horde.answers = [(403, "KudosUpfront")]
    (picture,) = await made(backend, job(aspect=aspect))
    width, height = opened(picture).size
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
