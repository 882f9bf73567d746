"""The backend ray against Ray Serve itself: ``deploy/ray`` as it is, with a tiny pipeline on the processor.

The cluster is this test's own: its processes, a folder, free ports. Everything else of the backend is tried in
``test_ray_contract.py``, without Ray.
"""

# ruff: noqa: PLC0415  PyYAML comes with the extra

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from bot.backends.ray_serve import RayBackend, RaySettings
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from bot.services.ports.images import ImageBackend, JobKind
from tests.backends.contract import BackendContract, Watcher, job, made
from tests.backends.diffusers_parts import HOW_TO_INSTALL, need_the_extra, settings_of
from tests.backends.remote_contract import SECRET

need_the_extra()
if importlib.util.find_spec("ray") is None:
    pytest.skip(f"needs ray: {HOW_TO_INSTALL}", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 180
MOST_WAITING = 3
STEPS = 20
"""So that a job of eight pictures lasts long enough to be met in the middle."""


@dataclass(frozen=True)
class Cluster:
    """A running service, the process that began it all, and the folder of its logs."""

    url: str
    process: psutil.Process
    folder: Path

    def replicas(self) -> list[psutil.Process]:
        """The processes of the pipeline."""
        return [p for p in _family(self.process) if "ServeReplica:darkroom:Pipeline" in _title(p)]

    def orders(self) -> tuple[int, int]:
        """How many orders replicas have left before the last picture, and how many they have made whole."""
        logs = self.folder.glob("t/ray/session_*/logs/serve/replica_darkroom_Pipeline_*.log")
        said = "".join(log.read_text(encoding="utf-8") for log in logs)
        ended = re.findall(r"order ended: (\d+) of (\d+) pictures", said)
        whole = sum(made == wanted for made, wanted in ended)
        return len(ended) - whole, whole


@pytest.fixture(scope="module")
def cluster(tiny_models: Path) -> Iterator[Cluster]:
    # sockets live in it, and their paths may have 107 letters
    folder = Path(tempfile.mkdtemp(prefix="ray"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "config.yaml"
    config.write_text(_config(port), encoding="utf-8")
    pipeline = settings_of(tiny_models, likeness=True, edits=True, diffusers_steps=STEPS)
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "ray.serve.scripts", "run", str(config)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(folder),  # Ray keeps a token there
                "RAY_TMPDIR": str(folder / "t"),
                "RAY_USAGE_STATS_ENABLED": "0",
                "RAY_API_KEY": SECRET,
                **{name.upper(): str(value) for name, value in pipeline if value is not None},
            },
        )
    process = psutil.Process(started.pid)
    try:
        yield Cluster(f"http://127.0.0.1:{port}", process, folder)
    finally:
        family = [*_family(process), process]
        started.send_signal(signal.SIGINT)
        # How long Ray takes to take itself apart is its own affair: now and then it waits for a replica for ever.
        _, left = psutil.wait_procs(family, 30)
        for one in left:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        started.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _config(port: int) -> str:
    """The file that operators use, on this machine's processor alone."""
    import yaml

    config: dict[str, Any] = yaml.safe_load(
        (ROOT / "deploy" / "ray" / "config.yaml").read_text(encoding="utf-8")
    )
    config["http_options"] = {"host": "127.0.0.1", "port": port}
    (application,) = config["applications"]
    del application["runtime_env"]["env_vars"]["DIFFUSERS_MODEL"]
    door, pipeline = application["deployments"]
    door["ray_actor_options"] = {"num_cpus": 0}
    pipeline["ray_actor_options"] = {"num_cpus": 0}
    pipeline["max_queued_requests"] = MOST_WAITING
    pipeline["autoscaling_config"] |= {"max_replicas": 2, "upscale_delay_s": 3}
    return yaml.safe_dump(config)


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@pytest_asyncio.fixture
async def backend(cluster: Cluster) -> AsyncIterator[ImageBackend]:
    made_here = RayBackend(
        RaySettings(ray_url=cluster.url, ray_api_key=SECRET, ray_references=3, ray_edit=True, _env_file=None)
    )
    async with asyncio.timeout(WAIT_S):
        while await made_here.problems():
            assert cluster.process.is_running(), (cluster.folder / "log").read_text(encoding="utf-8")
            await asyncio.sleep(0.2)
    yield made_here
    await made_here.close()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not is_so():  # noqa: ASYNC110  other processes have no events
            await asyncio.sleep(0.02)


class TestRayServeKeepsTheContract(BackendContract):
    """A job waits at the service until its replica has loaded the model."""


async def test_the_same_seed_gives_the_same_picture(backend: ImageBackend) -> None:
    first, again = [(await made(backend, job(seed=3)))[0].data for _ in range(2)]
    assert first == again


async def test_likenesses_and_edits_reach_the_pipeline(backend: ImageBackend) -> None:
    (plain,) = await made(backend, job())
    edited = await made(backend, job(kind=JobKind.EDIT, source=plain.data, prompt="more light"))
    assert edited[0].data != plain.data


async def test_a_wrong_key_is_not_let_in(cluster: Cluster, backend: ImageBackend) -> None:
    assert backend.name == "ray"
    stranger = RayBackend(RaySettings(ray_url=cluster.url, ray_api_key="guess", _env_file=None))
    with pytest.raises(BackendFailedError, match="401"):
        await made(stranger, job())
    assert "RAY_API_KEY" in (await stranger.problems())[0]
    await stranger.close()


async def test_more_than_the_service_was_set_up_for_is_turned_away_before_it_costs_anything(
    backend: ImageBackend,
) -> None:
    results = await asyncio.gather(
        *(made(backend, job(seed=seed, count=8)) for seed in range(24)), return_exceptions=True
    )
    away = [r for r in results if isinstance(r, BackendUnavailableError)]
    there = [r for r in results if isinstance(r, list)]
    assert len(away) + len(there) == len(results)
    assert away
    assert all(error.retry_after_s for error in away)
    assert len(there) >= MOST_WAITING
    assert {len(pictures) for pictures in there} == {8}


async def test_a_job_that_nobody_waits_for_is_stopped_at_its_replica(
    cluster: Cluster, backend: ImageBackend
) -> None:
    async def given_up() -> bool:
        """Whether a job that its caller left was stopped; on a busy machine it may be done before it is met."""
        watcher, (left, whole) = Watcher(), cluster.orders()
        task = asyncio.create_task(made(backend, job(count=8), watcher))
        await until(lambda: bool(watcher.seen) or task.done())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: cluster.orders() != (left, whole))
        return cluster.orders()[0] > left

    async with asyncio.timeout(WAIT_S):
        while not await given_up():
            pass
    assert len(await made(backend, job())) == 1


async def test_many_jobs_bring_another_replica(cluster: Cluster, backend: ImageBackend) -> None:
    async def keep_busy() -> None:
        while True:
            try:
                await made(backend, job(count=8))
            except BackendUnavailableError:
                await asyncio.sleep(0.05)

    busy = [asyncio.create_task(keep_busy()) for _ in range(4)]
    try:
        await until(lambda: len(cluster.replicas()) == 2 or any(task.done() for task in busy))
        assert len(cluster.replicas()) == 2
    finally:
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


async def test_a_replica_that_is_killed_is_replaced(cluster: Cluster, backend: ImageBackend) -> None:
    watcher = Watcher()
    task = asyncio.create_task(made(backend, job(count=8), watcher))
    await until(lambda: bool(watcher.seen))
    for replica in cluster.replicas():
        replica.kill()
    with pytest.raises((BackendFailedError, BackendUnavailableError)):
        await task
    async with asyncio.timeout(WAIT_S):
        while True:
            try:
                assert len(await made(backend, job())) == 1
            except (BackendFailedError, BackendUnavailableError):
                await asyncio.sleep(0.2)
            else:
                break
