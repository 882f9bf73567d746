"""The worker process of the diffusers backend: what becomes of it, and of the job that it is at."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.backends.diffusers import DiffusersBackend
from bot.domain.errors import BackendFailedError, BackendUnavailableError
from tests.backends.contract import Watcher, job, made
from tests.backends.diffusers_parts import ROOT, WAIT_S, need_the_extra, settings_of, until, until_begun

need_the_extra()
pytestmark = pytest.mark.asyncio(loop_scope="module")

MANY_STEPS = 900


async def test_the_bot_itself_never_loads_the_heavy_libraries(tmp_path: Path, tiny_models: Path) -> None:
    program = """
import asyncio, sys
from bot.backends.registry import make_backend
from tests.backends.contract import job, made

async def main():
    backend = make_backend("diffusers")
    assert await backend.problems() == ()
    assert len(await made(backend, job())) == 1
    await backend.close()

if __name__ == "__main__":
    asyncio.run(main())
    print(sorted({"torch", "diffusers", "transformers", "numpy"} & set(sys.modules)))
"""
    script = tmp_path / "program.py"
    script.write_text(program, encoding="utf-8")
    chosen = settings_of(tiny_models)
    told = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        cwd=tmp_path,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **{name.upper(): str(value) for name, value in chosen if value is not None},
        },
    )
    assert (told.stdout.splitlines()[-1], told.stderr, told.returncode) == ("[]", "", 0)


async def test_a_cancelled_job_stops_within_a_step_and_the_process_stays(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(diffusers_steps=MANY_STEPS)
    watcher = Watcher()
    task = asyncio.create_task(made(backend, job(count=8), watcher))
    await until_begun(watcher, task)
    pid = backend.worker_pid
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = Watcher()
    following = asyncio.create_task(made(backend, job(), after))
    await until_begun(after, following)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert backend.worker_pid == pid
    shares = [p.fraction or 0 for p in watcher.seen]
    assert max(shares) < 0.9  # eight pictures of a thousand steps were never made


async def test_no_step_is_made_after_the_one_in_which_a_job_is_cancelled(
    tmp_path: Path, tiny_models: Path
) -> None:
    program = """
import sys
from bot.backends.diffusers.orders import Order
from bot.backends.diffusers.painter import Painter
from bot.backends.diffusers.settings import DiffusersSettings

asked, said = 0, []

def is_cancelled():  # asked before a picture, at each of its steps, and after it
    global asked
    asked += 1
    return asked > 4

painter = Painter(DiffusersSettings())
painter.make(Order(prompt="a cat", width_px=128, height_px=128, seed=1, count=3), said.append, is_cancelled)
print(asked, *(type(answer).__name__ for answer in said))
"""
    script = tmp_path / "program.py"
    script.write_text(program, encoding="utf-8")
    chosen = settings_of(tiny_models, diffusers_steps=MANY_STEPS)
    told = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        cwd=tmp_path,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **{name.upper(): str(value) for name, value in chosen if value is not None},
        },
    )
    assert told.stdout.split() == ["6", "Loading", "Stepped", "Stepped", "Stepped", "Finished"], told.stderr


async def test_a_worker_that_is_killed_is_a_failure_and_the_next_job_has_another(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(diffusers_steps=MANY_STEPS)
    watcher = Watcher()
    task = asyncio.create_task(made(backend, job(), watcher))
    await until_begun(watcher, task)
    pid = backend.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BackendFailedError, match="died"):
        await task
    again = Watcher()
    following = asyncio.create_task(made(backend, job(), again))
    await until_begun(again, following)
    assert backend.worker_pid != pid
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following


async def test_a_worker_that_died_between_two_jobs_costs_neither(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend()
    await made(backend, job())
    assert backend.worker_pid is not None
    process = psutil.Process(backend.worker_pid)
    process.kill()
    assert len(await made(backend, job())) == 1


async def test_a_worker_that_hangs_is_killed_and_the_next_job_has_another(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(diffusers_step_timeout_s=1)
    await made(backend, job())
    assert backend.worker_pid is not None
    process = psutil.Process(backend.worker_pid)
    process.suspend()
    with pytest.raises(BackendUnavailableError):
        await made(backend, job())
    assert not process.is_running()
    assert len(await made(backend, job())) == 1


async def test_a_model_that_takes_too_long_to_load_is_given_up(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    with pytest.raises(BackendUnavailableError):
        await made(open_backend(diffusers_load_timeout_s=0.01), job())


async def test_closing_ends_the_process_in_the_middle_of_a_picture(
    open_backend: Callable[..., DiffusersBackend],
) -> None:
    backend = open_backend(diffusers_steps=MANY_STEPS)
    watcher = Watcher()
    task = asyncio.create_task(made(backend, job(), watcher))
    await until_begun(watcher, task)
    assert backend.worker_pid is not None
    process = psutil.Process(backend.worker_pid)
    await backend.close()
    assert not process.is_running()
    with pytest.raises(BackendFailedError):
        await task
    with pytest.raises(BackendFailedError):
        await made(backend, job())


async def test_the_process_ends_with_the_bot_also_after_a_kill(tmp_path: Path, tiny_models: Path) -> None:
    program = """
import asyncio
from bot.backends.registry import make_backend
from tests.backends.contract import job, made

async def main():
    backend = make_backend("diffusers")
    await made(backend, job())
    print("worker", backend.worker_pid, flush=True)
    await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""
    script = tmp_path / "program.py"
    script.write_text(program, encoding="utf-8")
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        stdout=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **{name.upper(): str(value) for name, value in settings_of(tiny_models) if value is not None},
        },
    )
    assert bot.stdout is not None
    async with asyncio.timeout(WAIT_S):
        while not (line := await bot.stdout.readline()).startswith(b"worker"):
            assert line, "it ended"
        worker = psutil.Process(int(line.split()[1]))
    bot.kill()
    await bot.wait()
    await until(lambda: not worker.is_running())
