"""The bot with AI Horde alone: what it makes is labelled, what it can't is refused before anything is held."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from PIL import Image

from tests.backends.horde_server import HordeServer
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

HOLDS = "SELECT count(*) FROM ledger WHERE kind = 'hold'"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def horde() -> AsyncIterator[HordeServer]:
    async with HordeServer.start() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(horde: HordeServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    async with Stage.open(folder, IMAGE_BACKENDS="horde", HORDE_URL=f"{horde.url}/api") as stage:
        yield stage


async def test_a_picture_is_2k_and_says_that_it_was_enlarged_and_has_no_likeness(
    stage: Stage, horde: HordeServer
) -> None:
    room = await stage.room("Mira")
    picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
    with Image.open(io.BytesIO(picture.attachments[0].data)) as image:
        assert image.size == (1536, 2048)
    assert "enlarged from 1024 px" in picture.text
    assert "no likeness" in picture.text
    assert horde.last.params["width"] == 768


async def test_likeness_is_refused_before_the_hold(stage: Stage, horde: HordeServer) -> None:
    room = await stage.room("Mira")
    jobs, holds = horde.jobs, stage.rows(HOLDS)
    asked = await stage.world.slash(
        room.member, room.place, "image advanced", companion="Mira", prompt="Mira reads in a library"
    )
    await asked.said("likeness")
    assert (horde.jobs, stage.rows(HOLDS)) == (jobs, holds)
    await stage.no_picture(room)
