"""A world with the sample bot running in it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground import Channel, Member, StandIn

SAMPLE_BOT = [sys.executable, str(Path(__file__).with_name("sample_bot.py"))]


@pytest.fixture
async def empty_world() -> AsyncIterator[StandIn]:
    async with StandIn.start() as world:
        yield world


@pytest.fixture
async def world(empty_world: StandIn) -> StandIn:
    await empty_world.start_bot(SAMPLE_BOT)
    return empty_world


@pytest.fixture
def ana(empty_world: StandIn) -> Member:
    return empty_world.member("Ana")


@pytest.fixture
def lounge(empty_world: StandIn) -> Channel:
    return empty_world.channel("lounge")


@pytest.fixture
def sample_bot() -> list[str]:
    """The sample bot's command line."""
    return SAMPLE_BOT
