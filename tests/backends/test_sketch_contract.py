"""The sketch backend keeps the contract of all backends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.backends.sketch import SketchBackend
from bot.services.ports.images import ImageBackend
from tests.backends.contract import BackendContract


class TestSketchKeepsTheContract(BackendContract):
    @pytest_asyncio.fixture
    async def backend(self) -> AsyncIterator[ImageBackend]:
        made_here = SketchBackend()
        yield made_here
        await made_here.close()
