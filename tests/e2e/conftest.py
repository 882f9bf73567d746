"""Stages for the tests that run the bot as its own process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e import openapi
from tests.e2e.stage import Stage
from tests.e2e.visitor import Visitor, browsing, started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """One world and bot for a whole module, whose ``SETTINGS`` it gets; pictures are made at once by default."""
    settings: dict[str, str] = getattr(request.module, "SETTINGS", {})
    async with Stage.open(tmp_path_factory.mktemp("stage"), **settings) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where the start command's own process says that its page is; a new server for a whole module."""
    async with started(tmp_path_factory.mktemp("new-server")) as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(address: str) -> AsyncIterator[Visitor]:
    """Somebody with a browser of their own on that page."""
    async with browsing(address) as page:
        yield Visitor(page)


@pytest.fixture(scope="session")
def discord_description() -> None:
    if not openapi.DESCRIPTION.exists():
        pytest.skip(f"{openapi.DESCRIPTION.name} is not beside this repository: bodies were not compared")
