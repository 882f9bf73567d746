"""The contract, over the Horde."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from bot.backends.horde import HordeBackend
from tests.backends.horde_server import HordeServer
from tests.backends.remote_contract import SECRET, RemoteContract


class TestHorde(RemoteContract):
    @pytest_asyncio.fixture
    async def service(self) -> AsyncIterator[HordeServer]:
        async with HordeServer.start() as server:
            yield server

    @pytest_asyncio.fixture
    async def backend(self, service: HordeServer) -> AsyncIterator[HordeBackend]:
        backend = HordeBackend(
            f"{service.url}/api",
            SECRET,
            poll_every_s=0.005,
            most_idle_polls=60,
            timeout=aiohttp.ClientTimeout(total=5),
        )
        yield backend
        await backend.close()
