"""kill -9 around the moment when a picture is stored in a bucket: posted once, charged once, audit clean."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.e2e.stage import Room, Stage, is_picture
from tests.faults.dying import die_at, died
from tests.stores.s3_server import ACCESS_KEY, SECRET_KEY, S3Server, s3_server

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True, slots=True)
class Bucketed:
    """A stage whose pictures are in a bucket of a server."""

    stage: Stage
    s3: S3Server
    bucket: str

    async def delivered_once(self, room: Room) -> None:
        stage = self.stage
        assert await stage.settled(room.member) == ["delivered"]
        assert len([m for m in stage.world.messages(room.place) if is_picture(m)]) == 1
        assert (stage.free(room.member), stage.held(room.member)) == (450, 0)
        keys = stage.rows(
            "SELECT file_key FROM image JOIN request USING (request_id) WHERE user_id = :user",
            user=room.member.id,
        )
        assert len(keys) == 1
        assert f"pictures/{keys[0][:2]}/{keys[0]}" in self.s3.objects(self.bucket)

    def kill_bot(self) -> None:
        bot = self.stage.world.bot
        assert bot is not None
        assert bot.pid is not None
        os.kill(bot.pid, signal.SIGKILL)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bucketed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bucketed]:
    folder = tmp_path_factory.mktemp("bucketed")
    with s3_server(folder / "s3") as s3:
        bucket = s3.new_bucket()
        async with Stage.open(folder, IMAGE_STORE=f"s3://{bucket}/pictures", **s3.settings()) as stage:
            yield Bucketed(stage, s3, bucket)
        assert s3.complaints == []
        assert not (folder / "images").exists()


@pytest.mark.parametrize("moment", ["store.put after", "Settler.store inside"])
async def test_killed_between_the_bucket_and_the_row(bucketed: Bucketed, moment: str) -> None:
    stage = bucketed.stage
    room = await stage.room()
    await die_at(stage, moment)
    await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    await bucketed.delivered_once(room)


async def test_killed_when_the_bucket_has_it_and_has_not_said_so(bucketed: Bucketed) -> None:
    stage = bucketed.stage
    room = await stage.room()
    bucketed.s3.on_stored.append(bucketed.kill_bot)
    await stage.world.press(room.member, room.spoken, "Instant")
    await died(stage)
    await stage.world.restart_bot()
    await bucketed.delivered_once(room)


async def test_a_bucket_that_takes_nothing_costs_nothing_and_no_key_is_told(bucketed: Bucketed) -> None:
    stage, s3 = bucketed.stage, bucketed.s3
    room = await stage.room()
    s3.turn_away["PUT"] = [(403, "AccessDenied")] * 2
    pressed = await stage.world.press(room.member, room.spoken, "Instant")
    await pressed.said("Nothing was charged")
    assert await stage.settled(room.member) == ["failed"]
    assert (stage.free(room.member), stage.held(room.member)) == (500, 0)
    s3.turn_away.clear()
    bot = stage.world.bot
    assert bot is not None
    told = "\n".join([*bot.output, *pressed.texts()])
    for word in (ACCESS_KEY, SECRET_KEY, "StringToSign"):
        assert word not in told
    again = await stage.world.press(room.member, room.spoken, "Instant")
    await stage.picture(again)
    assert await stage.settled(room.member) == ["failed", "delivered"]
