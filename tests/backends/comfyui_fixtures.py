"""One local ComfyUI, and what opens backends on it: fixtures for the tests of single jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.backends.comfyui.backend import ComfyUIBackend
from bot.backends.comfyui.errand import Patience
from bot.backends.comfyui.host import Host, Waits
from bot.backends.comfyui.workflows import load_workflows
from bot.services.ports.images import MadePicture, PictureJob
from tests.backends.comfyui_server import ComfyUIServer
from tests.backends.comfyui_workflows import edit, group, solo, write
from tests.backends.contract import Watcher, made

PATIENCE = Patience(poll_s=0.02, lost_s=0.3, silent_s=30)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ComfyUIServer]:
    async with ComfyUIServer.start() as server:
        yield server


@pytest_asyncio.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Callable[..., ComfyUIBackend]]:
    """Makes backends, which are closed at the end."""
    backends: list[ComfyUIBackend] = []

    def open_one(*servers: ComfyUIServer, **changed: Any) -> ComfyUIBackend:
        graphs = changed.pop("graphs", {"solo": solo(), "group": group(), "edit": edit()})
        folder = write(tmp_path / str(len(backends)), **graphs)
        hosts = [Host(server.url, changed.pop("authorization", None), Waits(1, 2)) for server in servers]
        backend = ComfyUIBackend(
            hosts, load_workflows(folder), native_px=256, **{"patience": PATIENCE, **changed}
        )
        backends.append(backend)
        return backend

    yield open_one
    for backend in backends:
        await backend.close()


def begun(backend: ComfyUIBackend, wanted: PictureJob, watcher: Watcher) -> asyncio.Task[list[MadePicture]]:
    return asyncio.create_task(made(backend, wanted, watcher))


async def cancelled(task: asyncio.Task[list[MadePicture]]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


Opened = Callable[..., ComfyUIBackend]
