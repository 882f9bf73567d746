"""What is made once for all tests of backends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.backends.diffusers import DiffusersBackend
from tests.backends.diffusers_parts import ROOT, settings_of
from tests.backends.tiny_pipeline import PLAIN


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the models of :mod:`tests.backends.tiny_pipeline`."""
    folder = tmp_path_factory.mktemp("models")
    subprocess.run(
        [sys.executable, "-m", "tests.backends.tiny_pipeline", str(folder)],
        check=True,
        cwd=ROOT,
        capture_output=True,
        timeout=300,
    )
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def open_backend(tiny_models: Path) -> AsyncIterator[Callable[..., DiffusersBackend]]:
    """Backends of a test's own, with the settings that it gives."""
    opened_here: list[DiffusersBackend] = []

    def open_one(model: str = PLAIN, **changed: object) -> DiffusersBackend:
        opened_here.append(DiffusersBackend(settings_of(tiny_models, model, **changed)))
        return opened_here[-1]

    yield open_one
    for one in opened_here:
        await one.close()
