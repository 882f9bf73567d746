"""The comfyui backend keeps the contract of all backends, and of those that talk to a service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.backends.comfyui.backend import ComfyUIBackend
from bot.backends.comfyui.errand import Patience
from bot.backends.comfyui.host import Host, Waits
from bot.backends.comfyui.workflows import load_workflows
from bot.services.ports.images import ImageBackend
from tests.backends.comfyui_server import ComfyUIServer
from tests.backends.comfyui_workflows import edit, group, solo, write
from tests.backends.remote_contract import RemoteContract

PATIENCE = Patience(poll_s=0.02, lost_s=0.3, silent_s=0.6)


class TestComfyUIKeepsTheContract(RemoteContract):
    @pytest_asyncio.fixture
    async def service(self) -> AsyncIterator[ComfyUIServer]:
        async with ComfyUIServer.start() as server:
            yield server

    @pytest_asyncio.fixture
    async def backend(self, service: ComfyUIServer, tmp_path: Path) -> AsyncIterator[ImageBackend]:
        workflows = load_workflows(write(tmp_path, solo=solo(), group=group(), edit=edit()))
        host = Host(service.url, waits=Waits(connect_s=1, answer_s=2))
        made_here = ComfyUIBackend([host], workflows, filtered=True, native_px=512, patience=PATIENCE)
        yield made_here
        await made_here.close()


class TestComfyUIInOnePromptKeepsTheContract(TestComfyUIKeepsTheContract):
    """The same with a workflow that makes all pictures of a batch at once."""

    @pytest_asyncio.fixture
    async def backend(self, service: ComfyUIServer, tmp_path: Path) -> AsyncIterator[ImageBackend]:
        workflows = load_workflows(write(tmp_path, solo=solo(batch="{{batch}}"), edit=edit()))
        host = Host(service.url, waits=Waits(connect_s=1, answer_s=2))
        made_here = ComfyUIBackend([host], workflows, filtered=True, native_px=512, patience=PATIENCE)
        yield made_here
        await made_here.close()
