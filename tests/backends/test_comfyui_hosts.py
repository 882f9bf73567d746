"""Several ComfyUI servers: who gets a job, and what happens when one dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.backends.comfyui.backend import ComfyUIBackend
from bot.backends.comfyui.errand import Patience
from bot.backends.comfyui.host import Host, Waits
from bot.backends.comfyui.workflows import load_workflows
from bot.domain.errors import BackendUnavailableError
from tests.backends.comfyui_server import ComfyUIServer, until
from tests.backends.comfyui_workflows import solo, write
from tests.backends.contract import Watcher, job, made
from tests.backends.remote_contract import RETRY_AFTER_S, Fault


@dataclass(frozen=True, slots=True)
class Pair:
    """Two servers and a backend that has both."""

    one: ComfyUIServer
    two: ComfyUIServer
    backend: ComfyUIBackend


@pytest_asyncio.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(ComfyUIServer.start())
        two = await stack.enter_async_context(ComfyUIServer.start())
        hosts = [Host(server.url, waits=Waits(1, 2)) for server in (one, two)]
        workflows = load_workflows(write(tmp_path, solo=solo()))
        backend = ComfyUIBackend(hosts, workflows, native_px=256, patience=Patience(0.02, 0.2, 30))
        yield Pair(one, two, backend)
        await backend.close()


async def test_the_server_with_the_shortest_queue_gets_the_job(pair: Pair) -> None:
    pair.one.hold()
    pair.one.queue_other()
    await made(pair.backend, job())
    assert (pair.one.jobs, pair.two.jobs) == (0, 1)


async def test_jobs_that_come_together_are_spread(pair: Pair) -> None:
    pair.one.hold()
    pair.two.hold()
    tasks = [asyncio.create_task(made(pair.backend, job(seed=seed))) for seed in range(4)]
    await until(lambda: pair.one.jobs + pair.two.jobs == 4, "all four are there")
    assert (pair.one.jobs, pair.two.jobs) == (2, 2)
    pair.one.go_on()
    pair.two.go_on()
    assert [len(pictures) for pictures in await asyncio.gather(*tasks)] == [1, 1, 1, 1]


async def test_a_server_that_is_down_or_busy_is_passed_over(pair: Pair) -> None:
    pair.one.misbehave(Fault.BUSY)
    assert len(await made(pair.backend, job())) == 1
    await pair.one.die()
    assert len(await made(pair.backend, job(seed=8))) == 1
    assert (pair.one.jobs, pair.two.jobs) == (0, 2)


async def test_a_job_whose_server_dies_goes_on_elsewhere_and_comes_once(pair: Pair) -> None:
    pair.one.hold(after_steps=4)
    watcher = Watcher()
    task = asyncio.create_task(made(pair.backend, job(count=3), watcher))
    await pair.one.stepping.wait()
    await pair.one.die()
    assert [picture.seed for picture in await task] == [7, 8, 9]
    assert [ref.split(" ")[0] for ref in watcher.refs] == [pair.one.url, pair.two.url]
    assert pair.two.jobs == 2  # the first picture was there already
    shares = [progress.fraction or 0 for progress in watcher.seen]
    assert shares == sorted(shares)


async def test_what_moved_is_picked_up_where_it_went(pair: Pair) -> None:
    await pair.one.die()
    watcher = Watcher()
    whole = await made(pair.backend, job(count=2), watcher)
    await pair.one.come_back()
    rest = await made(pair.backend, job(count=2, provider_ref=watcher.refs[-1], already=1))
    assert [picture.data for picture in rest] == [whole[1].data]
    assert (pair.one.jobs, pair.two.jobs) == (0, 2)


async def test_picked_up_from_a_server_that_is_gone_it_is_made_on_another(pair: Pair) -> None:
    watcher = Watcher()
    await made(pair.backend, job(), watcher)
    await pair.one.die()
    assert len(await made(pair.backend, job(provider_ref=watcher.refs[-1]))) == 1
    for strange in ("http://127.0.0.1:1 some-id", "nonsense", ""):
        assert len(await made(pair.backend, job(provider_ref=strange))) == 1


async def test_when_all_are_gone_it_is_worth_another_try_later(pair: Pair) -> None:
    pair.one.hold()
    task = asyncio.create_task(made(pair.backend, job()))
    await pair.one.stepping.wait()
    await pair.two.die()
    await pair.one.die()
    with pytest.raises(BackendUnavailableError):
        await task


async def test_when_all_are_busy_the_soonest_is_named(pair: Pair) -> None:
    pair.one.misbehave(Fault.BUSY)
    pair.two.misbehave(Fault.BROKEN)
    with pytest.raises(BackendUnavailableError) as caught:
        await made(pair.backend, job())
    assert caught.value.retry_after_s == RETRY_AFTER_S
