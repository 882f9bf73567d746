"""The diffusers backend keeps the contract of all backends, with a tiny pipeline in its real worker process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.backends.diffusers import DiffusersBackend
from bot.services.ports.images import ImageBackend
from tests.backends.contract import BackendContract
from tests.backends.diffusers_parts import need_the_extra, settings_of

need_the_extra()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def backend(tiny_models: Path) -> AsyncIterator[ImageBackend]:
    """One worker process for all tests: each takes seconds to import what it needs."""
    made_here = DiffusersBackend(settings_of(tiny_models, likeness=True, edits=True))
    yield made_here
    await made_here.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.filterwarnings("ignore:.*but it is not an async function:pytest.PytestWarning")  # two of them
class TestDiffusersKeepsTheContract(BackendContract):
    async def test_closing_twice_is_harmless(self, tiny_models: Path) -> None:
        await super().test_closing_twice_is_harmless(DiffusersBackend(settings_of(tiny_models)))
